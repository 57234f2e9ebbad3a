"""Finds the steady beat that most of a handful of moments keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FASTEST_S, SLOWEST_S = 0.2, 1.6  # 300 to 37.5 a minute: metronomes, and their eighths
NEIGHBOURS = 4
WITHIN_S = 0.006
MOST_PAIRS = 400


@dataclass(frozen=True, slots=True)
class Beat:
    """The moments on the beat, float64 (beats,); its interval; and the slots it has where one could be heard."""

    at_s: np.ndarray
    interval_s: float
    slots: int
    by_chance: float


NONE = Beat(np.zeros(0), 0.0, 0, 0.0)


def steadiest_beat(at_s: np.ndarray, open_steps: np.ndarray, step_s: float, least: int) -> Beat:
    """The beat with most hits for its slots.

    Parameters
    ----------
    at_s : ndarray of float64, shape (moments,)
        In order.
    open_steps : ndarray of bool, shape (steps,)
        Where a moment could have been found.
    step_s : float
        Length of a step.
    least : int
        Hits below which there is no beat.
    """
    if at_s.size < least:
        return NONE
    beats = [beat for start, gap in pairs(at_s) for beat in [fitted(at_s, start, gap, open_steps, step_s)]]
    beats = [beat for beat in beats if beat.at_s.size >= least]
    return max(beats, key=lambda beat: beat.at_s.size * beat.at_s.size / max(beat.slots, 1), default=NONE)


def pairs(at_s: np.ndarray) -> list[tuple[float, float]]:
    """A moment and the distance to one of the next four, where that may be a beat; each distance to 3 ms only once."""
    found: dict[tuple[int, int], tuple[float, float]] = {}
    for ahead in range(1, NEIGHBOURS + 1):
        for start, gap in zip(at_s[:-ahead].tolist(), (at_s[ahead:] - at_s[:-ahead]).tolist(), strict=True):
            if FASTEST_S <= gap <= SLOWEST_S:
                key = round(gap / 0.003), round(start % gap / 0.02)
                found.setdefault(key, (start, gap))
    return list(found.values())[:MOST_PAIRS]


def fitted(at_s: np.ndarray, start_s: float, interval_s: float, open_steps: np.ndarray, step_s: float) -> Beat:
    """The beat through these two, drawn straight through more and more of those that keep it."""
    for reach in (8, 32, 10_000):
        turns = np.round((at_s - start_s) / interval_s)
        near = (np.abs(at_s - start_s - turns * interval_s) <= WITHIN_S) & (np.abs(turns) <= reach)
        if np.ptp(turns[near]) < 2:
            return NONE
        interval_s, start_s = np.polyfit(turns[near], at_s[near], 1)
    beats, turns = at_s[near], turns[near].astype(int)
    slots_s = start_s + interval_s * np.arange(turns.min(), turns.max() + 1)
    steps = np.clip(np.round(slots_s / step_s).astype(int), 0, open_steps.size - 1)
    first, last, slots = densest(open_steps[steps], turns - turns.min())
    open_s = float(np.count_nonzero(open_steps)) * step_s
    by_chance = slots * min(1.0, at_s.size * 2 * WITHIN_S / max(open_s, WITHIN_S))
    return Beat(beats[first : last + 1], float(interval_s), slots, by_chance)


def densest(open_slots: np.ndarray, turns: np.ndarray) -> tuple[int, int, int]:
    """First and last hit to keep, and the slots between: without strays far off, which make slots and no sense."""
    before = np.concatenate([[0], np.cumsum(open_slots)])

    def slots(first: int, last: int) -> int:
        return max(last - first + 1, int(before[turns[last] + 1] - before[turns[first]]))

    def worth(first: int, last: int) -> float:
        return (last - first + 1) ** 2 / slots(first, last)

    first, last = 0, turns.size - 1
    while last - first > 1:
        fewer = max((first + 1, last), (first, last - 1), key=lambda kept: worth(*kept))
        if worth(*fewer) <= worth(first, last):
            break
        first, last = fewer
    return first, last, slots(first, last)
