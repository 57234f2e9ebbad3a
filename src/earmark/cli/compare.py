"""What a new bounce has changed: stem by stem, moved, louder, new audio from where to where, missing, renamed.

OLD and NEW are folders of stems, single files or DAW sessions. Sound is compared, not files: another container or
another name for the same sound is said and found. Both are only read.

Answers given for OLD are held against NEW; with --carry those that hold are written into NEW's ledger.

Exit code: 0 the same sound under the same names, 1 something differs, 2 not understood, 3 the world refused.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from earmark.cli.shell.output import write_whole
from earmark.cli.shell.terminal import Progress

PATH = click.Path(path_type=Path)


@click.command(help=__doc__)
@click.argument("old", metavar="OLD", type=PATH)
@click.argument("new", metavar="NEW", type=PATH)
@click.option("--carry", is_flag=True, help="Write the answers of OLD that hold into NEW's ledger.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@click.option("-o", "output", type=PATH, metavar="FILE", help="Write the report here instead of stdout.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers these sessions.")
def command(old: Path, new: Path, carry: bool, form: str, output: Path | None, quiet: bool, state: Path | None) -> int:
    """Compare, tell, carry over."""
    from earmark.bounces import Bounces, compare

    with Progress(quiet) as progress:
        comparison = compare(Bounces(old=old, new=new, state=state, carry=carry), progress)
    if form == "json":
        from earmark.reports.comparison_document import as_json

        told = as_json(comparison)
    else:
        from earmark.reports.comparison_text import plain

        told = plain(comparison)
    if output is not None:
        write_whole(output, told)
    else:
        sys.stdout.write(told)
    return int(comparison.differs())
