"""Where a session's memory lies: its state folder, and what is in it.

A folder of stems has its `.earmark/` inside. A DAW session has it beside its own folder, never inside:
`<parent>/.earmark/<name of the session's folder>/`. What a human names with --state or EARMARK_STATE goes
before both: a folder that holds a ledger is that session's own, any other holds one folder per session,
`<name>-<hash of the path>/`, so that two songs never share a memory. Where the place cannot be written to, the
state goes to `$XDG_STATE_HOME/earmark/<hash of the path>/`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from earmark.errors import LedgerError, UsageError
from earmark.ledger.store import NAME
from earmark.model import Session

DOT = ".earmark"
_MAY_NOT_WRITE = (errno.EACCES, errno.EPERM, errno.EROFS)
_KINDS_WITH_A_FOLDER_OF_THEIR_OWN = ("folder", "memory")


@dataclass(frozen=True, slots=True)
class Place:
    """A state folder. `remark` is to be said when it is not None; `inherits` is a ledger that can only be read."""

    folder: Path
    remark: str | None = None
    inherits: Path | None = None

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / NAME

    @property
    def cache(self) -> Path:
        """Measurements; may be deleted at any time."""
        return self.folder / "cache"

    @property
    def outbox(self) -> Path:
        """The mailbox for scripts inside a DAW."""
        return self.folder / "outbox"

    @property
    def hear(self) -> Path:
        """Rendered auditions."""
        return self.folder / "hear"


def place_of(session: Session, state: Path | None = None) -> Place:
    """The state folder of a session, made and tried; elsewhere when it cannot be written to."""
    named = _named(state)
    if named is not None:
        return _made(_within(named, _folder_of(_whole(session.path)) if session.path else Path(session.name)))
    if session.path is None:
        return _made(_elsewhere(Path(session.name)))
    return _made_or_elsewhere(_beside(_whole(session.path), session.kind))


def place_for(session: Path | None, state: Path | None = None) -> Place:
    """The state folder a command means: of the session named with --session, else the nearest upwards from here."""
    if session is None:
        return nearest(Path.cwd(), state)
    from earmark.session import find

    return place_of(find([session])[0], state)


def nearest(start: Path, state: Path | None = None) -> Place:
    """The state folder that is nearest upwards from `start`, for commands that name no session."""
    named = _named(state)
    here = _whole(start)
    if named is not None:
        return _made(_nearest_within(named, here))
    below = ""
    for folder in (here, *here.parents):
        found = _found_in(folder / DOT, below)
        if found is not None:
            return _made_or_elsewhere(found)
        below = folder.name
    other = _elsewhere(here / DOT)
    if (other / NAME).exists():
        return _made(other)
    raise UsageError(
        f"no {DOT} lies in {here} or above it; run `earmark check` there first, or name the session with --session"
    )


def _named(state: Path | None) -> Path | None:
    """What the human named, on the command line or in the environment."""
    said = os.environ.get("EARMARK_STATE")
    return _whole(state) if state is not None else _whole(Path(said)) if said else None


def _within(named: Path, folder: Path) -> Path:
    """The part of a named state folder that belongs to the session in `folder`."""
    if (named / NAME).exists():
        return named
    return named / f"{folder.name}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:8]}"


def _nearest_within(named: Path, here: Path) -> Path:
    """The state, in a named folder, of the session nearest upwards, or of the only one that was ever checked."""
    for folder in (here, *here.parents):
        if (_within(named, folder) / NAME).exists():
            return _within(named, folder)
    held = _only_one(named)
    if held is None:
        raise UsageError(f"{named} remembers no session; run `earmark check` first, or name the session with --session")
    return held


def _whole(path: Path) -> Path:
    """Without `..`, so that the last part is the name of the thing."""
    return Path(os.path.abspath(path))


def _folder_of(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _beside(path: Path, kind: str) -> Path:
    folder = _folder_of(path)
    if kind in _KINDS_WITH_A_FOLDER_OF_THEIR_OWN:
        return folder / DOT
    return folder.parent / DOT / folder.name


def _found_in(dot: Path, below: str) -> Path | None:
    """The state folder in this `.earmark`: its own, the one of the DAW session below, or the only one."""
    if below and (dot / below / NAME).exists():
        return dot / below
    if (dot / NAME).exists():
        return dot
    return _only_one(dot)


def _only_one(folder: Path) -> Path | None:
    """The one session whose state lies in this folder, or None; UsageError when there are several."""
    held = sorted(file.parent for file in folder.glob(f"*/{NAME}"))
    if len(held) > 1:
        names = ", ".join(one.name for one in held)
        raise UsageError(f"{folder} holds several sessions ({names}); name one with --session, or go into its folder")
    return held[0] if held else None


def _made(folder: Path) -> Place:
    trouble = _trouble_writing_in(folder)
    if trouble is not None and trouble.errno in _MAY_NOT_WRITE:
        raise LedgerError(
            f"{folder} may not be written to ({trouble.strerror}); nothing was decided: name another with --state"
        )
    if trouble is not None and trouble.errno in (errno.EEXIST, errno.ENOTDIR):
        raise LedgerError(
            f"{folder} is a file where earmark's state folder has to be; move it away, or name another with --state"
        )
    return Place(folder)  # a full disk is for the ledger to say: moving elsewhere would part the memory in two


def _made_or_elsewhere(wanted: Path) -> Place:
    trouble = _trouble_writing_in(wanted)
    if trouble is None or trouble.errno not in _MAY_NOT_WRITE:
        return _made(wanted)
    other = _elsewhere(wanted)
    inherits = wanted / NAME if (wanted / NAME).is_file() else None
    remark = f"{wanted} may not be written to ({trouble.strerror}); answers are kept in {other}"
    said_before = (other / NAME).exists()
    return Place(_made(other).folder, None if said_before else remark, inherits)


def _elsewhere(wanted: Path) -> Path:
    home = os.environ.get("XDG_STATE_HOME")
    states = Path(home) if home else Path.home() / ".local" / "state"
    return states / "earmark" / hashlib.sha256(os.fsencode(wanted.resolve())).hexdigest()[:16]


def _trouble_writing_in(folder: Path) -> OSError | None:
    """Make the folder and a file in it: on some disks only trying tells."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return None
    except OSError as trouble:
        return trouble
