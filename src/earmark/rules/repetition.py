"""Whether places are so many or so evenly spaced that they are more likely meant; and how sure a margin makes."""

from __future__ import annotations

import numpy as np

FEW = 8  # house default: below it nothing can be told from spacing or likeness
ALIKE_DB = 1.5  # house default: half of the places lie within this
EVEN_SHARE = 0.05  # house default: of the spacing
DENSE, DENSE_PER_S = 30, 2.0  # house default: so many at least, more than two a second of all that sounds


def layered(at_s: np.ndarray, heights: np.ndarray, sounding_s: float) -> str:
    """Why these places look like a layer of the sound: in words, or "" where they do not.

    Parameters
    ----------
    at_s : ndarray of float, shape (places,)
        Where they are, in order.
    heights : ndarray of float, shape (places,)
        How large, positive.
    sounding_s : float
        How long the stem sounds.
    """
    if at_s.size < FEW:
        return ""
    if at_s.size >= DENSE and at_s.size > DENSE_PER_S * sounding_s:
        return "they lie all over the stem, more than two a second"
    low, high = np.percentile(20.0 * np.log10(heights), (25, 75))
    if high - low <= ALIKE_DB and even(at_s):
        return "they are evenly spaced and of one height"
    return ""


def even(at_s: np.ndarray) -> bool:
    """Whether most of the spacings are multiples of one of them."""
    spacings = np.diff(at_s)
    unit = float(np.percentile(spacings, 10))
    turns = spacings / max(unit, 1e-6)
    return bool(np.mean(np.abs(turns - np.round(turns)) <= EVEN_SHARE * np.maximum(1.0, turns)) >= 0.75)


def sure(value: float, limit: float) -> float:
    """How sure a value that lies above its limit makes: 0.7 at the limit, 0.98 far above it. House default."""
    return round(0.98 - 0.28 * min(1.0, limit / max(value, limit)), 2)
