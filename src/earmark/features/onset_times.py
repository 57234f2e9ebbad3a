"""When a stem's notes begin, to a few milliseconds. Slow; only under --deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.pitches import LONGEST_SPAN_S, RATE_HZ, at_rate
from earmark.model import Stem

BEATEN = frozenset({"kick", "snare", "drums"})
PLAYED = frozenset({"bass", "electric-guitar", "acoustic-guitar", "keys", "piano", "synth", "percussion"})
HOP = 128
SILENT_DBFS = -60.0  # house default
WINDOW, LAG, WIDEST = 1024, 2, 3
DEEP_DB = 60.0  # under the span's loudest: below lies noise, whose flux is as large as music's. House default
# superflux, as in librosa's own example of it


@dataclass(frozen=True, kw_only=True)
class OnsetTimes(CloserLook):
    """Beginnings of notes of a drum, or of an instrument that is struck or plucked.

    Attributes
    ----------
    listened : bool
        Whether the stem's role calls for it; else there are none.
    times_s : ndarray of float64, shape (onsets,)
        From the stem's first frame, in order.

    Notes
    -----
    Spectral flux with a maximum filter [1]_ as in librosa, in steps of 5.8 ms, and its peaks, between the steps by a
    parabola. All lie late by about 30 ms, the window's rise, and a slow attack lies later than a stick: differences
    between one stem's onsets mean more than their distance from another's. On synthetic strokes these are within 5 ms.

    References
    ----------
    .. [1] S. Böck and G. Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    listened: bool
    times_s: np.ndarray

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """All of a stem whose role calls for it, but long silences."""
        (envelope,) = needs
        assert isinstance(envelope, StemEnvelope)
        return spans_of(envelope) if stem.role in BEATEN | PLAYED else ()

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """Span by span."""
        rate_hz = stem.known.rate_hz
        found = [start / rate_hz + onsets(at_rate(read(start, count), rate_hz)) for start, count in spans]
        times_s = np.concatenate([np.zeros(0), *found])
        return cls(stem=stem, listened=stem.role in BEATEN | PLAYED, times_s=np.sort(times_s))


def spans_of(envelope: StemEnvelope) -> Iterator[Span]:
    """20 s at a time, where any of it sounds; a stroke is too short for a phrase."""
    steps = round(LONGEST_SPAN_S / envelope.step_s)
    step_samples = round(envelope.step_s * envelope.stem.known.rate_hz)
    for first in range(0, envelope.level_dbfs.size, steps):
        here = envelope.level_dbfs[first : first + steps]
        if here.max() > SILENT_DBFS:
            yield first * step_samples, len(here) * step_samples


def onsets(sound: np.ndarray) -> np.ndarray:
    """Seconds from the start of a span at 22.05 kHz."""
    import librosa

    if sound.size < 4 * WINDOW:
        return np.zeros(0)
    bands = librosa.feature.melspectrogram(y=sound, sr=RATE_HZ, n_fft=WINDOW, hop_length=HOP)
    levels = librosa.power_to_db(bands, ref=np.max, top_db=DEEP_DB)
    strength = librosa.onset.onset_strength(S=levels, sr=RATE_HZ, hop_length=HOP, lag=LAG, max_size=WIDEST)
    frames = librosa.onset.onset_detect(onset_envelope=strength, sr=RATE_HZ, hop_length=HOP, units="frames")
    return np.array([summit(strength, frame) for frame in frames]) * HOP / RATE_HZ


def summit(strength: np.ndarray, frame: int) -> float:
    """Where between the frames the flux peaks: the top of a parabola through three of them."""
    if not 0 < frame < len(strength) - 1:
        return float(frame)
    before, here, after = (float(value) for value in strength[frame - 1 : frame + 2])
    bend = before - 2 * here + after
    return frame + (float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0)
