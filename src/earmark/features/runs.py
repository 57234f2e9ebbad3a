"""Where a mask is true: runs, as first and end."""

from __future__ import annotations

import numpy as np


def runs_of(mask: np.ndarray) -> np.ndarray:
    """Int64 (runs, 2): first index and the one after the last, of every run of True in a mask (n,)."""
    return np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]]))).reshape(-1, 2)
