"""Every rule in one table: code, name, what it hears, where it speaks."""

from __future__ import annotations

import click

from earmark.model import STAGES


@click.command(help=__doc__)
def command() -> None:
    """One line per rule, in order of codes."""
    from earmark.rules.catalogue import rules

    width = max((len(loaded.name) for loaded in rules()), default=0)
    for loaded in rules():
        stages = " ".join(stage for stage in STAGES if stage in loaded.rule.stages)
        click.echo(f"{loaded.code}  {loaded.name:<{width}}  {loaded.rule.ceiling:<8}  {stages}")
        click.echo(f"      {loaded.summary()}")
