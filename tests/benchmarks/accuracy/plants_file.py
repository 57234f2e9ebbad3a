"""Faults of files: cut off, not finite, of other rates and depths than they say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from earmark.audio import probe
from earmark.model import Session
from earmark.scenes import instruments
from earmark.scenes.signals import noise
from earmark.scenes.stage import stem
from earmark.session import find

from .material import any_song, any_stem, session
from .plant import Plant, Truth, plants


def on_disk(folder: Path) -> Session:
    """A folder as `check` finds it."""
    (found,) = find([folder])
    return probe(found)


def excerpts(rng: np.random.Generator, length_s: float = 4.0) -> tuple[str, dict[str, np.ndarray], int]:
    """The first three stems of a song, briefly."""
    origin, sounds, rate_hz = any_song(rng)
    count = int(length_s * rate_hz)
    first = int(rng.integers(max(1, min(sound.shape[-1] for sound in sounds.values()) - count)))
    return origin, {name: sound[:, first : first + count] for name, sound in list(sounds.items())[:3]}, rate_hz


@plants("FI02")
def truncated(rng: np.random.Generator, folder: Path) -> Plant:
    """A file that ends before its header says, at 30 to 99.9 %."""
    origin, sounds, rate_hz = excerpts(rng)
    kind, subtype = [("wav", "PCM_16"), ("wav", "PCM_24"), ("wav", "FLOAT"), ("aiff", "PCM_16"), ("flac", "PCM_16")][
        int(rng.integers(5))
    ]
    whole, cut = folder / "whole", folder / "cut"
    victim = str(rng.choice(list(sounds)))
    for place in (whole, cut):
        place.mkdir(parents=True)
        for name, sound in sounds.items():
            sf.write(place / f"{name}.{kind}", np.clip(sound.T, -1, 0.9999), rate_hz, subtype=subtype)
    path = cut / f"{victim}.{kind}"
    size = path.stat().st_size
    share = float(rng.choice([0.3, 0.7, 0.99, rng.uniform(0.3, 0.999)]))
    with path.open("r+b") as file:
        file.truncate(int(size * share))
    missing_s = (1 - share) * sounds[victim].shape[-1] / rate_hz
    truth = Truth("FI02", (victim,), missing_s)
    return Plant(origin, on_disk(cut), on_disk(whole), (truth,), {"kind": kind, "share": round(share, 4)})


@plants("FI03")
def not_finite(rng: np.random.Generator, folder: Path) -> Plant:
    """NaN or infinite samples in a floating-point file."""
    origin, name, sound, rate_hz = any_stem(rng, 6.0)
    count = int(rng.choice([1, 1, 3, 50, 400]))
    at = int(rng.integers(sound.shape[-1] - count))
    spoiled = np.array(sound)
    spoiled[0, at : at + count] = rng.choice([np.nan, np.inf, -np.inf])
    place = (at / rate_hz, (at + count) / rate_hz)
    truth = Truth("FI03", (name,), count, place, value=float(count))
    return Plant(origin, session({name: spoiled}, rate_hz), session({name: sound}, rate_hz), (truth,))


@plants("FI05")
def other_rate(rng: np.random.Generator, folder: Path) -> Plant:
    """One stem at another sample rate than the rest."""
    origin, sounds, rate_hz = excerpts(rng)
    victim = str(rng.choice(list(sounds)))
    other_hz = int(rng.choice([hz for hz in (44_100, 48_000, 88_200, 96_000, 44_056, 47_952) if hz != rate_hz]))
    clean = session(sounds, rate_hz)
    converted = soxr.resample(sounds[victim].T, rate_hz, other_hz).T
    stems = tuple(stem(victim, converted, other_hz) if one.name == victim else one for one in clean.stems)
    truth = Truth("FI05", (victim,), 100 * abs(other_hz / rate_hz - 1), value=float(other_hz))
    return Plant(
        origin, Session("case", None, stems, rate_hz=rate_hz, kind="memory"), clean, (truth,), {"hz": other_hz}
    )


@plants("FI07")
def padded(rng: np.random.Generator, folder: Path) -> Plant:
    """A 24-bit file (or a float one) whose sound has 12 to 20 bits."""
    origin, name, sound, rate_hz = any_stem(rng, 6.0)
    sound = np.clip(sound * rng.uniform(0.4, 0.7), -1, 1)  # 16-bit recordings get all 24 bits by a gain
    bits = int(rng.choice([12, 14, 16, 16, 16, 18, 20, 21, 22]))
    steps = 2.0 ** (bits - 1)
    subtype = str(rng.choice(["PCM_24", "PCM_24", "FLOAT"]))
    short = np.round(sound * steps) / steps
    for label, each in (("padded", short), ("whole", np.round(sound * 2.0**23) / 2.0**23)):
        (folder / label).mkdir(parents=True)
        sf.write(folder / label / f"{name}.wav", np.minimum(each, 1 - 1 / steps).T, rate_hz, subtype=subtype)
    truth = Truth("FI07", (name,), 24 - bits, value=float(bits))
    return Plant(origin, on_disk(folder / "padded"), on_disk(folder / "whole"), (truth,), {"bits": bits, "as": subtype})


def recorded_at(rate_hz: int, rng: np.random.Generator) -> np.ndarray:
    """A synthetic player at this rate, over hiss up to its top."""
    play = (instruments.kick_pattern, instruments.snare_pattern, instruments.guitar_part)[int(rng.integers(3))]
    seed = int(rng.integers(1000))
    sound = play(8.0, rate_hz=rate_hz, seed=seed)[: 8 * rate_hz]
    hiss = noise(8.0, rms_dbfs=float(rng.uniform(-95, -75)), rate_hz=rate_hz, seed=seed)
    return np.asarray(sound + hiss[: sound.size])


REJECTION_DB = {"VHQ": 150.0, "HQ": 120.0, "MQ": 95.0, "LQ": 80.0, "QQ": 40.0, "linear": 20.0}


@plants("FI08")
def upsampled(rng: np.random.Generator, folder: Path) -> Plant:
    """Sound of 44.1 or 48 kHz in a file of a higher rate; clean: a player at that rate."""
    origin, name, sound, rate_hz = any_stem(rng, 8.0)
    to_hz = int(rng.choice([hz for hz in (48_000, 88_200, 96_000) if hz > rate_hz]))
    how = str(rng.choice(list(REJECTION_DB)))
    if how == "linear":
        size = int(sound.shape[-1] * to_hz / rate_hz)
        out = np.interp(np.arange(size) * rate_hz / to_hz, np.arange(sound.shape[-1]), sound[0])[None, :]
    else:
        out = soxr.resample(sound.T, rate_hz, to_hz, quality=how).T
    truth = Truth("FI08", (name,), REJECTION_DB[how], band_hz=(rate_hz / 2, to_hz / 2))
    clean = session({"recorded so": recorded_at(to_hz, rng)}, to_hz)
    return Plant(origin, session({name: out}, to_hz), clean, (truth,), {"how": how, "from": rate_hz, "to": to_hz})
