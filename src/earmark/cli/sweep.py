"""Remove everything earmark made in the session that is open in the DAW, in one undo step."""

from __future__ import annotations

from pathlib import Path

import click

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.option("--session", type=PATH, default=Path(), metavar="PATH", help="The session; else the one in this folder.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
def command(session: Path, state: Path | None) -> None:
    """As `connect --clean` does."""
    from earmark.cli.connect import session_file, swept
    from earmark.ledger import place_for

    file = session_file(session)
    swept(file, place_for(file, state).outbox)
