"""One key at a time, without Enter, from a terminal; or as they come, from anything else."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from typing import TextIO, TypeAlias

Keys: TypeAlias = Callable[[], str]  # the next key; "" when there are no more
_KEY = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1bO.|.", re.DOTALL)  # an arrow is several signs and one key


def keys_of(source: TextIO) -> Keys:
    """One key at a time from a terminal, one sign at a time from anything else."""
    if not source.isatty():
        return partial(source.read, 1)
    waiting: list[str] = []

    def key() -> str:
        if not waiting:
            waiting.extend(_pressed(source))
        return waiting.pop(0) if waiting else ""

    return key


def _pressed(source: TextIO) -> list[str]:
    """What was pressed since the last time: an arrow comes as one, quick typing as several, none at the end."""
    came = _without_enter(source)
    return [] if came.startswith("\x04") else _KEY.findall(came)


def _without_enter(source: TextIO) -> str:
    """At least one key. What was typed ahead is not thrown away, as click and getpass would."""
    try:
        import termios
        import tty
    except ImportError:
        import click

        return click.getchar()
    before = termios.tcgetattr(source)
    try:
        tty.setcbreak(source, termios.TCSADRAIN)
        return os.read(source.fileno(), 64).decode(errors="ignore")
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)
