"""Listen to a folder of stems, a file or a DAW session, and say where to listen again.

Several PATHs are one session. The report goes to stdout, or to the file that -o names.

Exit code: 0 nothing unanswered at or above --fail-on, 1 findings remain, 2 not understood, 3 the world refused.
"""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earmark.cli.shell.asking import ask_about
from earmark.cli.shell.output import write_whole
from earmark.cli.shell.terminal import Progress, plain_wanted
from earmark.model import SEVERITIES, STAGES, Severity, Stage

if TYPE_CHECKING:
    from earmark.reports.report import Report

PATH = click.Path(path_type=Path)


def listed(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    """`--select NO01,LV01 --select hum` as one list."""
    return tuple(word.strip() for words in given for word in words.split(",") if word.strip())


@click.command(help=__doc__)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=PATH)
@click.option(
    "--mix", type=PATH, metavar="FILE", help="The mix that these stems make; else one is looked for beside them."
)
@click.option("--stage", type=click.Choice(STAGES), help="Where the music is on its way; else guessed and said.")
@click.option("--profile", metavar="NAME", help="Hold it against a delivery profile; earmark profiles lists them.")
@click.option("--render", is_flag=True, help="Of a DAW session: listen after plug-ins and faders, rendered by the DAW.")
@click.option("--recursive", is_flag=True, help="Every subfolder that holds sound is a session of its own.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="Form of the report.")
@click.option("-o", "output", type=PATH, metavar="FILE", help="Write the report here instead of stdout.")
@click.option("--select", multiple=True, callback=listed, metavar="CODE,...", help="Only these rules or families.")
@click.option("--ignore", multiple=True, callback=listed, metavar="CODE,...", help="Not these rules or families.")
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "never"]),
    default="question",
    show_default=True,
    help="Exit 1 when something as grave as this waits for an answer.",
)
@click.option("--ask", is_flag=True, help="After the report, answer card by card.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="How many stems are measured at a time.")
@click.option("--no-cache", is_flag=True, help="Measure everything again.")
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
def command(
    paths: tuple[Path, ...],
    mix: Path | None,
    stage: Stage | None,
    profile: str | None,
    render: bool,
    recursive: bool,
    form: str,
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    ask: bool,
    jobs: int | None,
    no_cache: bool,
    quiet: bool,
    state: Path | None,
) -> int:
    """Walk the line, print what it says."""
    from earmark.line import Request, walk

    request = Request(
        paths=paths,
        mix=mix,
        recursive=recursive,
        render=render,
        stage=stage,
        profile=profile,
        select=select,
        ignore=ignore,
        jobs=jobs,
        cached=not no_cache,
        state=state,
        measurements=form == "json",
    )
    with Progress(quiet) as progress:
        reports = tuple(walk(request, progress))
    tell(reports, form, output)
    if ask:
        reports = tuple(ask_about(report, state) for report in reports)
    return exit_code(reports, fail_on)


def tell(reports: tuple[Report, ...], form: str, output: Path | None) -> None:
    """Print the reports, or write them to a file."""
    if output is not None:
        write_whole(output, as_text(reports, form))
    elif form == "text" and not plain_wanted(sys.stdout):
        from earmark.reports.text import styled

        for count, report in enumerate(told_apart(reports)):
            sys.stdout.write("\n" if count else "")
            styled(report, sys.stdout, shutil.get_terminal_size().columns)
    else:
        sys.stdout.write(as_text(reports, form))


def as_text(reports: tuple[Report, ...], form: str) -> str:
    """All reports as text; of several in JSON, each is one line."""
    if form == "json":
        from earmark.reports.document import as_json

        return "".join(as_json(report, indent=1 if len(reports) == 1 else 0) for report in reports)
    from earmark.reports.text import plain

    return "\n".join(plain(report) for report in told_apart(reports))


def told_apart(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """The reports, each under its session's path where there are several: every band has a folder called `raw`."""
    if len(reports) == 1:
        return reports
    return tuple(
        replace(report, session=replace(report.session, name=str(report.session.path or report.session.name)))
        for report in reports
    )


def exit_code(reports: tuple[Report, ...], fail_on: str) -> int:
    """1 where something waits for an answer that is as grave as `fail_on`."""
    floor: Severity | None = next((severity for severity in SEVERITIES if severity == fail_on), None)
    return int(floor is not None and any(report.remains(floor) for report in reports))
