"""Shapes the wishes of a rule into a curve a person would ride: docs/curves.md gives every limit its reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

Wish = tuple[float, float, float]  # start_s, end_s, dB
Point = tuple[float, float]  # time_s, dB relative to now

STEP_DB = 0.5
CAP_DB = 3.0
SHORTEST_RAMP_S = 0.08
LONGEST_RAMP_S = 0.3
SAME_SIGN_SHARE = 0.6
HOME_GAP_S = 2 * LONGEST_RAMP_S + 0.05  # long enough to go home to 0 dB, rest there, and out again


@dataclass(frozen=True, slots=True)
class Hold:
    """Phrases too close to move between: one value from the first start to the last end."""

    start_s: float
    end_s: float
    db: float


@dataclass(frozen=True, slots=True)
class Ride:
    """A shaped curve, and what of the wishes is no ride.

    Attributes
    ----------
    points : tuple of (time_s, dB)
        In order of time, straight lines between them, 0 dB before the first and after the last. Empty: no curve.
    static_db : float
        What most phrases want alike: a number for the whole song, never part of the curve.
    beyond : tuple of Wish
        Wishes over 3 dB, static part taken out: not a ride.
    phrases : int
        How many holds the curve moves.
    """

    points: tuple[Point, ...] = ()
    static_db: float = 0.0
    beyond: tuple[Wish, ...] = ()
    phrases: int = 0

    @property
    def range_db(self) -> tuple[float, float]:
        """The lowest and the highest point."""
        values = [db for _, db in self.points]
        return (min(values), max(values)) if values else (0.0, 0.0)


def ride(wishes: Iterable[Wish]) -> Ride:
    """The curve within the limits; one wish per phrase, those that want nothing with 0 dB among them."""
    asked = sorted(wish for wish in wishes if wish[1] > wish[0])
    if not asked:
        return Ride()
    static_db = static_part(asked)
    if one_sided(asked):
        return Ride(static_db=static_db)
    moving = [(start_s, end_s, db - static_db) for start_s, end_s, db in asked]
    held = [replace(hold, db=stepped(hold.db)) for hold in holds(moving)]
    points = tuple((round(at_s, 6), db) for at_s, db in shaped(reachable(held)))
    return Ride(
        points=points,
        static_db=static_db,
        beyond=tuple(wish for wish in moving if abs(wish[2]) > CAP_DB),
        phrases=sum(1 for hold in reachable(held) if hold.db),
    )


def static_part(wishes: Sequence[Wish]) -> float:
    """The median of the wishes by length, in steps of 0.5 dB: half of the sounding time wants at least this."""
    by_db = sorted(wishes, key=lambda wish: wish[2])
    so_far_s = list(accumulate(end_s - start_s for start_s, end_s, _ in by_db))
    middle = next(i for i, length_s in enumerate(so_far_s) if length_s >= so_far_s[-1] / 2)
    return stepped(by_db[middle][2])


def one_sided(wishes: Sequence[Wish]) -> bool:
    """More than 60 % of the phrases want to go the same way: that is a balance, not a ride."""
    up = sum(1 for _, _, db in wishes if db >= STEP_DB)
    down = sum(1 for _, _, db in wishes if db <= -STEP_DB)
    return max(up, down) > SAME_SIGN_SHARE * len(wishes)


def stepped(db: float) -> float:
    """Within ±3 dB, in steps of 0.5, and 0 for anything under 0.5."""
    if abs(db) < STEP_DB:
        return 0.0
    return max(-CAP_DB, min(CAP_DB, round(db / STEP_DB) * STEP_DB))


def holds(wishes: Sequence[Wish]) -> list[Hold]:
    """Phrases with less than 80 ms between them become one hold, at their mean by length."""
    groups: list[list[Wish]] = []
    end_s = 0.0
    for wish in wishes:
        if groups and wish[0] - end_s < SHORTEST_RAMP_S:
            groups[-1].append(wish)
        else:
            groups.append([wish])
        end_s = max(end_s, wish[1]) if len(groups[-1]) > 1 else wish[1]
    return [held(group) for group in groups]


def held(group: Sequence[Wish]) -> Hold:
    """One hold over a group of phrases."""
    total_s = sum(end_s - start_s for start_s, end_s, _ in group)
    mean_db = sum((end_s - start_s) * db for start_s, end_s, db in group) / total_s
    return Hold(group[0][0], max(end_s for _, end_s, _ in group), mean_db)


def reachable(held: Sequence[Hold]) -> list[Hold]:
    """A hold that begins before a ramp can reach it stays as it is."""
    return [replace(hold, db=0.0) if hold.start_s < SHORTEST_RAMP_S else hold for hold in held]


def shaped(held: Sequence[Hold]) -> Iterable[Point]:
    """Ramp in the gap before a hold, hold, ramp in the gap after it; straight on to the next in short gaps."""
    before = Hold(-1.0, 0.0, 0.0)
    for hold in held:
        gap_s = hold.start_s - before.end_s
        if gap_s >= HOME_GAP_S or not before.db or not hold.db:
            yield from leave(before, gap_s if not hold.db else gap_s / 2)
            yield from reach(hold, gap_s if not before.db else gap_s / 2)
        elif hold.db != before.db:
            ramp_s = min(LONGEST_RAMP_S, gap_s)
            yield hold.start_s - ramp_s, before.db
            yield hold.start_s, hold.db
        before = hold
    yield from leave(before, LONGEST_RAMP_S)


def reach(hold: Hold, room_s: float) -> Iterable[Point]:
    """From 0 dB to the hold, ending where its first phrase starts."""
    if hold.db:
        yield hold.start_s - min(LONGEST_RAMP_S, room_s), 0.0
        yield hold.start_s, hold.db


def leave(hold: Hold, room_s: float) -> Iterable[Point]:
    """From the hold back to 0 dB, starting where its last phrase ends."""
    if hold.db:
        yield hold.end_s, hold.db
        yield hold.end_s + min(LONGEST_RAMP_S, room_s), 0.0


def level_at(points: Sequence[Point], at_s: float) -> float:
    """The curve at one time: straight lines in dB, 0 outside."""
    if not points or at_s <= points[0][0] or at_s >= points[-1][0]:
        return 0.0
    for (start_s, from_db), (end_s, to_db) in pairwise(points):
        if at_s <= end_s:
            return from_db + (to_db - from_db) * (at_s - start_s) / (end_s - start_s)
    return 0.0
