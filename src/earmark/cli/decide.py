"""Answer one finding, and with it its card; the answer is on disk when this returns.

ID is what the report shows, or any beginning of an id that only one finding has. An accept takes the first
option unless --option names another. Nothing is measured again and nothing is done in a DAW.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.ledger import Kept
    from earmark.model import Answer

PATH = click.Path(path_type=Path)
ANSWERS = ("accept", "decline", "on-purpose", "later")


@click.command(help=__doc__)
@click.argument("id", metavar="ID")
@click.argument("answer", type=click.Choice(ANSWERS))
@click.option("--option", type=click.IntRange(min=1), metavar="N", help="Which of the card's options is accepted.")
@click.option("--because", metavar="TEXT", help="Why, in your own words.")
@click.option("--session", type=PATH, metavar="PATH", help="The session; else the nearest one upwards from here.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
def command(
    id: str, answer: Answer, option: int | None, because: str | None, session: Path | None, state: Path | None
) -> None:
    """Keep it, and say what was kept."""
    from earmark.ledger import Ledger, place_for
    from earmark.model import Decision

    if option is not None and answer != "accept":
        raise click.UsageError(f"--option {option} chooses what to accept; it says nothing with {answer}")
    place = place_for(session, state)
    with Ledger.at(place, create=False) as ledger:
        (kept,) = ledger.record(Decision(id, answer, option, because))
        click.echo(told(kept, ledger.short_ids()))
    if place.remark:
        click.echo(place.remark, err=True)


def told(kept: Kept, short_ids: dict[str, str]) -> str:
    """What was kept, in one line."""
    from earmark.printable import printable

    asked = next(finding for finding in kept.findings if finding.id == kept.decision.finding_id)
    of = f"{asked.name} on {', '.join(asked.stems)}" if asked.stems else asked.name
    more = f" and {len(kept.findings) - 1} more of its card" if len(kept.findings) > 1 else ""
    choice = f", option {kept.decision.option}: {kept.option.text}" if kept.option else ""
    because = f", because {kept.decision.because}" if kept.decision.because else ""
    return printable(f"{short_ids[asked.id]} {of}{more}: {kept.decision.answer.replace('-', ' ')}{choice}{because}")
