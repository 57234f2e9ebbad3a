"""What a stem excites along the ear, in cells of a tenth of a second."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from earmark.features.bands import BANDS, BandPowers, band_edges_hz
from earmark.features.lead_against_rest import k_weights
from earmark.model import Stem

CELL_S = 0.1
GATE_DB, FLOOR_DBFS = 25.0, -70.0  # a stem is active within 25 dB of its loud cells, as `Phrases`


def cell_edges_s(stems: Sequence[Stem]) -> np.ndarray:
    """Float64 (cells + 1,): from the first frame of all to the last, in session time."""
    first_s = min(stem.start_s for stem in stems)
    last_s = max(stem.start_s + stem.known.duration_s for stem in stems)
    return np.asarray(first_s + CELL_S * np.arange(int(np.ceil((last_s - first_s) / CELL_S)) + 1))


def cells(bands: BandPowers, gain: tuple[float, float], edges_s: np.ndarray) -> np.ndarray:
    """Float32 (cells, 42): K-weighted mean power of one stem in the mix; 0.0 where it does not reach."""
    weights = k_weights(bands.edges_hz) * (gain[0] ** 2 + gain[1] ** 2) / 2 * bands.hop_s / CELL_S
    at = np.clip(np.rint((edges_s - bands.stem.start_s) / bands.hop_s).astype(int), 0, len(bands.powers))
    summed = np.concatenate([np.zeros((1, BANDS)), np.cumsum(bands.powers, axis=0, dtype=np.float64)])
    return np.asarray(np.diff(summed[at], axis=0) * weights, np.float32)


@cache
def spreading() -> np.ndarray:
    """Float32 (42, 42): how much of the power in one band (row) excites another (column)."""
    centres_hz = np.sqrt(band_edges_hz()[:-1] * band_edges_hz()[1:])
    bark = 26.81 * centres_hz / (1960.0 + centres_hz) - 0.53  # Traunmueller, JASA 88, 1990
    away = bark[None, :] - bark[:, None] + 0.474
    decibels = 15.81 + 7.5 * away - 17.5 * np.sqrt(1.0 + np.square(away))
    return np.asarray(10.0 ** (decibels / 10.0), np.float32)


def active_cells(power: np.ndarray) -> np.ndarray:
    """Bool (cells,): where a stem plays, within 25 dB of its loud cells."""
    level = power.sum(axis=1, dtype=np.float64)
    heard = level[level > 10 ** (FLOOR_DBFS / 10)]
    if not heard.size:
        return np.zeros(len(power), bool)
    return np.asarray(level > max(10 ** (FLOOR_DBFS / 10), np.percentile(heard, 95) * 10 ** (-GATE_DB / 10)))
