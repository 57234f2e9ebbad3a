"""Look whether everything is in place for a DAW, and say the mend for what is not."""

from __future__ import annotations

from pathlib import Path

import click

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.argument("daw", type=click.Choice(["ardour"]), default="ardour")
@click.option("--session", type=PATH, metavar="PATH", help="A session whose own switches are looked at too.")
def command(daw: str, session: Path | None) -> int:
    """One line each; 3 when something has to be mended."""
    from earmark.cli.connect import session_file
    from earmark.surfaces.ardour.doctor import look
    from earmark.surfaces.ardour.link import settings_folder

    fine = True
    for one in look(settings_folder(), session_file(session) if session else None):
        fine = fine and one.fine
        click.echo(f"{'ok  ' if one.fine else 'mend'}  {one.what}: {one.seen}" + ("" if one.fine else f"; {one.mend}"))
    return 0 if fine else 3
