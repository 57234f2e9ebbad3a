"""What faults are planted into: the real multitracks, excerpts of them, synthetic players and the live kit."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import soundfile as sf

from earmark.model import Session
from earmark.scenes import instruments, live_kit
from earmark.scenes.signals import noise
from earmark.scenes.stage import stem

SONGS = ("80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal")
STEREO = ("Hendrix", "Rock")
Sounds = dict[str, np.ndarray]  # (channels, samples) each
# What is true of the recordings before anything is planted: the data folder's own list. Not counted as false alarms.
NATURAL: Mapping[str, frozenset[str]] = {
    "80sRock/01 drum set": frozenset({"LV01", "LV04"}),
    "Rock/mix": frozenset({"LV01"}),
    "Beatles/04 clean electric guitar": frozenset({"NO01"}),
    "Punk/01 drum set": frozenset({"LV04"}),
    "Hendrix/01 drum set": frozenset({"LV04"}),
    "Rock stereo/02 electric bass": frozenset({"PK06"}),
    "Hendrix stereo/02 electric bass": frozenset({"PK06"}),
}


def data() -> Path:
    """The folder of real recordings."""
    named = os.environ.get("EARMARK_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[4] / "shared" / "data"


@cache
def song(name: str) -> tuple[Sounds, int]:
    """The raw stems of one song: mono, float32. Shared, so not to be written to."""
    return files(data() / "stems" / name / "raw")


@cache
def stereo_song(name: str) -> tuple[Sounds, int]:
    """The processed stems of one song: stereo, with its mix."""
    sounds, rate_hz = files(data() / "stems" / name / "stems")
    mix, _ = sf.read(data() / "stems" / name / "mix.flac", dtype="float32", always_2d=True)
    return {**sounds, "mix": np.ascontiguousarray(mix.T)}, rate_hz


def files(folder: Path) -> tuple[Sounds, int]:
    """Every sound file of a folder."""
    sounds, rates = {}, set()
    for path in sorted(folder.glob("*.flac")):
        sound, rate_hz = sf.read(path, dtype="float32", always_2d=True)
        sounds[path.stem] = np.ascontiguousarray(sound.T)
        rates.add(rate_hz)
    (rate_hz,) = rates
    return sounds, rate_hz


@lru_cache(maxsize=6)
def band(seed: int) -> tuple[Sounds, int]:
    """Six synthetic players, 16 s, each over its own hiss."""
    length_s = 16.0
    sounds = {
        "kick": instruments.kick_pattern(length_s, seed=seed),
        "snare": instruments.snare_pattern(length_s, seed=seed),
        "bass": instruments.bass_line(length_s, roots=(("E1", "C2", "G1", "D2"), ("A1", "F1", "C2", "G1"))[seed % 2]),
        "guitar": instruments.guitar_part(length_s, seed=seed),
        "acoustic guitar": instruments.guitar_part(length_s, chords=("G", "D", "Em", "C"), rest_s=0.4, seed=seed + 50),
        "lead vocal": instruments.vocal_line(
            (0.0, -1.0, 0.5, -0.5, 1.0, 0.0), phrase_s=1.8 + 0.05 * (seed % 5), rest_s=0.7, seed=seed
        ),
    }
    size = round(length_s * 48_000)
    return {name: recorded(sound, size, seed, n) for n, (name, sound) in enumerate(sounds.items())}, 48_000


def recorded(sound: np.ndarray, size: int, seed: int, order: int) -> np.ndarray:
    """A take of this length over the hiss of its chain: (1, samples)."""
    out = np.zeros((1, size), np.float32)
    out[0, : sound.size] = sound[:size]
    return np.asarray(out + noise(size / 48_000, rms_dbfs=-86.0, seed=1000 * seed + order), np.float32)


@lru_cache(maxsize=8)
def kit(seed: int) -> tuple[Sounds, int]:
    """A correct take of the live kit: twelve microphones in a room, bleed and all."""
    return {name: sound[None, :] for name, sound in live_kit.record(11.0, seed=seed).items()}, 48_000


def any_song(rng: np.random.Generator, synthetic: float = 0.3) -> tuple[str, Sounds, int]:
    """A real song, or with this chance a synthetic band: its name, its stems (a fresh dict), its rate."""
    if rng.random() < synthetic:
        seed = int(rng.integers(4))
        sounds, rate_hz = band(seed)
        return f"band {seed}", dict(sounds), rate_hz
    name = str(rng.choice(SONGS))
    sounds, rate_hz = song(name)
    return name, dict(sounds), rate_hz


def any_stem(
    rng: np.random.Generator, excerpt_s: float | None = 12.0, synthetic: float = 0.3, roles: tuple[str, ...] = ()
) -> tuple[str, str, np.ndarray, int]:
    """One stem that sounds, or an excerpt of it: origin, name, a copy (1, samples), rate."""
    for _ in range(200):
        origin, sounds, rate_hz = any_song(rng, synthetic)
        names = [name for name in sounds if not roles or any(role in name for role in roles)]
        if not names:
            continue
        name = str(rng.choice(names))
        sound = sounds[name]
        if excerpt_s and sound.shape[-1] > excerpt_s * rate_hz:
            first = int(rng.integers(sound.shape[-1] - int(excerpt_s * rate_hz)))
            sound = sound[:, first : first + int(excerpt_s * rate_hz)]
        if loud_dbfs(sound, rate_hz) > -45.0:
            return origin, name, np.array(sound), rate_hz
    raise LookupError("no stem sounds")


def levels_dbfs(sound: np.ndarray, rate_hz: int, step_s: float = 0.01) -> np.ndarray:
    """RMS level per step, all channels; -120 at least."""
    step = round(step_s * rate_hz)
    steps = sound.shape[-1] // step
    powers = np.square(sound[:, : steps * step], dtype=np.float64).reshape(len(sound), steps, step).mean(axis=(0, 2))
    return np.asarray(10 * np.log10(np.maximum(powers, 1e-12)))


def loud_dbfs(sound: np.ndarray, rate_hz: int) -> float:
    """The level that one step in twenty exceeds, of those that are not silent."""
    levels = levels_dbfs(sound, rate_hz)
    sounding = levels[levels > -90.0]
    return float(np.percentile(sounding, 95)) if sounding.size > 20 else -120.0


def session(sounds: Mapping[str, np.ndarray], rate_hz: int, mix: np.ndarray | None = None) -> Session:
    """These sounds on a stage, under exactly these names."""
    return Session(
        name="case",
        path=None,
        stems=tuple(stem(name, sound, rate_hz) for name, sound in sounds.items()),
        mix=None if mix is None else stem("mix", mix, rate_hz),
        rate_hz=rate_hz,
        kind="memory",
    )


def steady_places(
    sound: np.ndarray,
    rate_hz: int,
    rng: np.random.Generator,
    count: int,
    *,
    least_db: float = -60.0,
    gap_s: float = 0.25,
) -> list[int]:
    """Samples away from onsets (no rise of 6 dB within 40 ms), not below this level, `gap_s` apart, in random order."""
    levels = levels_dbfs(sound, rate_hz)
    step = round(0.01 * rate_hz)
    rises = np.convolve(np.diff(levels, prepend=levels[0]) > 6.0, np.ones(9), "same") > 0
    free = np.flatnonzero(~rises & (levels > least_db))
    free = free[(free > 30) & (free < levels.size - 130)]
    rng.shuffle(free)
    places: list[int] = []
    for each in free:
        place = int(each * step + rng.integers(step))
        if all(abs(place - other) > gap_s * rate_hz for other in places):
            places.append(place)
        if len(places) == count:
            break
    return places
