"""The memory law: which findings are old acquaintances, and which of them were answered.

A finding keeps its id when it matches a remembered one (same rule, stems and aspect, same place once
the stem's own shift is taken out). Its answer holds while the place is the one that was answered and the
value is not worse by the rule's `worse_by`, once the stem's own gain is taken out of a level.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from earmark.ledger.identity import ENOUGH, first_sight, overlap
from earmark.ledger.memory import Memory, Seen
from earmark.ledger.stem_print import UNCHANGED, Change, StemPrint, compare
from earmark.model import Answer, Finding

LEVEL_UNITS = frozenset({"dBFS", "dBTP", "LUFS", "dB FS"})


@dataclass
class Changes:
    """What became of each stem since a print of it was kept; each pair of prints is compared once.

    A pair finding moves with the first of its stems that can be compared, which is the one it is about.
    """

    now: Mapping[str, StemPrint]
    kept: Callable[[str], bytes]
    _known: dict[tuple[str, str], Change | None] = field(default_factory=dict)

    def since(self, seen: Seen) -> Change:
        """Shift and gain of the finding's stem since then; none where it is another performance or unknown."""
        for stem in seen.finding.stems:
            if stem in self.now and stem in seen.prints:
                return self._of(stem, seen.prints[stem]) or UNCHANGED
        return UNCHANGED

    def _of(self, stem: str, then: str) -> Change | None:
        if (stem, then) not in self._known:
            now = self.now[stem]
            same = now.digest == then
            self._known[stem, then] = UNCHANGED if same else compare(StemPrint.unpack(self.kept(then)), now)
        return self._known[stem, then]


def recall(findings: Sequence[Finding], memory: Memory, machine: str, changes: Changes) -> tuple[Finding, ...]:
    """The findings with their ids, and with their answers where these still hold.

    Each machine's memory is matched by itself, since two machines may have met one thing under two ids;
    the id is the own machine's, else that of the one who met it first, and the last answer under any counts.
    """
    known_as = [_matches(findings, memory.seen[each], changes) for each in _own_first(memory, machine)]
    taken = set(memory.called())
    used: set[str] = set()
    recalled = []
    for at, finding in enumerate(findings):
        ids = [match[at] for match in known_as if at in match]
        id = next((each for each in ids if each not in used), None) or first_sight(finding, taken | used)
        used.add(id)
        recalled.append(replace(finding, id=id, answered=_answer(finding, ids, memory, changes)))
    return tuple(recalled)


def is_worse(then: Finding, now: Finding, gain_db: float) -> bool:
    """Whether the value has worsened by `now.worse_by` (its sign says which way), apart from the stem's own gain."""
    if now.worse_by is None:
        return False
    own_db = gain_db if now.unit in LEVEL_UNITS and then.unit == now.unit else 0.0
    risen = now.value - own_db - then.value
    return (risen if now.worse_by >= 0.0 else -risen) >= abs(now.worse_by)


def _own_first(memory: Memory, machine: str) -> list[str]:
    return sorted(memory.seen, key=lambda each: each != machine)


def _matches(findings: Sequence[Finding], things: Mapping[str, Seen], changes: Changes) -> dict[int, str]:
    """One-to-one, the closest first: index of the finding to the id of the remembered one."""
    by_kind: dict[tuple[object, ...], list[Seen]] = {}
    for seen in things.values():
        by_kind.setdefault(_kind(seen.finding), []).append(seen)
    near = [
        (-share, *_unlikeness(seen.finding, finding), at, seen.finding.id)
        for at, finding in enumerate(findings)
        for seen in by_kind.get(_kind(finding), ())
        if (share := overlap(seen.finding, finding, changes.since(seen).shift_s)) >= ENOUGH
    ]
    return _paired((at, id) for *_, at, id in sorted(near))


def _kind(finding: Finding) -> tuple[object, ...]:
    """What two findings have in common that can be the same at all."""
    return finding.code, finding.stems, finding.aspect


def _paired(pairs: Iterable[tuple[int, str]]) -> dict[int, str]:
    matched: dict[int, str] = {}
    gone: set[str] = set()
    for at, id in pairs:
        if at not in matched and id not in gone:
            matched[at] = id
            gone.add(id)
    return matched


def _unlikeness(then: Finding, now: Finding) -> tuple[float, float]:
    """Between two at one place: the nearer band, then the nearer value."""
    bands = 0.0
    if then.band_hz and now.band_hz:
        bands = abs(then.band_hz[0] - now.band_hz[0]) + abs(then.band_hz[1] - now.band_hz[1])
    return bands, abs(then.value - now.value)


def _answer(finding: Finding, ids: Sequence[str], memory: Memory, changes: Changes) -> Answer | None:
    """What was said last, if it still speaks of this place and this value; `later` is asked again."""
    decided = memory.standing(ids)
    if decided is None or decided.decision.answer == "later":
        return None
    then, change = decided.scope.finding, changes.since(decided.scope)
    if overlap(then, finding, change.shift_s) < ENOUGH or is_worse(then, finding, change.gain_db):
        return None
    return decided.decision.answer
