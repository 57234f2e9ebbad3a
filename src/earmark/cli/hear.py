"""Hear what a finding is about, and what an option of its card would change: before, after, or the difference.

ID is what the report shows, or any beginning of an id that only one finding has. WHICH is a (before), b (after,
as loud as before) or delta; without it all of them are written. The session itself is only read.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.auditions import Audition
    from earmark.ledger import Place
    from earmark.model import Session

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.argument("id", metavar="ID")
@click.argument("which", metavar="[a|b|delta]", required=False, type=click.Choice(["a", "b", "delta"]))
@click.option("--option", type=click.IntRange(min=1), metavar="N", help="Which of the card's options; else the first.")
@click.option(
    "--session", "path", type=PATH, metavar="PATH", help="The session; else the nearest one upwards from here."
)
@click.option("--mix", type=PATH, metavar="FILE", help="The mix, where it was named for the check too.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
@click.option("--open/--no-open", "opens", default=False, help="Play it with the first player that is found.")
def command(
    id: str,
    which: str | None,
    option: int | None,
    path: Path | None,
    mix: Path | None,
    state: Path | None,
    opens: bool,
) -> None:
    """Render it, name the files, play one."""
    from earmark.auditions import audition, played, write_files
    from earmark.ledger import Ledger, place_for

    place = place_for(path, state)
    with Ledger.at(place, create=False) as ledger:
        finding, card = ledger.finding(id), ledger.card(id)
    heard = audition(session_at(place, path, mix), card, finding, option=option, cache=place.cache)
    refuse_what_has_no_sound(heard, which)
    files = write_files(heard, place.hear, f"{finding.id}-{heard.option}")
    tell(heard, card.suggestion.options[heard.option - 1].text)
    for name, file in files.items():
        if which in (None, name):
            click.echo(file)
    if opens and played(files[which or "a"]) is None:
        click.echo("no player is found here; open the file with one of yours", err=True)


def session_at(place: Place, path: Path | None, mix: Path | None) -> Session:
    """The session as it is now; without a path, the folder whose `.earmark` was found."""
    from earmark.audio import probe
    from earmark.session import find

    return probe(find([path or beside(place.folder)], mix=mix)[0])


def beside(state: Path) -> Path:
    """The session that a state folder belongs to: what holds `.earmark`, or its namesake beside it; else here."""
    if state.name == ".earmark":
        return state.parent
    return state.parent.parent / state.name if state.parent.name == ".earmark" else Path.cwd()


def refuse_what_has_no_sound(heard: Audition, which: str | None) -> None:
    """Someone who asked for the after of a repair is told why there is none."""
    if heard.after is None and which in ("b", "delta"):
        raise click.UsageError(f"there is no {which}: {heard.told[-1]}; ask for a, or for another --option")


def tell(heard: Audition, text: str) -> None:
    """What it is and how it was made, on stderr."""
    from earmark.printable import printable

    click.echo(printable(f"option {heard.option}: {text}"), err=True)
    for sentence in heard.told:
        click.echo(printable(sentence), err=True)
