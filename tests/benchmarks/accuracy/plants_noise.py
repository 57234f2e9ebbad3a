"""Faults in the wave: clicks, cuts, gaps, glitches; and noise from end to end: hum, hiss, whistles."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import soundfile as sf

from earmark.scenes.faults import HUM_DB, mains
from earmark.scenes.signals import noise

from .material import any_song, any_stem, data, levels_dbfs, loud_dbfs, session, steady_places
from .plant import NotPlantable, Plant, Truth, db, factor, log_uniform, plants, rms

BANDS_HZ = ((500, 1500), (1500, 4000), (4000, 9000), (9000, 16_000))


def one_place(sound: np.ndarray, rate_hz: int, rng: np.random.Generator, least_db: float = -60.0) -> int:
    """A place off the onsets."""
    places = steady_places(sound, rate_hz, rng, 1, least_db=least_db)
    if not places:
        raise NotPlantable
    return places[0]


def over_the_music_db(sound: np.ndarray, added: np.ndarray, at: int, rate_hz: int) -> float:
    """What was added within 5 ms against 40 ms of music around it, in the best of four bands."""
    half = round(0.0025 * rate_hz)
    music = sound[0, max(0, at - 8 * half) : at + 8 * half].astype(np.float64)
    frames = music[: music.size // (2 * half) * 2 * half].reshape(-1, 2 * half) * np.hanning(2 * half)
    beneath = (np.abs(np.fft.rfft(frames, 2048)) ** 2).mean(axis=0) / np.mean(np.hanning(2 * half) ** 2)
    above = np.abs(np.fft.rfft(added[0, at - half : at + half], 2048)) ** 2
    hz = np.fft.rfftfreq(2048, 1 / rate_hz)
    bands = [(hz >= low) & (hz < high) for low, high in BANDS_HZ]
    return max(float(10 * np.log10((above[b].sum() + 1e-12) / (beneath[b].sum() + 1e-9))) for b in bands)


def over_the_sharpest_db(sound: np.ndarray, step: float, at: int, rate_hz: int) -> float:
    """A step against the largest second difference within 20 ms on either side."""
    reach = round(0.02 * rate_hz)
    around = np.abs(np.diff(sound[0, max(0, at - reach) : at + reach].astype(np.float64), 2))
    return db(step / (float(around.max(initial=0.0)) + 1e-9))


@plants("NO03")
def click(rng: np.random.Generator, folder: Path) -> Plant:
    """1 to 40 samples, 0.01 to 0.5 of full scale, in four shapes."""
    origin, name, sound, rate_hz = any_stem(rng)
    at = one_place(sound, rate_hz, rng, least_db=-90.0)
    length = int(rng.integers(1, 41)) if rng.random() < 0.7 else int(rng.integers(1, 5))
    turns = np.arange(length) / length
    shapes = (
        np.ones(length),
        np.exp(-4 * turns) * np.where(np.arange(length) % 2, -1, 1),
        rng.uniform(-1, 1, length),
        np.exp(-3 * turns) * np.cos(2 * np.pi * np.arange(length) / max(3.0, length / 1.5)),
    )
    shape = int(rng.integers(4))
    height = log_uniform(rng, 0.01, 0.5)
    spoiled = np.array(sound)
    burst = height * shapes[shape] / np.abs(shapes[shape]).max() * float(rng.choice([-1, 1]))
    spoiled[0, at : at + length] = np.clip(spoiled[0, at : at + length] + burst, -1, 1)
    strength = over_the_music_db(sound, spoiled - sound, at, rate_hz)
    truth = Truth("NO03", (name,), strength, (at / rate_hz, (at + length) / rate_hz))
    detail = {"length": length, "shape": shape, "height_db": round(db(height), 1)}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


@plants("NO04")
def splice(rng: np.random.Generator, folder: Path) -> Plant:
    """5 to 400 samples cut out, without a crossfade."""
    origin, name, sound, rate_hz = any_stem(rng)
    places = steady_places(sound, rate_hz, rng, 12, least_db=-45.0)
    out_of = log_uniform(rng, 0.005, 0.3)
    for place in places:
        gone = int(rng.integers(5, 401))
        reach = sound[0, place - 400 : place + gone + 401]
        steps = np.abs(reach[gone + 1 :] - reach[: -gone - 1])
        near = int(np.argmin(np.abs(np.log((steps + 1e-6) / out_of))))
        at = place - 400 + near + 1
        step = float(steps[near])
        if 0.6 < step / out_of < 1.7:
            break
    else:
        raise NotPlantable
    spoiled = np.concatenate([sound[:, :at], sound[:, at + gone :]], axis=1)
    truth = Truth(
        "NO04", (name,), over_the_sharpest_db(sound, step, at, rate_hz), (at / rate_hz, (at + 1) / rate_hz), value=step
    )
    detail = {"gone": gone, "step": round(step, 4)}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


@plants("NO05")
def gap(rng: np.random.Generator, folder: Path) -> Plant:
    """5 ms to 1 s of zeros, with and without fades of 2 ms."""
    origin, name, sound, rate_hz = any_stem(rng)
    at = one_place(sound, rate_hz, rng, least_db=loud_dbfs(sound, rate_hz) - 35.0)
    length, fade = int(log_uniform(rng, 0.005, 1.0) * rate_hz), round(0.002 * rate_hz)
    spoiled = np.array(sound)
    spoiled[:, at : at + length] = 0.0
    faded = bool(rng.random() < 0.5)
    if faded:
        spoiled[:, at - fade : at] *= np.linspace(1, 0, fade)
        spoiled[:, at + length : at + length + fade] *= np.linspace(0, 1, fade)
    around = round(0.02 * rate_hz)
    edge_db = min(db(rms(sound[:, at - around : at])), db(rms(sound[:, at + length : at + length + around])))
    short_db = 20.0 * float(np.log10(min(1.0, length / (0.01 * rate_hz))))
    strength = edge_db - loud_dbfs(sound, rate_hz) + 40.0 + 2.0 * short_db
    truth = Truth("NO05", (name,), strength, (at / rate_hz, (at + length) / rate_hz), value=1000.0 * length / rate_hz)
    detail = {"ms": round(1000 * length / rate_hz, 1), "faded": faded}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


@plants("NO11")
def glitch(rng: np.random.Generator, folder: Path) -> Plant:
    """A buffer of 64 to 4096 samples played again, or one value held for 32 to 2000 samples."""
    origin, name, sound, rate_hz = any_stem(rng)
    at = one_place(sound, rate_hz, rng, least_db=-45.0)
    spoiled, again = np.array(sound), bool(rng.random() < 0.5)
    length = int(2 ** rng.uniform(6, 12)) if again else int(log_uniform(rng, 32, 2000))
    if at < length or sound[0, at - 1] == 0.0:
        raise NotPlantable
    spoiled[:, at : at + length] = sound[:, at - length : at] if again else sound[:, at - 1 : at]
    edges = [abs(float(spoiled[0, one] - spoiled[0, one - 1])) for one in (at, at + length)]
    strength = over_the_sharpest_db(sound, max(edges), at, rate_hz)
    truth = Truth("NO11", (name,), strength, (at / rate_hz, (at + length) / rate_hz))
    detail = {"again": again, "length": length}
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


@cache
def grid_phase(recording: int) -> np.ndarray:
    """The phase of a real power grid, radians, 400 times a second."""
    from scipy.signal import butter, hilbert, sosfiltfilt

    sound, rate_hz = sf.read(data() / "noise" / f"00{recording}_ref.wav")
    narrow = sosfiltfilt(butter(2, (45.0, 55.0), "bandpass", fs=rate_hz, output="sos"), sound)
    return np.unwrap(np.angle(hilbert(narrow)))


def hum_phase(rng: np.random.Generator, frames: int, rate_hz: int, mains_hz: float) -> np.ndarray:
    """Half of them from a real grid, its wander scaled to 60 Hz where asked."""
    if rng.random() < 0.5:
        return mains(frames / rate_hz, mains_hz=mains_hz, rate_hz=rate_hz, seed=int(rng.integers(10_000)))[:frames]
    phase = grid_phase(int(rng.integers(1, 3)))
    first = float(rng.uniform(10, phase.size / 400 - frames / rate_hz - 10))
    at_s = first + np.arange(frames) / rate_hz
    return mains_hz / 50.0 * np.interp(at_s, np.arange(phase.size) / 400, phase)


@plants("NO01")
def hum(rng: np.random.Generator, folder: Path) -> Plant:
    """Eight harmonics of 50 or 60 Hz from end to end, the fundamental at -85 to -40 dBFS."""
    origin, name, sound, rate_hz = any_stem(rng, None)
    mains_hz, level_dbfs = float(rng.choice([50.0, 60.0])), float(rng.uniform(-85, -40))
    phase = hum_phase(rng, sound.shape[-1], rate_hz, mains_hz)
    added = sum(factor(level_dbfs + down) * np.sin(k * phase) for k, down in enumerate(HUM_DB, start=1))
    quietest = float(np.min(levels_dbfs(low_passed(sound, rate_hz), rate_hz, 0.5)))
    over_db = level_dbfs - 3.0 - max(quietest, -100.0)
    strength = min(level_dbfs + 60.0, over_db - 10.0) + 20.0
    truth = Truth("NO01", (name,), strength, None, (mains_hz - 1, mains_hz + 1), value=level_dbfs)
    detail = {"hz": mains_hz, "dbfs": round(level_dbfs, 1), "over_quietest_db": round(over_db, 1)}
    return Plant(origin, session({name: sound + added}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)


def low_passed(sound: np.ndarray, rate_hz: int, top_hz: float = 500.0) -> np.ndarray:
    """Up to 500 Hz, by the spectrum."""
    spectrum = np.fft.rfft(sound)
    spectrum[:, np.fft.rfftfreq(sound.shape[-1], 1 / rate_hz) > top_hz] = 0.0
    return np.fft.irfft(spectrum, sound.shape[-1])


@plants("NO02")
def hiss(rng: np.random.Generator, folder: Path) -> Plant:
    """Steady hiss on one stem, -90 to -50 dBFS, bare in a break of 1 to 2.5 s that all stems share."""
    origin, sounds, rate_hz = any_song(rng)
    size = min(sound.shape[-1] for sound in sounds.values())
    at, length = int(rng.uniform(0.3, 0.7) * size), int(rng.uniform(1.0, 2.5) * rate_hz)
    ramp = round(0.02 * rate_hz)
    gate = np.interp(np.arange(size), [at - ramp, at, at + length, at + length + ramp], [1, 0, 0, 1])
    sounds = {name: sound[:, :size] * gate for name, sound in sounds.items()}
    names = [name for name, sound in sounds.items() if loud_dbfs(sound, rate_hz) > -40.0]
    if not names:
        raise NotPlantable
    victim, level_dbfs = str(rng.choice(names)), float(rng.uniform(-90, -50))
    added = noise(
        size / rate_hz,
        rms_dbfs=0.0,
        tilt_db_per_octave=float(rng.uniform(-2, 1)),
        rate_hz=rate_hz,
        seed=int(rng.integers(1 << 30)),
    )[:size]
    hz = np.fft.rfftfreq(size, 1 / rate_hz)
    heard = np.fft.irfft(np.fft.rfft(added) * ((hz > 1000.0) & (hz < 14_000.0)), size)
    added = added * factor(level_dbfs) / rms(heard)
    over_db = level_dbfs - (loud_dbfs(sounds[victim], rate_hz) - 50.0)
    truth = Truth(
        "NO02",
        (victim,),
        min(level_dbfs + 65.0, over_db) + 20.0,
        (at / rate_hz, (at + length) / rate_hz),
        value=level_dbfs,
    )
    noisy = {**sounds, victim: sounds[victim] + added}
    detail = {"dbfs": round(level_dbfs, 1), "under_loud_db": round(50.0 - over_db, 1)}
    return Plant(origin, session(noisy, rate_hz), session(sounds, rate_hz), (truth,), detail)


@plants("NO10")
def whistle(rng: np.random.Generator, folder: Path) -> Plant:
    """One line at 0.5 to 16 kHz, -95 to -45 dBFS, from end to end."""
    origin, name, sound, rate_hz = any_stem(rng, None)
    at_hz, level_dbfs = log_uniform(rng, 500.0, 16_000.0), float(rng.uniform(-95, -45))
    added = factor(level_dbfs) * np.sin(2 * np.pi * at_hz * np.arange(sound.shape[-1]) / rate_hz + rng.uniform(0, 6))
    step = round(0.35 * rate_hz)
    frames = sound[0, : sound.shape[-1] // step * step].reshape(-1, step)
    hz = np.fft.rfftfreq(step, 1 / rate_hz)
    third = (hz > at_hz / 2 ** (1 / 6)) & (hz < at_hz * 2 ** (1 / 6))
    powers = 2.0 * (np.abs(np.fft.rfft(frames)[:, third]) ** 2).sum(axis=1) / step**2
    quietest = float(10 * np.log10(max(powers.min(), 1e-12)))
    strength = min(level_dbfs + 70.0, level_dbfs - 3.0 - quietest - 15.0) + 20.0
    truth = Truth("NO10", (name,), strength, None, (at_hz - 2, at_hz + 2), value=level_dbfs)
    detail = {"hz": round(at_hz), "dbfs": round(level_dbfs, 1), "over_quietest_db": round(level_dbfs - 3 - quietest, 1)}
    return Plant(origin, session({name: sound + added}, rate_hz), session({name: sound}, rate_hz), (truth,), detail)
