"""What a finding is called, and when a finding is one that is remembered.

An id is given on first sight, from the rule, the stems and the start, and then kept: a later finding
of the same rule on the same stems is the same one when it lies where the remembered one lay, once the
stem's own shift is taken out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from earmark.errors import UnknownId
from earmark.ledger.chain import written
from earmark.model import Finding, Json

LENGTH = 8
SHORTEST = 4
# House default: places nearer than this are one place. Shorter spans (a click, a peak) are widened to it, so that
# a shift measured to 5 ms, or a start that another equaliser moved, does not part a click from itself.
POINT_S = 0.1
# "Overlapping by half" is half of the longer span, so that an answer for one second never speaks for a minute.
ENOUGH = 0.5


def first_sight(finding: Finding, taken: Collection[str] = ()) -> str:
    """8 hex digits of sha256 over [code, stems, start in steps of 10 ms], and the aspect where there is one.

    Where that id is taken, by another finding of the session that begins within the same 10 ms, or by one
    remembered from elsewhere, the count 2, 3, ... is added to the list until the id is free.
    """
    start = None if finding.start_s is None else round(finding.start_s * 100.0)
    key: list[Json] = [finding.code, list(finding.stems), start, *filter(None, [finding.aspect])]
    given, count = _digits(key), 1
    while given in taken:
        count += 1
        given = _digits([*key, count])
    return given


def named(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with their first-sight ids: for a run that has no ledger to ask."""
    taken: set[str] = set()
    done = []
    for finding in findings:
        done.append(replace(finding, id=first_sight(finding, taken)))
        taken.add(done[-1].id)
    return tuple(done)


def short_ids(ids: Iterable[str]) -> dict[str, str]:
    """The shortest prefix, at least four digits, that only this id begins with."""
    ordered = sorted(set(ids))
    return {
        this: this[: max(SHORTEST, _shared(this, before) + 1, _shared(this, after) + 1)]
        for before, this, after in zip(["", *ordered], ordered, [*ordered[1:], ""], strict=False)
    }


def resolve(prefix: str, known: Mapping[str, str]) -> str:
    """The one id that begins with `prefix`; `known` gives for each id what a person calls it."""
    typed = prefix.strip().lower().lstrip("·")
    fitting = sorted(this for this in known if typed and this.startswith(typed))
    if typed in known:
        return typed
    if not fitting:
        raise UnknownId(f"no finding has the id {prefix!r}; `earmark check` lists the ids that there are")
    if len(fitting) > 1:
        raise UnknownId(f"{prefix!r} begins {_listed(fitting, known)}; type more of the one you mean")
    return fitting[0]


def overlap(then: Finding, now: Finding, shift_s: float = 0.0) -> float:
    """Share of the longer span that both cover, 0 to 1; 1 for two that speak of the whole file, else 0."""
    if _is_whole(then) or _is_whole(now):
        return 1.0 if _is_whole(then) and _is_whole(now) else 0.0
    first, second = _span(then, shift_s), _span(now, 0.0)
    shared_s = min(first[1], second[1]) - max(first[0], second[0])
    return max(0.0, shared_s) / max(first[1] - first[0], second[1] - second[0])


def _is_whole(finding: Finding) -> bool:
    return finding.throughout or finding.start_s is None


def _span(finding: Finding, shift_s: float) -> tuple[float, float]:
    start_s = finding.start_s or 0.0
    end_s = max(start_s, start_s if finding.end_s is None else finding.end_s)
    short_by_s = max(0.0, POINT_S - (end_s - start_s))
    return start_s + shift_s - short_by_s / 2.0, end_s + shift_s + short_by_s / 2.0


def _digits(key: Sequence[Json]) -> str:
    return hashlib.sha256(written(key).encode("ascii")).hexdigest()[:LENGTH]


def _shared(this: str, other: str) -> int:
    pairs = zip(this, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(this), len(other)))


def _listed(ids: list[str], known: Mapping[str, str]) -> str:
    told = [f"{this} ({known[this]})" for this in ids[:4]]
    rest = len(ids) - len(told)
    return ", ".join(told) + (f" and {rest} more" if rest else "")
