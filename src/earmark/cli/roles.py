"""What each stem is taken for; Enter confirms, and earmark.toml keeps it.

Findings that depend on an instrument stay notes until its role is confirmed. Nothing is asked, and nothing
written, where no terminal is there to answer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.model import Session

QUESTION = "Enter confirms all, `N role` changes one, q leaves it as it was"


@click.command(help=__doc__)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path))
def command(paths: tuple[Path, ...]) -> None:
    """One table per session, and one question."""
    from earmark.session import find
    from earmark.session.roles import confirm
    from earmark.settings import file_of, load

    for found in find(paths):
        file = file_of(found)
        session = confirm(found, load(file).roles)
        show(session)
        if sys.stdin.isatty() and sys.stdout.isatty() and (roles := ask(session)):
            save(file, roles)
            click.echo(f"{len(roles)} roles confirmed in {click.format_filename(file)}", err=True)


def show(session: Session) -> None:
    """The stems by number, with their roles: a table for a person, tabs for a program."""
    from earmark.cli.shell.terminal import plain_wanted
    from earmark.printable import printable

    rows = [
        (str(number), printable(stem.name), stem.role, "confirmed" if stem.role_confirmed else "guessed")
        for number, stem in enumerate(session.stems, start=1)
    ]
    if session.mix:
        rows.append(("-", printable(session.mix.name), "mix", "guessed"))
    if plain_wanted(sys.stdout):
        for row in rows:
            click.echo("\t".join(row))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(printable(session.name)))
    for heading in ("", "stem", "role", ""):
        table.add_column(heading)
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def ask(session: Session) -> dict[str, str]:
    """The roles as the human leaves them, by name as earmark.toml holds it; none after q."""
    from earmark.session.roles import key_of

    roles = {key_of(stem.name): stem.role for stem in session.stems}
    while answer := click.prompt(QUESTION, default="", show_default=False, err=True).strip():
        if answer.lower() in ("q", "quit"):
            return {}
        changed = change(answer, len(session.stems))
        if isinstance(changed, str):
            click.echo(changed, err=True)
            continue
        number, role = changed
        roles[key_of(session.stems[number - 1].name)] = role
        click.echo(f"{number}: {role}", err=True)
    return {name: role for name, role in roles.items() if role != "unknown"}


def change(answer: str, count: int) -> tuple[int, str] | str:
    """The number and role that an answer names, or why it names none."""
    from earmark.errors import did_you_mean
    from earmark.session.roles import ROLES

    number, _, role = answer.partition(" ")
    role = role.strip().lower().replace(" ", "-")
    if not number.isdecimal() or not 1 <= int(number) <= count:
        return f"{number!r} is no stem: a number from 1 to {count}, then a role"
    if role not in ROLES:
        known = f": one of {', '.join(ROLES)}"
        return f"{role!r} is no role{did_you_mean(role, ROLES) or known}"
    return int(number), role


def save(file: Path, roles: dict[str, str]) -> None:
    """Put the roles into earmark.toml; everything else in it stays."""
    from earmark.cli.shell.output import replace
    from earmark.errors import RefusedError
    from earmark.session.roles_file import with_roles

    try:
        text = file.read_bytes().decode("utf-8") if file.exists() else ""
        replace(file, with_roles(text, roles))
    except OSError as trouble:
        reason = (trouble.strerror or str(trouble)).lower()
        raise RefusedError(f"{file} cannot be written: {reason}; the roles were not kept") from trouble
