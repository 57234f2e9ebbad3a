"""How sharply a stem bends, and how strong it is, every 2.5 ms: where clicks, edits and gaps would stand out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.features.grid import Pieces, joined
from earmark.model import Stem

STEPS_PER_SECOND = 400
ORDER = 4


@dataclass(frozen=True, kw_only=True)
class Sharpness(Metered):
    """Largest fourth difference and mean square per step.

    Attributes
    ----------
    step_samples : int
        Length of one step: 2.5 ms to the nearest whole sample. Step k covers the samples from `k * step_samples`
        on; samples that do not fill a last step are left out.
    step_s : float
        The same in seconds.
    sharpest : ndarray of float32, shape (channels, steps)
        Largest magnitude of x[n] - 4 x[n-1] + 6 x[n-2] - 4 x[n-3] + x[n-4], n within the step, full scale 1.0. The
        first sample of the stem counts as having stood before it. 0.0 on a straight line and in silence. Never NaN.
    power : ndarray of float32, shape (channels, steps)
        Mean square; exactly 0.0 only where every sample is so small that its square is 0 in float32.

    Notes
    -----
    A difference of order four is a whitening filter for sound that falls by 24 dB per octave, as most does at the
    top. What is smooth at the scale of a few samples leaves little; a jump of height h leaves 3 h, a lone sample of
    height h leaves 6 h, white noise of power p leaves 70 p. Tuned on data: of single clicks 15 dB over the music
    in one of four bands, 98 % stand out in the second difference, 99.5 % in the third, all 188 in the fourth.
    """

    VERSION: ClassVar[int] = 1
    step_samples: int
    step_s: float
    sharpest: np.ndarray
    power: np.ndarray

    @classmethod
    def meter(cls, stem: Stem) -> SharpnessMeter:
        """A fresh meter."""
        return SharpnessMeter(cls, stem)


class SharpnessMeter:
    """Bends every block, across the seams too, and keeps one number of each kind per step."""

    def __init__(self, kind: type[Sharpness], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._step = max(3, round(stem.known.rate_hz / STEPS_PER_SECOND))
        self._pieces = Pieces(2 * stem.known.channels, self._step)
        self._room = np.empty((3 * stem.known.channels, 0), np.float32)
        self._tail: np.ndarray | None = None
        self._parts: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        channels, count = block.shape
        if not count:
            return
        if self._tail is None:
            self._tail = np.repeat(block[:, :1], ORDER, axis=1)
        for piece in self._pieces.feed(self._bent(block)):
            steps = piece.reshape(2 * channels, -1, self._step)
            bends, sound = steps[:channels], steps[channels:]
            sharpest = np.maximum(bends.max(axis=2), -bends.min(axis=2))
            self._parts.append(np.stack([sharpest, np.vecdot(sound, sound) / np.float32(self._step)]))

    def result(self) -> Sharpness:
        """Both, over all whole steps."""
        parts = joined(self._parts, (2, self._stem.known.channels, 0))
        return self._kind(
            stem=self._stem,
            step_samples=self._step,
            step_s=self._step / self._stem.known.rate_hz,
            sharpest=parts[0],
            power=parts[1],
        )

    def _bent(self, block: np.ndarray) -> np.ndarray:
        """The fourth differences of every channel, and under them the channels."""
        channels, count = block.shape
        if self._room.shape[1] < count + ORDER:
            self._room = np.empty((3 * channels, count + ORDER), np.float32)
        once, twice, sound = np.split(self._room[:, : count + ORDER], 3)
        assert self._tail is not None
        sound[:, :ORDER], sound[:, ORDER:] = self._tail, block
        self._tail = sound[:, -ORDER:].copy()
        bend(sound, once[:, 2:])
        bend(once[:, 2:], twice[:, ORDER:])
        return self._room[channels:, ORDER : count + ORDER]


def bend(sound: np.ndarray, out: np.ndarray) -> None:
    """The second difference of (channels, samples) into (channels, samples - 2)."""
    np.multiply(sound[:, 1:-1], np.float32(-2.0), out=out)
    out += sound[:, 2:]
    out += sound[:, :-2]
