"""The low bursts of the voices that no drum explains."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.esses import VOICES
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.low_bursts import LowBurst, LowBursts, low_band
from earmark.model import Stem

LOUD_SOURCES = frozenset({"kick", "drums", "toms", "room", "overheads", "bass", "percussion", "snare", "synth", "fx"})
WINDOW_S = 0.4
AIR_S = 0.03  # as far as a drum ten metres away is late
STRIKES_DB = 20.0  # within this of its own loud steps, a low instrument strikes
STRONGEST = 40  # per voice


@dataclass(frozen=True, slots=True)
class Burst:
    """One burst, and how like it the low instrument is that strikes there: 0 to 1; 0 where none does."""

    burst: LowBurst
    likeness: float
    source: str | None


@dataclass(frozen=True, slots=True)
class VoiceBursts:
    """One voice, its loud level, and its bursts in its own time, the strongest forty."""

    stem: Stem
    loud_dbfs: float
    bursts: tuple[Burst, ...]


@dataclass(frozen=True, kw_only=True)
class Plosives(SessionFeature):
    """Low bursts of every voice, held against the drums and basses that sound at the same moment.

    Attributes
    ----------
    voices : tuple of VoiceBursts
        In session order.

    Notes
    -----
    The likeness is the largest normalised correlation, from 20 to 90 Hz, over 0.4 s, with the other up to 30 ms
    earlier and of either sign: what bleeds into a microphone is the drum itself, late. Read only where a burst and
    a strike fall together.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (LowBursts, StemEnvelope)
    voices: tuple[VoiceBursts, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Self:
        """Every voice against every low instrument."""
        others = [stem for stem in desk.stems if stem.role in LOUD_SOURCES]
        singers = [stem for stem in desk.stems if stem.role in VOICES]
        found = [voice(desk, desk.of(stem, LowBursts), others) for stem in singers]
        return cls(session=desk.session, voices=tuple(found))


def voice(desk: Desk, bursts: LowBursts, others: Sequence[Stem]) -> VoiceBursts:
    """The strongest bursts of one voice in order of time, each with the instrument most like it."""
    strongest = sorted(bursts.bursts, key=lambda burst: -burst.level_dbfs)[:STRONGEST]
    held = [against(desk, bursts.stem, burst, others) for burst in sorted(strongest, key=lambda burst: burst.start_s)]
    return VoiceBursts(bursts.stem, bursts.loud_dbfs, tuple(held))


def against(desk: Desk, stem: Stem, burst: LowBurst, others: Sequence[Stem]) -> Burst:
    """One burst against those that strike there."""
    at_s = stem.start_s + burst.middle_s
    striking = [other for other in others if strikes(desk.of(other, StemEnvelope), at_s)]
    likenesses = [(likeness(desk, stem, other, at_s), other.name) for other in striking]
    best, source = max(likenesses, default=(0.0, None))
    return Burst(burst, best, source)


def strikes(envelope: StemEnvelope, at_s: float) -> bool:
    """Whether a stem is within 20 dB of its loud steps about a session time."""
    middle = (at_s - envelope.stem.start_s) / envelope.step_s
    first, end = (max(0, round(middle + away_s / envelope.step_s)) for away_s in (-0.1, 0.1))
    loud_dbfs = float(np.percentile(envelope.level_dbfs, 95)) if envelope.level_dbfs.size else FLOOR_DBFS
    here_dbfs = float(envelope.level_dbfs[first:end].max(initial=FLOOR_DBFS))
    return here_dbfs > max(FLOOR_DBFS, loud_dbfs - STRIKES_DB)


def likeness(desk: Desk, stem: Stem, other: Stem, at_s: float) -> float:
    """How like the burst the other's low end is, at the lag that fits best."""
    if stem.known.rate_hz != other.known.rate_hz:
        return 0.0
    rate_hz = stem.known.rate_hz
    heard, played = (low_at(desk, one, at_s, rate_hz) for one in (stem, other))
    size = 2 * heard.size
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(played, size)), size)
    norm = float(np.sqrt(np.sum(heard**2) * np.sum(played**2)))
    return float(np.abs(products[: round(AIR_S * rate_hz)]).max() / norm) if norm > 0.0 else 0.0


def low_at(desk: Desk, stem: Stem, at_s: float, rate_hz: int) -> np.ndarray:
    """The low end of a window around a session time, all channels summed."""
    sound = desk.read(stem, at_s - WINDOW_S / 2, round(WINDOW_S * rate_hz)).sum(axis=0)
    return low_band(sound - sound.mean(), rate_hz)
