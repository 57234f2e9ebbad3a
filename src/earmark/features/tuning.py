"""How far a stem's tuning lies from A4 = 440 Hz, and how sharply that is defined. Slow; only under --deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.phrases import Phrase, Phrases
from earmark.features.pitches import RATE_HZ, Note, Pitches, at_rate
from earmark.model import Stem

CHORDS = frozenset({"electric-guitar", "acoustic-guitar", "keys", "piano", "synth"})
FRAME, HOP = 8192, 2048
LOW_HZ, HIGH_HZ = 80.0, 1500.0
SPAN_S, MOST_SPANS = 2.5, 40  # 100 s of sound are enough
PEAKS = 6  # the strongest of a frame


@dataclass(frozen=True, kw_only=True)
class Tuning(CloserLook):
    """The tuning of a stem that plays notes.

    Attributes
    ----------
    offset_cents : float or None
        From the nearest semitone of equal temperament at A4 = 440 Hz, -50 to 50. None where the stem's role has no
        notes, or none are found.
    sharpness : float
        Length of the mean resultant, 0 (all over the semitone) to 1 (all at one place).
    error_cents : float
        Standard error of the offset, from the sharpness and the number of seconds, each taken as one independent
        observation. 50.0 where there is none.
    heard_s : float
        How much was taken into account.

    Notes
    -----
    Angle 2 pi per semitone, weighted mean of unit vectors [1]_. Of a stem of one note at a time the weights are the
    durations of its notes (`Pitches`), and vibrato falls out in their medians; of chords they are the magnitudes of
    the six strongest spectral peaks of every frame between 80 and 1500 Hz, refined by a parabola as in librosa's
    `piptrack`. Third and fifth partials of just strings lie 2 and -14 cents off; that and bent strings limit what
    can be said of a guitar to about 7 cents.

    References
    ----------
    .. [1] N. I. Fisher, "Statistical analysis of circular data", Cambridge University Press, 1993.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Phrases, Pitches)
    offset_cents: float | None
    sharpness: float
    error_cents: float
    heard_s: float

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """Places in the phrases of an instrument of chords."""
        phrases = needs[0]
        assert isinstance(phrases, Phrases)
        return spans_of(phrases.phrases, stem.known.rate_hz) if stem.role in CHORDS else ()

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """From the notes, or from the peaks of the spans."""
        pitches = needs[1]
        assert isinstance(pitches, Pitches)
        rate_hz = stem.known.rate_hz
        if stem.role in CHORDS:
            found = [peaks(at_rate(read(start, count), rate_hz)) for start, count in spans]
            pitch, weight = (np.concatenate([np.zeros(0), *(one[part] for one in found)]) for part in (0, 1))
            heard_s = sum(count for _, count in spans) / rate_hz
        else:
            pitch, weight = of_notes(pitches.notes)
            heard_s = float(weight.sum())
        offset_cents, sharpness = circular_mean(pitch, weight)
        return cls(
            stem=stem,
            offset_cents=offset_cents,
            sharpness=sharpness,
            error_cents=error_cents(sharpness, heard_s),
            heard_s=heard_s,
        )


def spans_of(phrases: Sequence[Phrase], rate_hz: int) -> Iterator[Span]:
    """Places of 2.5 s, evenly over all phrases."""
    starts_s = [at_s for one in phrases for at_s in np.arange(one.start_s, one.end_s - SPAN_S / 2, SPAN_S)]
    for index in np.unique(np.linspace(0, max(0, len(starts_s) - 1), min(len(starts_s), MOST_SPANS)).astype(int)):
        yield int(starts_s[index] * rate_hz), int(SPAN_S * rate_hz)


def of_notes(notes: Sequence[Note]) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in semitones and seconds of every note."""
    return np.array([note.pitch for note in notes]), np.array([note.duration_s for note in notes])


def peaks(sound: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in semitones and magnitude of the strongest peaks of every frame."""
    import librosa

    if sound.size < FRAME:
        return np.zeros(0), np.zeros(0)
    hz, size = librosa.piptrack(
        y=sound, sr=RATE_HZ, n_fft=FRAME, hop_length=HOP, fmin=LOW_HZ, fmax=HIGH_HZ, threshold=0.1
    )
    strongest = np.argsort(size, axis=0)[-PEAKS:]
    hz, size = (np.take_along_axis(part, strongest, axis=0).ravel() for part in (hz, size))
    there = size > 0.0
    return 69.0 + 12 * np.log2(hz[there] / 440.0), size[there].astype(np.float64)


def circular_mean(pitch: np.ndarray, weight: np.ndarray) -> tuple[float | None, float]:
    """Offset in cents and length of the mean of unit vectors, a turn per semitone."""
    total = float(weight.sum())
    if total <= 0.0:
        return None, 0.0
    mean = complex(np.sum(weight * np.exp(2j * np.pi * pitch)) / total)
    return 100 * float(np.angle(mean)) / (2 * np.pi), abs(mean)


def error_cents(sharpness: float, seconds: float) -> float:
    """100 / 2 pi times the root of (1 - R) over the number of observations, here seconds."""
    return min(50.0, 100 / (2 * np.pi) * float(np.sqrt((1.0 - sharpness) / max(seconds, 1e-3)))) if sharpness else 50.0


def apart_cents(one: float, other: float) -> float:
    """How much higher one offset lies than another, -50 to 50: a semitone is a full turn."""
    return float((one - other + 50.0) % 100.0 - 50.0)
