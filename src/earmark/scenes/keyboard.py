"""An electric piano: two operators, a bar and its tine. Mono float32."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from earmark.scenes.filters import RATE_HZ
from earmark.scenes.signals import clock_s, faded


@lru_cache(maxsize=256)
def electric_piano(
    frequency_hz: float, duration_s: float, *, hardness: float = 0.5, rate_hz: int = RATE_HZ
) -> np.ndarray:
    """One note, held for `duration_s`; `hardness` 0..1 is how hard it is struck. Read-only."""
    at_s = clock_s(duration_s + 0.12, rate_hz)
    turns = 2 * np.pi * frequency_hz * at_s
    bark = (0.4 + 2.2 * hardness) * np.exp(-at_s / 0.7)
    tine = 0.9 * hardness * np.exp(-at_s / 0.06) * np.sin(min(14.0, 9000 / frequency_hz) // 1 * turns)
    body = np.sin(turns + bark * np.sin(turns)) * np.exp(-at_s / (1.1 + 110 / frequency_hz))
    out = faded(np.asarray(0.85 * body + 0.4 * tine, np.float32), 0.002, 0.12, rate_hz)
    out.flags.writeable = False
    return out
