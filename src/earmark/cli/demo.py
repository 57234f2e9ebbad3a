"""Write a session with planted faults, listen to it, and say what to try next.

DIR is a new or empty folder, or an earlier demo; without it, earmark-demo in the current folder. Twelve stems and
their mix are synthesised, the same ones every time; truth.json beside them says what was planted, and where.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earmark.cli.shell.terminal import Progress

if TYPE_CHECKING:
    from earmark.reports.report import Report

FOLDER = Path("earmark-demo")


@click.command(help=__doc__)
@click.argument("folder", metavar="[DIR]", required=False, default=FOLDER, type=click.Path(path_type=Path))
@click.option("--quiet", is_flag=True, help="No progress.")
def command(folder: Path, quiet: bool) -> int:
    """Write, listen, tell."""
    from earmark.cli.check import tell
    from earmark.line import Request, walk
    from earmark.scenes.demo import write_demo

    with Progress(quiet) as progress:
        truth = write_demo(folder, progress=progress)
        (report,) = walk(Request(paths=(folder,)), progress)
    tell((report,), "text", None)
    click.echo(next_steps(folder, truth, report))
    return 0


def next_steps(folder: Path, truth: Path, report: Report) -> str:
    """What was planted and found, and the commands that lead on."""
    from earmark.scenes.truth import missed, read_truth

    planted = read_truth(truth)
    found = len(planted) - len(missed(planted, report.findings))
    here = shlex.quote(str(folder))
    first = report.cards[0].worst if report.cards else None
    steps = [
        (f"earmark check {here}", "the same again, from what is kept beside it"),
        (f"earmark explain hum --hear {here}-hum", "what one rule listens for, in words and as sound"),
    ]
    if first is not None:
        short = report.short_ids.get(first.id, first.id)
        steps.append((f"earmark decide {short} accept --session {here}", "an answer, remembered from then on"))
    width = max(len(command) for command, _ in steps)
    lines = [f"  {command:<{width}}  {why}" for command, why in steps]
    said = f"{len(planted)} faults were planted, {found} of them are in this report; {truth} says where"
    return "\n".join(["", said, "", "to try next:", *lines])
