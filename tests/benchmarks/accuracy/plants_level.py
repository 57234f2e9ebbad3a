"""Faults of level and of sides: clipping, offsets, one side louder, flips."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from earmark.scenes.faults import clipped, delayed, with_dc
from earmark.scenes.filters import bell, filtered

from .material import STEREO, any_stem, kit, session, stereo_song
from .plant import NotPlantable, Plant, Truth, db, factor, log_uniform, plants, rms


def distortion_db(clean: np.ndarray, spoiled: np.ndarray, rate_hz: int) -> tuple[float, tuple[float, float]]:
    """Error against signal in the worst 20 ms, and where that is."""
    step = round(0.02 * rate_hz)
    count = clean.shape[-1] // step
    error, signal = (
        np.square(each[:, : count * step], dtype=np.float64).reshape(len(each), count, step).sum(axis=(0, 2))
        for each in (spoiled - clean, clean)
    )
    ratio = error / np.maximum(signal, 1e-9)
    worst = int(np.argmax(ratio))
    return float(10 * np.log10(max(ratio[worst], 1e-12))), (worst * 0.02, (worst + 1) * 0.02)


def flat_already(sound: np.ndarray) -> bool:
    """Whether a recording stands still at its own peak, three equal samples in a row, twice or more.

    The drums of 80sRock, Punk and SpeedMetal and a guitar and a bass of Punk do: they were cut before they came here,
    and nothing that is made of them is free of clipping.
    """
    for side in (sound[0], -sound[0]):
        at_top = (side >= side.max() * 0.9999).astype(int)
        runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], at_top, [0]]))))[::2]
        if int((runs >= 3).sum()) >= 2:
            return True
    return False


def driven(rng: np.random.Generator) -> tuple[str, str, np.ndarray, np.ndarray, int, float]:
    """A stem just under full scale, the same driven over it, and by how much."""
    origin, name, sound, rate_hz = any_stem(rng)
    if flat_already(sound):
        raise NotPlantable
    clean = sound * (0.97 / np.abs(sound).max())
    drive_db = float(rng.uniform(0.5, 12.0))
    return origin, name, clean, clipped(clean, drive_db), rate_hz, drive_db


@plants("LV01")
def clip(rng: np.random.Generator, folder: Path) -> Plant:
    """Turned up by 0.5 to 12 dB into a ceiling at full scale."""
    origin, name, clean, over, rate_hz, drive_db = driven(rng)
    strength, _ = distortion_db(clean * factor(drive_db), over, rate_hz)
    truth = Truth("LV01", (name,), max(0.0, strength + 60.0))
    detail = {"drive_db": round(drive_db, 1)}
    return Plant(origin, session({name: over}, rate_hz), session({name: clean}, rate_hz), (truth,), detail)


@plants("LV02")
def clip_before(rng: np.random.Generator, folder: Path) -> Plant:
    """The same, then turned down by 1.5 to 12 dB, sometimes rounded to 16 bits."""
    origin, name, clean, over, rate_hz, drive_db = driven(rng)
    strength, _ = distortion_db(clean * factor(drive_db), over, rate_hz)
    down_db = float(rng.uniform(1.5, 12.0))
    out, quiet = over * factor(-down_db), clean * factor(-down_db)
    if rng.random() < 0.4:
        out, quiet = np.round(out * 2**15) / 2**15, np.round(quiet * 2**15) / 2**15
    truth = Truth("LV02", (name,), max(0.0, strength + 60.0))
    detail = {"drive_db": round(drive_db, 1), "down_db": round(down_db, 1)}
    return Plant(origin, session({name: out}, rate_hz), session({name: quiet}, rate_hz), (truth,), detail)


@plants("LV04")
def offset(rng: np.random.Generator, folder: Path) -> Plant:
    """Off the zero line by 0.0003 to 0.05, throughout."""
    origin, name, sound, rate_hz = any_stem(rng)
    sound = sound - sound.mean()
    dc = log_uniform(rng, 0.0003, 0.05) * float(rng.choice([-1, 1]))
    truth = Truth("LV04", (name,), db(abs(dc)) + 100.0, value=db(abs(dc)))
    return Plant(origin, session({name: with_dc(sound, dc)}, rate_hz), session({name: sound}, rate_hz), (truth,))


def true_stereo(rng: np.random.Generator) -> tuple[str, str, np.ndarray, int]:
    """Two sides of one source that are not one wave: the kit's pairs, a mix."""
    if rng.random() < 0.25:
        song = str(rng.choice(STEREO))
        sounds, rate_hz = stereo_song(song)
        return f"{song} stereo", "mix", np.array(sounds["mix"]), rate_hz
    seed = int(rng.integers(6))
    sounds, rate_hz = kit(seed)
    pair = str(rng.choice(["overhead", "room"]))
    return f"kit {seed}", f"{pair}s", np.concatenate([sounds[f"{pair} L"], sounds[f"{pair} R"]]), rate_hz


@plants("LV05")
def lean(rng: np.random.Generator, folder: Path) -> Plant:
    """One side turned up by 0.5 to 12 dB, of a pair that stood level."""
    origin, name, sound, rate_hz = true_stereo(rng)
    sound[1] *= rms(sound[0]) / rms(sound[1])
    by_db, side = log_uniform(rng, 0.5, 12.0), int(rng.integers(2))
    leaning = np.array(sound)
    leaning[side] *= factor(by_db)
    leaning /= max(1.0, np.abs(leaning).max())
    truth = Truth("LV05", (name,), by_db, value=by_db)
    return Plant(origin, session({name: leaning}, rate_hz), session({name: sound}, rate_hz), (truth,))


@plants("PH06")
def side_flipped(rng: np.random.Generator, folder: Path) -> Plant:
    """One side of a stereo stem upside down."""
    if rng.random() < 0.5:
        origin, name, sound, rate_hz = true_stereo(rng)
    else:
        song = str(rng.choice(STEREO))
        sounds, rate_hz = stereo_song(song)
        origin, name = f"{song} stereo", str(rng.choice(list(sounds)))
        sound = np.array(sounds[name])
    flipped = np.array(sound)
    flipped[int(rng.integers(2))] *= -1
    strength = db(rms(sound.sum(axis=0)) / max(1e-9, rms(flipped.sum(axis=0))))
    truth = Truth("PH06", (name,), strength)
    return Plant(origin, session({name: flipped}, rate_hz), session({name: sound}, rate_hz), (truth,))


def low_flip_gain_db(kept: np.ndarray, turned: np.ndarray, rate_hz: int) -> float:
    """What flipping gains the sum of two stems at equal level, 40 to 250 Hz."""
    one, two = (np.fft.rfft(each[0].astype(np.float64)) for each in (kept, turned))
    hz = np.fft.rfftfreq(kept.shape[-1], 1 / rate_hz)
    band = (hz >= 40.0) & (hz <= 250.0)
    one, two = (each[band] / max(1e-9, float(np.linalg.norm(each[band]))) for each in (one, two))
    return db(float(np.linalg.norm(one - two)) / max(1e-9, float(np.linalg.norm(one + two))))


@plants("PH01")
def polarity(rng: np.random.Generator, folder: Path) -> Plant:
    """A microphone of the live kit upside down; or the second microphone on a real source."""
    if rng.random() < 0.5:
        seed = int(rng.integers(8))
        sounds, rate_hz = kit(seed)
        victim = str(rng.choice([name for name in sounds if name != "hat"]))
        origin, sounds = f"kit {seed}", dict(sounds)
    else:
        origin, name, sound, rate_hz = any_stem(rng, 12.0)
        tone_db, late = float(rng.uniform(-6, 6)), log_uniform(rng, 0.1, 60.0)
        second = filtered(delayed(sound, late), lambda hz: bell(hz, 900, tone_db, 1.5), rate_hz)
        second = second + rng.standard_normal(sound.shape) * rms(sound) * factor(-rng.uniform(15, 50))
        victim = f"{name} amp"
        sounds = {name: sound, victim: second * factor(rng.uniform(-9, 3))}
    flipped = {**sounds, victim: -sounds[victim]}
    others = [sound for name, sound in sounds.items() if name != victim]
    strength = max(low_flip_gain_db(other, flipped[victim], rate_hz) for other in others)
    if strength <= 0.0:
        raise NotPlantable
    truth = Truth("PH01", (victim,), strength)
    return Plant(origin, session(flipped, rate_hz), session(sounds, rate_hz), (truth,), {"flipped": victim})
