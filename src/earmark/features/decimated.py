"""A copy of each stem at about 1 kHz: all that the mains can put into it, and little else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.model import Stem

COPY_RATE_HZ = 1000.0  # eight harmonics of 50 Hz, six of 60, lie below 400 Hz
TAPS_PER_STEP = 26  # Kaiser's rule: 400 to 600 Hz, 80 dB down
KAISER_BETA = 7.857  # the same rule, 80 dB


@dataclass(frozen=True, kw_only=True)
class DecimatedCopy(Metered):
    """The stem low-passed at 400 Hz and thinned by a whole factor to about 1 kHz.

    Attributes
    ----------
    rate_hz : float
        The copy's own rate, near 1000 Hz; the stem's rate where that is below 1.5 kHz.
    samples : ndarray of float32, shape (channels, samples)
        Full scale 1.0. One channel where all channels are alike. Never NaN.

    Notes
    -----
    Sample n of the copy is the stem at time n / `rate_hz`: the filter is linear-phase and its delay
    is taken out. Windowed sinc, Kaiser window [1]_: flat within 0.01 dB to 400 Hz, what would fold
    back below 400 Hz is 80 dB down.

    References
    ----------
    .. [1] J. F. Kaiser, "Nonrecursive digital filter design using the I0-sinh window function",
       Proc. IEEE ISCAS, 1974.
    """

    VERSION: ClassVar[int] = 1
    rate_hz: float
    samples: np.ndarray

    @classmethod
    def meter(cls, stem: Stem) -> Thinner:
        """Thin the blocks as they go by."""
        return Thinner(cls, stem)


class Thinner:
    """Collects whole steps of `factor` samples and multiplies them with the filter's phases."""

    def __init__(self, kind: type[DecimatedCopy], stem: Stem) -> None:
        self.kind, self.stem = kind, stem
        self.factor = max(1, round(stem.known.rate_hz / COPY_RATE_HZ))
        self.phases = filter_phases(self.factor)
        # Half a filter of silence before the start takes the filter's delay out.
        self.waiting = np.zeros((stem.known.channels, TAPS_PER_STEP // 2 * self.factor), np.float32)
        self.parts: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Thin what makes whole steps; keep the filter's length for the next block."""
        joined = np.concatenate([self.waiting, block], axis=1)
        steps = joined.shape[1] // self.factor
        made = steps - TAPS_PER_STEP + 1
        if made > 0:
            self.parts.append(thinned(joined, self.factor, self.phases, made))
            joined = joined[:, made * self.factor :]
        self.waiting = joined.copy()

    def result(self) -> DecimatedCopy:
        """The copy, after half a filter of silence behind the end."""
        self.feed(np.zeros((self.waiting.shape[0], TAPS_PER_STEP // 2 * self.factor), np.float32))
        copy = np.concatenate(self.parts, axis=1) if self.parts else np.zeros_like(self.waiting[:, :0])
        if copy.shape[0] > 1 and np.array_equal(copy, np.broadcast_to(copy[:1], copy.shape)):
            copy = copy[:1]
        return self.kind(stem=self.stem, rate_hz=self.stem.known.rate_hz / self.factor, samples=copy)


@cache
def filter_phases(factor: int) -> np.ndarray:
    """The low-pass as float32 (factor, TAPS_PER_STEP): one column per step of `factor` taps; sums to 1."""
    taps = TAPS_PER_STEP * factor
    at = np.arange(taps) - taps // 2  # symmetric about a tap: the delay is a whole number of samples
    kernel = np.sinc(at / factor) * np.kaiser(taps + 1, KAISER_BETA)[:taps]  # half-way at 500 Hz
    kernel /= kernel.sum()
    return np.ascontiguousarray(kernel.reshape(TAPS_PER_STEP, factor).T.astype(np.float32))


def thinned(sound: np.ndarray, factor: int, phases: np.ndarray, made: int) -> np.ndarray:
    """`made` samples of the thinned sound, float32 (channels, made)."""
    steps = made + TAPS_PER_STEP - 1
    whole = sound[:, : steps * factor].reshape(sound.shape[0], steps, factor)
    products = whole @ phases  # (channels, steps, TAPS_PER_STEP)
    out = np.zeros((sound.shape[0], made), np.float32)
    for step in range(TAPS_PER_STEP):
        out += products[:, step : step + made, step]
    return out
