"""What a rule hears, why it matters, when it is fine, what it misses and what to try.

RULE is a code, such as NO01, or a name, such as hum. With --hear, two sounds are written: wrong.wav, in which
the rule has something to ask, and right.wav, in which it has not.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.model import Session
    from earmark.rules.catalogue import LoadedRule


@click.command(help=__doc__)
@click.argument("rule", metavar="RULE")
@click.option("--hear", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the sounds here.")
def command(rule: str, hear: Path | None) -> None:
    """Print the rule's own text."""
    from earmark.rules.catalogue import called

    for loaded in called(rule):
        explain(loaded)
        if hear is not None:
            make_heard(loaded, hear)


def explain(loaded: LoadedRule) -> None:
    """The text, and the options that earmark.toml may set."""
    click.echo(f"{loaded.code} {loaded.name}: {loaded.summary()}\n")
    for heading, text in loaded.text().items():
        click.echo(f"{heading}\n{indented(text)}\n")
    if loaded.settings():
        click.echo(f"Settings, in earmark.toml under [rules.{loaded.code}]")
    for name, default in loaded.settings().items():
        click.echo(f"    {name} = {default!r}")


def indented(text: str) -> str:
    """Four spaces before every line that has something on it."""
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
