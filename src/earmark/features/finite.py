"""Keeps what is no sound out of the measurements: NaN, infinity and bits that were never samples."""

from __future__ import annotations

import numpy as np

BEYOND = 1e9  # +180 dBFS; the square of anything smaller still fits into float32, whatever is summed


def finite(block: np.ndarray) -> np.ndarray:
    """The block itself where every sample is a number below +180 dBFS, else a copy with 0 in their place.

    One NaN would otherwise make every sum, filter state and spectrum after it NaN. `Levels.not_finite`
    says how many samples were silenced so, and where the first of them lies.

    Parameters
    ----------
    block : ndarray of float32, shape (channels, samples)

    Returns
    -------
    ndarray of float32, shape (channels, samples)
    """
    if sounds(block):
        return block
    return np.where(strange(block), np.float32(0.0), block)


def sounds(block: np.ndarray) -> bool:
    """Whether the whole block can be measured as it is; one product, since NaN and infinity survive squaring."""
    with np.errstate(over="ignore", invalid="ignore"):
        power = float(np.vecdot(block, block).sum(dtype=np.float64)) if block.size else 0.0
    return power < BEYOND * BEYOND


def strange(block: np.ndarray) -> np.ndarray:
    """Bool, shape of the block: True where a sample is not finite, or beyond +180 dBFS."""
    with np.errstate(invalid="ignore"):
        return np.asarray(~(np.abs(block) <= BEYOND))
