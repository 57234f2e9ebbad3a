"""The arithmetic of the null test: gains that leave least of a mix, what they leave, and how sure they are.

Least squares over windows, per channel of the mix: the normal equations of each window are kept, so that any choice
of stems, delays and gains is answered without reading again, and leaving out one window at a time (the jackknife of
Quenouille and Tukey) says how far the gains may be relied on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earmark.features.mix_windows import MixWindows

RIDGE = 1e-7  # pulls a gain that the sound cannot decide towards 1
ALONE = 200.0  # variance inflation beyond which two stems cannot be told apart; house default


@dataclass(frozen=True)
class Column:
    """One stem at one delay."""

    stem: int
    lag_s: float


@dataclass(frozen=True)
class Fit:
    """Gains of some columns, and what they leave.

    Attributes
    ----------
    gains : ndarray of float64, shape (columns, channels)
        Linear; negative is upside down.
    uncertainty : ndarray of float64, shape (columns, channels)
        Standard error of each gain, linear; infinite where the sound cannot decide.
    energy : float
        What is left, in the sum of squares.
    """

    gains: np.ndarray
    uncertainty: np.ndarray
    energy: float


@dataclass(frozen=True)
class NormalEquations:
    """Inner products of every column with every other and with the mix.

    Attributes
    ----------
    columns : tuple of Column
    products : ndarray of float64, shape (windows, channels, columns, columns)
    with_mix : ndarray of float64, shape (windows, channels, columns)
    of_mix : ndarray of float64, shape (windows, channels)
        Energy of the mix.
    """

    columns: tuple[Column, ...]
    products: np.ndarray
    with_mix: np.ndarray
    of_mix: np.ndarray

    @property
    def mix_energy(self) -> float:
        """Energy of the mix in all windows and channels."""
        return float(self.of_mix.sum())

    def energy(self, chosen: Sequence[int], gains: np.ndarray) -> float:
        """What these columns at these gains (chosen, channels) leave; accurate to about 1e-12 of the mix."""
        take = list(chosen)
        square = self.products.sum(axis=0)[:, take][:, :, take]
        cross = self.with_mix.sum(axis=0)[:, take]
        per_channel = gains.T
        left = self.of_mix.sum(axis=0) - 2.0 * np.einsum("ck,ck->c", per_channel, cross)
        left += np.einsum("cj,cjk,ck->c", per_channel, square, per_channel)
        return float(max(left.sum(), 0.0))

    def solve(self, chosen: Sequence[int]) -> Fit:
        """The gains of the chosen columns that leave least."""
        take = list(chosen)
        products, with_mix = self.products[:, :, take][:, :, :, take], self.with_mix[:, :, take]
        gains = _solved(products.sum(axis=0), with_mix.sum(axis=0))
        return Fit(gains.T, _uncertainty(products, with_mix).T, self.energy(take, gains.T))


def normal_equations(windows: MixWindows, columns: Sequence[Column]) -> NormalEquations:
    """Read every window once and multiply everything in it with everything else."""
    count = len(columns)
    products = np.zeros((len(windows), windows.channels, count, count))
    with_mix = np.zeros((len(windows), windows.channels, count))
    of_mix = np.zeros((len(windows), windows.channels))
    for window in range(len(windows)):
        mix = windows.mix(window).astype(np.float64)
        blocks = [windows.stem(column.stem, window, column.lag_s) for column in columns]
        of_mix[window] = np.vecdot(mix, mix)
        for channel in range(windows.channels):
            rows = np.array([block[min(channel, len(block) - 1)] for block in blocks], np.float64)
            rows = rows.reshape(count, windows.samples)
            products[window, channel] = rows @ rows.T
            with_mix[window, channel] = rows @ mix[channel]
    return NormalEquations(tuple(columns), products, with_mix, of_mix)


def _solved(products: np.ndarray, with_mix: np.ndarray) -> np.ndarray:
    """Gains (..., columns) from normal equations (..., columns, columns) and (..., columns)."""
    own = np.einsum("...kk->...k", products)
    pull = RIDGE * own + 1e-12 * own.max(axis=-1, keepdims=True, initial=0.0) + 1e-300
    kept = products + pull[..., None] * np.eye(products.shape[-1])
    return np.asarray(np.linalg.solve(kept, (with_mix + pull)[..., None])[..., 0])


def _uncertainty(products: np.ndarray, with_mix: np.ndarray) -> np.ndarray:
    """Standard errors (channels, columns) by leaving out one window at a time."""
    count = len(products)
    total, total_with_mix = products.sum(axis=0), with_mix.sum(axis=0)
    if count < 3:
        return np.full(total_with_mix.shape, np.inf)
    without = _solved(total - products, total_with_mix - with_mix)
    spread = np.sqrt((count - 1) / count * np.square(without - without.mean(axis=0)).sum(axis=0))
    return np.asarray(np.where(_inflation(total) > ALONE, np.inf, spread))


def _inflation(products: np.ndarray) -> np.ndarray:
    """By how much the likeness of the columns to each other widens each gain's variance; 1 when they are unlike."""
    own = np.einsum("ckk->ck", products)
    scale = np.sqrt(np.maximum(own, 1e-300))
    alike = products / (scale[:, :, None] * scale[:, None, :])
    silent = own <= 1e-12 * own.max(initial=0.0)
    inverse = np.linalg.pinv(alike + 1e-9 * np.eye(alike.shape[-1]))
    return np.where(silent, np.inf, np.abs(np.einsum("ckk->ck", inverse)))
