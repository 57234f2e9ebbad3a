"""Peaks, power, mean and clipping of a stem, per 100 ms and as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.features.finite import finite, sounds, strange
from earmark.features.grid import STEPS_PER_TENTH, Pieces, joined, step_samples
from earmark.features.wave_shape import WaveShape
from earmark.model import Stem


@dataclass(frozen=True, kw_only=True)
class Levels(Metered):
    """Sample statistics. Full scale is 1.0; float files may lie above it.

    Attributes
    ----------
    step_s : float
        Length of one step, 0.1 s (to the nearest 10 samples at odd rates). The last step may be shorter.
    minima, maxima : ndarray of float32, shape (channels, steps)
        Smallest and largest sample.
    sums, squares : ndarray of float64, shape (channels, steps)
        Sum of the samples, and of their squares; divide by `counts` for means.
    counts : ndarray of int64, shape (steps,)
        Samples in each step.
    frames : int
        Samples per channel that could be read.
    sample_peak_dbfs : float or None
        20 log10 of the largest magnitude; None when every sample is 0.
    rms_dbfs : float or None
        20 log10 of the root of the mean square over all channels and all time; a full-scale sine reads
        -3.01. None when every sample is 0.
    dc : tuple of float, one per channel
        Mean of all samples, signed, full scale 1.0. 0.0 for an empty stem.
    zero_share : float
        Share of the frames in which every channel is exactly 0, from 0 to 1; 1.0 for an empty stem.
    not_finite : int
        Samples that were NaN, infinite or beyond +180 dBFS. They count as 0 in everything else measured.
    first_not_finite_s : float or None
        Where the first of them lies.
    largest_step : float
        Largest difference between neighbouring samples of a channel.
    largest_step_s : float or None
        Where it lies (the later sample); None when all differences are 0.
    touches : tuple of int, one per channel
        Samples within 1 LSB or 0.001 dB of the channel's largest magnitude, where that is above -1 dBFS.
    run_count, clipped_samples, longest_run_samples : tuple of int, one per channel
        Runs of at least 3 touching samples, the samples in them, and the longest.
    run_starts_samples, run_lengths_samples : ndarray of int64, shape (runs,)
        Where the runs are and how long, in order of time, the first 20 000 of all channels.
    run_channels : ndarray of int64, shape (runs,)
    run_levels : ndarray of float32, shape (runs,)
        The first sample of each run, signed.
    run_drops : ndarray of float32, shape (runs,)
        How far the lower neighbour lies below the run; hardly at all at the top of a slow pure tone.
    lsb : float
        The step taken as 1 LSB: 2 ** -(bits - 1) of the file, 2 ** -23 for float, 2 ** -15 where unknown.
    """

    VERSION: ClassVar[int] = 1
    HEARS_NOT_FINITE: ClassVar[bool] = True
    step_s: float
    minima: np.ndarray
    maxima: np.ndarray
    sums: np.ndarray
    squares: np.ndarray
    counts: np.ndarray
    frames: int
    sample_peak_dbfs: float | None
    rms_dbfs: float | None
    dc: tuple[float, ...]
    zero_share: float
    not_finite: int
    first_not_finite_s: float | None
    largest_step: float
    largest_step_s: float | None
    touches: tuple[int, ...]
    run_count: tuple[int, ...]
    clipped_samples: tuple[int, ...]
    longest_run_samples: tuple[int, ...]
    run_starts_samples: np.ndarray
    run_lengths_samples: np.ndarray
    run_channels: np.ndarray
    run_levels: np.ndarray
    run_drops: np.ndarray
    lsb: float

    @classmethod
    def meter(cls, stem: Stem) -> LevelMeter:
        """A fresh meter."""
        return LevelMeter(cls, stem)


class LevelMeter:
    """Takes the blocks as they are, counts what is no sound, and measures the rest."""

    def __init__(self, kind: type[Levels], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._step = STEPS_PER_TENTH * step_samples(stem.known.rate_hz)
        self._pieces = Pieces(stem.known.channels, self._step)
        self._parts: list[np.ndarray] = []
        self._shape = WaveShape(stem.known.channels, lsb(stem))
        self._frames = self._zeros = self._strange = 0
        self._first_strange: int | None = None

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples), NaN and infinity included."""
        if not sounds(block):
            self._count_strange(block)
            block = finite(block)
        for piece in self._pieces.feed(block):
            self._parts.append(statistics(piece.reshape(len(piece), -1, self._step)))
        self._shape.feed(block)
        self._zeros += silent_frames(block)
        self._frames += block.shape[1]

    def result(self) -> Levels:
        """Everything, the last shorter step included."""
        rest = self._pieces.rest()
        if rest.size:
            self._parts.append(statistics(rest[:, None, :]))
        parts = joined(self._parts, (4, self._stem.known.channels, 0), np.float64)
        counts = np.full(parts.shape[2], self._step, np.int64)
        if rest.size:
            counts[-1] = rest.shape[1]
        rate_hz = self._stem.known.rate_hz
        return self._kind(
            stem=self._stem,
            step_s=self._step / rate_hz,
            minima=parts[0].astype(np.float32),
            maxima=parts[1].astype(np.float32),
            sums=parts[2],
            squares=parts[3],
            counts=counts,
            frames=self._frames,
            sample_peak_dbfs=decibels(float(np.abs(parts[:2]).max(initial=0.0))),
            rms_dbfs=decibels(float(np.sqrt(parts[3].sum() / max(1, self._frames * parts.shape[1])))),
            dc=tuple(float(total) / max(1, self._frames) for total in parts[2].sum(axis=1)),
            zero_share=self._zeros / self._frames if self._frames else 1.0,
            not_finite=self._strange,
            first_not_finite_s=None if self._first_strange is None else self._first_strange / rate_hz,
            **self._shape.result(rate_hz),
        )

    def _count_strange(self, block: np.ndarray) -> None:
        strangers = strange(block)
        if self._first_strange is None and strangers.any():
            self._first_strange = self._frames + int(np.argmax(strangers.any(axis=0)))
        self._strange += int(np.count_nonzero(strangers))


def statistics(steps: np.ndarray) -> np.ndarray:
    """Float64 (4, channels, steps) of float32 (channels, steps, samples): minimum, maximum, sum, sum of squares."""
    return np.stack(
        [steps.min(axis=2), steps.max(axis=2), steps.sum(axis=2), np.vecdot(steps, steps)], dtype=np.float64
    )


def silent_frames(block: np.ndarray) -> int:
    """Frames in which every channel is exactly 0."""
    sounding = block[0] if len(block) == 1 else block.any(axis=0)
    return int(block.shape[1] - np.count_nonzero(sounding))


def decibels(amplitude: float) -> float | None:
    """20 log10, or None for 0."""
    return float(20.0 * np.log10(amplitude)) if amplitude > 0.0 else None


def lsb(stem: Stem) -> float:
    """One step of the stem's converter, full scale 1.0."""
    bits = stem.known.bits
    if bits is None:
        return 2.0**-15
    return 2.0 ** -(min(bits, 24) - 1)
