"""How two stems lie to each other from 30 to 120 Hz, where a whole period is 8 to 33 ms long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.features.band_sum import CLOSEST
from earmark.features.whitened import Grid

LOW_END_HZ = (30.0, 120.0)
WHOLE_FROM_HZ = 30.0


@dataclass(frozen=True)
class LowEnd:
    """Two stems from 30 to 120 Hz, nothing shifted.

    Attributes
    ----------
    phase_deg : float
        Mean phase of the second against the first, -180 to 180: the angle of the summed cross spectrum. Within 90
        the sum gains, beyond it loses.
    coherence : float
        How much of the two is one sound with one phase, 0 to 1: squared magnitude of the summed cross spectrum over
        the product of the powers.
    loss_db : float
        What the phase costs: power of the sum at equal levels over that of the same two in phase; 0 to -60.
        20 log10 |cos(phase / 2)| for tones of one frequency.
    share_db : float
        Power in the band over that from 30 Hz to 8 kHz, of the stem that has less of it there.
    """

    phase_deg: float
    coherence: float
    loss_db: float
    share_db: float


NOTHING_LOW = LowEnd(0.0, 0.0, 0.0, -120.0)


def low_end(first: np.ndarray, second: np.ndarray, grid: Grid) -> LowEnd:
    """Of two sets of spectra (windows, bins)."""
    hz = grid.frequencies_hz
    inside = (hz >= LOW_END_HZ[0]) & (hz < LOW_END_HZ[1])
    cross = complex(np.vdot(first[:, inside], second[:, inside]))
    one, two = (float(np.vdot(each[:, inside], each[:, inside]).real) for each in (first, second))
    root = np.sqrt(one * two)
    if root <= 0.0:
        return NOTHING_LOW
    shared = min(abs(cross) / root, CLOSEST)
    standing = float(np.clip(cross.real / root, -CLOSEST, CLOSEST))
    shares = (
        part / max(float(np.square(np.abs(each[:, hz >= WHOLE_FROM_HZ])).sum()), 1e-30)
        for part, each in ((one, first), (two, second))
    )
    return LowEnd(
        phase_deg=float(np.degrees(np.angle(cross))),
        coherence=float(shared**2),
        loss_db=float(10.0 * np.log10((1.0 + standing) / (1.0 + shared))),
        share_db=float(10.0 * np.log10(max(min(shares), 1e-12))),
    )
