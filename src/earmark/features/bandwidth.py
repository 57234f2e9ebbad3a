"""Up to which frequency a stem holds anything, and how steeply it ends there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.features.grid import Pieces
from earmark.model import Stem

FRAMES_PER_PIECE = 8  # of which the brightest is looked at: one in 0.7 s
MOST_FRAMES = 512
TOP = 0.015  # share of the spectrum, below half the rate, that gives the floor
SMOOTH_HZ = 100.0
NEAR_HZ, FAR_HZ = 200.0, 700.0  # from the cliff: between these its two sides are read
LOWEST_HZ = 8_000.0
LEAST_CLIFF_DB = 25.0  # gentle slopes of real recordings fall by 21 dB at most over such a distance
FLOOR_DB = -200.0


@dataclass(frozen=True, kw_only=True)
class Bandwidth(Metered):
    """The bright spectrum of a stem, and the cliff at its end.

    Attributes
    ----------
    bin_hz : float
        Distance between bins, about 11 Hz.
    spectrum_db : ndarray of float32, shape (bins,)
        95th percentile over time of the power per bin, mean over the channels, smoothed over 100 Hz; a full-scale
        sine that meets a bin reads 0. Never below -200.0. Shape (0,) where nothing was long enough to measure.
    frames : int
        How many frames it is made of: the one with the strongest treble out of eight, silent ones left out.
    floor_db : float
        Median of the highest 1.5 % of the spectrum, below half the rate.
    cliff_db : float
        At the highest place above 8 kHz where the spectrum falls by 25 dB or more: how far it falls, from the mean of
        700 to 200 Hz below to the mean of 200 to 700 Hz above, or to the strongest half a kilohertz anywhere above
        that. 0.0 where there is no such place.
    cutoff_hz : float
        Where it has fallen half way, in dB; 0.0 where there is no cliff.
    shelf_db : float
        The mean on the upper side of the cliff; the floor where there is none.

    Notes
    -----
    Microphones, cabinets and analogue filters let treble go gently; a converter's, resampler's or codec's low-pass
    falls tens of decibels within some hundred hertz to the rounding of the file. The percentile over time keeps
    rare bright places in, as in [1]_.

    References
    ----------
    .. [1] B. D'Alessandro and Y. Q. Shi, "MP3 bit rate quality detection through frequency spectrum analysis", Proc.
       11th ACM workshop on Multimedia and Security, 2009.
    """

    VERSION: ClassVar[int] = 1
    bin_hz: float
    spectrum_db: np.ndarray
    frames: int
    floor_db: float
    cutoff_hz: float
    shelf_db: float
    cliff_db: float

    @classmethod
    def meter(cls, stem: Stem) -> SpectrumMeter:
        """A fresh meter."""
        return SpectrumMeter(cls, stem)


class SpectrumMeter:
    """Takes the brightest frame out of every eight; of a long stem in the end every second, fourth and so on."""

    def __init__(self, kind: type[Bandwidth], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._frame = frame_samples(stem.known.rate_hz)
        window = np.hanning(self._frame + 1)[:-1]
        self._window = (window * (2.0 / window.sum())).astype(np.float32)
        self._pieces = Pieces(stem.known.channels, FRAMES_PER_PIECE * self._frame)
        self._rows: list[np.ndarray] = []
        self._seen, self._every = 0, 1

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        for pieces in self._pieces.feed(block):
            frames = pieces.reshape(len(pieces), -1, FRAMES_PER_PIECE, self._frame)
            for number in range(frames.shape[1]):
                self._look_at(frames[:, number])

    def result(self) -> Bandwidth:
        """The spectrum of all frames, those of the last shorter piece included."""
        rest = self._pieces.rest()
        whole = rest.shape[1] // self._frame
        if whole:
            self._look_at(rest[:, : whole * self._frame].reshape(len(rest), whole, self._frame))
        bin_hz = self._stem.known.rate_hz / self._frame
        spectrum_db = percentile_db(self._rows, bin_hz)
        return self._kind(
            stem=self._stem,
            bin_hz=bin_hz,
            spectrum_db=spectrum_db,
            frames=len(self._rows),
            **end_of(spectrum_db, bin_hz),
        )

    def _look_at(self, frames: np.ndarray) -> None:
        """(channels, frames, samples): keep the power spectrum of the frame with the strongest treble."""
        steps = np.diff(frames, axis=2)
        treble = np.vecdot(steps, steps).sum(axis=0)
        best = int(np.argmax(treble))
        if treble[best] > 0.0:
            if self._seen % self._every == 0:
                spectrum = np.fft.rfft(frames[:, best] * self._window, axis=1)
                self._rows.append((spectrum.real**2 + spectrum.imag**2).mean(axis=0).astype(np.float32))
            self._seen += 1
        if len(self._rows) > MOST_FRAMES:
            self._rows, self._every = self._rows[::2], 2 * self._every


def frame_samples(rate_hz: int) -> int:
    """About 90 ms, a power of two: 4096 at 44.1 and 48 kHz, 8192 at 88.2 and 96 kHz."""
    return int(2 ** max(4, round(np.log2(0.09 * rate_hz))))


def percentile_db(rows: list[np.ndarray], bin_hz: float) -> np.ndarray:
    """95th percentile over time in dB, smoothed over 100 Hz, float32 (bins,); empty where there are no rows."""
    if not rows:
        return np.zeros(0, np.float32)
    power = np.percentile(np.stack(rows), 95, axis=0)
    width = max(1, round(SMOOTH_HZ / bin_hz))
    smooth = np.convolve(np.pad(power, width, mode="edge"), np.ones(width) / width, "same")[width:-width]
    return np.asarray(10.0 * np.log10(np.maximum(smooth, 10.0 ** (FLOOR_DB / 10.0))), np.float32)


def end_of(spectrum_db: np.ndarray, bin_hz: float) -> dict[str, float]:
    """Floor and cliff of one spectrum."""
    floor_db = float(np.median(spectrum_db[int((1.0 - TOP) * spectrum_db.size) :])) if spectrum_db.size else FLOOR_DB
    nothing = {"floor_db": floor_db, "cutoff_hz": 0.0, "shelf_db": floor_db, "cliff_db": 0.0}
    far, near = round(FAR_HZ / bin_hz), round(NEAR_HZ / bin_hz)
    first, last = round(LOWEST_HZ / bin_hz), spectrum_db.size - far - 1
    if last <= first or first < far:
        return nothing
    means = running_mean(spectrum_db.astype(np.float64), far - near)  # of the bins from each on
    strongest_above = np.maximum.accumulate(means[::-1])[::-1]
    at = np.arange(first, last)
    falls = means[at - far] - strongest_above[at + near]
    edge = highest_peak(falls, LEAST_CLIFF_DB)
    if edge is None:
        return nothing
    shelf_db, cliff_db = float(means[at[edge] - far]), float(falls[edge])
    around = slice(at[edge] - near, at[edge] + far)
    half = np.flatnonzero(spectrum_db[around] >= shelf_db - cliff_db / 2.0)
    cutoff_hz = float((around.start + (half[-1] if half.size else near)) * bin_hz)
    return {"floor_db": floor_db, "cutoff_hz": cutoff_hz, "shelf_db": shelf_db, "cliff_db": cliff_db}


def running_mean(values: np.ndarray, width: int) -> np.ndarray:
    """Mean of `width` values from each on; shorter by width - 1."""
    summed = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray((summed[width:] - summed[:-width]) / width)


def highest_peak(falls: np.ndarray, least: float) -> int | None:
    """Where the topmost stretch that reaches `least` is at its largest, or None."""
    reaching = np.flatnonzero(falls >= least)
    if not reaching.size:
        return None
    gaps = np.flatnonzero(np.diff(reaching) > 1)
    begin = int(reaching[gaps[-1] + 1]) if gaps.size else int(reaching[0])
    return begin + int(np.argmax(falls[begin : int(reaching[-1]) + 1]))
