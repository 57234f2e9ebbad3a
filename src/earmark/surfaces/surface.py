"""What a surface needs of the rest of earmark, and no more.

A surface asks and reports; it never imports the ledger. Whoever starts one hands it a memory:
`record` returns only when the answer is on disk, and nothing is done in the DAW before it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from earmark.model import Card, Decision

State = Literal["decided", "sent", "confirmed"]


class Kept(Protocol):
    """An answer that stands, and how far it has come."""

    @property
    def decision(self) -> Decision:
        """What was said."""

    @property
    def state(self) -> str:
        """decided, sent or confirmed."""


class Memory(Protocol):
    """Where answers are kept; `earmark.ledger.Ledger` is one."""

    def record(self, decisions: Decision, /) -> object:
        """Keep an answer; on disk when this returns."""

    def mark(self, finding_id: str, state: State, /) -> object:
        """Note how far an accepted answer has come."""

    def undo(self, finding_id: str, /) -> object:
        """Take back the last answer to this finding, and to its card."""

    def pending(self, surface: str | None = None, /) -> Sequence[Kept]:
        """Accepted and not yet confirmed to be in the session."""

    def cards(self) -> Sequence[Card]:
        """The cards of the last check, each finding with its answer."""


class Nothing:
    """A memory for a visit that asks nothing: a sweep."""

    def record(self, decisions: Decision, /) -> object:
        """Nobody is asked, so nothing comes."""
        raise LookupError(f"an answer to {decisions.finding_id} came in during a sweep")

    def mark(self, finding_id: str, state: State, /) -> object:
        """Nothing is under way."""
        return None

    def undo(self, finding_id: str, /) -> object:
        """Nothing was answered here."""
        return None

    def pending(self, surface: str | None = None, /) -> Sequence[Kept]:
        """Nothing is looked after."""
        return ()

    def cards(self) -> Sequence[Card]:
        """Nothing is laid."""
        return ()
