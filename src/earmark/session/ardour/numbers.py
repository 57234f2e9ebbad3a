"""Numbers out of attributes."""

from __future__ import annotations

import math

MOST = 1e6  # of a gain or a tempo; a broken number lies beyond


def number(text: str) -> float:
    """A finite number of ordinary size."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not abs(value) <= MOST:  # NaN is not, either
        raise ValueError(f"holds {text[:20]!r} where a number must be")
    return value


def yes(text: str | None, otherwise: bool = False) -> bool:
    """A switch: 1 or 0, yes or no."""
    return otherwise if text is None else text.lower() in ("1", "yes", "true", "y", "on")
