"""Where earmark keeps what it knows of a session: the state folder, and the folder of earmark.toml.

A folder of files, or one file: `.earmark/` and `earmark.toml` beside the sound. A DAW's session is never
written into, so both lie in `<session folder>.earmark/` next to the session folder. `--state` or
EARMARK_STATE name another state folder; where the session's place cannot be written to, it is
`$XDG_STATE_HOME/earmark/<hash of path>`, and `remark` says so.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import RefusedError, UsageError
from earmark.model import Session

STATE = ".earmark"
OF_FILES = ("folder", "file", "memory")  # kinds of session that lie where their sound lies; others belong to a DAW


@dataclass(frozen=True, slots=True)
class Home:
    """`state` holds ledger.db, cache/ and outbox/ and may not exist yet; `settings` holds earmark.toml."""

    settings: Path
    state: Path
    remark: str | None = None

    @property
    def cache(self) -> Path:
        """Measurements; may be deleted at any time."""
        return self.state / "cache"


def home_of(session: Session, named: Path | None = None) -> Home:
    """Where the settings and the state of this session lie; the state folder is made."""
    beside = folder_beside(session)
    chosen = named or (Path(os.environ["EARMARK_STATE"]) if os.environ.get("EARMARK_STATE") else None)
    if chosen is not None:
        if not made(chosen):
            raise RefusedError(f"the state folder {chosen} cannot be written to; name another with --state")
        return Home(beside, chosen)
    own = beside if beside.suffix == STATE else beside / STATE
    if made(own):
        return Home(beside, own)
    elsewhere = of_the_user(beside)
    if not made(elsewhere):
        raise RefusedError(f"neither {own} nor {elsewhere} can be written to; name a folder with --state")
    return Home(
        beside, elsewhere, f"{own.parent} cannot be written to, so earmark remembers this session in {elsewhere}"
    )


def folder_beside(session: Session) -> Path:
    """The folder that belongs to a session and not to its DAW."""
    path = (session.path or Path.cwd()).absolute()
    folder = path if path.is_dir() else path.parent
    return folder if session.kind in OF_FILES else folder.with_name(folder.name + STATE)


def of_the_user(beside: Path) -> Path:
    """The state folder for a session whose own place cannot be written to."""
    root = Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state")
    return root / "earmark" / hashlib.sha256(os.fsencode(beside)).hexdigest()[:16]


def made(folder: Path) -> bool:
    """Whether the folder is there and can be written to, after making it if need be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def nearest_session(start: Path) -> Path:
    """The session that a command means when it is told none: the nearest upwards that earmark knows."""
    here = start.absolute()
    for folder in (here, *here.parents):
        if (folder / STATE).is_dir() or (folder.parent / (folder.name + STATE)).is_dir():
            return folder
        if folder.suffix == STATE:
            return folder.with_suffix("")
    raise UsageError(f"no session that earmark has checked lies at or above {here}; name one with --session PATH")
