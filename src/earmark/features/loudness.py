"""Loudness after ITU-R BS.1770-5 and EBU R 128: integrated, momentary, short-term, range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Derived, StemFeature
from earmark.features.grid import STEPS_PER_TENTH
from earmark.features.kweighting import KWeighted
from earmark.model import Stem

MOMENTARY_STEPS = 40  # 400 ms
SHORT_TERM_STEPS = 300  # 3 s
ABSOLUTE_GATE_LUFS = -70.0
RELATIVE_GATE_LU = -10.0
RANGE_GATE_LU = -20.0
FLOOR_LUFS = -120.0
SURROUND = 1.41
WEIGHTS = {
    4: (1.0, 1.0, SURROUND, SURROUND),
    5: (1.0, 1.0, 1.0, SURROUND, SURROUND),
    6: (1.0, 1.0, 1.0, 0.0, SURROUND, SURROUND),
    8: (1.0, 1.0, 1.0, 0.0, 1.0, 1.0, SURROUND, SURROUND),
}


@dataclass(frozen=True, kw_only=True)
class Loudness(Derived):
    """Loudness in LUFS (dB re full scale, K-weighted), its range in LU.

    Attributes
    ----------
    integrated_lufs : float or None
        Gated loudness of the whole stem. None where no 400 ms block lies above -70 LUFS.
    momentary_max_lufs, short_term_max_lufs : float or None
        Loudest 400 ms and loudest 3 s, windows every 10 ms. None where the stem is shorter than the
        window, or digital silence.
    loudness_range_lu : float or None
        LRA; None where no 3 s window lies above -70 LUFS. Says little below a minute of sound.
    hop_s : float
        Distance between the values of the next two, 0.1 s.
    momentary_lufs, short_term_lufs : ndarray of float32, shape (windows,)
        Value i is of the 400 ms, or 3 s, from `i * hop_s` on. Never below -120.0. Empty where the stem
        is shorter than the window.

    Notes
    -----
    L = -0.691 + 10 log10 sum_c G_c z_c [1]_, z the K-weighted mean square; G is 1.0 for front and 1.41
    for surround channels and 0 for LFE, in the order of WAV files (4: L R Ls Rs; 5: L R C Ls Rs; 6: L R C LFE
    Ls Rs; 8: with Lb Rb, at 1.0, before Ls Rs); 1.0 for all where the number of channels names no layout.
    One channel is one loudspeaker: a mono stem reads 3.01 LU less than the same sound on both sides.
    Gates, hops and the percentiles of the range (10th and 95th) are those of [1]_, [2]_ and [3]_.

    References
    ----------
    .. [1] ITU-R BS.1770-5, Annex 1, 2023.
    .. [2] EBU Tech 3341, "Loudness metering: 'EBU mode' metering", 2023.
    .. [3] EBU Tech 3342, "Loudness range", 2023.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (KWeighted,)
    integrated_lufs: float | None
    momentary_max_lufs: float | None
    short_term_max_lufs: float | None
    loudness_range_lu: float | None
    hop_s: float
    momentary_lufs: np.ndarray
    short_term_lufs: np.ndarray

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Loudness:
        """From the K-weighted powers."""
        (weighted,) = needs
        assert isinstance(weighted, KWeighted)
        weights = np.array(channel_weights(len(weighted.powers)))
        powers = weights @ weighted.powers.astype(np.float64)
        momentary, short_term = (window_means(powers, steps) for steps in (MOMENTARY_STEPS, SHORT_TERM_STEPS))
        return cls(
            stem=stem,
            integrated_lufs=integrated(momentary[::STEPS_PER_TENTH]),
            momentary_max_lufs=lufs(momentary.max(initial=0.0)),
            short_term_max_lufs=lufs(short_term.max(initial=0.0)),
            loudness_range_lu=loudness_range(short_term[::STEPS_PER_TENTH]),
            hop_s=STEPS_PER_TENTH * weighted.step_s,
            momentary_lufs=lufs_of_each(momentary[::STEPS_PER_TENTH]),
            short_term_lufs=lufs_of_each(short_term[::STEPS_PER_TENTH]),
        )


def channel_weights(channels: int) -> tuple[float, ...]:
    """G of BS.1770, table 3, by the number of channels."""
    return WEIGHTS.get(channels, (1.0,) * channels)


def window_means(powers: np.ndarray, steps: int) -> np.ndarray:
    """Mean power of every window of so many steps, one per step; empty where there is none."""
    sums = np.cumsum(np.concatenate([[0.0], powers]))
    return np.asarray(np.maximum(sums[steps:] - sums[:-steps], 0.0) / steps)


def integrated(powers: np.ndarray) -> float | None:
    """Equations (5) to (7) of BS.1770: the mean of the blocks above both gates."""
    above = powers[powers > power_at(ABSOLUTE_GATE_LUFS)]
    if not above.size:
        return None
    return lufs(above[above > above.mean() * 10.0 ** (RELATIVE_GATE_LU / 10.0)].mean())


def loudness_range(powers: np.ndarray) -> float | None:
    """Tech 3342: from the 10th to the 95th percentile of the 3 s windows above both gates."""
    above = powers[powers >= power_at(ABSOLUTE_GATE_LUFS)]
    if not above.size:
        return None
    kept = np.sort(above[above >= above.mean() * 10.0 ** (RANGE_GATE_LU / 10.0)])
    low, high = (kept[round((kept.size - 1) * share)] for share in (0.10, 0.95))
    return float(10.0 * np.log10(high / low))


def power_at(level_lufs: float) -> float:
    """The weighted mean square that reads so many LUFS."""
    return float(10.0 ** ((level_lufs + 0.691) / 10.0))


def lufs(power: float) -> float | None:
    """Equation (2) of BS.1770, or None where there is no power at all."""
    return float(-0.691 + 10.0 * np.log10(power)) if power > power_at(FLOOR_LUFS) else None


def lufs_of_each(powers: np.ndarray) -> np.ndarray:
    """Float32, never below -120.0."""
    return np.asarray(-0.691 + 10.0 * np.log10(np.maximum(powers, power_at(FLOOR_LUFS))), np.float32)
