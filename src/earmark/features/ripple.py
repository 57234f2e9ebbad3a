"""The comb that a delay makes of a sum: how far its teeth stand out, predicted and as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.features.whitened import Grid

RIPPLE_HZ = (150.0, 6000.0)  # teeth are counted here: below, a tooth is wider than the band; above, no two rooms agree
NEAR = 0.9  # cosine of the phase within which a bin counts as on a tooth or in a gap: 26 degrees to either side


@dataclass(frozen=True)
class Ripple:
    """The sum of two stems, one of them late, between 150 Hz and 6 kHz.

    Attributes
    ----------
    echo : float
        Amplitude of the softer over the louder, times the share of it that both have in common; 0 to 1.
    predicted_db : float
        From tooth to gap, of such an echo: 20 log10 ((1 + echo) / (1 - echo)); at most 40.
    measured_db : float
        The same in the spectrum of the sum itself, against the sum of the two spectra; 0.0 where the delay is too
        short or too long for teeth in the band.
    first_gap_hz : float
        1 / (2 lag), or 1 / lag where one of them is upside down; 0.0 without a delay.
    """

    echo: float
    predicted_db: float
    measured_db: float
    first_gap_hz: float


NO_RIPPLE = Ripple(0.0, 0.0, 0.0, 0.0)


def ripple_of(first: np.ndarray, second: np.ndarray, grid: Grid, lag_s: float, sign: int) -> Ripple:
    """Of two sets of spectra (windows, bins), the lag of the second, and its sign."""
    hz = grid.frequencies_hz
    inside = (hz >= RIPPLE_HZ[0]) & (hz < RIPPLE_HZ[1])
    one, two = (np.square(np.abs(each[:, inside])).sum(axis=0, dtype=np.float64) for each in (first, second))
    cross = np.einsum("wb,wb->b", second[:, inside], first[:, inside].conj())
    turns = sign * np.exp(2j * np.pi * hz[inside] * lag_s)
    total = float(one.sum()), float(two.sum())
    if min(total) <= 0.0:
        return NO_RIPPLE
    shared = abs(float(np.real(cross * turns).sum())) / np.sqrt(total[0] * total[1])
    echo = float(shared * np.sqrt(min(total) / max(total)))
    depth_db = 20.0 * np.log10((1.0 + echo) / max(1.0 - echo, 0.01))
    gap_hz = (0.5 if sign > 0 else 1.0) / abs(lag_s) if lag_s else 0.0
    measured = _measured_db(one + two, 2.0 * np.real(cross), np.real(turns))
    return Ripple(echo, float(min(depth_db, 40.0)), measured, gap_hz)


def _measured_db(powers: np.ndarray, crossing: np.ndarray, cosine: np.ndarray) -> float:
    """Sum over sum of powers, on the teeth against in the gaps."""
    levels = []
    for here in (cosine > NEAR, cosine < -NEAR):
        apart = float(powers[here].sum())
        if apart <= 0.0:
            return 0.0
        levels.append(max((apart + float(crossing[here].sum())) / apart, 1e-4))
    return float(10.0 * np.log10(levels[0] / levels[1]))
