"""The highest point of the wave between its samples, as a converter will draw it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from earmark.features.extremes import decibels
from earmark.features.feature import Metered
from earmark.model import Stem

FACTOR, TAPS, FIRST_BETA = 4, 24, 6.0  # the first look: BS.1770 asks for at least 4 times
FINE_FACTOR, FINE_TAPS, SECOND_BETA = 32, 48, 8.0  # the second, only where the first came near the best
NEAR = 0.9  # up to 0.45 of the rate the first look reads no lower than this
SEGMENT = 32
SEGMENTS_AT_ONCE, GAPS_AT_ONCE = 512, 4096
MARGIN = 3 * SEGMENT  # zeros behind the sound, so that the last segment is whole; never part of a gap


@dataclass(frozen=True, kw_only=True)
class TruePeak(Metered):
    """True peak per channel.

    Attributes
    ----------
    true_peak_dbtp : float or None
        The highest of the channels, dB re full scale; None where every sample is 0.
    channels_dbtp : tuple of float or None, one per channel
    at_s : float or None
        Where the highest lies, to the nearest sample.

    Notes
    -----
    Interpolation as in [1]_, annex 2, by windowed sinc filters: 4 times with 24 taps wherever a peak above
    the highest so far is possible (a segment can rise above its samples at most by the sum of the filter's
    magnitudes), then 32 times with 48 taps around whatever came within 0.9 dB of it. Sines read within
    0.05 dB up to 0.4 of the rate at any phase, where the standard's own table, 4 times 12 taps, allows
    itself +0.2 and -0.4. Outside the stem there is silence: a stem cut off in mid-wave rings there, and that counts.

    References
    ----------
    .. [1] ITU-R BS.1770-5, 2023, Annex 2; EBU Tech 3341, 2023, test signals 15 to 23.
    """

    VERSION: ClassVar[int] = 1
    true_peak_dbtp: float | None
    channels_dbtp: tuple[float | None, ...]
    at_s: float | None

    @classmethod
    def meter(cls, stem: Stem) -> TruePeakMeter:
        """A fresh meter."""
        return TruePeakMeter(cls, stem)


class TruePeakMeter:
    """Feeds each channel to its own climber."""

    def __init__(self, kind: type[TruePeak], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._climbers = [Climber() for _ in range(stem.known.channels)]

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        for climber, channel in zip(self._climbers, block, strict=True):
            climber.feed(channel)

    def result(self) -> TruePeak:
        """The highest points, the rim of the stem included."""
        for climber in self._climbers:
            climber.feed(np.zeros(2 * FINE_TAPS, np.float32))
        highest = max(self._climbers, key=lambda climber: climber.best)
        return self._kind(
            stem=self._stem,
            true_peak_dbtp=decibels(highest.best),
            channels_dbtp=tuple(decibels(climber.best) for climber in self._climbers),
            at_s=highest.at / self._stem.known.rate_hz if highest.best else None,
        )


class Climber:
    """The highest point of one channel so far. A gap is the stretch from one sample to the next."""

    def __init__(self) -> None:
        self.best, self.at = 0.0, 0
        self._kept = np.zeros(FINE_TAPS, np.float32)
        self._first = -FINE_TAPS  # the position of `_kept[0]` in the stem

    def feed(self, channel: np.ndarray) -> None:
        """Take the next (samples,) and climb in every gap that has enough of them on both sides.

        The last gap of each block is looked into again with the next: its top may lie at the seam.
        """
        sound = np.concatenate([self._kept, channel, np.zeros(MARGIN, np.float32)])
        self._climb(sound, channel.size + 1)
        self._first += channel.size
        self._kept = sound[channel.size : channel.size + FINE_TAPS].copy()

    def _climb(self, sound: np.ndarray, gaps: int) -> None:
        ceilings = loudest_near(sound, gaps)
        if ceilings.max() > self.best:
            self._take(float(ceilings.max()), int(np.argmax(np.abs(sound))))
        rise = np.float32(most_rise())
        hopeful = np.flatnonzero(ceilings * rise > self.best)
        hopeful = hopeful[np.argsort(-ceilings[hopeful], kind="stable")]
        while hopeful.size:
            self._look(sound, hopeful[:SEGMENTS_AT_ONCE], gaps)
            hopeful = hopeful[SEGMENTS_AT_ONCE:]
            hopeful = hopeful[ceilings[hopeful] * rise > self.best]

    def _look(self, sound: np.ndarray, segments: np.ndarray, gaps: int) -> None:
        """Look into these segments 4 times, then 32 times wherever that came near the best."""
        windows = np.lib.stride_tricks.sliding_window_view(sound[(FINE_TAPS - TAPS) // 2 :], SEGMENT + TAPS - 1)
        points = np.abs(windows[segments * SEGMENT] @ first_look())
        tops = points.reshape(-1, FACTOR, SEGMENT).max(axis=1)
        gap = segments[:, None] * SEGMENT + np.arange(SEGMENT)
        tops[gap >= gaps] = 0.0
        near = gap[tops > NEAR * max(self.best, float(tops.max()))]
        near = np.unique(np.concatenate([near - 1, near, near + 1]))
        near = near[(near >= 0) & (near < gaps)]
        for first in range(0, near.size, GAPS_AT_ONCE):
            self._refine(sound, near[first : first + GAPS_AT_ONCE])

    def _refine(self, sound: np.ndarray, gap: np.ndarray) -> None:
        points = np.abs(np.lib.stride_tricks.sliding_window_view(sound, FINE_TAPS)[gap] @ second_look()).max(axis=1)
        highest = int(np.argmax(points))
        if points[highest] > self.best:
            self._take(float(points[highest]), int(gap[highest]) + FINE_TAPS // 2 - 1)

    def _take(self, height: float, index: int) -> None:
        self.best, self.at = height, max(0, self._first + index)


def loudest_near(sound: np.ndarray, gaps: int) -> np.ndarray:
    """Per segment of 32 gaps, the largest magnitude among all samples that the filters use there."""
    segments = -(-gaps // SEGMENT)
    loudest = np.abs(sound[: (segments + 2) * SEGMENT]).reshape(-1, SEGMENT)
    while loudest.shape[1] > 1:  # by halves: numpy is slow at many short rows
        half = loudest.shape[1] // 2
        loudest = np.maximum(loudest[:, :half], loudest[:, half:])
    loudest = loudest[:, 0]
    return np.asarray(np.maximum(np.maximum(loudest[:-2], loudest[1:-1]), loudest[2:]))


@cache
def interpolator(factor: int, taps: int, beta: float) -> np.ndarray:
    """Float64 (taps, factor): Kaiser-windowed sinc; column q gives the point q/factor into the middle gap."""
    distance = np.arange(taps)[:, None] - (taps // 2 - 1) - np.arange(factor) / factor
    window = np.i0(beta * np.sqrt(np.maximum(0.0, 1.0 - np.square(distance / (taps / 2)))))
    kernel = np.sinc(distance) * window
    return np.asarray(kernel / kernel.sum(axis=0))


@cache
def first_look() -> np.ndarray:
    """Float32 (55, 4 * 32): all points of one segment from its samples in one product."""
    kernel = interpolator(FACTOR, TAPS, FIRST_BETA)
    toeplitz = np.zeros((SEGMENT + TAPS - 1, FACTOR, SEGMENT), np.float32)
    for gap in range(SEGMENT):
        toeplitz[gap : gap + TAPS, :, gap] = kernel
    return toeplitz.reshape(len(toeplitz), -1)


@cache
def second_look() -> np.ndarray:
    """Float32 (48, 32)."""
    return interpolator(FINE_FACTOR, FINE_TAPS, SECOND_BETA).astype(np.float32)


@cache
def most_rise() -> float:
    """How far the wave can rise above the largest sample the filter sees: the largest sum of magnitudes."""
    return float(np.abs(second_look()).sum(axis=0).max())
