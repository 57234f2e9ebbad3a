"""The power of a stem every 10 ms as loudness meters hear it: after the K filter of ITU-R BS.1770."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.block_filter import BlockFilter
from earmark.features.feature import Metered
from earmark.features.grid import Pieces, block_samples, joined, step_samples
from earmark.model import Stem

LOWEST_RATE_HZ = 8_000  # the shelf lies at 1.7 kHz and has to fit well below half the rate


@dataclass(frozen=True, kw_only=True)
class KWeighted(Metered):
    """K-weighted mean square per 10 ms and channel.

    Attributes
    ----------
    step_s : float
        Length of one step, in seconds: 0.01 at rates that 100 divides, else the nearest whole sample.
    powers : ndarray of float32, shape (channels, steps)
        Mean square over the step after the K filter, full scale 1.0, without channel weights. 0.0 in
        digital silence. A last step that is not full is left out. Empty below 8 kHz.

    Notes
    -----
    The filter is the high shelf and the high-pass of [1]_, recomputed for any rate from their analogue
    prototypes (1681.97 Hz, +4.0 dB, Q 0.7072; 38.14 Hz, Q 0.5003) by the bilinear transform, which gives
    the coefficients printed in the standard at 48 kHz.

    References
    ----------
    .. [1] ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak audio level",
       2023, Annex 1, tables 1 and 2.
    """

    VERSION: ClassVar[int] = 1
    step_s: float
    powers: np.ndarray

    @classmethod
    def meter(cls, stem: Stem) -> KMeter:
        """A fresh meter."""
        return KMeter(cls, stem)


class KMeter:
    """Filters second by second and keeps the power of each step."""

    def __init__(self, kind: type[KWeighted], stem: Stem) -> None:
        rate_hz, channels = stem.known.rate_hz, stem.known.channels
        self._kind, self._stem = kind, stem
        self._step = step_samples(rate_hz)
        self._block = block_samples(rate_hz)
        self._pieces = Pieces(channels, self._block)
        self._filters = [BlockFilter(k_filter(rate_hz), self._block) for _ in range(channels)] if heard(stem) else []
        self._powers: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        for piece in self._pieces.feed(block):
            for first in range(0, piece.shape[1], self._block):
                self._measure(piece[:, first : first + self._block])

    def result(self) -> KWeighted:
        """All full steps."""
        rest = self._pieces.rest()
        steps = len(self._powers) * (self._block // self._step) + rest.shape[1] // self._step
        if rest.size:
            self._measure(np.pad(rest, ((0, 0), (0, self._block - rest.shape[1]))))
        powers = joined(self._powers, (self._stem.known.channels, 0))[:, :steps]
        return self._kind(stem=self._stem, step_s=self._step / self._stem.known.rate_hz, powers=powers)

    def _measure(self, block: np.ndarray) -> None:
        if self._filters:
            pairs = zip(self._filters, block, strict=True)
            self._powers.append(np.stack([self._steps(each.filtered(channel)) for each, channel in pairs]))

    def _steps(self, weighted: np.ndarray) -> np.ndarray:
        steps = weighted.reshape(-1, self._step)
        return np.asarray(np.vecdot(steps, steps) / np.float32(self._step))


def heard(stem: Stem) -> bool:
    """Whether the rate can carry the K curve."""
    return stem.known.rate_hz >= LOWEST_RATE_HZ


def k_filter(rate_hz: int) -> np.ndarray:
    """Float64 (2, 5): b0 b1 b2 a1 a2 of the shelf and of the high-pass at this rate, a0 being 1."""
    return np.array([shelf(rate_hz), high_pass(rate_hz)])


def shelf(rate_hz: int) -> tuple[float, ...]:
    """The first stage: the head."""
    k, q = np.tan(np.pi * 1681.974450955533 / rate_hz), 0.7071752369554196
    high = 10.0 ** (3.999843853973347 / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / q + k * k
    numerator = (high + band * k / q + k * k, 2.0 * (k * k - high), high - band * k / q + k * k)
    return tuple(float(each / a0) for each in (*numerator, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k))


def high_pass(rate_hz: int) -> tuple[float, ...]:
    """The second stage: what lies below hearing; its numerator is 1, -2, 1 at every rate, as printed."""
    k, q = np.tan(np.pi * 38.13547087602444 / rate_hz), 0.5003270373238773
    a0 = 1.0 + k / q + k * k
    return (1.0, -2.0, 1.0, float(2.0 * (k * k - 1.0) / a0), float((1.0 - k / q + k * k) / a0))
