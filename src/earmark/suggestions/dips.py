"""Shapes the short dips over esses and plosives: docs/curves.md gives every limit its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from earmark.suggestions.curves import STEP_DB, Point, Ride, Wish

EDGE_S = 0.01  # the ramp on either side, part of the dip's length
MOST_A_MINUTE = 12


@dataclass(frozen=True, slots=True)
class DipLimits:
    """How deep a dip may be, in dB below the level as it is now, and how long, its ramps among it."""

    least_db: float
    most_db: float
    shortest_s: float
    longest_s: float


ESSES = DipLimits(2.0, 5.0, 0.04, 0.18)
PLOSIVES = DipLimits(4.0, 8.0, 0.06, 0.15)


def dips(wishes: Iterable[Wish], limits: DipLimits) -> Ride:
    """One dip per wish that asks for enough, the deepest first where there are more than twelve a minute."""
    asked = sorted({wish for wish in wishes if wish[1] > wish[0] and wish[2] <= -limits.least_db})
    placed = list(apart([within(wish, limits) for wish in asked]))
    kept = sparse(placed)
    points = tuple(point for dip in sorted(kept) for point in corners(dip))
    return Ride(points=points, beyond=tuple(dip for dip in placed if dip not in kept), phrases=len(kept))


def within(wish: Wish, limits: DipLimits) -> Wish:
    """The wish at a depth in steps, and over a span, ramps included, that the limits allow; its middle stays."""
    start_s, end_s, db = wish
    half_s = max(limits.shortest_s, min(limits.longest_s, end_s - start_s + 2 * EDGE_S)) / 2
    middle_s = max((start_s + end_s) / 2, half_s)  # nothing before the first sample
    depth_db = max(-limits.most_db, round(db / STEP_DB) * STEP_DB)
    return round(middle_s - half_s, 6), round(middle_s + half_s, 6), depth_db


def apart(placed: Sequence[Wish]) -> Iterator[Wish]:
    """Of dips that overlap, the deepest; each touches only its own sound."""
    taken: list[Wish] = []
    for dip in sorted(placed, key=lambda dip: (dip[2], dip[0])):
        if all(dip[1] < other[0] or dip[0] > other[1] for other in taken):
            taken.append(dip)
    yield from sorted(taken)


def sparse(placed: Sequence[Wish]) -> list[Wish]:
    """At most twelve that begin within any minute; the deepest come first."""
    kept: list[Wish] = []
    for dip in sorted(placed, key=lambda dip: (dip[2], dip[0])):
        if all(crowd(at_s, [*kept, dip]) <= MOST_A_MINUTE for at_s in (other[0] for other in (*kept, dip))):
            kept.append(dip)
    return sorted(kept)


def crowd(from_s: float, placed: Sequence[Wish]) -> int:
    """How many dips begin in the minute from this time on."""
    return sum(1 for start_s, _, _ in placed if from_s <= start_s < from_s + 60.0)


def corners(dip: Wish) -> Iterator[Point]:
    """Down, hold, and up again."""
    start_s, end_s, db = dip
    yield start_s, 0.0
    yield round(start_s + EDGE_S, 6), db
    yield round(end_s - EDGE_S, 6), db
    yield end_s, 0.0
