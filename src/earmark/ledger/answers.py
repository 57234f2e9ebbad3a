"""What a human's answer becomes: rows, and what can be read from them again."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from earmark.actions import LeaveIt
from earmark.errors import LedgerError, UsageError
from earmark.ledger.machine import user_name
from earmark.ledger.memory import STATES, Decided, Memory, Seen, State
from earmark.ledger.sheets import decision_sheet, options_from
from earmark.ledger.store import Pen, Store
from earmark.model import Decision, Finding, Json, Option


@dataclass(frozen=True, slots=True)
class Kept:
    """One answer that stands: to one card, so to one or more findings.

    `decision.finding_id` is the one the human named; `findings` are all that it speaks for, as they were
    then. `option` is what was accepted, where options were offered. `state` says how far an accepted one
    has come.
    """

    decision: Decision
    findings: tuple[Finding, ...]
    option: Option | None
    state: State
    at: str

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of its findings."""
        return tuple(finding.id for finding in self.findings)


class Answers:
    """Turns decisions into rows and back. Every method runs inside its caller's lock and transaction."""

    def __init__(self, memory: Memory, store: Store) -> None:
        self._memory, self._store = memory, store

    def record(self, pen: Pen, decision: Decision, apart: Collection[str] = ()) -> Kept:
        """One row per finding of the card, but for those answered `apart`; none where just this stands already."""
        mates, options_at = self._card_of(decision.finding_id)
        scopes = {id: self._seen(id) for id in mates if id == decision.finding_id or id not in apart}
        whole = self._completed(decision, options_at)
        standing = self._memory.standing([decision.finding_id])
        if standing is not None and _says_the_same(standing, whole, scopes[decision.finding_id]):
            return self._kept(standing.group)
        return self._write(pen, whole, scopes, options_at)

    def _write(self, pen: Pen, decision: Decision, scopes: dict[str, Seen], options_at: str | None) -> Kept:
        group = secrets.token_hex(8)
        shared: dict[str, Json] = {"group": group, "asked": decision.finding_id, "options": options_at}
        rows = [
            pen.add("decision", id, decision_sheet(decision) | shared | {"scope": dict(seen.sheet)})
            for id, seen in scopes.items()
        ]
        findings = tuple(seen.finding for seen in scopes.values())
        return Kept(decision, findings, self._option(decision, options_at), "decided", rows[0].at)

    def mark(self, pen: Pen, id: str, state: State) -> bool:
        """A row for the state, unless it has come that far already."""
        standing = self._memory.standing([id])
        if standing is None or standing.decision.answer != "accept":
            raise LedgerError(f"{id} is not accepted, so it cannot be {state}; nothing was noted: accept it first")
        if STATES.index(state) <= STATES.index(self._memory.state(standing.group)):
            return False
        pen.add("state", standing.asked, {"group": standing.group, "state": state})
        return True

    def undo(self, pen: Pen, id: str) -> Kept:
        """A row that revokes the last answer, for all of its findings to which it still is the last."""
        standing = self._memory.standing([id])
        if standing is None:
            raise UsageError(f"{id} has no answer to undo; `earmark ledger show` lists the answers that stand")
        kept = self._kept(standing.group)
        hashes: list[Json] = [each.row.hash for each in self._still(standing.group)]
        pen.add("undo", standing.asked, {"undoes": hashes, "group": standing.group})
        return kept

    def standing(self) -> tuple[Kept, ...]:
        """Every group of which some answer is the last to its finding; oldest first."""
        return tuple(self._kept(group) for group in self._memory.groups if self._still(group))

    def pending(self, surface: str | None) -> tuple[Kept, ...]:
        """Accepted, something to do, not confirmed."""
        return tuple(
            kept
            for kept in self.standing()
            if kept.decision.answer == "accept"
            and kept.state != "confirmed"
            and not (kept.option and isinstance(kept.option.action, LeaveIt))
            and surface in (None, kept.decision.surface)
        )

    def options(self, digest: str | None) -> tuple[Option, ...]:
        """The options kept under this sha256."""
        return options_from(json.loads(self._store.kept(digest))) if digest else ()

    def options_at(self, id: str) -> str | None:
        """Where the options of this finding's card are kept."""
        return self._card_of(id)[1]

    def accepted(self, decided: Decided) -> Option | None:
        """The option that was accepted, where options were offered."""
        return self._option(decided.decision, decided.row.content["options"])

    def _kept(self, group: str) -> Kept:
        all_of_it = self._memory.groups[group]
        first = next((each for each in all_of_it if each.row.finding == each.asked), all_of_it[0])
        options_at = first.row.content["options"]
        return Kept(
            first.decision,
            tuple(each.scope.finding for each in self._still(group) or all_of_it),
            self._option(first.decision, options_at),
            self._memory.state(group),
            first.row.at,
        )

    def _still(self, group: str) -> list[Decided]:
        return [each for each in self._memory.groups[group] if self._memory.standing([each.row.finding]) is each]

    def _card_of(self, id: str) -> tuple[list[str], str | None]:
        """The findings that are answered together with this one, and where the card's options are kept."""
        check = self._memory.check(self._store.machine)
        for card in check.content["cards"] if check else ():
            if id in card["findings"]:
                mates = [each for each in card["findings"] if each == id or self._waits(each)]
                return mates if any(map(self._waits, mates)) else card["findings"], card["options"]
        return [id], None

    def _waits(self, id: str) -> bool:
        return self._memory.answer(id, self._store.machine) is None

    def _completed(self, decision: Decision, options_at: str | None) -> Decision:
        """With the option's number and curve, and who said it."""
        whole = replace(decision, by=decision.by or user_name())
        options = self.options(options_at)
        if decision.answer != "accept" or not options:
            return whole
        number = decision.option or 1
        if not 1 <= number <= len(options):
            raise UsageError(f"{decision.finding_id} has options 1 to {len(options)}, not {number}; choose one of them")
        return replace(whole, option=number, curve=decision.curve or options[number - 1].curve)

    def _option(self, decision: Decision, options_at: str | None) -> Option | None:
        options = self.options(options_at) if decision.option else ()
        return options[decision.option - 1] if decision.option and decision.option <= len(options) else None

    def _seen(self, id: str) -> Seen:
        seen = self._memory.latest(id, self._store.machine)
        if seen is None:
            raise LedgerError(f"the ledger has no note of {id}; nothing was decided: run `earmark check` first")
        return seen


def _says_the_same(standing: Decided, decision: Decision, seen: Seen) -> bool:
    """Two accepts of one id apply once: a second one, of the same thing as it was, is the first."""
    said = replace(standing.decision, finding_id=decision.finding_id, by=decision.by, surface=decision.surface)
    return said == decision and standing.scope.sheet == seen.sheet
