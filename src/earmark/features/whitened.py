"""Spectra of shared windows, whitened in part, and what two of them say about delay and polarity.

The generalised cross-correlation with the phase transform raised to a power (PHAT-beta): each bin of the cross
spectrum Y X* is divided by |Y X*| ** beta. beta = 0 is plain correlation, which tonal bass leads astray; beta = 1
looks at phase alone and locks to any noise both share. Knapp and Carter, "The generalized correlation method for
estimation of time delay", IEEE Trans. ASSP 24 (1976); the exponent is known from Donohue et al. (2007).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

LOW_HZ, HIGH_HZ = 100.0, 8000.0  # where lags are looked for; below, hum; above, little that two microphones share
TINY = 1e-20
FINE_STEPS = 16  # steps per sample of the coarse grid when a peak is refined


@dataclass(frozen=True)
class Grid:
    """The frequency and lag axes that windows of one length share.

    Attributes
    ----------
    rate_hz : int
        Sampling rate of the windows.
    samples : int
        Length of a window.
    """

    rate_hz: int
    samples: int

    @property
    def bin_hz(self) -> float:
        """Distance between bins."""
        return self.rate_hz / self.samples

    @property
    def bins(self) -> int:
        """How many bins are kept, from 0 Hz to 8 kHz or 0.45 of the rate."""
        return int(min(HIGH_HZ, 0.45 * self.rate_hz) / self.bin_hz) + 1

    @property
    def frequencies_hz(self) -> np.ndarray:
        """Frequencies of the kept bins, shape (bins,)."""
        return np.arange(self.bins) * self.bin_hz

    @property
    def lags(self) -> int:
        """Length of the short inverse transform: the kept bins need no more points than this."""
        return -(-2 * self.bins // 256) * 256

    @property
    def lag_step_s(self) -> float:
        """Distance between two lags of the short inverse transform."""
        return 1.0 / (self.lags * self.bin_hz)

    def reach(self, reach_s: float) -> int:
        """How many lags `reach_s` is, never more than half a window."""
        return min(round(reach_s / self.lag_step_s), self.lags // 2 - 1)


def grid_of(rate_hz: int, window_s: float) -> Grid:
    """The grid whose windows are this long or up to twice that, a power of two of samples."""
    return Grid(rate_hz, 2 ** int(np.ceil(np.log2(window_s * rate_hz))))


def spectra(windows: np.ndarray, grid: Grid) -> np.ndarray:
    """Hann-tapered spectra of windows.

    Parameters
    ----------
    windows : ndarray of float32, shape (windows, samples)
    grid : Grid

    Returns
    -------
    ndarray of complex64, shape (windows, bins)
        Scaled so that the sum of squared magnitudes of a window is its tapered energy in the kept bins.
    """
    taper = _taper(grid.samples)
    return np.stack([np.fft.rfft(window * taper)[: grid.bins].astype(np.complex64) for window in windows])


def whitened(spectrum: np.ndarray, grid: Grid, beta: float) -> np.ndarray:
    """Spectra with magnitudes raised to 1 - beta between 100 Hz and 8 kHz, nothing elsewhere.

    Parameters
    ----------
    spectrum : ndarray of complex64, shape (windows, bins)
    grid : Grid
    beta : float
        How much of the magnitude is taken out: 0 none, 1 all.

    Returns
    -------
    ndarray of complex64, shape (windows, bins)
        Each window has unit energy, so that loud windows count no more than soft ones; zeros where the
        window is silent.
    """
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    floor = 1e-12 * power.max(axis=1, keepdims=True) + TINY
    white = spectrum * np.power(np.maximum(power, floor), -0.5 * beta) * (grid.frequencies_hz >= LOW_HZ)
    energy = np.sum(np.square(np.abs(white)), axis=1, keepdims=True)
    return np.asarray(white / np.sqrt(energy + TINY) * (energy > 1e3 * TINY), np.complex64)


def correlation(cross: np.ndarray, grid: Grid, reach: int) -> np.ndarray:
    """Cross spectra as functions of lag.

    Parameters
    ----------
    cross : ndarray of complex64, shape (..., bins)
        Second spectrum times the conjugate of the first.
    grid : Grid
    reach : int
        How many lags to either side.

    Returns
    -------
    ndarray of float32, shape (..., 2 * reach + 1)
        Lag 0 in the middle; to the right the second is later.
    """
    around = np.fft.irfft(cross, grid.lags)
    return np.concatenate([around[..., grid.lags - reach :], around[..., : reach + 1]], axis=-1)


@dataclass(frozen=True)
class Peak:
    """The tallest peak of a correlation.

    Attributes
    ----------
    lag_s : float
        Where it is, between samples; above 0 the second is later.
    sign : int
        +1 or -1: whether the second goes the same way as the first.
    prominence : float
        Its height over the median height; 4 to 10 for unrelated sounds. 0.0 when there is only silence.
    """

    lag_s: float
    sign: int
    prominence: float


def peak_of(cross: np.ndarray, grid: Grid, reach: int) -> Peak:
    """The tallest peak of one cross spectrum (bins,), placed between samples."""
    values = correlation(cross, grid, reach)
    height = np.abs(values)
    at = int(np.argmax(height))
    median = float(np.median(height))
    if median <= 0.0:
        return Peak(0.0, 1, 0.0)
    sign = 1 if values[at] >= 0.0 else -1
    lag_s = _refined(cross, grid, (at - reach) * grid.lag_step_s, sign)
    return Peak(lag_s, sign, float(height[at]) / median)


def _refined(cross: np.ndarray, grid: Grid, lag_s: float, sign: int) -> float:
    """The lag of the peak near `lag_s`, from the cross spectrum evaluated between the grid's lags."""
    turned = cross * np.exp(2j * np.pi * grid.frequencies_hz * lag_s)
    heights = sign * np.real(_fine_turns(grid) @ turned.astype(np.complex64))
    at = int(np.argmax(heights))
    steps = at - FINE_STEPS + _vertex(heights, at)
    return float(lag_s + steps * grid.lag_step_s / FINE_STEPS)


@lru_cache(maxsize=4)
def _fine_turns(grid: Grid) -> np.ndarray:
    """Phases (steps, bins) that move a cross spectrum by sixteenths of a lag, up to one lag to either side."""
    offsets_s = np.arange(-FINE_STEPS, FINE_STEPS + 1) * grid.lag_step_s / FINE_STEPS
    return np.asarray(np.exp(2j * np.pi * np.outer(offsets_s, grid.frequencies_hz)), np.complex64)


@lru_cache(maxsize=4)
def _taper(samples: int) -> np.ndarray:
    return np.asarray(np.hanning(samples) * np.sqrt(2.0 / samples), np.float32)


def _vertex(heights: np.ndarray, at: int) -> float:
    """Where the parabola through the tallest of three heights has its top, in steps from the middle one."""
    if not 0 < at < len(heights) - 1:
        return 0.0
    left, top, right = heights[at - 1 : at + 2]
    bend = left - 2.0 * top + right
    return float(0.5 * (left - right) / bend) if bend < 0.0 else 0.0


def mono(windows: np.ndarray) -> np.ndarray:
    """One channel out of several: the mean, or the loudest one where the mean cancels.

    Parameters
    ----------
    windows : ndarray of float32, shape (windows, channels, samples)

    Returns
    -------
    ndarray of float32, shape (windows, samples)
        The choice is made once for all windows. The mean counts as cancelled below a tenth of the
        loudest channel's energy.
    """
    if windows.shape[1] == 1:
        return windows[:, 0]
    middle = windows.mean(axis=1)
    energies = np.square(windows, dtype=np.float32).sum(axis=(0, 2), dtype=np.float64)
    loudest = int(np.argmax(energies))
    cancels = np.square(middle).sum(dtype=np.float64) < 0.1 * energies[loudest]
    return windows[:, loudest] if cancels else middle
