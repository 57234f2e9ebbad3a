"""What a null test leaves, and what it resembles: one stem, all of them at once, or none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.features.mix_lags import BETA, lag_in, whitened_stem
from earmark.features.mix_windows import MixWindows
from earmark.features.null_test import Column
from earmark.features.whitened import Grid, Peak, mono, spectra, whitened

BLOCK_SAMPLES = 2048  # short enough to follow a compressor, long enough to hold a period of the bass
BANDS = 48
LEFT_BETA = 0.3  # tuned: flatter, and rounding at frequencies where nothing is left would count as a trace


@dataclass(frozen=True)
class Remainder:
    """What is left of the mix.

    Attributes
    ----------
    energy : float
        Sum of squares over all windows and channels, from the samples themselves.
    follows_level : float
        Share of it, 0 to 1, that is the fitted sum with a gain of its own in every 2048 samples: what a compressor
        on the mix bus leaves.
    follows_tone : float
        Share of it that is the fitted sum with a gain and phase of its own in each of 48 bands: what an equaliser
        on the mix bus leaves.
    traces : tuple of float
        Per stem, how far the tallest peak of its whitened correlation with the remainder stands out: 5 to 10 where
        nothing of the stem is left, 0.0 where it is silent. Windows count by what is left in them, so that a
        rounding error where all else fits does not pass for a trace.
    """

    energy: float
    follows_level: float
    follows_tone: float
    traces: tuple[float, ...]


def remainder(
    windows: MixWindows, columns: list[Column], gains: np.ndarray, grid: Grid
) -> tuple[Remainder, np.ndarray]:
    """The remainder at these gains (columns, channels), described, and its windows (windows, channels, samples)."""
    fitted = np.stack([_sum(windows, window, columns, gains) for window in range(len(windows))])
    left = np.stack([windows.mix(window) for window in range(len(windows))]) - fitted
    energy = float(np.square(left, dtype=np.float64).sum())
    heard = _weighted(left, grid)
    traces = [0.0] * len(windows.stems)
    for column in columns:
        traces[column.stem] = lag_in(heard, whitened_stem(windows, column.stem, grid), grid).prominence
    return Remainder(energy, _follows_level(fitted, left), _follows_tone(fitted, left), tuple(traces)), left


def lag_when_alone(windows: MixWindows, left: np.ndarray, column: Column, gains: np.ndarray, grid: Grid) -> Peak:
    """Where a stem lies in the mix once all the others are taken out: more sensitive than in the whole mix."""
    blocks = [windows.stem(column.stem, window, column.lag_s) for window in range(len(windows))]
    alone = left + gains[None, :, None].astype(np.float32) * np.stack(blocks)
    heard = whitened(spectra(mono(alone), grid), grid, BETA)
    return lag_in(heard, whitened_stem(windows, column.stem, grid), grid)


def _weighted(left: np.ndarray, grid: Grid) -> np.ndarray:
    """Spectra (windows, bins) of what is left, whitened in part, each window scaled by its share of the loudest."""
    one = mono(left)
    energies = np.square(one, dtype=np.float64).sum(axis=1)
    shares = np.sqrt(energies / max(float(energies.max()), 1e-30))
    return np.asarray(whitened(spectra(one, grid), grid, LEFT_BETA) * shares[:, None], np.complex64)


def _sum(windows: MixWindows, window: int, columns: list[Column], gains: np.ndarray) -> np.ndarray:
    fitted = np.zeros((windows.channels, windows.samples), np.float64)
    for column, gain in zip(columns, gains, strict=True):
        fitted += gain[:, None] * windows.stem(column.stem, window, column.lag_s)
    return fitted.astype(np.float32)


def _follows_level(fitted: np.ndarray, left: np.ndarray) -> float:
    size = min(BLOCK_SAMPLES, left.shape[-1])
    blocks = left.shape[-1] // size
    shape = (*left.shape[:2], blocks, size)
    model = fitted[..., : blocks * size].reshape(shape)
    rest = left[..., : blocks * size].reshape(shape)
    own, cross = np.vecdot(model, model).sum(axis=1), np.vecdot(model, rest).sum(axis=1)
    return _share(np.square(cross), own, np.vecdot(rest, rest).sum())


def _follows_tone(fitted: np.ndarray, left: np.ndarray) -> float:
    model, rest = np.fft.rfft(fitted), np.fft.rfft(left)
    bins = model.shape[-1]
    edges = np.unique(np.round(np.geomspace(bins * 0.002 + 1.0, bins, BANDS + 1)).astype(int))[:-1]
    cross = np.add.reduceat((rest * model.conj()).sum(axis=(0, 1)), edges)
    own = np.add.reduceat(np.square(np.abs(model)).sum(axis=(0, 1)), edges)
    return _share(np.square(np.abs(cross)), own, np.square(np.abs(rest)).sum())


def _share(explained: np.ndarray, own: np.ndarray, whole: float) -> float:
    heard = own > 1e-12 * max(float(own.max(initial=0.0)), 1e-30)
    return float(np.clip((explained[heard] / own[heard]).sum() / max(float(whole), 1e-30), 0.0, 1.0))
