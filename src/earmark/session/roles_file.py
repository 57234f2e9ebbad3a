"""Writes confirmed roles into the text of an earmark.toml and leaves every other line as it is."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping

from earmark.errors import SettingsError

HEADER = re.compile(r"\s*\[\s*roles\s*\]\s*(#.*)?$")
ANY_HEADER = re.compile(r"\s*\[")


def with_roles(text: str, roles: Mapping[str, str]) -> str:
    """The text with these roles under `[roles]`; refused where only a person could put them there."""
    meant = tomllib.loads(text)
    meant["roles"] = {**meant.get("roles", {}), **roles}
    written = edited(text, roles)
    try:
        if tomllib.loads(written) == meant:
            return written
    except tomllib.TOMLDecodeError:
        pass
    lines = "; ".join(line_of(name, role) for name, role in roles.items())
    raise SettingsError(f"the roles in earmark.toml are not in a [roles] table of their own; write there: {lines}")


def edited(text: str, roles: Mapping[str, str]) -> str:
    """Lines changed where a name is already there, the others added at the end of the table."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []  # a name may hold other breaks
    first, last = table_in(lines)
    left = dict(roles)
    for number in range(first, last):
        name = name_in(lines[number])
        if name in left:
            lines[number] = line_of(name, left.pop(name)) + comment_in(lines[number])
    while last > first and not lines[last - 1].strip():
        last -= 1
    lines[last:last] = [line_of(name, role) for name, role in left.items()]
    return newline.join(lines) + newline


def table_in(lines: list[str]) -> tuple[int, int]:
    """The lines of the table, from below its header; the header is added where there is none."""
    for number, line in enumerate(lines):
        if HEADER.match(line):
            rest = range(number + 1, len(lines))
            return number + 1, next((after for after in rest if ANY_HEADER.match(lines[after])), len(lines))
    lines += ["", "[roles]"] if lines else ["[roles]"]
    return len(lines), len(lines)


def name_in(line: str) -> str | None:
    """The name that a line gives a role, or None."""
    try:
        found = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return None
    return next(iter(found), None)


def comment_in(line: str) -> str:
    """What stands behind the value; a role holds neither quotes nor a number sign."""
    behind = re.search(r"""["']\s*(#.*)$""", line)
    return f"  {behind[1]}" if behind else ""


def line_of(name: str, role: str) -> str:
    """One line of the table."""
    return f'{json.dumps(name, ensure_ascii=False)} = "{role}"'.replace("\x7f", "\\u007f")
