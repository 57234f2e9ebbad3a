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
FORMS = ("text", "json", "html", "csv", "junit", "sarif")


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
@click.option("--deep", is_flag=True, help="Also listen for pitch and timing, which takes long.")
@click.option("--recursive", is_flag=True, help="Every subfolder that holds sound is a session of its own.")
@click.option("--format", "form", type=click.Choice(FORMS), default="text", help="Form of the report.")
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
    deep: bool,
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
        deep=deep,
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
    tell(reports, form, output, fail_on)
    if ask:
        reports = tuple(ask_about(report, state) for report in reports)
    return exit_code(reports, fail_on)


def tell(reports: tuple[Report, ...], form: str, output: Path | None, fail_on: str = "question") -> None:
    """Print the reports, or write them to a file."""
    if output is not None:
        write_whole(output, as_text(reports, form, fail_on))
    elif form == "text" and not plain_wanted(sys.stdout):
        from earmark.reports.text import styled

        for count, report in enumerate(told_apart(reports)):
            sys.stdout.write("\n" if count else "")
            styled(report, sys.stdout, shutil.get_terminal_size().columns)
    else:
        sys.stdout.write(as_text(reports, form, fail_on))


def as_text(reports: tuple[Report, ...], form: str, fail_on: str = "question") -> str:
    """All reports as text; of several in JSON, each is one line."""
    if form == "json":
        from earmark.reports.document import as_json

        return "".join(as_json(report, indent=1 if len(reports) == 1 else 0) for report in reports)
    if form == "junit":
        from earmark.reports.junit import as_junit

        return as_junit(told_apart(reports), floor_of(fail_on))
    if form == "sarif":
        from earmark.reports.sarif import as_sarif

        return as_sarif(told_apart(reports))
    if form == "csv":
        from earmark.reports.csv_table import as_csv

        return as_csv(told_apart(reports))
    if form == "html":
        from earmark.reports.html_page import as_html

        return as_html(told_apart(reports))
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
    floor = floor_of(fail_on)
    return int(floor is not None and any(report.remains(floor) for report in reports))


def floor_of(fail_on: str) -> Severity | None:
    """The severity that is named, or None for never."""
    return next((severity for severity in SEVERITIES if severity == fail_on), None)
