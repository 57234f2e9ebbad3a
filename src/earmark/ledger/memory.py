"""What the rows amount to: what was seen, what was said to it, what became of that.

Folded row by row, so that a ledger another program writes to can be followed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from earmark.ledger.chain import Row
from earmark.ledger.sheets import decision_from, finding_from
from earmark.model import Answer, Decision, Finding

State = Literal["decided", "sent", "confirmed"]
STATES: tuple[State, ...] = ("decided", "sent", "confirmed")


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding as it was when it was written down; `prints` are sha256 by stem."""

    at: str
    finding: Finding
    prints: Mapping[str, str]
    sheet: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision row: what was said, and of which finding at which place and value.

    The findings of one card are answered together: they share a `group`, and `asked` is the one that
    the human named.
    """

    row: Row
    decision: Decision
    scope: Seen
    group: str
    asked: str


@dataclass
class Memory:
    """Everything the rows say, up to row `number`."""

    number: int = 0
    seen: dict[str, dict[str, Seen]] = field(default_factory=dict)  # by machine, then id, in order of first sight
    decided: dict[str, list[Decided]] = field(default_factory=dict)  # by finding id
    groups: dict[str, list[Decided]] = field(default_factory=dict)
    undone: set[str] = field(default_factory=set)  # hashes of decision rows
    states: dict[str, State] = field(default_factory=dict)  # by group
    checks: dict[str, Row] = field(default_factory=dict)  # the last of each machine
    said: int = 0  # number of the last row in which somebody answered, or took an answer back

    def take(self, rows: Iterable[Row]) -> None:
        """Fold further rows in."""
        for row in rows:
            self._take(row)
            self.number = row.number
            if row.kind in ("decision", "undo"):
                self.said = row.number

    def _take(self, row: Row) -> None:
        if row.kind == "seen":
            self._take_seen(row)
        elif row.kind == "decision":
            self._take_decision(row)
        elif row.kind == "undo":
            self.undone.update(row.content["undoes"])
        elif row.kind == "state":
            self._take_state(row.content["group"], row.content["state"])
        elif row.kind == "check" and (row.machine not in self.checks or self.checks[row.machine].at <= row.at):
            self.checks[row.machine] = row

    def _take_seen(self, row: Row) -> None:
        """The latest by the clock: a merge brings rows of the same machine that are older than its own."""
        things = self.seen.setdefault(row.machine, {})
        if row.finding not in things or things[row.finding].at <= row.at:
            things[row.finding] = _seen(row, row.content)

    def _take_decision(self, row: Row) -> None:
        content = row.content
        scope = _seen(row, content["scope"])
        decided = Decided(row, decision_from(row.finding, content), scope, content["group"], content["asked"])
        self.decided.setdefault(row.finding, []).append(decided)
        self.groups.setdefault(decided.group, []).append(decided)

    def _take_state(self, group: str, state: State) -> None:
        """A state is never left backwards, in whatever order two ledgers were merged."""
        if STATES.index(state) > STATES.index(self.state(group)):
            self.states[group] = state

    def state(self, group: str) -> State:
        """How far an accepted decision has come."""
        return self.states.get(group, "decided")

    def latest(self, id: str, machine: str) -> Seen | None:
        """How a finding was last seen, on this machine first of all."""
        machines = sorted(self.seen, key=lambda each: each != machine)
        return next((self.seen[each][id] for each in machines if id in self.seen[each]), None)

    def standing(self, ids: Iterable[str]) -> Decided | None:
        """The last decision on any of these that was not undone; by the clock, for two machines may have answered."""
        still = [each for id in ids for each in self.decided.get(id, ()) if each.row.hash not in self.undone]
        return max(still, key=lambda each: (each.row.at, each.row.number), default=None)

    def called(self) -> dict[str, str]:
        """What people call each finding that is known."""
        return {id: _called(seen.finding) for things in self.seen.values() for id, seen in things.items()}

    def check(self, machine: str) -> Row | None:
        """The last check, on this machine first of all."""
        return max(self.checks.values(), key=lambda row: (row.machine == machine, row.at), default=None)

    def answer(self, id: str, machine: str) -> Answer | None:
        """What holds for a finding since the last check: what that recalled, or what was said after it."""
        check, standing = self.check(machine), self.standing([id])
        if standing is None or standing.decision.answer == "later":
            return None
        recalled = check is None or standing.row.number > check.number or id in check.content["answered"]
        return standing.decision.answer if recalled else None


def _seen(row: Row, sheet: Mapping[str, Any]) -> Seen:
    return Seen(row.at, finding_from(row.finding, sheet), sheet.get("prints", {}), sheet)


def _called(finding: Finding) -> str:
    return f"{finding.name} on {', '.join(finding.stems)}" if finding.stems else finding.name
