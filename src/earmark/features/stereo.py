"""How the two sides of a stem relate: correlation, balance, and what is left when one is taken from the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.extremes import decibels
from earmark.features.feature import Metered
from earmark.features.grid import STEPS_PER_TENTH, Pieces, joined, step_samples
from earmark.model import Stem

LEAST_POWER = 1e-10  # -100 dBFS: what lies below says nothing of how the sides relate


@dataclass(frozen=True, kw_only=True)
class Stereo(Metered):
    """The first two channels, left and right, against each other. A stem of one channel has no numbers here.

    Attributes
    ----------
    step_s : float
        Length of one step, 0.1 s (to the nearest 10 samples at odd rates). The last step may be shorter.
    left_squares, right_squares, products : ndarray of float64, shape (steps,)
        Sums of L*L, R*R and L*R over the step. Shape (0,) for a mono stem.
    correlation : float or None
        Sum of L*R over the root of the sums of squares, from -1 (one side upside down) through 0
        (unrelated) to +1 (same shape, whatever the gain). None where a side is digital silence.
    balance_db : float or None
        Power of the left over the right, in dB; positive when the left is louder. None as above.
    gain : float or None
        The factor g for which L - g*R is smallest. None as above.
    residual_db : float or None
        Power of L - g*R over that of L, in dB; None as above, and where nothing is left.
    residual_dbfs : float or None
        RMS of L - g*R re full scale; None where nothing is left, as above, or mono.
    identical : bool
        Two sides, not silent, equal to the last bit.
    alike_share : float or None
        Share of the sounding steps (either side above -70 dBFS RMS) in which the sides correlate by more
        than 0.9995, from 0 to 1; None where no step sounds. The limits are those of Essentia's
        FalseStereoDetector.

    Notes
    -----
    To see a residual 80 dB and more below in float32, the difference to a first guess of g is formed sample
    by sample, the guess coming from the first block that sounds, and the guess is corrected at the end:
    with E = L - g0*R, the best gain is g0 + sum(E*R) / sum(R*R).
    """

    VERSION: ClassVar[int] = 1
    step_s: float
    left_squares: np.ndarray
    right_squares: np.ndarray
    products: np.ndarray
    correlation: float | None
    balance_db: float | None
    gain: float | None
    residual_db: float | None
    residual_dbfs: float | None
    identical: bool
    alike_share: float | None

    @classmethod
    def meter(cls, stem: Stem) -> StereoMeter:
        """A fresh meter."""
        return StereoMeter(cls, stem)


class StereoMeter:
    """Sums products step by step."""

    def __init__(self, kind: type[Stereo], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._step = STEPS_PER_TENTH * step_samples(stem.known.rate_hz)
        self._pieces = Pieces(min(2, stem.known.channels), self._step)
        self._sums: list[np.ndarray] = []
        self._rest = np.zeros(2)  # sums of E*E and E*R
        self._guess: float | None = None
        self._identical = True
        self._frames = 0

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        if len(block) < 2:
            return
        self._frames += block.shape[1]
        for piece in self._pieces.feed(block[:2]):
            self._sums.append(sums(piece.reshape(2, -1, self._step)))
        self._compare(*block[:2])

    def result(self) -> Stereo:
        """The relation of the whole, the last shorter step included."""
        rest = self._pieces.rest()
        if len(rest) == 2 and rest.size:
            self._sums.append(sums(rest[:, None, :]))
        left, right, both = joined(self._sums, (3, 0), np.float64)
        return self._kind(
            stem=self._stem,
            step_s=self._step / self._stem.known.rate_hz,
            left_squares=left,
            right_squares=right,
            products=both,
            alike_share=alike_share(left, right, both, self._step),
            identical=bool(left.sum() and right.sum()) and self._identical,
            **self._relation(float(left.sum()), float(right.sum()), float(both.sum())),
        )

    def _compare(self, left: np.ndarray, right: np.ndarray) -> None:
        if self._guess is None:
            self._guess = first_guess(left, right)
        guess = np.float32(self._guess or 1.0)
        rest = left - guess * right
        self._rest += np.vecdot(rest, rest), np.vecdot(rest, right)
        self._identical = bool(self._identical and guess == 1.0 and not rest.any())

    def _relation(self, left: float, right: float, both: float) -> dict[str, float | None]:
        names = ("correlation", "balance_db", "gain", "residual_db", "residual_dbfs")
        if not (left and right):
            return dict.fromkeys(names)
        step = self._rest[1] / right
        residual = max(0.0, float(self._rest[0] - step * self._rest[1]))
        relation = (
            float(np.clip(both / np.sqrt(left * right), -1.0, 1.0)),
            float(10.0 * np.log10(left / right)),
            float(np.float32(self._guess or 1.0) + step),
            decibels(float(np.sqrt(residual / left))),
            decibels(float(np.sqrt(residual / self._frames))),
        )
        return dict(zip(names, relation, strict=True))


def sums(steps: np.ndarray) -> np.ndarray:
    """Float64 (3, steps) of float32 (2, steps, samples): L*L, R*R, L*R."""
    left, right = steps
    return np.stack([np.vecdot(left, left), np.vecdot(right, right), np.vecdot(left, right)], dtype=np.float64)


def first_guess(left: np.ndarray, right: np.ndarray) -> float | None:
    """The gain that takes the right to the left in this block, or None where it hardly sounds."""
    power = float(np.vecdot(right, right))
    if power < LEAST_POWER * right.size:
        return None
    return float(np.vecdot(left, right)) / power or None


def alike_share(left: np.ndarray, right: np.ndarray, both: np.ndarray, step: int) -> float | None:
    """Of the steps that sound, the share whose sides have the same shape."""
    sounding = np.maximum(left, right) > 1e-7 * step
    if not sounding.any():
        return None
    return float(np.mean(both[sounding] > 0.9995 * np.sqrt(left[sounding] * right[sounding])))
