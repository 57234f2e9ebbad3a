"""How loud a stem is where nobody plays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Derived, StemFeature
from earmark.features.phrases import FRAME_STEPS
from earmark.model import Stem

PAUSE_DEPTH_DB = 30.0  # under the loud frames, as between phrases
LEAST_PAUSE_FRAMES = 10  # 0.5 s


@dataclass(frozen=True, kw_only=True)
class NoiseFloor(Derived):
    """The level in the pauses of a stem.

    Attributes
    ----------
    noise_floor_dbfs : float or None
        5th percentile of the RMS of 50 ms frames over all channels, digital silence left out; a full-scale
        sine would read -3.01. None where the stem has no pause to listen in: that percentile lies
        less than 30 dB under the 95th, or fewer than ten frames lie that deep.
    silent_share : float
        Share of the frames that touch digital silence, 0 to 1: edited, gated, or not yet begun.

    Notes
    -----
    The simplest of the minimum statistics [1]_: a low percentile of the level. The depth and the least length
    of a pause are house defaults. A frame in which any 10 ms lie below -120 dBFS counts as edited.

    References
    ----------
    .. [1] R. Martin, "Noise power spectral density estimation based on optimal smoothing and minimum
       statistics", IEEE Trans. Speech Audio Process. 9(5), 504-512, 2001.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    noise_floor_dbfs: float | None
    silent_share: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the levels of every 10 ms."""
        (envelope,) = needs
        assert isinstance(envelope, StemEnvelope)
        steps = envelope.level_dbfs[: envelope.level_dbfs.size // FRAME_STEPS * FRAME_STEPS].reshape(-1, FRAME_STEPS)
        sounding = steps[(steps > FLOOR_DBFS).all(axis=1)].astype(np.float64)
        levels = 10.0 * np.log10(np.mean(10.0 ** (sounding / 10.0), axis=1))
        share = 1.0 - len(sounding) / len(steps) if len(steps) else 0.0
        return cls(stem=stem, noise_floor_dbfs=floor_of(levels), silent_share=share)


def floor_of(levels_dbfs: np.ndarray) -> float | None:
    """The 5th percentile, where it lies in a pause."""
    if not levels_dbfs.size:
        return None
    low_dbfs, high_dbfs = np.percentile(levels_dbfs, [5, 95])
    deep = np.count_nonzero(levels_dbfs <= high_dbfs - PAUSE_DEPTH_DB)
    return float(low_dbfs) if low_dbfs <= high_dbfs - PAUSE_DEPTH_DB and deep >= LEAST_PAUSE_FRAMES else None
