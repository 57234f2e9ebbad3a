"""Faults of a pack: lengths, starts, copies, sides, ends, and stems that do not make the mix."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from earmark.scenes.faults import delayed
from earmark.scenes.filters import bell, filtered

from .material import SONGS, STEREO, any_song, any_stem, levels_dbfs, loud_dbfs, session, song, stereo_song
from .plant import NotPlantable, Plant, Truth, db, factor, log_uniform, plants, rms


def sounding(sounds: dict[str, np.ndarray], rate_hz: int) -> list[str]:
    """The stems that are more than silence."""
    return [name for name, sound in sounds.items() if loud_dbfs(sound, rate_hz) > -50.0]


def excerpt(sounds: dict[str, np.ndarray], rate_hz: int, rng: np.random.Generator, length_s: float = 12.0):
    """The same stretch of every stem."""
    count = min(int(length_s * rate_hz), min(sound.shape[-1] for sound in sounds.values()))
    first = int(rng.integers(min(sound.shape[-1] for sound in sounds.values()) - count + 1))
    return {name: np.array(sound[:, first : first + count]) for name, sound in sounds.items()}


@plants("PK01")
def length(rng: np.random.Generator, folder: Path) -> Plant:
    """One stem shorter or longer than the rest."""
    origin, sounds, rate_hz = any_song(rng)
    victim, by_s = str(rng.choice(list(sounds))), log_uniform(rng, 0.005, 5.0) * float(rng.choice([-1, 1]))
    by = round(by_s * rate_hz)
    sound = sounds[victim]
    changed = sound[:, :by] if by < 0 else np.concatenate([sound, np.zeros((1, by), np.float32)], axis=1)
    truth = Truth("PK01", (victim,), abs(by_s), value=by_s)
    return Plant(origin, session({**sounds, victim: changed}, rate_hz), session(sounds, rate_hz), (truth,))


@plants("PK02")
def start(rng: np.random.Generator, folder: Path) -> Plant:
    """All begin with silence; one is cut to its own first sound."""
    origin, sounds, rate_hz = any_song(rng)
    lead = round(log_uniform(rng, 0.02, 4.0) * rate_hz)
    sounds = {name: np.pad(sound, ((0, 0), (lead, 0))) for name, sound in sounds.items()}
    victim = str(rng.choice(sounding(sounds, rate_hz)))
    level = levels_dbfs(sounds[victim], rate_hz)
    begins = int(np.flatnonzero(level > loud_dbfs(sounds[victim], rate_hz) - 30.0)[0] * round(0.01 * rate_hz))
    truth = Truth("PK02", (victim,), begins / rate_hz, value=begins / rate_hz)
    cut = session({**sounds, victim: sounds[victim][:, begins:]}, rate_hz)
    return Plant(origin, cut, session(sounds, rate_hz), (truth,), {"early_s": round(begins / rate_hz, 3)})


@plants("PK03")
def silent(rng: np.random.Generator, folder: Path) -> Plant:
    """One stem of nothing, or of a faint rest."""
    origin, sounds, rate_hz = any_song(rng)
    sounds = excerpt(sounds, rate_hz, rng, 8.0)
    names = sounding(sounds, rate_hz)
    if not names:
        raise NotPlantable
    sounds = {name: sounds[name] for name in names}
    victim, peak_dbfs = str(rng.choice(names)), float(rng.choice([-200.0, -150.0, -110.0, -95.0, -85.0, -75.0]))
    rest = rng.standard_normal(sounds[victim].shape)
    rest *= 0.0 if peak_dbfs < -190 else factor(peak_dbfs) / np.abs(rest).max()
    truth = Truth("PK03", (victim,), -peak_dbfs)
    return Plant(origin, session({**sounds, victim: rest}, rate_hz), session(sounds, rate_hz), (truth,))


def with_copy(rng: np.random.Generator) -> tuple[str, dict[str, np.ndarray], int, str]:
    """A song, and the stem of it that is to be copied."""
    origin, sounds, rate_hz = any_song(rng)
    names = sounding(sounds, rate_hz)
    return origin, {name: sounds[name] for name in names}, rate_hz, str(rng.choice(names))


@plants("PK04")
def duplicate(rng: np.random.Generator, folder: Path) -> Plant:
    """One stem twice, turned up or down, shifted by whole samples, upside down, rounded."""
    origin, sounds, rate_hz, victim = with_copy(rng)
    copy = factor(rng.uniform(-12, 0)) * float(rng.choice([-1, 1, 1])) * sounds[victim]
    copy = delayed(copy, int(rng.choice([0, 0, 3, 40, 200])))
    depth = float(rng.choice([0, 2**15, 2**23]))
    copy = np.round(copy * depth) / depth if depth else copy
    error = rms(np.round(sounds[victim] * depth) / depth - sounds[victim]) if depth else 0.0
    strength = min(200.0, -db(error / rms(sounds[victim]) + 1e-10) if depth else 200.0)
    truth = Truth("PK04", (victim, "take two"), strength, all_stems=True)
    return Plant(origin, session({**sounds, "take two": copy}, rate_hz), session(sounds, rate_hz), (truth,))


@plants("PK05")
def near_duplicate(rng: np.random.Generator, folder: Path) -> Plant:
    """One stem twice, the second through an equaliser or over noise of its own."""
    origin, sounds, rate_hz, victim = with_copy(rng)
    sound = sounds[victim]
    if rng.random() < 0.5:
        gain_db, centre_hz = rng.uniform(0.3, 6.0), log_uniform(rng, 150, 5000)
        copy = filtered(sound, lambda hz: bell(hz, centre_hz, gain_db, 1.0), rate_hz)
    else:
        copy = sound + rng.standard_normal(sound.shape) * rms(sound) * factor(-rng.uniform(15, 55))
    gain = float((copy * sound).sum() / (sound * sound).sum())
    strength = -db(rms(copy - gain * sound) / rms(copy))
    if strength > 55.0:  # another rule's: a copy but for rounding
        raise NotPlantable
    truth = Truth("PK05", (victim, "take two"), strength, value=-strength, all_stems=True)
    both = {**sounds, "take two": copy * factor(rng.uniform(-9, 0))}
    return Plant(origin, session(both, rate_hz), session(sounds, rate_hz), (truth,))


@plants("PK06")
def dual_mono(rng: np.random.Generator, folder: Path) -> Plant:
    """A mono sound in a stereo file, the sides apart by nothing or by dither; clean: real stereo."""
    origin, name, sound, rate_hz = any_stem(rng)
    rest_db = float(rng.choice([-200.0, -90.0, -70.0, -60.0, -50.0, -42.0]))
    both = np.concatenate([sound, sound]) + rng.standard_normal((2, sound.shape[-1])) * rms(sound) * factor(rest_db - 3)
    song_name = str(rng.choice(STEREO))
    stereo, stereo_hz = stereo_song(song_name)
    other = str(rng.choice([one for one in stereo if "bass" not in one]))
    truth = Truth("PK06", (name,), -rest_db)
    clean = session({other: stereo[other]}, stereo_hz)
    return Plant(origin, session({name: both}, rate_hz), clean, (truth,), {"rest_db": rest_db})


def stereo_stem(rng: np.random.Generator) -> tuple[str, str, np.ndarray, int]:
    """A stereo stem or mix of the two songs that have them."""
    origin = str(rng.choice(STEREO))
    sounds, rate_hz = stereo_song(origin)
    name = str(rng.choice(sounding(sounds, rate_hz)))
    return f"{origin} stereo", name, np.array(sounds[name]), rate_hz


@plants("PK07")
def missing_channel(rng: np.random.Generator, folder: Path) -> Plant:
    """One side of a stereo stem gone, or nearly."""
    origin, name, sound, rate_hz = stereo_stem(rng)
    side, down_db = int(rng.integers(2)), float(rng.choice([200.0, 200.0, 90.0, 75.0, 66.0, 54.0, 45.0, 30.0]))
    gone = np.array(sound)
    apart_db = db(rms(sound[side]) / rms(sound[1 - side]))
    gone[side] *= 0.0 if down_db > 190 else factor(-down_db - apart_db)
    truth = Truth("PK07", (name,), down_db, value=-min(150.0, down_db))
    return Plant(origin, session({name: gone}, rate_hz), session({name: sound}, rate_hz), (truth,), {"side": side})


@plants("PK09")
def cut_tail(rng: np.random.Generator, folder: Path) -> Plant:
    """An export that stops while some stems still sound; clean: the same with a fade of 0.4 s."""
    origin, sounds, rate_hz = any_song(rng)
    end = int(rng.uniform(0.5, 0.95) * min(sound.shape[-1] for sound in sounds.values()))
    cut = {name: np.array(sound[:, :end]) for name, sound in sounds.items()}
    ramp = np.ones(end, np.float32)
    ramp[-round(0.4 * rate_hz) :] = 0.5 + 0.5 * np.cos(np.linspace(0, np.pi, round(0.4 * rate_hz)))
    truths = []
    for name, sound in cut.items():
        last = db(rms(sound[:, -round(0.02 * rate_hz) :]))
        strength = last - loud_dbfs(sound, rate_hz) + 40.0 if last > -60.0 else 0.0
        if strength > 0.0:
            truths.append(Truth("PK09", (name,), strength, (end / rate_hz - 0.15, end / rate_hz)))
    if not truths:
        raise NotPlantable
    faded = {name: sound * ramp for name, sound in cut.items()}
    return Plant(origin, session(cut, rate_hz), session(faded, rate_hz), tuple(truths))


@plants("PK12")
def not_the_sum(rng: np.random.Generator, folder: Path) -> Plant:
    """A mix in which one stem is missing, at another level, upside down, or late."""
    origin = str(rng.choice(SONGS))
    raw, rate_hz = song(origin)
    sounds = excerpt(dict(raw), rate_hz, rng, 16.0)
    names = sounding(sounds, rate_hz)
    if len(names) < 3:
        raise NotPlantable
    sounds = {name: sounds[name] for name in names}
    mix = 0.4 * sum(sounds.values())
    victim, how = str(rng.choice(names)), str(rng.choice(["missing", "level", "flipped", "late"]))
    own, value = sounds[victim], None
    if how == "level":
        value = float(rng.choice([-1, 1])) * log_uniform(rng, 0.3, 12.0)
        other = factor(value) * own
    elif how == "late":
        late = int(log_uniform(rng, 2, 4000))
        other, value = delayed(own, late), 1000.0 * late / rate_hz
    else:
        other = -own if how == "flipped" else 0.0 * own
    spoiled = mix + 0.4 * (other - own)
    strength = max(0.0, db(rms(spoiled - mix) / rms(mix)) + 40.0)
    truth = Truth("PK12", (victim,), strength, value=value)
    clean = session(sounds, rate_hz, mix=mix)
    return Plant(origin, session(sounds, rate_hz, mix=spoiled), clean, (truth,), {"how": how, "value": value})
