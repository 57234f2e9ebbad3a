"""How much louder one side of a stereo stem is than the other, and whether it always is by as much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Derived, StemFeature
from earmark.features.kweighting import KWeighted
from earmark.features.stereo import Stereo
from earmark.model import Stem

WINDOW_S = 3.0
LEAST_LUFS = -60.0  # of the louder side
BELOW_LOUD_DB = 40.0  # as for activity everywhere: under the 95th percentile


@dataclass(frozen=True, kw_only=True)
class ChannelBalance(Derived):
    """Left against right after the K filter, in windows of 3 s that sound. Without numbers for anything but stereo.

    Attributes
    ----------
    windows : int
        How many windows sound; 0 for mono, silence, and what is shorter than 3 s.
    median_db : float
        Median of left over right; positive when the left is louder. 0.0 without windows, or where a side is silent.
    spread_db : float
        Distance of the quartiles: what is a fixed gain stays within a few tenths, what is played moves.
    correlation : float
        As in `Stereo`, over the whole stem: 1.0 is one sound on both sides, whatever the gain. 0.0 where there is none.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (KWeighted, Stereo)
    windows: int
    median_db: float
    spread_db: float
    correlation: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> ChannelBalance:
        """From the K-weighted powers of both sides."""
        weighted, stereo = needs
        assert isinstance(weighted, KWeighted)
        assert isinstance(stereo, Stereo)
        sides = side_powers(weighted)
        heard = stereo.correlation is not None and sides.size > 0
        offsets = 10.0 * np.log10(sides[0] / sides[1]) if heard else np.zeros(0)
        low, middle, high = np.percentile(offsets, [25, 50, 75]) if offsets.size else (0.0, 0.0, 0.0)
        return cls(
            stem=stem,
            windows=int(offsets.size),
            median_db=float(middle),
            spread_db=float(high - low),
            correlation=stereo.correlation or 0.0,
        )


def side_powers(weighted: KWeighted) -> np.ndarray:
    """Mean square of left and right, shape (2, windows that sound); empty for anything but two channels."""
    steps = max(1, round(WINDOW_S / weighted.step_s))
    count = weighted.powers.shape[1] // steps
    if len(weighted.powers) != 2 or not count:
        return np.zeros((2, 0))
    powers = weighted.powers[:, : count * steps].astype(np.float64).reshape(2, count, steps).mean(axis=2)
    loud = powers.max(axis=0)
    floor = max(10.0 ** (LEAST_LUFS / 10.0), float(np.percentile(loud, 95)) * 10.0 ** (-BELOW_LOUD_DB / 10.0))
    return np.asarray(np.maximum(powers[:, loud > floor], 1e-12))
