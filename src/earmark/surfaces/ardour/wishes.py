"""What another earmark asks of the one that is connected: show another part, sweep, leave.

One desk has the session's mailbox; a command in another terminal leaves its wish beside it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from earmark.surfaces.ardour.link import Link
from earmark.surfaces.ardour.mailbox import Line, put, read
from earmark.surfaces.ardour.marks import Shown

NAME = "wish"
FRESH_S = 4.0  # a desk writes its link anew every second


def is_connected(link: Path) -> bool:
    """Whether a desk has this link and is alive."""
    try:
        return time.time() - link.stat().st_mtime < FRESH_S
    except FileNotFoundError:
        return False


def link_of(session_file: Path, settings: Path) -> Path:
    """Where the link of a session lies."""
    return Link(session_file, Path(), 0, settings).path


def ask(outbox: Path, wish: Sequence[str]) -> None:
    """Leave a wish for the desk."""
    outbox.mkdir(parents=True, exist_ok=True)
    put(outbox / NAME, [wish])


def take(outbox: Path) -> Line | None:
    """The wish that lies there, if any; it is taken."""
    try:
        text = (outbox / NAME).read_bytes()
        (outbox / NAME).unlink()
    except FileNotFoundError:
        return None
    lines = read(text)
    return lines[0] if lines else None


def as_wish(shown: Shown) -> Line:
    """A view as a wish."""
    return ("show", shown.stem or "", shown.section or "", "all" if shown.limit is None else str(shown.limit))


def as_shown(wish: Line) -> Shown:
    """A wish as a view."""
    _, stem, section, limit = wish
    return Shown(stem or None, section or None, None if limit == "all" else int(limit))
