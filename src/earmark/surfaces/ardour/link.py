"""How the resident script finds earmark: one small file per open session in Ardour's own settings folder.

It names the outbox and the port, and is written anew every second, so that a script can tell a
connection from what a stopped one left behind.
"""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass, field
from pathlib import Path

from earmark.surfaces.ardour.mailbox import put

FNV_OFFSET, FNV_PRIME = 2166136261, 16777619  # FNV-1a, 32 bits


def settings_folder() -> Path:
    """Where Ardour 7 keeps a user's settings and scripts."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Preferences" / "Ardour7"
    named = os.environ.get("XDG_CONFIG_HOME")
    return (Path(named) if named else Path.home() / ".config") / "ardour7"


def session_key(session_file: Path) -> str:
    """The short name of a session: FNV-1a over the true path of its file, as the script computes it."""
    key = FNV_OFFSET
    for byte in os.fsencode(os.path.realpath(session_file)):
        key = (key ^ byte) * FNV_PRIME & 0xFFFFFFFF
    return f"{key:08x}"


@dataclass
class Link:
    """The file itself; `token` is new for every connection."""

    session_file: Path
    outbox: Path
    port: int
    settings: Path = field(default_factory=settings_folder)
    token: str = field(default_factory=lambda: secrets.token_hex(8))
    alive: int = 0

    @property
    def path(self) -> Path:
        """Where it lies."""
        return self.settings / "earmark" / f"{session_key(self.session_file)}.link"

    def beat(self) -> None:
        """Write it anew, so that the script knows earmark is there."""
        self.alive += 1
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fields = ("token", self.token), ("port", self.port), ("outbox", self.outbox), ("alive", self.alive)
        put(self.path, fields)

    def remove(self) -> None:
        """Gone: the script switches Listen off within a second."""
        self.path.unlink(missing_ok=True)
