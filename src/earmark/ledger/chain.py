"""One row of the ledger, and the chain that shows when one was changed or taken out.

Each machine that writes has its own chain, so that the ledgers of two machines can be laid into one
without touching a row. A row's hash covers the hash of the row before it in its chain:

    sha256 of the JSON list [before, machine, at, kind, finding, content], ASCII, no spaces

where `content` is the row's JSON text exactly as it is stored.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from earmark.errors import LedgerError
from earmark.model import Json

Kind = Literal["seen", "check", "decision", "state", "undo"]
FIRST = "0" * 64  # stands where a machine's first row has no row before it


@dataclass(frozen=True)
class Row:
    """One line of the ledger. `number` is its place in this file, and no part of the chain."""

    number: int
    hash: str
    before: str
    machine: str
    at: str  # UTC, ISO 8601
    kind: str
    finding: str
    text: str  # the content, JSON

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """The content, read."""
        try:
            read = json.loads(self.text)
        except ValueError as trouble:
            raise LedgerError(
                f"row {self.number} of the ledger holds no JSON; nothing was decided: put back a copy"
            ) from trouble
        if not isinstance(read, dict):
            raise LedgerError(
                f"row {self.number} of the ledger holds no JSON object; nothing was decided: put back a copy"
            )
        return read

    def as_json(self) -> dict[str, Json]:
        """The row as `ledger export` writes it; with `content` written again by `written`, the hash can be checked."""
        return {
            "number": self.number,
            "hash": self.hash,
            "before": self.before,
            "machine": self.machine,
            "at": self.at,
            "kind": self.kind,
            "finding": self.finding,
            "content": dict(self.content),
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify` went through: rows per machine."""

    machines: Mapping[str, int]

    @property
    def rows(self) -> int:
        """Rows altogether."""
        return sum(self.machines.values())


def written(content: Json) -> str:
    """JSON text, the same for the same content: sorted, no spaces, ASCII (stem names may hold lone surrogates)."""
    return json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"), allow_nan=False)


def row_hash(before: str, machine: str, at: str, kind: str, finding: str, text: str) -> str:
    """The hash of a row, over the hash of the row before it."""
    return hashlib.sha256(written([before, machine, at, kind, finding, text]).encode("ascii")).hexdigest()


def verify(rows: Iterable[Row], numbered_to: int | None = None) -> Verified:
    """Go through every row; the first that is not as it was written raises LedgerError.

    A machine's chain may fork (a session folder was copied and both copies answered, then merged), so a
    row's `before` has to be some earlier row of its machine. `numbered_to` is the highest number ever given.
    """
    known: dict[str, set[str]] = {}
    counts: Counter[str] = Counter()
    number = 0
    for number, row in enumerate(rows, start=1):
        _verify_row(row, number, known.setdefault(row.machine, {FIRST}))
        counts[row.machine] += 1
    if numbered_to is not None and numbered_to != number:
        raise LedgerError(
            f"the ledger once had {numbered_to} rows and now ends at {number}; rows were taken out: put back a copy"
        )
    return Verified(dict(counts))


def _verify_row(row: Row, number: int, known: set[str]) -> None:
    if row.number != number:
        raise LedgerError(f"row {number} of the ledger was taken out (the next is {row.number}); put back a copy")
    if row.hash != row_hash(row.before, row.machine, row.at, row.kind, row.finding, row.text):
        raise LedgerError(f"row {number} of the ledger, of {row.at}, is not as it was written; put back a copy")
    if row.before not in known:
        raise LedgerError(f"row {number} of the ledger, of {row.at}, follows a row that is not there; put back a copy")
    known.add(row.hash)
