"""The players: they read `song` and play it, each take mono or stereo float32, the same bytes for the same seed.

What is heard here is each microphone or line before any treatment; `studio` treats, `demo` plants and mixes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from earmark.scenes import song
from earmark.scenes.instruments import GUITAR, hertz
from earmark.scenes.keyboard import electric_piano
from earmark.scenes.signals import at_peak, place
from earmark.scenes.song import bar_s
from earmark.scenes.strings import pluck, strum
from earmark.scenes.voice import Note, sing

Hit = tuple[float, float, np.ndarray]


def perform(seed: int = 1) -> dict[str, np.ndarray]:
    """Every take but the drums (see `kit`), by the player's name."""
    return {
        "bass": _tape(bass(seed)),
        "guitar left": _tape(left_guitar(seed)),
        "guitar right": _tape(right_guitar(seed)),
        "keys": keys(seed),
        "lead vocal": lead_vocal(seed),
        "backing vocals": backing_vocals(seed),
    }


def _tape(hits: Iterator[Hit]) -> np.ndarray:
    return place(tuple(hits), song.DURATION_S)


def human(player: int, seed: int, spread_s: float = 0.005) -> Callable[[], float]:
    """How far from the grid this player lands, each time asked; never more than three times the spread."""
    luck = np.random.default_rng((player, seed))
    return lambda: float(np.clip(luck.standard_normal(), -3, 3)) * spread_s


def _part_of(bar: int) -> song.Part:
    return next(part for part in song.FORM if part.first_bar <= bar < part.first_bar + part.bars)


def is_chorus(bar: int) -> bool:
    """Whether this bar belongs to a chorus."""
    return _part_of(bar) in (song.CHORUS, song.LAST_CHORUS)


def bass(seed: int) -> Iterator[Hit]:
    """Dotted figure in the verse, eighths in the choruses, long notes elsewhere."""
    late, touch = human(41, seed), human(42, seed, 0.05)
    for bar, chord in enumerate(song.CHORDS):
        root = hertz(song.BASS_ROOTS[chord])
        for beat, length, interval, gain in _bass_figure(bar):
            note = pluck(root * interval, round(length * song.BEAT_S, 4), brightness=0.15, ring_s=3.0, pick_at=0.23)
            yield bar_s(bar, beat) + late(), gain * (1 + touch()), note


def _bass_figure(bar: int) -> tuple[tuple[float, float, float, float], ...]:
    """(beat, length in beats, times the root, gain)."""
    if is_chorus(bar):
        return tuple((n / 2, 0.46, 2.0 if n in (3, 6) else 1.0, 1.0 if n % 2 == 0 else 0.8) for n in range(8))
    if _part_of(bar) is song.VERSE:
        return ((0, 1.4, 1.0, 0.9), (1.5, 0.45, 1.0, 0.7), (2, 1.4, 1.0, 0.85), (3.5, 0.45, 1.5, 0.7))
    if _part_of(bar) is song.ENDING:
        return ((0, 3.6, 1.0, 0.9),)
    return () if bar == 0 else ((0, 2.9, 1.0, 0.8), (3, 0.9, 1.5, 0.6))


def left_guitar(seed: int) -> Iterator[Hit]:
    """Picks the chords one string at a time, strums in the choruses, rests in the break."""
    late = human(43, seed)
    for bar, chord in enumerate(song.CHORDS):
        strings = tuple(hertz(pitch) for pitch in GUITAR[chord])
        if is_chorus(bar):
            yield from _strums(bar, strings, late, 0.62)
        elif _part_of(bar) is song.ENDING:
            yield bar_s(bar) + late(), 1.0, strum(strings, 2.6, brightness=0.6, spread_s=0.03)
        elif _part_of(bar) is not song.BREAK:
            for n, string in enumerate((0, 2, 3, 2, -1, 3, 2, 3)):
                sound = pluck(strings[string], 0.85, brightness=0.55, ring_s=2.5)
                yield bar_s(bar, n / 2) + late(), 0.75 + 0.15 * (n % 4 == 0), sound


def right_guitar(seed: int) -> Iterator[Hit]:
    """Silent until the verse's third bar; damped eighths there, strums in the choruses, rests in the break."""
    late = human(47, seed)
    for bar, chord in enumerate(song.CHORDS):
        strings = tuple(hertz(pitch) for pitch in GUITAR[chord])
        if is_chorus(bar):
            yield from _strums(bar, tuple(2 * hz for hz in strings[:3]) + strings[2:4], late, 0.5)
        elif _part_of(bar) is song.ENDING:
            yield bar_s(bar) + 0.01 + late(), 0.9, strum(strings[-3:], 2.4, brightness=0.6, spread_s=0.03)
        elif bar in (4, 5):
            for n in range(8):
                chop = strum(strings[:3], 0.16, brightness=0.3, ring_s=0.5, spread_s=0.006)
                yield bar_s(bar, n / 2) + late(), 0.8 + 0.2 * (n % 2 == 0), chop


def _strums(bar: int, strings: tuple[float, ...], late: Callable[[], float], brightness: float) -> Iterator[Hit]:
    for beat, length, down in (
        (0, 1.4, True),
        (1.5, 0.45, False),
        (2, 0.95, True),
        (3, 0.45, True),
        (3.5, 0.45, False),
    ):
        order = strings if down else strings[::-1][:4]
        sound = strum(order, round(length * song.BEAT_S, 4), brightness=brightness, spread_s=0.009 if down else 0.006)
        yield bar_s(bar, beat) + late(), 1.0 if down else 0.7, sound


def keys(seed: int) -> np.ndarray:
    """An electric piano whose speaker swings from side to side: (2, samples)."""
    hits = [hit for bar, chord in enumerate(song.CHORDS) for hit in _key_chord(bar, chord, human(53 + bar, seed))]
    mono = place(hits, song.DURATION_S)
    swing = 0.22 * np.sin(2 * np.pi * 2.1 * np.arange(mono.size) / 48_000)
    return np.stack([mono * (1 + swing), mono * (1 - swing)]).astype(np.float32)


def _key_chord(bar: int, chord: str, late: Callable[[], float]) -> Iterator[Hit]:
    busy = is_chorus(bar)
    figure = ((0, 1.4), (1.5, 0.9), (2.5, 1.3)) if busy else ((0, 2.4), (2.5, 1.3))
    for beat, length in ((0, 3.8),) if _part_of(bar) is song.ENDING else figure:
        for pitch in song.KEYS[chord]:
            note = electric_piano(hertz(pitch), round(length * song.BEAT_S, 4), hardness=0.55 if busy else 0.35)
            yield bar_s(bar, beat) + late(), 0.3 if busy else 0.25, note


def lead_vocal(seed: int) -> np.ndarray:
    """One phrase a bar, in the verse and both choruses."""
    tape = np.zeros(round(song.DURATION_S * 48_000), np.float32)
    for part, tune, effort in (
        (song.VERSE, song.VERSE_TUNE, 0.66),
        (song.CHORUS, song.CHORUS_TUNE, 0.72),
        (song.LAST_CHORUS, song.CHORUS_TUNE, 0.72),
    ):
        for n, phrase in enumerate(tune):
            bar = part.first_bar + n
            late = human(59 + bar, seed, 0.008)
            notes = [
                Note(0.2 + beat * song.BEAT_S + late(), length * song.BEAT_S * 0.97, hertz(pitch), syllable, effort)
                for beat, length, pitch, syllable in phrase
            ]
            _lay(tape, bar_s(bar) - 0.2, sing(notes, song.BAR_S + 0.1, seed=1000 * seed + bar))
    return tape


def backing_vocals(seed: int) -> np.ndarray:
    """Two singers, long notes under the choruses."""
    tape = np.zeros(round(song.DURATION_S * 48_000), np.float32)
    for bar, chord in enumerate(song.CHORDS):
        for singer, pitch in enumerate(song.HARMONY[chord]) if is_chorus(bar) else ():
            late = human(61 + 2 * bar + singer, seed, 0.015)
            note = Note(0.2 + late(), 3.3 * song.BEAT_S, hertz(pitch), "u" if singer else "o", 0.35)
            sound = sing([note], song.BAR_S, seed=2000 * seed + 2 * bar + singer, vibrato_cents=20)
            _lay(tape, bar_s(bar) - 0.2, at_peak(sound, -10.0))  # singers keep their loudness from note to note
    return tape


def _lay(tape: np.ndarray, start_s: float, sound: np.ndarray) -> None:
    first = round(start_s * 48_000)
    tape[first : first + sound.size] += sound[: tape.size - first]
