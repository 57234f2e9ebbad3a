"""Faults of voices and performances: bursts of air, esses, a lead that sinks, a phrase at another level."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .material import any_song, any_stem, levels_dbfs, loud_dbfs, session
from .plant import NotPlantable, Plant, Truth, db, factor, plants, rms

VOICES = ("singer", "vocal")
LINES = ("singer", "vocal", "bass")
STEP_S = 0.01


def phrases(sound: np.ndarray, rate_hz: int, least_s: float = 0.6) -> list[tuple[int, int]]:
    """(first, end) samples of stretches within 25 dB of the loud level, pauses under 0.25 s closed."""
    on = levels_dbfs(sound, rate_hz) > loud_dbfs(sound, rate_hz) - 25.0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(int), [0]])))
    spans: list[list[int]] = []
    for first, end in edges.reshape(-1, 2):
        if spans and first - spans[-1][1] < 0.25 / STEP_S:
            spans[-1][1] = int(end)
        else:
            spans.append([int(first), int(end)])
    step = round(STEP_S * rate_hz)
    return [(first * step, end * step) for first, end in spans if (end - first) * STEP_S >= least_s]


def a_phrase(sound: np.ndarray, rate_hz: int, rng: np.random.Generator, least: int = 1) -> tuple[int, int]:
    """One of its phrases, where there are enough."""
    found = phrases(sound, rate_hz)
    if len(found) < least:
        raise NotPlantable
    first, end = found[int(rng.integers(len(found)))]
    return first, end


@plants("NO06")
def plosive(rng: np.random.Generator, folder: Path) -> Plant:
    """A burst of air of 25 to 70 Hz, 60 to 150 ms long, at the entry of a phrase."""
    origin, name, sound, rate_hz = any_stem(rng, None, roles=VOICES)
    first, _ = a_phrase(sound, rate_hz, rng)
    at = max(0, first - round(float(rng.uniform(0.0, 0.03)) * rate_hz))
    length_s, against_db = float(rng.uniform(0.06, 0.15)), float(rng.uniform(-24, 6))
    since = np.arange(min(round(3 * length_s * rate_hz), sound.shape[-1] - at)) / rate_hz
    rise = length_s / 5
    shape = since / rise * np.exp(1 - since / rise) * np.sin(2 * np.pi * float(rng.uniform(25, 70)) * since)
    peak = factor(loud_dbfs(sound, rate_hz) + 3.0 + against_db)
    spoiled = np.array(sound)
    spoiled[0, at : at + since.size] += peak * shape / np.abs(shape).max()
    place = (at / rate_hz, at / rate_hz + length_s)
    truth = Truth("NO06", (name,), against_db + 20.0, place, (20.0, 90.0))
    detail = {"against_voice_db": round(against_db, 1)}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


@plants("NO07")
def ess(rng: np.random.Generator, folder: Path) -> Plant:
    """Noise of 4.5 to 11 kHz, 60 to 160 ms long, before a phrase, against the vowel behind it."""
    origin, name, sound, rate_hz = any_stem(rng, None, roles=VOICES)
    first, end = a_phrase(sound, rate_hz, rng)
    length = round(float(rng.uniform(0.06, 0.16)) * rate_hz)
    at = first - length + round(0.01 * rate_hz)
    if at < 0:
        raise NotPlantable
    vowel_db = db(rms(sound[:, first : min(end, first + round(0.4 * rate_hz))]))
    against_db = float(rng.uniform(-15, 9))
    hiss = rng.standard_normal(length)
    hz = np.fft.rfftfreq(length, 1 / rate_hz)
    hiss = np.fft.irfft(
        np.fft.rfft(hiss) * np.exp(-2 * (np.log2(np.maximum(hz, 1) / rng.uniform(5800, 7800)) / 0.7) ** 2), length
    )
    hiss *= np.hanning(length) ** 0.3
    spoiled = np.array(sound)
    spoiled[0, at : at + length] += hiss / rms(hiss) * factor(vowel_db + against_db)
    truth = Truth("NO07", (name,), against_db + 15.0, (at / rate_hz, (at + length) / rate_hz))
    detail = {"against_vowel_db": round(against_db, 1)}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


def stepped(sound: np.ndarray, first: int, end: int, by_db: float, rate_hz: int) -> np.ndarray:
    """One stretch at another level, ramps of 60 ms outside it."""
    ramp = round(0.06 * rate_hz)
    at = np.arange(sound.shape[-1])
    gain_db = np.interp(at, [first - ramp, first, end, end + ramp], [0.0, by_db, by_db, 0.0])
    return np.asarray(sound * 10.0 ** (gain_db / 20), np.float32)


@plants("PF01")
def uneven(rng: np.random.Generator, folder: Path) -> Plant:
    """One phrase of a voice or bass 2 to 12 dB up or down, the others as they are."""
    origin, sounds, rate_hz = any_song(rng)
    names = [name for name in sounds if any(role in name for role in LINES)]
    if not names:
        raise NotPlantable
    victim = str(rng.choice(names))
    first, end = a_phrase(sounds[victim], rate_hz, rng, least=4)
    by_db = float(rng.uniform(2, 12)) * float(rng.choice([-1, 1]))
    changed = stepped(sounds[victim], first, end, by_db, rate_hz)
    truth = Truth("PF01", (victim,), abs(by_db), (first / rate_hz, end / rate_hz), value=by_db)
    spoiled = {**sounds, victim: changed}
    return Plant(origin, session(spoiled, rate_hz), session(sounds, rate_hz), (truth,), {"by_db": round(by_db, 1)})


@plants("MA02")
def buried(rng: np.random.Generator, folder: Path) -> Plant:
    """One phrase of the lead 2 to 14 dB down, in the stem and in the mix it makes with the others."""
    origin, sounds, rate_hz = any_song(rng)
    names = [name for name in sounds if any(role in name for role in VOICES)]
    if not names:
        raise NotPlantable
    size = min(sound.shape[-1] for sound in sounds.values())
    sounds = {name: 0.4 * sound[:, :size] for name, sound in sounds.items()}
    victim = names[0]
    first, end = a_phrase(sounds[victim], rate_hz, rng, least=4)
    rest = sum(sound for name, sound in sounds.items() if name != victim)
    lead = sounds[victim] * factor(3.0 + db(rms(rest) / rms(sounds[victim])) - 6.0)  # 3 dB under all the rest
    by_db = float(rng.uniform(2, 14))
    sunk = stepped(lead, first, end, -by_db, rate_hz)
    over_rest_db = db(rms(sunk[:, first:end]) / max(1e-9, rms(rest[:, first:end])))
    strength = by_db if over_rest_db < 0.0 else 0.0
    truth = Truth("MA02", (victim,), strength, (first / rate_hz, end / rate_hz), value=-by_db)
    cases = [{**sounds, victim: each} for each in (sunk, lead)]
    spoiled, clean = (session(case, rate_hz, mix=sum(case.values())) for case in cases)
    detail = {"by_db": round(by_db, 1), "over_rest_db": round(over_rest_db, 1)}
    return Plant(origin, spoiled, clean, (truth,), detail)
