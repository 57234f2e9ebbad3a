"""Where the hiss of a stem is bare: nobody plays in it, and nobody beside it covers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.pause_noise import PauseNoise
from earmark.features.runs import runs_of
from earmark.model import Stem

STEP_S = 0.02
COVERS_DB = 10.0  # the others together, over the stem's noise: then nobody hears it. House default
SOUNDS_DB = 40.0  # under the session's loud level: the music has begun, and has not ended yet
SHORTEST_S = 0.3


@dataclass(frozen=True, slots=True)
class BareHiss:
    """One stem with noise in its pauses. Spans are session times; see `PauseNoise` for the others."""

    stem: Stem
    hiss_dbfs: float
    flatness: float
    swing_db: float
    loud_dbfs: float
    spans_s: tuple[tuple[float, float], ...]

    @property
    def bare_s(self) -> float:
        """How long in all."""
        return sum(end_s - start_s for start_s, end_s in self.spans_s)


@dataclass(frozen=True, kw_only=True)
class ExposedHiss(SessionFeature):
    """The pauses of every stem in which the rest of the session is silent too.

    Attributes
    ----------
    stems : tuple of BareHiss
        Those with such pauses, in session order. A pause counts between the first and the last sound of the session,
        for at least 0.3 s, where all others together lie no more than 10 dB over the stem's noise, at the levels as
        delivered. What is left of that noise after a mix nobody knows here: raw levels stand for it.
    music_s : tuple of float
        First and last sound of the session, from where it is within 40 dB of its loud level.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (PauseNoise, StemEnvelope)
    stems: tuple[BareHiss, ...]
    music_s: tuple[float, float]

    @classmethod
    def measure(cls, desk: Desk) -> Self:
        """Every stem with a pause, against the sum of the others."""
        noisy = [stem for stem in desk.stems if desk.of(stem, PauseNoise).hiss_dbfs is not None]
        powers = {stem.name: power_of(desk.of(stem, StemEnvelope)) for stem in desk.stems}
        total = summed(list(powers.values()))
        music = music_of(total)
        found = [bare(desk.of(stem, PauseNoise), powers[stem.name], total, music) for stem in noisy]
        return cls(
            session=desk.session,
            stems=tuple(one for one in found if one.spans_s),
            music_s=(music[0] * STEP_S, music[1] * STEP_S),
        )


def power_of(envelope: StemEnvelope) -> tuple[int, np.ndarray]:
    """First step of session time, and mean square per 20 ms; 0.0 for digital silence."""
    level_dbfs = envelope.level_dbfs[: envelope.level_dbfs.size // 2 * 2].astype(np.float64)
    power = np.where(level_dbfs > FLOOR_DBFS, 10.0 ** (level_dbfs / 10.0), 0.0)
    return round(envelope.stem.start_s / STEP_S), power.reshape(-1, 2).mean(axis=1)


def summed(powers: list[tuple[int, np.ndarray]]) -> tuple[int, np.ndarray]:
    """All of them on one timeline."""
    first = min((start for start, _ in powers), default=0)
    out = np.zeros(max((start + power.size for start, power in powers), default=first) - first)
    for start, power in powers:
        out[start - first : start - first + power.size] += power
    return first, out


def music_of(total: tuple[int, np.ndarray]) -> tuple[int, int]:
    """First step of music and the one after the last."""
    first, power = total
    if not power.any():
        return first, first
    loud = float(np.percentile(power[power > 0.0], 95))
    sounding = np.flatnonzero(power > loud * 10.0 ** (-SOUNDS_DB / 10.0))
    return first + int(sounding[0]), first + int(sounding[-1]) + 1


def bare(
    noise: PauseNoise, own: tuple[int, np.ndarray], total: tuple[int, np.ndarray], music: tuple[int, int]
) -> BareHiss:
    """The pauses of one stem in which little else sounds."""
    first, power = own
    beside = total[1][first - total[0] : first - total[0] + power.size] - power
    paused = np.zeros(power.size, bool)
    for start_s, end_s in noise.spans_s:
        paused[round(start_s / STEP_S) : round(end_s / STEP_S)] = True
    floor = float(np.median(power[paused])) if paused.any() else 0.0
    paused &= beside <= floor * 10.0 ** (COVERS_DB / 10.0)
    paused[: max(0, music[0] - first)] = False
    paused[max(0, music[1] - first) :] = False
    late_s = noise.stem.start_s
    runs = [(float(a) * STEP_S, float(b) * STEP_S) for a, b in runs_of(paused) if (b - a) * STEP_S >= SHORTEST_S]
    loud = float(np.percentile(power[power > 0.0], 95)) if power.any() else 1e-12
    return BareHiss(
        stem=noise.stem,
        hiss_dbfs=FLOOR_DBFS if noise.hiss_dbfs is None else noise.hiss_dbfs,
        flatness=noise.flatness,
        swing_db=noise.swing_db,
        loud_dbfs=10 * float(np.log10(loud)),
        spans_s=tuple((start_s + late_s, end_s + late_s) for start_s, end_s in runs),
    )
