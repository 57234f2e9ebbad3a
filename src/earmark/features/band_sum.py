"""What becomes of the power when two signals are added, per band, as they stand and with one of them flipped."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.features.whitened import Grid

BANDS_HZ = ((40.0, 250.0), (250.0, 1000.0), (1000.0, 4000.0))
WHOLE_HZ = (40.0, 8000.0)
CLOSEST = 1.0 - 1e-6  # likeness is not told apart from +-1 beyond this: sums are held within 60 dB


@dataclass(frozen=True)
class BandSum:
    """Two stems in one band.

    Attributes
    ----------
    low_hz, high_hz : float
        The band.
    likeness : float
        Normalised correlation in the band once the common lag is taken out, -1 (same, upside down) to 1.
    share_db : float
        Power in the band over the power from 40 Hz to 8 kHz, of the stem that has less of it there.
    sum_db : float
        Power of the sum over the sum of the powers, at the levels as delivered, nothing shifted: +3.01 for two
        equal signals, 0 for unrelated ones, far below 0 where they cancel (not below -60).
    flipped_db : float
        The same with one of the two flipped.
    even_sum_db, even_flipped_db : float
        The same two with the stems brought to equal level in the band.
    aligned_db, even_aligned_db : float
        The sum once the lag is taken out, and the flip too where likeness is below 0: as delivered, and at equal
        levels.
    coherence : float
        How much of the two is one sound, whatever its phase: magnitude-squared coherence in third octaves, averaged
        over the band by power, the lag taken out first because a long one would lower it; 0 to 1.
    """

    low_hz: float
    high_hz: float
    likeness: float
    share_db: float
    sum_db: float
    flipped_db: float
    even_sum_db: float
    even_flipped_db: float
    aligned_db: float = 0.0
    even_aligned_db: float = 0.0
    coherence: float = 0.0

    @property
    def align_gains_db(self) -> float:
        """How much stronger the sum is once the two are aligned, at the levels as delivered."""
        return self.aligned_db - max(self.sum_db, self.flipped_db if self.likeness < 0.0 else self.sum_db)

    @property
    def flip_gains_db(self) -> float:
        """How much stronger the sum is with one of them flipped, at the levels as delivered."""
        return self.flipped_db - self.sum_db

    @property
    def even_flip_gains_db(self) -> float:
        """How much stronger the sum is with one of them flipped, at equal levels."""
        return self.even_flipped_db - self.even_sum_db


@dataclass(frozen=True)
class SharedPower:
    """Powers of two signals in one band and what they share, `aligned` at the lag and `standing` at none."""

    first: float
    second: float
    aligned: float
    standing: float

    @property
    def root(self) -> float:
        """Geometric mean of the two powers."""
        return float(np.sqrt(self.first * self.second))

    @property
    def likeness(self) -> float:
        """Normalised correlation at the lag; 0.0 when one is silent."""
        return self.aligned / self.root if self.root > 0.0 else 0.0

    @property
    def gain_db(self) -> float:
        """Level of the second over the first; 0.0 when one is silent."""
        return float(10.0 * np.log10(self.second / self.first)) if self.root > 0.0 else 0.0


def shared_power(
    first: np.ndarray, second: np.ndarray, grid: Grid, lag_s: float, band_hz: tuple[float, float] = WHOLE_HZ
) -> SharedPower:
    """Powers and cross power of two sets of spectra (windows, bins) in one band."""
    inside = (grid.frequencies_hz >= band_hz[0]) & (grid.frequencies_hz < band_hz[1])
    one, two = first[:, inside], second[:, inside]
    cross = np.einsum("wb,wb->b", two, one.conj())
    turn = np.exp(2j * np.pi * grid.frequencies_hz[inside] * lag_s)
    return SharedPower(
        float(np.vdot(one, one).real),
        float(np.vdot(two, two).real),
        float(np.real(cross * turn).sum()),
        float(np.real(cross).sum()),
    )


def band_sums(first: np.ndarray, second: np.ndarray, grid: Grid, lag_s: float) -> tuple[BandSum, ...]:
    """One `BandSum` per band, of spectra (windows, bins) and their common lag."""
    whole = shared_power(first, second, grid, lag_s)
    return tuple(
        _band_sum(
            shared_power(first, second, grid, lag_s, band), whole, band, coherence(first, second, grid, lag_s, band)
        )
        for band in BANDS_HZ
    )


def coherence(first: np.ndarray, second: np.ndarray, grid: Grid, lag_s: float, band_hz: tuple[float, float]) -> float:
    """Magnitude-squared coherence of spectra (windows, bins) in third octaves of a band, averaged by power."""
    edges_hz = band_hz[0] * 2.0 ** (np.arange(int(np.ceil(3.0 * np.log2(band_hz[1] / band_hz[0]))) + 1) / 3.0)
    inside = (grid.frequencies_hz >= band_hz[0]) & (grid.frequencies_hz < min(edges_hz[-1], band_hz[1]))
    if not inside.any():
        return 0.0
    hz = grid.frequencies_hz[inside]
    starts = np.unique(np.searchsorted(hz, edges_hz[:-1])).clip(max=len(hz) - 1)
    starts = np.unique(starts)
    one, two = first[:, inside], second[:, inside]
    turned = np.einsum("wb,wb->b", two, one.conj()) * np.exp(2j * np.pi * hz * lag_s)
    powers = [np.square(np.abs(each)).sum(axis=0, dtype=np.float64) for each in (one, two)]
    cross, left, right = (np.add.reduceat(each, starts) for each in (turned, *powers))
    root = left * right
    weight = np.sqrt(root)
    total = float(weight.sum())
    return float(np.sum(weight * np.square(np.abs(cross)) / np.maximum(root, 1e-30)) / total) if total > 0.0 else 0.0


def _band_sum(part: SharedPower, whole: SharedPower, band_hz: tuple[float, float], shared: float) -> BandSum:
    total = part.first + part.second
    aligned = abs(2.0 * part.aligned / total) if total > 0.0 else 0.0
    as_delivered = 2.0 * part.standing / total if total > 0.0 else 0.0
    even = part.standing / part.root if part.root > 0.0 else 0.0
    return BandSum(
        *band_hz,
        likeness=part.likeness,
        share_db=min(_share_db(part.first, whole.first), _share_db(part.second, whole.second)),
        sum_db=_sum_db(as_delivered),
        flipped_db=_sum_db(-as_delivered),
        even_sum_db=_sum_db(even),
        even_flipped_db=_sum_db(-even),
        aligned_db=_sum_db(aligned),
        even_aligned_db=_sum_db(abs(part.likeness)),
        coherence=min(1.0, shared),
    )


def _sum_db(correlation: float) -> float:
    return float(10.0 * np.log10(1.0 + np.clip(correlation, -CLOSEST, CLOSEST)))


def _share_db(part: float, whole: float) -> float:
    return float(10.0 * np.log10(part / whole)) if part > 0.0 and whole > 0.0 else -120.0
