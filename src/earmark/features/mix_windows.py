"""The same windows of the mix and of its stems, each stem moved to where the mix has it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from earmark.features.feature import Desk
from earmark.features.finite import finite
from earmark.model import Stem

KEPT_BYTES = 192 * 2**20  # what may stay in memory between the passes over the windows
MARGIN = 64  # samples read on either side, so that a shift by part of a sample does not wrap around
WHOLE_WITHIN = 0.02  # samples; a shift this close to a whole sample is one


class MixWindows:
    """Reads windows of a mix and its stems on the mix's clock, and remembers as many as fit.

    Parameters
    ----------
    desk : Desk
    stems : sequence of Stem
        At the mix's sampling rate.
    mix : Stem
    starts_s : ndarray of float64, shape (windows,)
        Where the windows begin, in session time of the mix.
    samples : int
        Their length.
    offset_s : float
        How much later the mix is than the stems, roughly.
    """

    def __init__(
        self, desk: Desk, stems: Sequence[Stem], mix: Stem, starts_s: np.ndarray, samples: int, offset_s: float
    ) -> None:
        self.stems, self.starts_s, self.samples, self.offset_s = stems, starts_s, samples, offset_s
        self.rate_hz = mix.known.rate_hz
        self.channels = min(2, mix.known.channels)
        self._desk, self._mix = desk, mix
        self._kept: dict[Hashable, np.ndarray] = {}
        self._bytes = 0

    def __len__(self) -> int:
        return len(self.starts_s)

    def mix(self, window: int) -> np.ndarray:
        """One window of the mix, float32 (channels, samples); of more than two channels the first two."""
        return self.remembered(("mix", window), lambda: self._read_mix(window))

    def stem(self, index: int, window: int, lag_s: float) -> np.ndarray:
        """One window of a stem, `offset_s` and `lag_s` later than it was sent, float32 (channels of the mix, samples).

        A mono stem is the same in both channels; a stereo stem in a mono mix is its mean.
        """
        return self.remembered((index, window, lag_s), lambda: self._read_stem(index, window, lag_s))

    def remembered(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What was made under this key before, or made now, and kept while there is room."""
        if key in self._kept:
            return self._kept[key]
        block = make()
        if self._bytes + block.nbytes <= KEPT_BYTES:
            self._kept[key] = block
            self._bytes += block.nbytes
        return block

    def _read_mix(self, window: int) -> np.ndarray:
        return finite(self._desk.read(self._mix, float(self.starts_s[window]), self.samples))[: self.channels]

    def _read_stem(self, index: int, window: int, lag_s: float) -> np.ndarray:
        whole = round(lag_s * self.rate_hz)
        rest = lag_s * self.rate_hz - whole
        start_s = float(self.starts_s[window]) - self.offset_s - whole / self.rate_hz
        if abs(rest) <= WHOLE_WITHIN:
            return self._fold(finite(self._desk.read(self.stems[index], start_s, self.samples)))
        wide = self._desk.read(self.stems[index], start_s - MARGIN / self.rate_hz, self.samples + 2 * MARGIN)
        return self._fold(moved(finite(wide), rest)[:, MARGIN:-MARGIN])

    def _fold(self, block: np.ndarray) -> np.ndarray:
        if self.channels == 1 and len(block) > 1:
            return np.asarray(block.mean(axis=0, keepdims=True))
        return block[: self.channels]  # one channel for both sides: it broadcasts


def moved(block: np.ndarray, later_samples: float) -> np.ndarray:
    """A block (channels, samples) moved by part of a sample, by turning the phase of its spectrum; the ends wrap."""
    turn = np.exp(-2j * np.pi * np.fft.rfftfreq(block.shape[1]) * later_samples).astype(np.complex64)
    return np.asarray(np.fft.irfft(np.fft.rfft(block) * turn, block.shape[1]), np.float32)
