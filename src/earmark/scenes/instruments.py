"""The band, one by one, for examples and tests: every function gives mono float32, (samples,), the same each time.

from earmark.scenes import faults, instruments, session
session(kick_in=instruments.kick_pattern(8.0), kick_out=faults.flipped(instruments.kick_pattern(8.0, mic="out")))
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earmark.scenes.drumkit import crash, hihat, kick, ride, snare, tambourine
from earmark.scenes.filters import RATE_HZ
from earmark.scenes.keyboard import electric_piano
from earmark.scenes.signals import amplitude, at_peak, faded, noise, place, silence, tone
from earmark.scenes.strings import pluck, strum
from earmark.scenes.voice import Note, sing

__all__ = [
    "Note",
    "bass_line",
    "beats_s",
    "crash",
    "electric_piano",
    "guitar_chord",
    "guitar_part",
    "hertz",
    "hihat",
    "kick",
    "kick_pattern",
    "noise",
    "place",
    "pluck",
    "ride",
    "silence",
    "sing",
    "snare",
    "snare_pattern",
    "strum",
    "tambourine",
    "tone",
    "vocal_line",
    "vocal_phrase",
]

STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
# Open chords, lowest string first.
GUITAR = {
    "Em": ("E2", "B2", "E3", "G3", "B3", "E4"),
    "C": ("C3", "E3", "G3", "C4", "E4"),
    "G": ("G2", "B2", "D3", "G3", "B3", "G4"),
    "D": ("D3", "A3", "D4", "F#4"),
    "Am": ("A2", "E3", "A3", "C4", "E4"),
}


def hertz(pitch: str) -> float:
    """The frequency of a pitch by name: A4 is 440."""
    sharps = pitch.count("#") - pitch.count("b")
    return float(440.0 * 2 ** ((STEPS[pitch[0]] + sharps - 9) / 12 + int(pitch.strip("ABCDEFG#b")) - 4))


def beats_s(
    duration_s: float, *, tempo_bpm: float = 108.0, first: int = 0, every: int = 1, seed: int = 0
) -> np.ndarray:
    """When a player strikes: every so many beats, from beat `first`, human to about 4 ms."""
    beat_s = 60 / tempo_bpm
    on_grid = np.arange(first, int(duration_s / beat_s), every) * beat_s
    return np.maximum(0, on_grid + 0.004 * np.random.default_rng((37, seed)).standard_normal(on_grid.size))


def kick_pattern(
    duration_s: float, *, mic: str = "in", peak_dbfs: float = -6.0, rate_hz: int = RATE_HZ, seed: int = 0
) -> np.ndarray:
    """A bass drum on one and three. The same seed is the same player, heard by either microphone ("in", "out")."""
    times = beats_s(duration_s, every=2, seed=seed)
    hits = [(t, 1.0 - 0.15 * (n % 3), kick(mic, variant=n % 4, rate_hz=rate_hz)) for n, t in enumerate(times)]
    return at_peak(place(hits, duration_s, rate_hz), peak_dbfs)


def snare_pattern(duration_s: float, *, peak_dbfs: float = -6.0, rate_hz: int = RATE_HZ, seed: int = 0) -> np.ndarray:
    """A snare drum on two and four."""
    times = beats_s(duration_s, first=1, every=2, seed=seed + 1)
    hits = [(t, 1.0 - 0.1 * (n % 4), snare(variant=n % 4, rate_hz=rate_hz)) for n, t in enumerate(times)]
    return at_peak(place(hits, duration_s, rate_hz), peak_dbfs)


def bass_line(
    duration_s: float,
    *,
    roots: Sequence[str] = ("E1", "C2", "G1", "D2"),
    peak_dbfs: float = -8.0,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:
    """An electric bass in eighths, one root per bar, damped between the notes."""
    eighth_s = 60 / 108 / 2
    times = np.arange(0, duration_s, eighth_s)
    notes = [
        (
            t,
            1.0 - 0.2 * (n % 2),
            pluck(hertz(roots[n // 8 % len(roots)]), 0.9 * eighth_s, brightness=0.25, rate_hz=rate_hz),
        )
        for n, t in enumerate(times)
    ]
    return at_peak(place(notes, duration_s, rate_hz), peak_dbfs)


def guitar_chord(
    chord: str = "Em",
    duration_s: float = 2.0,
    *,
    brightness: float = 0.6,
    peak_dbfs: float = -8.0,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:
    """One strummed chord (Em C G D Am), strings into a clean amplifier."""
    strings = tuple(hertz(pitch) for pitch in GUITAR[chord])
    return at_peak(strum(strings, duration_s, brightness=brightness, rate_hz=rate_hz), peak_dbfs)


def guitar_part(
    duration_s: float,
    *,
    chords: Sequence[str] = ("Em", "C", "G", "D"),
    rest_s: float = 0.8,
    noise_dbfs: float = -84.0,
    peak_dbfs: float = -8.0,
    rate_hz: int = RATE_HZ,
    seed: int = 0,
) -> np.ndarray:
    """A chord every 2.4 s, damped `rest_s` before the next, over the hiss of its amplifier."""
    times = np.arange(0.1, duration_s, 2.4)
    sounds = [
        (t, 1.0, guitar_chord(chords[n % len(chords)], 2.4 - rest_s, rate_hz=rate_hz)) for n, t in enumerate(times)
    ]
    part = at_peak(place(sounds, duration_s, rate_hz), peak_dbfs)
    return np.asarray(part + noise(duration_s, rms_dbfs=noise_dbfs, rate_hz=rate_hz, seed=seed))


def vocal_phrase(
    duration_s: float = 1.6,
    *,
    pitches: Sequence[str] = ("G4", "A4", "B4", "A4"),
    syllables: Sequence[str] = ("sa", "lo", "ne", "ma"),
    effort: float = 0.6,
    peak_dbfs: float = -8.0,
    rate_hz: int = RATE_HZ,
    seed: int = 0,
) -> np.ndarray:
    """One sung phrase with consonants and vibrato, the last note held."""
    short_s = duration_s / (len(pitches) + 1)
    notes = [
        Note(
            0.02 + n * short_s,
            0.95 * short_s if n < len(pitches) - 1 else duration_s - 0.05 - n * short_s,
            hertz(pitch),
            syllables[n % len(syllables)],
            effort,
        )
        for n, pitch in enumerate(pitches)
    ]
    return at_peak(faded(sing(notes, duration_s, rate_hz=rate_hz, seed=seed), 0.005, 0.04, rate_hz), peak_dbfs)


def vocal_line(
    levels_db: Sequence[float],
    *,
    phrase_s: float = 1.8,
    rest_s: float = 0.7,
    peak_dbfs: float = -8.0,
    noise_dbfs: float = -80.0,
    rate_hz: int = RATE_HZ,
    seed: int = 0,
) -> np.ndarray:
    """The same phrase once per entry of `levels_db` (0 is `peak_dbfs`), with rests between, over room noise."""
    duration_s = len(levels_db) * (phrase_s + rest_s) + rest_s
    phrase = vocal_phrase(phrase_s, peak_dbfs=peak_dbfs, rate_hz=rate_hz, seed=seed)
    sung = [(rest_s + n * (phrase_s + rest_s), amplitude(db), phrase) for n, db in enumerate(levels_db)]
    room = noise(duration_s, rms_dbfs=noise_dbfs, rate_hz=rate_hz, seed=seed)
    return np.asarray(place(sung, duration_s, rate_hz) + room)
