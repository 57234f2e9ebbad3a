"""Sound that is the same to the last bit twice in a row: a value held, a block played again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_HELD = 16  # samples; house default: shorter runs of one value are common in quiet 16-bit sound
LEAST_LAG, MOST_LAG = 32, 4096  # buffers of sound cards and disks; house default
SURE_SAMPLES = 24  # so many equal samples in a row that are not all alike are no chance
LEAST_VALUES = 8
SLACK = 3


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `first` on, `length` samples; `lag` before the samples they are a copy of, or 0. Nothing: length 0."""

    first: int = 0
    length: int = 0
    lag: int = 0


def held_run(sound: np.ndarray, at: int) -> Stretch:
    """The longest run of one value that begins or ends within 3 samples of `at`, of 16 or more.

    Zero is not held, and neither is a top among others: where two more runs at least half as long come within 1 % of
    its magnitude, it is a clipped wave or a square one.
    """
    first = max(0, at - MOST_LAG)
    reach = sound[first : at + MOST_LAG]
    ends = np.concatenate([np.flatnonzero(np.diff(reach)) + 1, [reach.size]])
    starts = np.concatenate([[0], ends[:-1]])
    near = np.minimum(np.abs(starts + first - at), np.abs(ends + first - at)) <= SLACK
    lengths = np.where(near & (reach[starts] != 0.0), ends - starts, 0)
    longest = int(np.argmax(lengths))
    length, height = int(lengths[longest]), abs(float(reach[starts[longest]]))
    like_it = np.abs(np.abs(reach[starts[2 * (ends - starts) >= length]]) - height) <= 0.01 * height
    if length < LEAST_HELD or np.count_nonzero(like_it) > 2:
        return Stretch()
    return Stretch(first + int(starts[longest]), length)


def repeated_block(sound: np.ndarray, at: int) -> Stretch:
    """An exact copy of what came 32 to 4096 samples before it, that begins or ends within 3 samples of `at`."""
    begun, ended = copy_around(sound, at + SLACK), copy_around(sound, at - SLACK - SURE_SAMPLES)
    found = [
        one for one, edge in ((begun, begun.first), (ended, ended.first + ended.length)) if abs(edge - at) <= SLACK
    ]
    return max(found, key=lambda one: one.length, default=Stretch())


def copy_around(sound: np.ndarray, first: int) -> Stretch:
    """The samples about `first` that were there before, at the shortest lag."""
    pattern = sound[max(0, first) : first + SURE_SAMPLES]
    if first < 0 or pattern.size < SURE_SAMPLES or np.count_nonzero(np.diff(pattern)) < LEAST_VALUES:
        return Stretch()
    lags = np.arange(LEAST_LAG, min(MOST_LAG, first) + 1)
    for step in range(SURE_SAMPLES):
        lags = lags[sound[first + step - lags] == pattern[step]]
        if not lags.size:
            return Stretch()
    lag = int(lags[0])
    differs = np.flatnonzero(sound[lag:] != sound[:-lag]) + lag
    behind = int(np.searchsorted(differs, first))
    begin = int(differs[behind - 1]) + 1 if behind else lag
    end = int(differs[behind]) if behind < differs.size else sound.size
    return Stretch(begin, end - begin, lag)
