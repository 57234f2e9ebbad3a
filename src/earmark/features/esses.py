"""The esses of a voice: where, how loud, and against what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.feature import Derived, StemFeature
from earmark.features.runs import runs_of
from earmark.model import Stem

VOICES = frozenset({"lead-vocal", "backing-vocal"})
HISS_HZ = (4000.0, 12_000.0)  # where the noise of s, sh, z and t lies
CENTROID_HZ = 4000.0  # above it a frame is an ess, below 2.5 kHz a vowel
VOWEL_HZ = 2500.0
ESS_DEPTH_DB, VOWEL_DEPTH_DB = 35.0, 20.0  # under the loud frames (P95); softer is breath, tail or noise
SHORTEST_S, LONGEST_S = 0.05, 0.4  # below, a t or a click; above, a breath or a cymbal
JOINED_S = 0.25  # an ess begins or ends no further than this from a vowel: it belongs to a word
TINY = 1e-15


@dataclass(frozen=True, slots=True)
class Ess:
    """One ess, seconds from the stem's first frame; its level is that of its loudest 43 ms from 4 to 12 kHz."""

    start_s: float
    end_s: float
    level_dbfs: float
    centre_hz: float


@dataclass(frozen=True, kw_only=True)
class Esses(Derived):
    """Every ess of a voice.

    Attributes
    ----------
    esses : tuple of Ess
        In order of time, 50 to 400 ms long, each within 0.25 s of a vowel. Empty for stems that are no voice.
    habit_dbfs : float or None
        Median level of the esses; None where there are none.
    vowel_dbfs : float or None
        Median level of the vowels over all bands; None where there are none.

    Notes
    -----
    A frame counts as an ess where its spectral centroid lies above 4 kHz, most of its power is between 4 and
    12 kHz, and that lies within 35 dB of the stem's loud frames; as a vowel where the centroid is below 2.5 kHz, within
    20 dB of them. Mean squares: a full-scale sine reads -3.01. There is no agreed measure of sibilance;
    band and centroid are those in which makers of de-essers speak, the lengths house defaults.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (BandPowers,)
    esses: tuple[Ess, ...]
    habit_dbfs: float | None
    vowel_dbfs: float | None

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the band powers of every frame."""
        (bands,) = needs
        assert isinstance(bands, BandPowers)
        if stem.role not in VOICES or not bands.powers.any():
            return cls(stem=stem, esses=(), habit_dbfs=None, vowel_dbfs=None)
        frames = Frames.of(bands)
        esses = tuple(frames.ess(first, end) for first, end in runs_of(frames.hisses) if frames.belongs(first, end))
        habit_dbfs = float(np.median([ess.level_dbfs for ess in esses])) if esses else None
        vowels = frames.level_db[frames.vowels]
        return cls(
            stem=stem, esses=esses, habit_dbfs=habit_dbfs, vowel_dbfs=float(np.median(vowels)) if vowels.size else None
        )


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """What each frame of a voice is: (frames,) arrays, and the powers in the bands of an ess."""

    bands: BandPowers
    level_db: np.ndarray
    hiss_db: np.ndarray
    hiss_powers: np.ndarray  # (frames, bands of an ess)
    hiss_bands_hz: np.ndarray
    hisses: np.ndarray
    vowels: np.ndarray

    @classmethod
    def of(cls, bands: BandPowers) -> Frames:
        """Tell esses from vowels."""
        centres_hz = np.sqrt(bands.edges_hz[:-1] * bands.edges_hz[1:])
        inside = (centres_hz >= HISS_HZ[0]) & (centres_hz < HISS_HZ[1])
        total = bands.powers.sum(axis=1) + TINY
        hiss_powers = bands.powers[:, inside]
        hiss = hiss_powers.sum(axis=1)
        centroid_hz = bands.powers @ centres_hz.astype(np.float32) / total
        level_db, hiss_db = (10 * np.log10(power + TINY) for power in (total, hiss))
        loud_db = float(np.percentile(level_db[total > 2 * TINY], 95))
        hisses = (centroid_hz > CENTROID_HZ) & (hiss > total / 2) & (hiss_db > loud_db - ESS_DEPTH_DB)
        vowels = (centroid_hz < VOWEL_HZ) & (level_db > loud_db - VOWEL_DEPTH_DB)
        return cls(bands, level_db, hiss_db, hiss_powers, centres_hz[inside], hisses, vowels)

    def belongs(self, first: int, end: int) -> bool:
        """Whether a run of frames has the length of an ess and a vowel beside it."""
        reach = round(JOINED_S / self.bands.hop_s)
        beside = self.vowels[max(0, first - reach) : end + reach].any()
        return bool(beside) and SHORTEST_S <= self.span_s(first, end)[1] - self.span_s(first, end)[0] <= LONGEST_S

    def span_s(self, first: int, end: int) -> tuple[float, float]:
        """From the middle of the first frame's first half to that of the last one's second."""
        quarter_s = self.bands.frame_s / 4
        return first * self.bands.hop_s + quarter_s, (end - 1) * self.bands.hop_s + 3 * quarter_s

    def ess(self, first: int, end: int) -> Ess:
        """One ess with its numbers."""
        powers = self.hiss_powers[first:end].sum(axis=0)
        centre_hz = float(powers @ self.hiss_bands_hz / powers.sum())
        return Ess(*self.span_s(first, end), float(self.hiss_db[first:end].max()), centre_hz)
