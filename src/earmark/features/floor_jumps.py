"""Where the noise of a pause changes from one moment to the next: an edit, a punch-in, another microphone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Derived, StemFeature
from earmark.features.phrases import smoothed_dbfs
from earmark.model import Stem

BESIDE_S = 0.4  # on either side of a jump the floor is looked at so long
CLEAR_S = 0.03  # and so far from the jump itself, which takes no longer than twice this
PAUSE_DEPTH_DB = 30.0  # under the loud steps (P95), as between phrases
STEADY_DB = 1.5  # standard deviation of 50 ms levels: a floor holds still, the tail of a note does not
LEAST_JUMP_DB = 2.0
LEVEL_DB = 2.0  # the halves of a side differ by less, else it is a slope
RISING_BAND_DB = 2.0
AUDIBLE_BAND_DB = -110.0


@dataclass(frozen=True, slots=True)
class FloorJump:
    """One jump: its time in the stem, the levels before and behind it, and in which share of the bands it is seen."""

    at_s: float
    before_dbfs: float
    after_dbfs: float
    band_share: float

    @property
    def jump_db(self) -> float:
        """How far it goes; above 0 the floor gets louder."""
        return self.after_dbfs - self.before_dbfs


@dataclass(frozen=True, kw_only=True)
class FloorJumps(Derived):
    """Abrupt changes between two steady noises in the pauses of a stem.

    Attributes
    ----------
    jumps : tuple of FloorJump
        In order of time, at least 2 dB each. Digital silence on either side makes none: that is edited.
    loud_dbfs : float
        95th percentile of the stem's 50 ms levels; -120.0 for silence.

    Notes
    -----
    Both sides are 0.37 s of levels that hold within 1.5 dB (one standard deviation over 50 ms) without a slope, and
    30 dB under the loud level. `band_share` counts, of the bands that are above -110 dBFS on one of the sides, those
    that move by 2 dB the same way: a room is noise in all bands, a note is not. Lengths and
    steadiness are house defaults.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope, BandPowers)
    jumps: tuple[FloorJump, ...]
    loud_dbfs: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the envelope; the bands tell a room from a note."""
        envelope, bands = needs
        assert isinstance(envelope, StemEnvelope)
        assert isinstance(bands, BandPowers)
        smooth_dbfs = smoothed_dbfs(envelope.level_dbfs)
        heard = smooth_dbfs[smooth_dbfs > FLOOR_DBFS]
        if heard.size < 2 * BESIDE_S / envelope.step_s:
            return cls(stem=stem, jumps=(), loud_dbfs=FLOOR_DBFS)
        loud_dbfs = float(np.percentile(heard, 95))
        places = jumps_of(envelope, smooth_dbfs, loud_dbfs - PAUSE_DEPTH_DB)
        return cls(stem=stem, jumps=tuple(placed(place, envelope, bands) for place in places), loud_dbfs=loud_dbfs)


def jumps_of(envelope: StemEnvelope, smooth_dbfs: np.ndarray, highest_dbfs: float) -> list[tuple[int, float, float]]:
    """Step, level before, level behind, of every jump: where the difference is largest among its neighbours."""
    size, clear = round((BESIDE_S - CLEAR_S) / envelope.step_s), round(CLEAR_S / envelope.step_s)
    if smooth_dbfs.size < 2 * (size + clear) + 1:
        return []
    sides = np.lib.stride_tricks.sliding_window_view(smooth_dbfs, size)
    means = sides.mean(axis=1)
    halves = np.abs(sides[:, : size // 2].mean(axis=1) - sides[:, size // 2 :].mean(axis=1))
    edited = np.lib.stride_tricks.sliding_window_view(envelope.level_dbfs <= FLOOR_DBFS, size).any(axis=1)
    good = (sides.std(axis=1) < STEADY_DB) & (halves < LEVEL_DB) & (means < highest_dbfs) & ~edited
    far = size + 2 * clear
    change = np.where(good[:-far] & good[far:], np.abs(means[far:] - means[:-far]), 0.0)
    found = []
    while change.size and change.max() >= LEAST_JUMP_DB:
        top = int(np.argmax(change))
        found.append((top + size + clear, float(means[top]), float(means[top + far])))
        change[max(0, top - far) : top + far] = 0.0
    return sorted(found)


def placed(place: tuple[int, float, float], envelope: StemEnvelope, bands: BandPowers) -> FloorJump:
    """The jump with its exact step, and the share of bands that go with it."""
    step, before_dbfs, after_dbfs = place
    reach = round(2 * CLEAR_S / envelope.step_s)
    near = envelope.level_dbfs[step - reach : step + reach + 1]
    at_s = (step - reach + 1 + int(np.argmax(np.abs(np.diff(near))))) * envelope.step_s
    before, after = (mean_bands(bands, at_s + start_s, at_s + end_s) for start_s, end_s in (SIDE_BEFORE, SIDE_AFTER))
    audible = np.maximum(before, after) > 10 ** (AUDIBLE_BAND_DB / 10)
    change_db = 10 * np.log10((after[audible] + 1e-15) / (before[audible] + 1e-15))
    along = change_db * np.sign(after_dbfs - before_dbfs) >= RISING_BAND_DB
    return FloorJump(at_s, before_dbfs, after_dbfs, float(along.mean()) if along.size else 0.0)


SIDE_BEFORE, SIDE_AFTER = (-BESIDE_S, -0.05), (0.05, BESIDE_S)


def mean_bands(bands: BandPowers, start_s: float, end_s: float) -> np.ndarray:
    """Mean power per band of the frames between two times."""
    first, end = round(max(0.0, start_s) / bands.hop_s), round((end_s - bands.frame_s) / bands.hop_s)
    return np.asarray(bands.powers[first : max(first + 1, end)].mean(axis=0, dtype=np.float64))
