"""The notes of a stem that plays one at a time: when, how high, how steady. Slow; only under --deep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.phrases import Phrase, Phrases
from earmark.model import Stem

# Lowest and highest fundamental that is looked for, by role: stems of one note at a time.
RANGES_HZ = {
    "lead-vocal": (65.0, 1050.0),
    "backing-vocal": (65.0, 1050.0),
    "bass": (30.0, 400.0),
    "brass": (50.0, 1200.0),
    "strings": (50.0, 1800.0),
}
RATE_HZ = 22_050
FRAME, FRAME_OF_BASS, HOP = 2048, 4096, 512  # the longer one halves YIN's bias on low notes, 3 cents at 41 Hz
LOW_HZ = 45.0
RESOLUTION = 0.2  # semitones, of the tracker; its answer is then refined
REFINED_WITHIN = 0.4  # semitones
LONGEST_SPAN_S = 20.0  # read at once
BRIDGED_S = 0.5  # between phrases that are read at once
MARGIN_S = 0.1
NEW_NOTE = 0.7  # semitones from the note's own median
SHORTEST_NOTE_S = 0.12
VOICED_FRAMES = round(SHORTEST_NOTE_S * RATE_HZ / HOP)


@dataclass(frozen=True, slots=True)
class Note:
    """One note.

    Attributes
    ----------
    start_s, end_s : float
        Seconds from the stem's first frame.
    pitch : float
        Median over the note, in semitones with A4 = 440 Hz at 69.0.
    spread_cents : float
        Interquartile range of its frames: vibrato, scoops.
    """

    start_s: float
    end_s: float
    pitch: float
    spread_cents: float

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True, kw_only=True)
class Pitches(CloserLook):
    """Fundamental and notes of a voice, a bass, a wind or a bowed string.

    Attributes
    ----------
    listened : bool
        Whether the stem's role calls for it; else everything is empty.
    time_s, f0_hz : ndarray of float64, shape (frames,)
        Every 23 ms of the phrases, from the stem's first frame; 0.0 where no pitch is heard. Never NaN.
    notes : tuple of Note
        At least 0.12 s long, in order.

    Notes
    -----
    pYIN [1]_ as in librosa, at 22.05 kHz, on the stem's phrases only, with steps of 20 cents; each step is then
    refined by YIN's parabola [2]_. Notes are runs of voiced frames that stay within 0.7 semitones of their own median.
    Two notes at once, and an octave that the tracker mistakes, give notes that nobody played: whoever judges looks at
    medians of many.

    References
    ----------
    .. [1] M. Mauch and S. Dixon, "pYIN: a fundamental frequency estimator using probabilistic threshold
       distributions", ICASSP 2014.
    .. [2] A. de Cheveigné and H. Kawahara, "YIN, a fundamental frequency estimator for speech and music", JASA 111(4),
       2002.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Phrases,)
    listened: bool
    time_s: np.ndarray
    f0_hz: np.ndarray
    notes: tuple[Note, ...]

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The phrases of a stem whose role calls for it."""
        (phrases,) = needs
        assert isinstance(phrases, Phrases)
        return spans_of(phrases.phrases, stem) if stem.role in RANGES_HZ else ()

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """Track each span by itself."""
        low_hz, high_hz = RANGES_HZ.get(stem.role, (0.0, 0.0))
        rate_hz = stem.known.rate_hz
        tracks = [
            (start / rate_hz + np.arange(len(f0)) * HOP / RATE_HZ, f0)
            for start, count in spans
            for f0 in [tracked(at_rate(read(start, count), rate_hz), low_hz, high_hz)]
        ]
        return cls(
            stem=stem,
            listened=stem.role in RANGES_HZ,
            time_s=np.concatenate([np.zeros(0), *(time_s for time_s, _ in tracks)]),
            f0_hz=np.concatenate([np.zeros(0), *(f0 for _, f0 in tracks)]),
            notes=tuple(note for time_s, f0 in tracks for note in notes_in(time_s, f0)),
        )


def spans_of(phrases: Sequence[Phrase], stem: Stem) -> Iterator[Span]:
    """What is read at once: phrases close to each other, with a margin, never over 20 s."""
    groups: list[list[float]] = []
    for phrase in phrases:
        if groups and phrase.start_s - groups[-1][1] < BRIDGED_S and phrase.end_s - groups[-1][0] < LONGEST_SPAN_S:
            groups[-1][1] = phrase.end_s
        else:
            groups.append([phrase.start_s, phrase.end_s])
    rate_hz = stem.known.rate_hz
    for first_s, last_s in groups:
        for start_s in np.arange(max(0.0, first_s - MARGIN_S), last_s, LONGEST_SPAN_S):
            end_s = min(last_s + MARGIN_S, start_s + LONGEST_SPAN_S)
            yield int(start_s * rate_hz), int((end_s - start_s) * rate_hz)


def at_rate(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """Float32 (samples,) at 22.05 kHz, the mean of the channels."""
    import soxr

    mono = sound.mean(axis=0, dtype=np.float32)
    return np.asarray(soxr.resample(mono, rate_hz, RATE_HZ), np.float32)


def tracked(sound: np.ndarray, low_hz: float, high_hz: float) -> np.ndarray:
    """Fundamental per hop in Hz; 0.0 where there is none."""
    import librosa

    frame = FRAME_OF_BASS if low_hz < LOW_HZ else FRAME
    if sound.size < 2 * frame:
        return np.zeros(0)
    f0, voiced, _ = librosa.pyin(
        sound,
        fmin=low_hz,
        fmax=high_hz,
        sr=RATE_HZ,
        frame_length=frame,
        hop_length=HOP,
        resolution=RESOLUTION,
        fill_na=None,
    )
    fine = librosa.yin(sound, fmin=low_hz, fmax=high_hz, sr=RATE_HZ, frame_length=frame, hop_length=HOP)
    near = np.abs(12 * np.log2(fine / f0)) < REFINED_WITHIN
    return np.where(voiced, np.where(near, fine, f0), 0.0)


def notes_in(time_s: np.ndarray, f0_hz: np.ndarray) -> Iterator[Note]:
    """Runs of voiced frames that stay where they are."""
    run: list[int] = []
    pitch = 69.0 + 12 * np.log2(np.maximum(f0_hz, 1.0) / 440.0)
    for frame in range(len(f0_hz) + 1):
        voiced = frame < len(f0_hz) and f0_hz[frame] > 0.0
        if run and (not voiced or abs(pitch[frame] - float(np.median(pitch[run[-VOICED_FRAMES:]]))) > NEW_NOTE):
            if len(run) >= VOICED_FRAMES:
                yield note(time_s[run], pitch[run])
            run = []
        if voiced:
            run.append(frame)


def note(time_s: np.ndarray, pitch: np.ndarray) -> Note:
    """One note in numbers."""
    low, middle, high = np.percentile(pitch, [25, 50, 75])
    return Note(float(time_s[0]), float(time_s[-1]) + HOP / RATE_HZ, float(middle), 100 * float(high - low))
