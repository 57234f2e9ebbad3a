"""Finds runs of samples that stand still at the largest value a channel reaches."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEAST_RUN_SAMPLES = 3  # the classic "over": three consecutive samples at full scale
REACH = 1e-4  # of the extreme: converters clip within a few steps of it (0.001 dB)
MOST_TOUCHES = 2_000_000  # a square wave has no end of them; what lies beyond is only counted


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of touching samples, in order; all arrays of shape (runs,).

    `levels` is the first sample of each, signed. `drops` is how far the lower of the two neighbours lies
    below the run: a clipped wave comes in at a slope, while the top of a slow tone is a parabola whose
    neighbours are hardly lower than its top.
    """

    starts_samples: np.ndarray
    lengths_samples: np.ndarray
    levels: np.ndarray
    drops: np.ndarray


class FlatTops:
    """Collects the samples of one channel that come within reach of its largest magnitude.

    Blocks that stay below `near`, or below what was reached before, cost nothing. When the extreme rises,
    what is out of its reach is forgotten: it was not the ceiling.
    """

    def __init__(self, lsb: float, near: float) -> None:
        self.touches = 0
        self._lsb, self._near = lsb, near
        self._extreme = 0.0
        self._collected = 0
        self._found: list[np.ndarray] = []

    @property
    def _least(self) -> float:
        return self._extreme - max(1.5 * self._lsb, REACH * self._extreme)  # half an LSB for rounding

    def feed(self, sound: np.ndarray, first: int, peak: float) -> None:
        """Take (samples,) whose largest magnitude is `peak`; `first` is the position of `sound[0]` in the stem.

        The first and the last sample are only looked at as neighbours.
        """
        if peak < max(self._near, self._least):
            return
        if peak > self._extreme:
            self._extreme = peak
            self._forget_lower()
        heights = np.abs(sound)
        at = np.flatnonzero(heights[1:-1] >= self._least) + 1
        self.touches += at.size
        if self._collected < MOST_TOUCHES:
            drops = heights[at] - np.sign(sound[at]) * self._lower_neighbours(sound, at)
            self._found.append(np.stack([at + first, sound[at], drops]).astype(np.float64))
            self._collected += at.size

    def runs(self, least: int = LEAST_RUN_SAMPLES) -> Runs:
        """The runs of at least so many samples."""
        at, values, drops = np.concatenate([np.zeros((3, 0)), *self._found], axis=1)
        apart = (np.diff(at, prepend=-2.0) > 1.0) | (np.diff(np.sign(values), prepend=0.0) != 0.0)
        begins = np.flatnonzero(apart)
        lengths = np.diff(begins, append=at.size)
        deepest = np.maximum.reduceat(drops, begins) if at.size else drops
        long = lengths >= least
        return Runs(
            at[begins][long].astype(np.int64),
            lengths[long].astype(np.int64),
            values[begins][long].astype(np.float32),
            deepest[long].astype(np.float32),
        )

    @staticmethod
    def _lower_neighbours(sound: np.ndarray, at: np.ndarray) -> np.ndarray:
        before, after = sound[at - 1], sound[at + 1]
        return np.asarray(np.where(sound[at] > 0.0, np.minimum(before, after), np.maximum(before, after)))

    def _forget_lower(self) -> None:
        kept = [found[:, np.abs(found[1]) >= self._least] for found in self._found]
        self._found = [found for found in kept if found.size]
        self._collected = self.touches = sum(found.shape[1] for found in self._found)
