"""The level of a stem every 10 ms: where it plays, where it pauses, where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.features.grid import Pieces, joined, step_samples
from earmark.model import Stem

FLOOR_DBFS = -120.0


@dataclass(frozen=True, kw_only=True)
class StemEnvelope(Metered):
    """RMS level per 10 ms over all channels.

    Attributes
    ----------
    step_s : float
        Length of one step, in seconds: 0.01 at rates that 100 divides, else the nearest whole sample.
    level_dbfs : ndarray of float32, shape (steps,)
        20 log10 of the root of the mean square over the step and all channels, full scale 1.0; a
        full-scale sine reads -3.01. Never below -120.0, which is also what digital silence reads.
        The last step may be shorter; its mean is over the samples it has. Never NaN.
    """

    VERSION: ClassVar[int] = 1
    step_s: float
    level_dbfs: np.ndarray

    @classmethod
    def meter(cls, stem: Stem) -> EnvelopeMeter:
        """A fresh meter."""
        return EnvelopeMeter(cls, stem)


class EnvelopeMeter:
    """Sums squares step by step."""

    def __init__(self, kind: type[StemEnvelope], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._step = step_samples(stem.known.rate_hz)
        self._pieces = Pieces(stem.known.channels, self._step)
        self._powers: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        for piece in self._pieces.feed(block):
            steps = piece.reshape(len(piece), -1, self._step)
            self._powers.append(np.vecdot(steps, steps).mean(axis=0) / self._step)

    def result(self) -> StemEnvelope:
        """The envelope, with what was left over as its last, shorter step."""
        rest = self._pieces.rest()
        if rest.size:
            self._powers.append(np.array([np.mean(np.square(rest))], np.float32))
        return self._kind(
            stem=self._stem,
            step_s=self._step / self._stem.known.rate_hz,
            level_dbfs=power_dbfs(joined(self._powers, (0,))),
        )


def power_dbfs(powers: np.ndarray) -> np.ndarray:
    """10 log10 of mean squares, float32, never below -120.0."""
    levels = 10.0 * np.log10(np.maximum(powers, np.float32(1e-20)))
    return np.asarray(np.maximum(levels, FLOOR_DBFS), np.float32)
