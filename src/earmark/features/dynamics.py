"""How far the peaks of each file stand above its loudness."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.extremes import Levels
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.loudness import Loudness
from earmark.model import Stem

WINDOW_STEPS = 30  # 3 s in steps of 100 ms, as the short-term loudness
LOUD_WITHIN_LU = 10.0  # of the loudest 3 s, as the relative gate of BS.1770


@dataclass(frozen=True)
class PeakToLoudness:
    """Of one file: the sample peak of each 3 s above their short-term loudness (PSR), where it is loud.

    Attributes
    ----------
    stem : Stem
    median_db, lowest_db : float
        PSR in dB, over the windows within 10 LU of the loudest, one every 100 ms. By sample peaks, which read up to
        about 1 dB less than true peaks.
    lowest_at_s : float
        Where the lowest begins, in seconds of the session.
    windows : int
        How many windows that were.
    """

    stem: Stem
    median_db: float
    lowest_db: float
    lowest_at_s: float
    windows: int


@dataclass(frozen=True, kw_only=True)
class Dynamics(SessionFeature):
    """Peaks against loudness of every file that is 3 s long and sounds.

    Attributes
    ----------
    files : tuple of PeakToLoudness
        The stems in session order, then the mix.

    References
    ----------
    .. [1] I. Shepherd et al., "Comprehensive loudness and dynamics measurement with PSR", AES e-Brief 373, 2017.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Levels, Loudness)
    files: tuple[PeakToLoudness, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Dynamics:
        """Every file that can be told of."""
        voices = (*desk.stems, *([desk.mix] if desk.mix else []))
        rows = (peak_to_loudness(stem, desk.of(stem, Levels), desk.of(stem, Loudness)) for stem in voices)
        return cls(session=desk.session, files=tuple(row for row in rows if row))


def peak_to_loudness(stem: Stem, levels: Levels, loudness: Loudness) -> PeakToLoudness | None:
    """The peaks of one file above its short-term loudness; None where it is too short or silent."""
    short_term = loudness.short_term_lufs.astype(np.float64)
    heights = np.maximum(levels.maxima, -levels.minima).max(axis=0).astype(np.float64)
    if short_term.size == 0 or short_term.max() <= -70.0 or heights.size < WINDOW_STEPS:
        return None
    peaks = np.lib.stride_tricks.sliding_window_view(heights, WINDOW_STEPS).max(axis=1)
    count = min(peaks.size, short_term.size)
    above = 20.0 * np.log10(np.maximum(peaks[:count], 1e-6)) - short_term[:count]
    loud = np.flatnonzero(short_term[:count] >= short_term.max() - LOUD_WITHIN_LU)
    lowest = int(loud[np.argmin(above[loud])])
    return PeakToLoudness(
        stem=stem,
        median_db=float(np.median(above[loud])),
        lowest_db=float(above[lowest]),
        lowest_at_s=lowest * loudness.hop_s + stem.start_s,
        windows=int(loud.size),
    )
