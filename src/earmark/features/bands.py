"""How much of a stem lies in which band, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.features.grid import joined
from earmark.model import Stem

BANDS = 42
LOWEST_HZ, HIGHEST_HZ = 30.0, 20_000.0
FRAME_S = 2048 / 48_000
FRAMES_AT_ONCE = 32


@dataclass(frozen=True, kw_only=True)
class BandPowers(Metered):
    """Mean square per frame and band, mean over the channels.

    Attributes
    ----------
    frame_samples, hop_samples : int
        Frame length, a power of two of about 43 ms, and half of it. Frame j covers the samples from
        `j * hop_samples` on; the last one is filled up with zeros.
    frame_s, hop_s : float
        The same in seconds.
    edges_hz : ndarray of float64, shape (43,)
        Band b lies between `edges_hz[b]` and `edges_hz[b + 1]`: equal steps of 0.94 on the ERB-number
        scale from 30 Hz to 20 kHz [1]_, the same at every rate.
    powers : ndarray of float32, shape (frames, 42)
        Mean square of what lies in the band, full scale 1.0: a full-scale sine reads 0.5, and the
        sum over the bands is the mean square of the frame between 30 Hz and 20 kHz. 0.0 in silence and in
        bands above half the rate. Never NaN.

    Notes
    -----
    Short frames see low tones coarsely: a bin is 23 Hz wide at 48 kHz, so the lowest bands share bins by the
    width they overlap. The window is a sine (square-root Hann), so that neighbouring frames sum to one.

    References
    ----------
    .. [1] B. Glasberg and B. Moore, "Derivation of auditory filter shapes from notched-noise data", Hearing
       Research 47, 103-138, 1990: ERB-number = 21.4 log10(1 + 0.00437 f).
    """

    VERSION: ClassVar[int] = 1
    frame_samples: int
    hop_samples: int
    frame_s: float
    hop_s: float
    edges_hz: np.ndarray
    powers: np.ndarray

    @classmethod
    def meter(cls, stem: Stem) -> BandMeter:
        """A fresh meter."""
        return BandMeter(cls, stem)


class BandMeter:
    """Cuts frames out of the blocks and sums their spectra into bands."""

    def __init__(self, kind: type[BandPowers], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        rate_hz = stem.known.rate_hz
        self._frame = frame_samples(rate_hz)
        self._hop = self._frame // 2
        self._window, self._weights = window_and_weights(self._frame, rate_hz)
        self._kept = np.zeros((stem.known.channels, 0), np.float32)
        self._frames = np.empty((FRAMES_AT_ONCE, self._frame), np.float32)
        self._spectra = np.empty((FRAMES_AT_ONCE, self._frame // 2 + 1), np.complex64)
        self._powers: list[np.ndarray] = []

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        sound = np.concatenate([self._kept, block], axis=1)
        frames = max(0, (sound.shape[1] - self._frame) // self._hop + 1)
        if frames:
            self._powers.append(self._measure(sound, frames))
        self._kept = sound[:, frames * self._hop :]

    def result(self) -> BandPowers:
        """All frames, the last one filled up with zeros."""
        already = self._frame - self._hop if self._powers else 0  # what is kept lies half in a frame that was measured
        if self._kept.shape[1] > already:
            self._powers.append(self._measure(np.pad(self._kept, ((0, 0), (0, self._frame))), 1))
        rate_hz = self._stem.known.rate_hz
        return self._kind(
            stem=self._stem,
            frame_samples=self._frame,
            hop_samples=self._hop,
            frame_s=self._frame / rate_hz,
            hop_s=self._hop / rate_hz,
            edges_hz=band_edges_hz(),
            powers=np.ascontiguousarray(joined(self._powers, (BANDS, 0)).T),
        )

    def _measure(self, sound: np.ndarray, frames: int) -> np.ndarray:
        """(bands, frames), mean over the channels."""
        total = np.zeros((frames, BANDS), np.float32)
        for channel in sound:
            views = np.lib.stride_tricks.sliding_window_view(channel, self._frame)[:: self._hop]
            for first in range(0, frames, FRAMES_AT_ONCE):
                last = min(frames, first + FRAMES_AT_ONCE)
                part = channel[first * self._hop : (last - 1) * self._hop + self._frame]
                if np.vecdot(part, part) > 0.0:  # edited stems are half digital silence
                    total[first:last] += self._of_frames(views[first:last])
        return (total / np.float32(len(sound))).T

    def _of_frames(self, views: np.ndarray) -> np.ndarray:
        """(frames, bands) of one channel: the squares of real and imaginary parts, summed in one product."""
        frames = self._frames[: len(views)]
        np.multiply(views, self._window, out=frames)
        parts = np.fft.rfft(frames, axis=1, out=self._spectra[: len(views)]).view(np.float32)  # type: ignore[arg-type]
        np.multiply(parts, parts, out=parts)
        return np.asarray(parts @ self._weights)


def frame_samples(rate_hz: int) -> int:
    """The power of two nearest to 43 ms: 2048 at 44.1 and 48 kHz, 4096 at 88.2 and 96 kHz."""
    return int(max(64, 1 << round(np.log2(rate_hz * FRAME_S))))


@cache
def band_edges_hz() -> np.ndarray:
    """Float64 (43,): equal steps on the ERB-number scale."""
    low, high = (21.4 * np.log10(1.0 + 0.00437 * hz) for hz in (LOWEST_HZ, HIGHEST_HZ))
    edges = (10.0 ** (np.linspace(low, high, BANDS + 1) / 21.4) - 1.0) / 0.00437
    edges.flags.writeable = False
    return np.asarray(edges)


@cache
def window_and_weights(frame: int, rate_hz: int) -> tuple[np.ndarray, np.ndarray]:
    """The window, and (2 * bins, bands): how much of each bin's power counts for each band."""
    window = np.sin(np.pi * (np.arange(frame) + 0.5) / frame)
    bins = frame // 2 + 1
    centres = np.arange(bins) * rate_hz / frame
    half = rate_hz / frame / 2
    edges = band_edges_hz()
    overlap = np.minimum(centres[:, None] + half, edges[1:]) - np.maximum(centres[:, None] - half, edges[:-1])
    share = np.clip(overlap / (2 * half), 0.0, 1.0)
    both_sides = np.full(bins, 2.0)
    both_sides[[0, -1]] = 1.0
    scale = both_sides / (frame * np.sum(np.square(window)))
    return window.astype(np.float32), np.repeat(share * scale[:, None], 2, axis=0).astype(np.float32)
