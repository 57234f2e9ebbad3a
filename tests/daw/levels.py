"""Levels per 100 ms block: what is in a file, and what a curve promises."""

from __future__ import annotations

import numpy as np

from daw.programs import RATE_HZ
from daw.table import LENGTH_S
from earmark.model import Card
from earmark.surfaces.ardour.lanes import curve_db

BLOCK = RATE_HZ // 10


def level_db(samples: np.ndarray, hz: float) -> np.ndarray:
    """Level of one tone per 100 ms block, by its two quadratures."""
    blocks = samples[: samples.size // BLOCK * BLOCK].reshape(-1, BLOCK).astype(float)
    wave = np.exp(-2j * np.pi * hz * np.arange(BLOCK) / RATE_HZ)
    return 20 * np.log10(np.abs(blocks @ wave) * 2 / BLOCK + 1e-9)


def promised_db(card: Card) -> np.ndarray:
    """What a card's curve promises per block, averaged as a level is."""
    curve = [(round(s * RATE_HZ), db) for s, db in card.suggestion.options[0].curve or ()]
    at = np.arange(LENGTH_S * RATE_HZ, step=48)
    gain = 10 ** (np.array([curve_db(curve, float(sample)) for sample in at]) / 20)
    return 20 * np.log10(gain.reshape(-1, BLOCK // 48).mean(axis=1))
