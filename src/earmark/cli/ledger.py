"""What was answered, when and why; to look at, to check, to carry along, to take back."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import datetime
from functools import update_wrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from earmark.ledger import Kept, Ledger

PATH = click.Path(path_type=Path)
in_session = click.option(
    "--session", type=PATH, metavar="PATH", help="The session; else the nearest upwards from here."
)
in_state = click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
HEADINGS = ("id", "answer", "finding", "stems", "place", "value", "state", "because", "by", "when")


def of_session(work: Callable[..., None]) -> Callable[..., None]:
    """A command about one session's ledger, opened for it; --session and --state may stand before it or after."""

    def opened(session: Path | None, state: Path | None, **given: Any) -> None:
        from earmark.ledger import Ledger, place_for

        before = click.get_current_context().obj
        place = place_for(session or before["session"], state or before["state"])
        with Ledger.at(place, create=False) as ledger:
            work(ledger, **given)

    return in_session(in_state(update_wrapper(opened, work)))


@click.group(help=__doc__, invoke_without_command=True)
@in_session
@in_state
@click.pass_context
def command(context: click.Context, session: Path | None, state: Path | None) -> None:
    """Without a word more, show."""
    context.obj = {"session": session, "state": state}
    if context.invoked_subcommand is None:
        context.invoke(show)


@command.command()
@of_session
def show(ledger: Ledger) -> None:
    """The answers that stand, oldest first."""
    from earmark.cli.shell.terminal import plain_wanted

    short_ids = ledger.short_ids()
    rows = [row(kept, short_ids) for kept in ledger.answers()]
    if not rows:
        click.echo("nothing was answered yet", err=True)
    elif plain_wanted(sys.stdout):
        for each in rows:
            click.echo("\t".join(each))
    else:
        styled(rows, str(ledger.path))


@command.command()
@of_session
def verify(ledger: Ledger) -> None:
    """Whether every row is as it was written."""
    verified = ledger.verify()
    machines = len(verified.machines)
    by = "1 machine" if machines == 1 else f"{machines} machines"
    click.echo(f"{verified.rows} rows by {by}, each as it was written")


@command.command()
@of_session
def export(ledger: Ledger) -> None:
    """Every row as one line of JSON, in the order they came."""
    for each in ledger.rows():
        click.echo(json.dumps(each.as_json(), ensure_ascii=True))


@command.command()
@click.argument("id", metavar="ID")
@of_session
def undo(ledger: Ledger, id: str) -> None:
    """Take back the last answer to a finding and its card."""
    from earmark.cli.decide import told

    taken_back = ledger.undo(id)
    click.echo(f"taken back: {told(taken_back, ledger.short_ids())}")
    if taken_back.state != "decided":
        click.echo("what it changed in the DAW is as it was; undo it there", err=True)


@command.command()
@click.argument("other", metavar="FILE", type=PATH)
@of_session
def merge(ledger: Ledger, other: Path) -> None:
    """Lay another machine's ledger into this one."""
    merged = ledger.merge(other)
    click.echo(f"{merged.new} rows were new of {merged.rows}")


def row(kept: Kept, short_ids: dict[str, str]) -> tuple[str, ...]:
    """One answer for people, each part on one line."""
    from earmark.printable import printable
    from earmark.surfaces.terminal import said, span

    decision = kept.decision
    asked = next((finding for finding in kept.findings if finding.id == decision.finding_id), kept.findings[0])
    more = f" ×{len(kept.findings)}" if len(kept.findings) > 1 else ""
    parts = (
        short_ids[asked.id],
        said(decision).removesuffix(f", {decision.because}"),
        f"{asked.name}{more}",
        ", ".join(asked.stems),
        span(asked),
        f"{asked.value:.4g} {asked.unit}",
        kept.state if decision.answer == "accept" else "",
        decision.because or "",
        decision.by,
        f"{datetime.fromisoformat(kept.at).astimezone():%Y-%m-%d %H:%M}",
    )
    return tuple(map(printable, parts))


def styled(rows: list[tuple[str, ...]], title: str) -> None:
    """A table for a person."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from earmark.printable import printable

    table = Table(title=Text(printable(title)))
    for heading in HEADINGS:
        table.add_column(heading)
    for each in rows:
        table.add_row(*(Text(part) for part in each))
    Console().print(table)
