"""Shapes the clean-up of gaps, a gate with long hands: docs/curves.md gives every limit its reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from earmark.suggestions.curves import STEP_DB, Point, Ride, Wish

SHORTEST_GAP_S = 1.0
DEEPEST_DB = 15.0  # never mute: what is turned down can still be heard to be there
EARLY_S = 0.005  # open before the next sound
OPENING_S = 0.01
SHORTEST_CLOSE_S, LONGEST_CLOSE_S = 0.15, 0.3
CLOSE_SHARE = 0.2  # of the gap, within the two


def clean_up(wishes: Iterable[Wish]) -> Ride:
    """Closed from the start of each wish to its end: from where the last sound has decayed to where the next begins."""
    asked = sorted(wish for wish in wishes if wish[1] - wish[0] > SHORTEST_GAP_S and wish[2] <= -STEP_DB)
    closed: list[Wish] = []
    for gap in asked:
        if not closed or gap[0] >= closed[-1][1]:
            closed.append(gap)
    return Ride(points=tuple(point for gap in closed for point in corners(gap)), phrases=len(closed))


def corners(gap: Wish) -> Iterator[Point]:
    """Close slowly, hold, and be open 5 ms before the next sound."""
    start_s, end_s, db = gap
    depth_db = max(-DEEPEST_DB, round(db / STEP_DB) * STEP_DB)
    close_s = max(SHORTEST_CLOSE_S, min(LONGEST_CLOSE_S, CLOSE_SHARE * (end_s - start_s)))
    yield round(start_s, 6), 0.0
    yield round(start_s + close_s, 6), depth_db
    yield round(end_s - EARLY_S - OPENING_S, 6), depth_db
    yield round(end_s - EARLY_S, 6), 0.0
