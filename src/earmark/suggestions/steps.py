"""Shapes a change of gain between two takes: docs/curves.md gives every limit its reason."""

from __future__ import annotations

from collections.abc import Iterable

from earmark.suggestions.curves import CAP_DB, Point, Ride, Wish, stepped

EDGE_S = 0.01


def steps(wishes: Iterable[Wish]) -> Ride:
    """Each wish from its first sample to its last at one value, within ±3 dB, with edges of 10 ms inside it."""
    points: list[Point] = []
    beyond: list[Wish] = []
    count, free_s = 0, 0.0
    for start_s, end_s, db in sorted(set(wishes)):
        held_db = stepped(db)
        if not held_db or start_s < free_s or end_s - start_s <= 2 * EDGE_S:
            continue
        points += [(start_s, 0.0), (start_s + EDGE_S, held_db), (end_s - EDGE_S, held_db), (end_s, 0.0)]
        beyond += [(start_s, end_s, db)] if abs(db) > CAP_DB else []
        count, free_s = count + 1, end_s
    return Ride(points=tuple((round(at_s, 6), db) for at_s, db in points), beyond=tuple(beyond), phrases=count)
