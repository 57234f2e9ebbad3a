"""What SQLite and the disk say, in one sentence a person can act on."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from earmark.errors import LedgerError

PATIENCE_S = 10.0  # house default: how long one earmark waits for another to finish writing

_NO_ROOM = "{path} cannot be written, for the disk is full; nothing was decided: make room, then answer again"
_BUSY = "{path} has been held by another program for {patience:.0f} s; nothing was decided: close it, then answer again"
_FORBIDDEN = (
    "{path} may not be written by this user; nothing was decided: allow it, or name another folder with --state"
)
_GONE = (
    "{path} cannot be opened ({said}); nothing was decided: see that its disk is there, or name another with --state"
)
_DAMAGED = (
    "{path} is damaged, or no ledger ({said}); nothing was decided and no new one is made: "
    "put back a copy of it, or move it away to begin anew"
)
_GUARDED = "{path} keeps every row as it was written ({said}); nothing was changed: answer again to revise an answer"


@contextmanager
def told_plainly(path: Path) -> Iterator[None]:
    """Turn what sqlite3 and the system raise inside into LedgerError."""
    try:
        yield
    except sqlite3.Error as trouble:
        raise LedgerError(_sentence(path, trouble)) from trouble
    except OSError as trouble:
        raise LedgerError(_said_by_the_system(path, trouble)) from trouble


def _sentence(path: Path, trouble: sqlite3.Error) -> str:
    code = getattr(trouble, "sqlite_errorname", "") or ""
    template = _template(code, path)
    return template.format(path=f"the ledger {path}", said=trouble, patience=PATIENCE_S)


def _template(code: str, path: Path) -> str:
    if code == "SQLITE_FULL" or (code.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")) and _no_room(path)):
        return _NO_ROOM
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return _BUSY
    if code.startswith(("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")):
        return _FORBIDDEN
    if code.startswith("SQLITE_CONSTRAINT"):
        return _GUARDED
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return _GONE
    return _DAMAGED


def _said_by_the_system(path: Path, trouble: OSError) -> str:
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        template = _NO_ROOM
    elif trouble.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        template = _FORBIDDEN
    else:
        template = _GONE
    return template.format(path=f"the ledger {path}", said=trouble.strerror or trouble, patience=PATIENCE_S)


def _no_room(path: Path) -> bool:
    """Whether less than one page of SQLite's shared memory (32 KiB) is free beside the ledger."""
    try:
        return shutil.disk_usage(os.fspath(path.parent)).free < 32_768
    except OSError:
        return False
