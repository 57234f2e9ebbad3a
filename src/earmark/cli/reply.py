"""A note to the band: what to send again, from which file, at what time; in plain words, for you to edit.

It is made from the last check of the session at PATH, by default the nearest one upwards from here; where none is
remembered, the session is listened to first. What you declined, or marked as on purpose, is not in it.

Nothing is sent: the note goes to stdout, or to the file that -o names.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earmark.cli.shell.output import write_whole
from earmark.cli.shell.terminal import Progress

if TYPE_CHECKING:
    from earmark.ledger import Place
    from earmark.model import Card, Option, Session

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.argument("path", metavar="[PATH]", required=False, type=PATH)
@click.option("-o", "output", type=PATH, metavar="FILE", help="Write the note here instead of stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
def command(path: Path | None, output: Path | None, quiet: bool, state: Path | None) -> None:
    """Read what is remembered, write it for the band."""
    from earmark.reports.reply import note

    session, place = session_and_place(path, state)
    if not place.ledger.exists():
        check(session, quiet, state)
    cards, accepted = remembered(place)
    told = note(session, cards, accepted)
    if output is not None:
        write_whole(output, told)
    else:
        sys.stdout.write(told)
    click.echo("earmark sends nothing; read it, make it yours, and send it yourself", err=True)


def session_and_place(path: Path | None, state: Path | None) -> tuple[Session, Place]:
    """The session as it lies there now, its sound unopened, and where it is remembered."""
    from earmark.cli.hear import beside
    from earmark.errors import UsageError
    from earmark.ledger import place_for, place_of
    from earmark.session import find

    found = find([path or beside(place_for(None, state).folder)])
    if len(found) != 1:
        raise UsageError(f"{path} holds {len(found)} sessions; name one of them")
    return found[0], place_of(found[0], state)


def check(session: Session, quiet: bool, state: Path | None) -> None:
    """Listen, since nobody has yet."""
    from earmark.line import Request, listen

    with Progress(quiet) as progress:
        listen(session, Request(paths=(), state=state), progress)


def remembered(place: Place) -> tuple[tuple[Card, ...], dict[str, Option | None]]:
    """The cards of the last check, and what was accepted, by finding."""
    from earmark.ledger import Ledger

    with Ledger.at(place, create=False) as ledger:
        answers = [kept for kept in ledger.answers() if kept.decision.answer == "accept"]
        return ledger.cards(), {id: kept.option for kept in answers for id in kept.ids}
