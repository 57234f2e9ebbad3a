"""How a voice stands to its microphone: the tone of each phrase, and how the room dies away after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Derived, StemFeature
from earmark.features.phrases import Phrases
from earmark.model import Stem

LOW_HZ, MIDDLE_HZ, HIGH_HZ = (60.0, 200.0), (300.0, 2000.0), (3000.0, 9000.0)
LEAST_S = 0.5  # of a phrase
DECAY_FROM_DB, DECAY_DEPTH_DB = 8.0, 15.0  # under the phrase's end: where a decay is read, and how much of it at least
LONGEST_DECAY_S = 2.0
STRAIGHT = 0.95  # correlation of level and time: what is not straight in dB is no decay


@dataclass(frozen=True, slots=True)
class PhraseTone:
    """One phrase, seconds from the stem's first frame; levels in dB over its power from 300 Hz to 2 kHz."""

    start_s: float
    end_s: float
    loudness_lufs: float
    low_db: float
    high_db: float


@dataclass(frozen=True, kw_only=True)
class MicrophoneUse(Derived):
    """Tone and decay of every phrase.

    Attributes
    ----------
    phrases : tuple of PhraseTone
        Those of at least half a second.
    decays_s : tuple of float
        Reverberation times, 60 dB over the slope after the ends of phrases: only where the level falls by 15 dB and
        more in a straight line, before the next phrase, or 2 s, or the noise.

    Notes
    -----
    Low is 60 to 200 Hz, high 3 to 9 kHz. The decay of a voice itself is under 0.2 s; a straight line after it is the
    room, or an effect. Blind estimates of reverberation are off by 0.2 s and more [1]_.

    References
    ----------
    .. [1] J. Eaton et al., "Estimation of room acoustic parameters: the ACE challenge", IEEE/ACM TASLP 24(10), 2016.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Phrases, BandPowers, StemEnvelope)
    phrases: tuple[PhraseTone, ...]
    decays_s: tuple[float, ...]

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the phrases, the bands inside them and the envelope after them."""
        phrases, bands, envelope = needs
        assert isinstance(phrases, Phrases)
        assert isinstance(bands, BandPowers)
        assert isinstance(envelope, StemEnvelope)
        return cls(stem=stem, phrases=tuple(tones(phrases, bands)), decays_s=tuple(decays(phrases, envelope)))


def tones(phrases: Phrases, bands: BandPowers) -> Iterator[PhraseTone]:
    """Each phrase with its tone."""
    centre_hz = np.sqrt(bands.edges_hz[:-1] * bands.edges_hz[1:])
    for phrase in phrases.phrases:
        if phrase.duration_s >= LEAST_S:
            inside = slice(round(phrase.start_s / bands.hop_s), round(phrase.end_s / bands.hop_s))
            power = bands.powers[inside].mean(axis=0, dtype=np.float64)
            low, middle, high = (
                float(power[(centre_hz >= start) & (centre_hz < end)].sum()) + 1e-14
                for start, end in (LOW_HZ, MIDDLE_HZ, HIGH_HZ)
            )
            yield PhraseTone(
                phrase.start_s,
                phrase.end_s,
                phrase.loudness_lufs,
                10 * float(np.log10(low / middle)),
                10 * float(np.log10(high / middle)),
            )


def decays(phrases: Phrases, envelope: StemEnvelope) -> Iterator[float]:
    """Reverberation time after each phrase that leaves room to see one."""
    level = envelope.level_dbfs.astype(np.float64)
    starts_s = [phrase.start_s for phrase in phrases.phrases[1:]] + [len(level) * envelope.step_s]
    for phrase, next_s in zip(phrases.phrases, starts_s, strict=False):  # without a phrase the stem's end is left over
        first = max(0, round((phrase.end_s - 0.3) / envelope.step_s))
        last = round(min(next_s - 0.05, phrase.end_s + LONGEST_DECAY_S) / envelope.step_s)
        slope = slope_db_per_step(np.convolve(level[first:last], np.ones(5) / 5, "valid"))
        if slope is not None:
            yield -60.0 / slope * envelope.step_s


def slope_db_per_step(level: np.ndarray) -> float | None:
    """How fast it falls, from 8 dB under its top until it stops falling; None where that is no straight line."""
    if level.size < 10:
        return None
    top = float(level.max())
    begins = int(np.flatnonzero(level >= top - DECAY_FROM_DB)[-1])
    floor = max(float(level[begins:].min()) + 6.0, FLOOR_DBFS + 6.0)
    below = np.flatnonzero(level[begins:] <= floor)
    part = level[begins : begins + int(below[0])] if below.size else level[begins:]
    if part.size < 5 or part[0] - part[-1] < DECAY_DEPTH_DB:
        return None
    steps = np.arange(part.size)
    slope = float(np.polyfit(steps, part, 1)[0])
    return slope if slope < 0.0 and -float(np.corrcoef(steps, part)[0, 1]) >= STRAIGHT else None
