"""The ledger's file: SQLite, rows only ever added, each on disk before the call returns.

Two tables: `rows`, the chain; and `kept`, what rows speak of by its sha256 (the prints of stems, the
options of cards), deflated. A half-made ledger never bears the ledger's name: it is made whole under
another and then linked to its own.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from earmark.errors import LedgerError
from earmark.ledger.chain import FIRST, Kind, Row, row_hash, written
from earmark.ledger.filesystem import journal_for
from earmark.ledger.trouble import PATIENCE_S, told_plainly
from earmark.model import Json

NAME = "ledger.db"
APPLICATION = 0x6561726D  # "earm", in the file's header
LAYOUT = 1

_TABLES = """
CREATE TABLE rows (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  hash TEXT NOT NULL UNIQUE,
  before TEXT NOT NULL,
  machine TEXT NOT NULL,
  at TEXT NOT NULL,
  kind TEXT NOT NULL,
  finding TEXT NOT NULL,
  content TEXT NOT NULL
);
CREATE TABLE kept (hash TEXT PRIMARY KEY NOT NULL, deflated BLOB NOT NULL);
CREATE TRIGGER rows_stay BEFORE UPDATE ON rows BEGIN SELECT RAISE(ABORT, 'no row is ever changed'); END;
CREATE TRIGGER rows_last BEFORE DELETE ON rows BEGIN SELECT RAISE(ABORT, 'no row is ever taken out'); END;
CREATE TRIGGER kept_stays BEFORE UPDATE ON kept BEGIN SELECT RAISE(ABORT, 'no print is ever changed'); END;
CREATE TRIGGER kept_lasts BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'no print is ever taken out'); END;
"""
_COLUMNS = "number, hash, before, machine, at, kind, finding, content"


class Store:
    """An open ledger file."""

    def __init__(self, folder: Path, machine: str, *, create: bool) -> None:
        self.path = folder / NAME
        self.machine = machine
        self._lock = threading.RLock()
        with told_plainly(self.path):
            self._see_that_it_is_there(create)
            self._db = _connect(self.path)

    def _see_that_it_is_there(self, create: bool) -> None:
        if self.path.exists():
            if self.path.stat().st_size == 0:
                raise LedgerError(
                    f"the ledger {self.path} is empty, 0 bytes; nothing was decided and no new one is made: "
                    "put back a copy of it, or move it away to begin anew"
                )
            return
        log = self.path.with_name(NAME + "-wal")
        if log.exists():
            raise LedgerError(
                f"{log} lies there without its {NAME}; nothing was decided: put {NAME} back beside it, or move it away"
            )
        if not create:
            raise LedgerError(f"{self.path.parent} holds no ledger yet; run `earmark check` on the session first")
        _begin(self.path)

    def close(self) -> None:
        """Let go of the file; the write-ahead log is folded into it."""
        with self._lock, told_plainly(self.path):
            self._db.close()

    def rows(self, after: int = 0) -> list[Row]:
        """Every row numbered above `after`, in the order they came."""
        with self._lock, told_plainly(self.path):
            found = self._db.execute(f"SELECT {_COLUMNS} FROM rows WHERE number > ? ORDER BY number", (after,))
            return [Row(*fields) for fields in found]

    def numbered_to(self) -> int:
        """The highest number ever given to a row."""
        with self._lock, told_plainly(self.path):
            found = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'rows'").fetchone()
            return int(found[0]) if found else 0

    def kept(self, digest: str) -> bytes:
        """What was kept under this sha256."""
        with self._lock, told_plainly(self.path):
            found = self._db.execute("SELECT deflated FROM kept WHERE hash = ?", (digest,)).fetchone()
        if found is None:
            raise LedgerError(f"the ledger {self.path} has lost what it kept as {digest[:12]}; put back a copy of it")
        return _inflated(digest, found[0])

    def all_kept(self) -> Iterator[tuple[str, bytes]]:
        """Everything kept, still deflated."""
        with self._lock, told_plainly(self.path):
            yield from self._db.execute("SELECT hash, deflated FROM kept ORDER BY hash").fetchall()

    @contextmanager
    def writing(self) -> Iterator[Pen]:
        """One transaction, no other writer beside it; on leaving, every row is on disk, or on error none is."""
        with self._lock, told_plainly(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield Pen(self._db, self.machine)
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


class Pen:
    """Adds rows inside one transaction."""

    def __init__(self, db: sqlite3.Connection, machine: str) -> None:
        self._db, self._machine = db, machine
        last = db.execute("SELECT hash FROM rows WHERE machine = ? ORDER BY number DESC LIMIT 1", (machine,)).fetchone()
        self._last = str(last[0]) if last else FIRST

    def add(self, kind: Kind, finding: str, content: Json) -> Row:
        """Add one row to this machine's chain."""
        at, text = datetime.now(UTC).isoformat(timespec="microseconds"), written(content)
        digest = row_hash(self._last, self._machine, at, kind, finding, text)
        number = self._insert((digest, self._last, self._machine, at, kind, finding, text))
        row = Row(number, digest, self._last, self._machine, at, kind, finding, text)
        self._last = digest
        return row

    def copy(self, row: Row) -> bool:
        """Add another ledger's row as it is; False when it is here already."""
        if self._db.execute("SELECT 1 FROM rows WHERE hash = ?", (row.hash,)).fetchone():
            return False
        self._insert((row.hash, row.before, row.machine, row.at, row.kind, row.finding, row.text))
        return True

    def keep(self, whole: bytes) -> str:
        """Keep bytes under their sha256."""
        digest = hashlib.sha256(whole).hexdigest()
        self.keep_deflated(digest, zlib.compress(whole, 6))
        return digest

    def keep_deflated(self, digest: str, deflated: bytes) -> None:
        """Keep what another ledger kept."""
        self._db.execute("INSERT INTO kept VALUES (?, ?) ON CONFLICT DO NOTHING", (digest, deflated))

    def _insert(self, fields: tuple[str, ...]) -> int:
        done = self._db.execute(
            "INSERT INTO rows (hash, before, machine, at, kind, finding, content) VALUES (?, ?, ?, ?, ?, ?, ?)", fields
        )
        return int(done.lastrowid or 0)


def _inflated(digest: str, deflated: bytes) -> bytes:
    try:
        whole = zlib.decompress(deflated)
    except zlib.error:
        whole = b""
    if hashlib.sha256(whole).hexdigest() != digest:
        raise LedgerError(
            f"what the ledger kept as {digest[:12]} is not as it was written; put back a copy of the ledger"
        )
    return whole


def _connect(path: Path) -> sqlite3.Connection:
    """Open an existing ledger, see that it is one, and set how it is written."""
    db = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=PATIENCE_S,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        _see_that_it_is_ours(db, path)
        _set_journal(db, journal_for(path.parent))
    except BaseException:
        db.close()
        raise
    return db


def _see_that_it_is_ours(db: sqlite3.Connection, path: Path) -> None:
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise LedgerError(
            f"{path} is a database of another program, not earmark's ledger; nothing was decided: move it away"
        )
    layout = db.execute("PRAGMA user_version").fetchone()[0]
    if layout != LAYOUT:
        raise LedgerError(
            f"the ledger {path} has layout {layout}, this earmark reads layout {LAYOUT}; use the newer earmark"
        )


def _set_journal(db: sqlite3.Connection, journal: str) -> None:
    """Each row is synced before its call returns; EXTRA also syncs the folder when the rollback journal goes."""
    if db.execute("PRAGMA journal_mode").fetchone()[0] != journal:
        with suppress(sqlite3.OperationalError):  # another earmark has it open: it stays until the next opening
            db.execute(f"PRAGMA journal_mode = {journal}")
    db.execute(f"PRAGMA synchronous = {'FULL' if journal == 'wal' else 'EXTRA'}")


def _begin(path: Path) -> None:
    """Make a ledger whole under another name, then give it its own, unless another earmark was quicker."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{NAME}.{os.getpid()}-{secrets.token_hex(4)}.new")
    try:
        _fill(draft)
        _give_name(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _fill(draft: Path) -> None:
    db = sqlite3.connect(draft, isolation_level=None)
    try:
        db.execute("PRAGMA synchronous = EXTRA")
        db.executescript(
            f"BEGIN; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {LAYOUT}; {_TABLES} COMMIT;"
        )
    finally:
        db.close()


def _give_name(draft: Path, path: Path) -> None:
    """A link never overwrites; where the disk has no links, an exclusive copy does the same."""
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    except OSError:
        _copy_exclusively(draft, path)


def _copy_exclusively(draft: Path, path: Path) -> None:
    try:
        ledger = path.open("xb")
    except FileExistsError:
        return
    try:
        with ledger:
            ledger.write(draft.read_bytes())
            ledger.flush()
            os.fsync(ledger.fileno())
    except OSError:
        path.unlink()  # ours, and not whole
        raise


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
