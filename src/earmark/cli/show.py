"""Choose which part of the report is laid in the DAW: one stem, one section, or all of it.

\b
earmark show stem vox
earmark show section "Chorus 2"
earmark show all
"""

from __future__ import annotations

from pathlib import Path

import click

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.argument("what", type=click.Choice(["stem", "section", "all"]))
@click.argument("name", required=False)
@click.option("--session", type=PATH, default=Path(), metavar="PATH", help="The session; else the one in this folder.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
def command(what: str, name: str | None, session: Path, state: Path | None) -> None:
    """Ask the earmark that is connected."""
    from earmark.cli.connect import say, session_file
    from earmark.errors import SurfaceError
    from earmark.ledger import place_for
    from earmark.surfaces.ardour import wishes
    from earmark.surfaces.ardour.link import settings_folder
    from earmark.surfaces.ardour.marks import Shown

    if (name is None) is not (what == "all"):
        raise click.UsageError(f"show {what} takes {'no name' if what == 'all' else 'the name of one'}")
    file = session_file(session)
    if not wishes.is_connected(wishes.link_of(file, settings_folder())):
        raise SurfaceError(f"no earmark is connected to {file.name}; run earmark connect ardour first")
    shown = Shown(name if what == "stem" else None, name if what == "section" else None)
    if what == "all":
        shown = Shown(limit=None)
    wishes.ask(place_for(file, state).outbox, wishes.as_wish(shown))
    say(f"showing {what} {name or ''}".rstrip())
