"""Answers given for one session that hold for another: the same stems, bounced again into another folder.

They are not merged but said again, as new rows of the new session's ledger: only what still holds, under the names
that the stems have now, each with the hash of the row it comes from. The value that was answered stays the measure, so
that a noise that grows a little with every bounce is asked about once it has grown by the rule's `worse_by` in all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from earmark.ledger.memory import Decided, Memory
from earmark.ledger.recall import LEVEL_UNITS, Changes
from earmark.ledger.sheets import decision_sheet
from earmark.ledger.stem_print import Change, StemPrint
from earmark.ledger.store import Pen
from earmark.model import Decision, Finding, Json, Option


@dataclass(frozen=True, slots=True)
class Carried:
    """One answer of the old ledger, and the finding of the new session that it speaks for.

    `change` is what became of the stem between; `option` is what was accepted.
    """

    finding: Finding
    decided: Decided
    change: Change
    option: Option | None = None

    @property
    def value(self) -> float:
        """The value that was answered, at the level the stem has now."""
        then = self.decided.scope.finding
        own_db = self.change.gain_db if then.unit in LEVEL_UNITS and self.finding.unit == then.unit else 0.0
        return then.value + own_db


def in_old_names(finding: Finding, names: Mapping[str, str]) -> Finding:
    """The finding as the old session would have called its stems."""
    return replace(finding, stems=tuple(names.get(stem, stem) for stem in finding.stems), id="", answered=None)


def prints_in_old_names(prints: Mapping[str, StemPrint], names: Mapping[str, str]) -> dict[str, StemPrint]:
    """The prints by the old names of the stems; those of a name that now means another stem are left out."""
    renamed = set(names.values())
    return {names.get(stem, stem): each for stem, each in prints.items() if stem in names or stem not in renamed}


def holding(
    findings: Iterable[Finding], recalled: Iterable[Finding], memory: Memory, changes: Changes
) -> Iterator[Carried]:
    """The findings whose old selves, `recalled`, have an answer that holds."""
    for finding, then in zip(findings, recalled, strict=True):
        decided = memory.standing([then.id]) if then.answered else None
        if decided is not None:
            yield Carried(finding, decided, changes.since(decided.scope))


def write(
    pen: Pen, carried: Iterable[Carried], sheets: Mapping[str, Mapping[str, Json]], options: Mapping[str, str | None]
) -> int:
    """One row each; answers that were one stay one. `sheets` and `options` are of the new findings, by id."""
    groups: dict[str, tuple[str, str]] = {}
    count = 0
    for each in carried:
        id = each.finding.id
        group, asked = groups.setdefault(each.decided.group, (secrets.token_hex(8), id))
        shared: dict[str, Json] = {"group": group, "asked": asked, "options": options[id]}
        scope: dict[str, Json] = {**sheets[id], "value": each.value}
        from_row: dict[str, Json] = {"scope": scope, "carried": each.decided.row.hash}
        pen.add("decision", id, decision_sheet(said(each)) | shared | from_row)
        count += 1
    return count


def said(carried: Carried) -> Decision:
    """What was said, of the finding as it is now: a curve moves with its stem."""
    decision, shift_s = carried.decided.decision, carried.change.shift_s
    curve = decision.curve and tuple((at_s + shift_s, db) for at_s, db in decision.curve)
    return replace(decision, finding_id=carried.finding.id, curve=curve)


def offered_again(carried: Carried, options: tuple[Option, ...]) -> Carried | None:
    """With the number that the accepted option has now; None where nothing of its kind is offered any more."""
    decision = carried.decided.decision
    if decision.answer != "accept" or carried.option is None:
        return carried
    kind = type(carried.option.action)
    alike = [number for number, option in enumerate(options, start=1) if type(option.action) is kind]
    if not alike:
        return None
    number = decision.option if decision.option in alike else alike[0]
    return replace(carried, decided=replace(carried.decided, decision=replace(decision, option=number)))
