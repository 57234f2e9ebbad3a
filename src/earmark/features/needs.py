"""Which features have to be measured for which: needs first, and nothing that is already there."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from earmark.features.feature import PairFeature, SessionFeature, StemFeature


def in_order(wanted: Iterable[type], *, without: Collection[type] = ()) -> list[type]:
    """`wanted` and all that they need, needs first; `without` are there already and ask for nothing."""
    ordered: list[type] = []

    def visit(kind: type) -> None:
        if kind in without or kind in ordered:
            return
        for need in needs_of(kind):
            visit(need)
        ordered.append(kind)

    for kind in sorted(wanted, key=lambda each: (each.__module__, each.__qualname__)):
        visit(kind)
    return ordered


def needs_of(kind: type) -> tuple[type, ...]:
    """What the kind names in NEEDS."""
    return tuple(getattr(kind, "NEEDS", ()))


def kept(wanted: Iterable[type]) -> list[type]:
    """The stem features asked for, or looked at by pair and session features; others are steps on the way."""
    asked = list(wanted)
    looked_at = [
        need for kind in in_order(asked) if issubclass(kind, PairFeature | SessionFeature) for need in needs_of(kind)
    ]
    return [
        kind
        for kind in in_order([*asked, *looked_at])
        if kind in {*asked, *looked_at} and issubclass(kind, StemFeature)
    ]


def version_of(kind: type) -> str:
    """The kind's VERSION and those of all that it is computed from: when one goes up, this changes."""
    return " ".join(f"{each.__qualname__}={getattr(each, 'VERSION', 0)}" for each in in_order([kind]))
