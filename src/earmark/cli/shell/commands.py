"""The group of all commands: every file in this folder's parent is one, imported when it is called.

A command file holds `command`, a click command, and a docstring whose first line is its entry in `--help`.
What commands share lives here, in `shell`.
"""

from __future__ import annotations

import importlib
from pathlib import Path

import click

from earmark.errors import did_you_mean

FOLDER = Path(__file__).resolve().parents[1]
IN_ORDER_OF_USE = (
    "check",
    "explain",
    "rules",
    "profiles",
    "roles",
    "demo",
    "connect",
    "show",
    "hear",
    "decide",
    "reply",
    "compare",
    "ledger",
    "sweep",
)


class Commands(click.Group):
    """Knows the commands by their file names, so that `--help` imports none of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands: those of the daily way first, the others after them."""
        names = {file.stem for file in FOLDER.glob("*.py") if not file.name.startswith("_")}
        return [name for name in IN_ORDER_OF_USE if name in names] + sorted(names.difference(IN_ORDER_OF_USE))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name, imported now."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = importlib.import_module(f"earmark.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion where a name is nearly one of ours."""
        name = args[0]
        if not name.startswith("-") and self.get_command(ctx, name) is None:
            guess = did_you_mean(name, self.list_commands(ctx))
            raise click.UsageError(f"earmark has no command {name!r}{guess or '; earmark --help lists them'}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One line per command, read from its file without importing it."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, first_line(name)) for name in self.list_commands(ctx)])


def first_line(name: str) -> str:
    """The first line of a command file's docstring."""
    with (FOLDER / f"{name}.py").open(encoding="utf-8") as file:
        return file.readline().strip().strip('"')
