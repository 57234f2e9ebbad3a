"""What sounds in a stem where nobody plays: its spectrum, and where it is bare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Derived, StemFeature
from earmark.features.noise_floor import NoiseFloor
from earmark.features.phrases import smoothed_dbfs
from earmark.features.runs import runs_of
from earmark.model import Stem

NEAR_FLOOR_DB = 6.0  # over the floor: still the floor. House default
SHORTEST_S = 0.3
HISS_HZ = (1000.0, 14_000.0)  # where hiss is heard; above, some files end


@dataclass(frozen=True, kw_only=True)
class PauseNoise(Derived):
    """The noise of a stem in its pauses.

    Attributes
    ----------
    spans_s : tuple of (start, end)
        Pauses of at least 0.3 s in which the level stays within 6 dB of the stem's noise floor, seconds from its first
        frame. Digital silence is none. Empty where the stem has no floor (see `NoiseFloor`).
    hiss_dbfs : float or None
        Median level from 1 to 14 kHz in them, mean square: a full-scale sine reads -3.01. None where there are none.
    flatness : float
        Geometric over arithmetic mean of the median power density, band by band, from 1 to 14 kHz or to a third of the
        rate: 1 for white noise, 0.4 for noise that falls by 6 dB an octave, under 0.05 for a tone. 0.0 where
        there are no spans.
    swing_db : float
        How far the level of a frame is from its median, median over the frames: noise holds still, breath does not.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope, BandPowers, NoiseFloor)
    spans_s: tuple[tuple[float, float], ...]
    hiss_dbfs: float | None
    flatness: float
    swing_db: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """The frames that lie in the pauses."""
        envelope, bands, floor = needs
        assert isinstance(envelope, StemEnvelope)
        assert isinstance(bands, BandPowers)
        assert isinstance(floor, NoiseFloor)
        spans_s = pauses(envelope, floor.noise_floor_dbfs)
        frames = frames_in(bands, spans_s)
        centres_hz = np.sqrt(bands.edges_hz[:-1] * bands.edges_hz[1:])
        high_hz = min(HISS_HZ[1], stem.known.rate_hz / 3)
        inside = (centres_hz >= HISS_HZ[0]) & (centres_hz <= high_hz)
        if not frames.size or not frames[:, inside].any():
            return cls(stem=stem, spans_s=spans_s, hiss_dbfs=None, flatness=0.0, swing_db=0.0)
        levels_db = 10 * np.log10(frames[:, inside].sum(axis=1) + 1e-15)
        density = np.median(frames[:, inside], axis=0) / np.diff(bands.edges_hz)[inside] + 1e-20
        return cls(
            stem=stem,
            spans_s=spans_s,
            hiss_dbfs=float(np.median(levels_db)),
            flatness=float(np.exp(np.mean(np.log(density))) / np.mean(density)),
            swing_db=float(np.median(np.abs(levels_db - np.median(levels_db)))),
        )


def pauses(envelope: StemEnvelope, floor_dbfs: float | None) -> tuple[tuple[float, float], ...]:
    """Where 50 ms levels stay near the floor for long enough."""
    if floor_dbfs is None:
        return ()
    smooth_dbfs = smoothed_dbfs(envelope.level_dbfs)
    near = np.abs(smooth_dbfs - floor_dbfs) <= NEAR_FLOOR_DB
    runs = runs_of(near)
    long = runs[(runs[:, 1] - runs[:, 0]) * envelope.step_s >= SHORTEST_S]
    return tuple((float(first) * envelope.step_s, float(end) * envelope.step_s) for first, end in long)


def frames_in(bands: BandPowers, spans_s: tuple[tuple[float, float], ...]) -> np.ndarray:
    """(frames, bands): the frames that lie wholly in one of the spans."""
    start_s = np.arange(len(bands.powers)) * bands.hop_s
    inside = np.zeros(start_s.size, bool)
    for first_s, last_s in spans_s:
        inside |= (start_s >= first_s) & (start_s + bands.frame_s <= last_s)
    return bands.powers[inside]
