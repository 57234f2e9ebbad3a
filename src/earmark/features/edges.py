"""How a stem begins and ends: in silence, at full flow, or cut off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.extremes import Levels
from earmark.features.feature import CloserLook, Desk, ReadWindow, SessionFeature, Span, StemFeature
from earmark.features.noise_floor import NoiseFloor
from earmark.features.one_pack import common_end_s
from earmark.model import Stem

ONSET_S = 0.00025
OVER_OFFSET = 0.1  # of the power of the offset: 10 dB below it nothing is told from it; house default
HELD_WITHIN_DB = 10.0
LAST_STEPS = 5
BEFORE_STEPS = (15, 5)  # from 150 to 50 ms before the end
SOUND_DBFS = -60.0  # house default: where a stem is taken to begin; after Essentia's StartStopCut


@dataclass(frozen=True, kw_only=True)
class StemEdges(CloserLook):
    """The first and the last moments of a stem. All levels are without its DC offset.

    Attributes
    ----------
    loud_dbfs : float
        95th percentile of the RMS of the 10 ms steps that are not digital silence; -120.0 for a silent stem.
    quiet_dbfs : float
        5th percentile of the same steps.
    noise_floor_dbfs : float or None
        Level in the stem's pauses, where it has any.
    first_sound_s : float or None
        Start of the first step louder than -60 dBFS, from the stem's first frame; None where none is.
    opening_dbfs : float
        RMS of the first 10 ms; -120.0 for silence.
    onset_dbfs : float
        RMS of the first 0.25 ms, read only where the first step is louder than -60 dBFS; else -120.0. A sound that
        begins there by itself rises; in one that was cut open it is as loud as what follows.
    closing_dbfs : float
        RMS from 150 to 50 ms before the end.
    held_dbfs : float
        RMS of the latest of the last 50 ms, in steps of 10 ms, that is within 10 dB of `closing_dbfs`; -120.0 where
        none is: the stem fades.
    last_dbfs : float
        The lower of the levels of the last two steps, the shorter one at the very end included.
    fall_db : float
        By how much the step after that one lies lower; -120.0 dBFS behind the last one. 0.0 where none is held.
    cut_at_end : bool
        Whether the held step is the very last.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope, NoiseFloor, Levels)
    loud_dbfs: float
    quiet_dbfs: float
    noise_floor_dbfs: float | None
    first_sound_s: float | None
    opening_dbfs: float
    onset_dbfs: float
    closing_dbfs: float
    held_dbfs: float
    last_dbfs: float
    fall_db: float
    cut_at_end: bool

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The first samples, where something sounds in them."""
        envelope = needs[0]
        assert isinstance(envelope, StemEnvelope)
        if envelope.level_dbfs.size and envelope.level_dbfs[0] > SOUND_DBFS:
            yield 0, max(4, round(ONSET_S * stem.known.rate_hz))

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """From the envelope, and from the first samples."""
        envelope, floor, levels = needs
        assert isinstance(envelope, StemEnvelope)
        assert isinstance(floor, NoiseFloor)
        assert isinstance(levels, Levels)
        every_dbfs = without_dc(envelope.level_dbfs, levels.dc)
        level_dbfs = whole_steps(stem, envelope, every_dbfs)
        sounding = level_dbfs[level_dbfs > FLOOR_DBFS]
        loud = np.flatnonzero(level_dbfs > SOUND_DBFS)
        closing_dbfs = mean_dbfs(level_dbfs[-BEFORE_STEPS[0] : -BEFORE_STEPS[1]])
        held_dbfs, fall_db, at_end = held(level_dbfs, closing_dbfs)
        return cls(
            stem=stem,
            loud_dbfs=float(np.percentile(sounding, 95)) if sounding.size else FLOOR_DBFS,
            quiet_dbfs=float(np.percentile(sounding, 5)) if sounding.size else FLOOR_DBFS,
            noise_floor_dbfs=floor.noise_floor_dbfs,
            first_sound_s=float(loud[0] * envelope.step_s) if loud.size else None,
            opening_dbfs=float(level_dbfs[0]) if level_dbfs.size else FLOOR_DBFS,
            onset_dbfs=rms_dbfs(read(*spans[0]) - np.array(levels.dc)[:, None]) if spans else FLOOR_DBFS,
            closing_dbfs=closing_dbfs,
            held_dbfs=held_dbfs,
            last_dbfs=float(every_dbfs[-2:].min()) if every_dbfs.size else FLOOR_DBFS,
            fall_db=fall_db,
            cut_at_end=at_end,
        )


@dataclass(frozen=True, kw_only=True)
class PackEdges(SessionFeature):
    """The edges of every readable stem, and whether the stems were exported together.

    Attributes
    ----------
    edges : tuple of StemEdges
        In session order, without the mix.
    common_end_s : float or None
        Where more than half of the stems end together, session time; None where no two, or no half, do.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEdges,)
    edges: tuple[StemEdges, ...]
    common_end_s: float | None

    @classmethod
    def measure(cls, desk: Desk) -> PackEdges:
        """All that was measured of the stems."""
        return cls(
            session=desk.session,
            edges=tuple(desk.of(stem, StemEdges) for stem in desk.stems),
            common_end_s=common_end_s(desk.stems),
        )


def without_dc(level_dbfs: np.ndarray, dc: Sequence[float]) -> np.ndarray:
    """Levels less the power of the stem's offset; -120.0 where they are hardly more than that."""
    offset = float(np.mean(np.square(dc))) if len(dc) else 0.0
    power = 10.0 ** (level_dbfs.astype(np.float64) / 10.0) - offset
    heard = power > OVER_OFFSET * offset
    powers = np.where(heard & (level_dbfs > FLOOR_DBFS), power, 0.0)
    return np.asarray(10.0 * np.log10(np.maximum(powers, 10.0 ** (FLOOR_DBFS / 10.0))))


def whole_steps(stem: Stem, envelope: StemEnvelope, level_dbfs: np.ndarray) -> np.ndarray:
    """The levels without a last step of less than half the length: in so short a time a wave may just cross zero."""
    step = round(envelope.step_s * stem.known.rate_hz)
    left = stem.known.frames % step
    return level_dbfs[:-1] if 0 < left < step / 2 and level_dbfs.size > 1 else level_dbfs


def held(level_dbfs: np.ndarray, closing_dbfs: float) -> tuple[float, float, bool]:
    """Level of the last step that still holds, the fall behind it, and whether it is the very last."""
    last = level_dbfs[-LAST_STEPS:]
    holding = np.flatnonzero((last >= closing_dbfs - HELD_WITHIN_DB) & (last > FLOOR_DBFS))
    if not holding.size or closing_dbfs <= FLOOR_DBFS:
        return FLOOR_DBFS, 0.0, False
    at = int(holding[-1])
    behind = float(last[at + 1]) if at + 1 < last.size else FLOOR_DBFS
    return float(last[at]), float(last[at]) - behind, at + 1 == last.size


def mean_dbfs(level_dbfs: np.ndarray) -> float:
    """The mean of levels, as power; -120.0 for none."""
    if not level_dbfs.size:
        return FLOOR_DBFS
    return max(FLOOR_DBFS, 10.0 * float(np.log10(np.mean(10.0 ** (level_dbfs.astype(np.float64) / 10.0)))))


def rms_dbfs(sound: np.ndarray) -> float:
    """RMS over all channels, never below -120.0."""
    power = float(np.mean(np.square(sound, dtype=np.float64))) if sound.size else 0.0
    return max(FLOOR_DBFS, 10.0 * float(np.log10(power + 1e-30)))
