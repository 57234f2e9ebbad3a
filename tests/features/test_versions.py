"""When the numbers of a feature change, its VERSION goes up: else the cache would serve the old ones.

After raising a VERSION, accept the new numbers: `python tests/features/test_versions.py`.
"""

from __future__ import annotations

import importlib
import json
import math
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import earmark.features
from earmark import scenes
from earmark.features.engine import Measurements, measure
from earmark.features.feature import (
    CloserLook,
    Derived,
    FileHeader,
    Metered,
    PackHeaders,
    PairFeature,
    SessionFeature,
    StemFeature,
)
from earmark.model import Session, Stem

KEPT = Path(__file__).with_name("versions.json")
FOUNDATIONS = {StemFeature, Metered, Derived, CloserLook, PairFeature, SessionFeature, FileHeader, PackHeaders}
RATE_HZ = 16_000
SECONDS = 12


def kinds() -> list[type]:
    """Every feature class of the features room."""
    for found in pkgutil.iter_modules(earmark.features.__path__, "earmark.features."):
        importlib.import_module(found.name)
    bases = (StemFeature, PairFeature, SessionFeature)
    every = {kind for base in bases for kind in below(base) if kind.__module__.startswith("earmark.")}
    return sorted(every - FOUNDATIONS, key=lambda kind: kind.__qualname__)


def below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        yield child
        yield from below(child)


def scenes_heard() -> tuple[Session, ...]:
    """Seeded sounds in which every feature has something to say; a new feature may need a new one."""
    return band(), versions(), layered()


def layered() -> Session:
    """A drum and a sample laid over it."""
    draw = np.random.default_rng(88)
    time_s = np.arange(6 * RATE_HZ) / RATE_HZ
    snare = np.exp(-25.0 * (time_s % 0.5)) * np.sin(2 * np.pi * 180.0 * (time_s % 0.5))
    sample = np.roll(np.exp(-30.0 * (time_s % 0.5)) * np.sin(2 * np.pi * 190.0 * (time_s % 0.5)), 20)
    return scenes.session(RATE_HZ, snare_top=noisy(snare, draw, 1e-3), snare_sample=noisy(sample, draw, 1e-4))


def versions() -> Session:
    """A song, its instrumental and its a cappella."""
    draw = np.random.default_rng(77)
    instrumental, voice = 0.1 * draw.standard_normal((2, SECONDS * RATE_HZ))
    voice *= np.arange(voice.size) / RATE_HZ % 4.0 < 2.5
    main = noisy(instrumental + voice, draw, 1e-4)
    return scenes.session(RATE_HZ, song_main=main, song_instrumental=instrumental, song_acapella=voice)


def band() -> Session:
    """Drums heard by two microphones, a hum, phrases, a clip, a wide pad and the sum of them all; seeded."""
    draw = np.random.default_rng(1234)
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    beat = np.exp(-18.0 * (time_s % 0.5))
    kick = 0.9 * beat * np.sin(2 * np.pi * 60.0 * time_s) + 0.05 * beat * draw.standard_normal(time_s.size)
    room = -0.4 * np.roll(kick, 47) + 0.002 * draw.standard_normal(time_s.size)
    phrase = (time_s % 4.0 < 2.5) * (1.0 + 0.8 * (time_s > 8.0))
    voice = 0.1 * phrase * np.sin(2 * np.pi * (220.0 * time_s + 3.0 * np.sin(2 * np.pi * 0.7 * time_s)))
    hum = sum(10 ** (-k) * 0.005 * np.sin(2 * np.pi * 50.0 * k * time_s + k) for k in (1, 2, 3, 4))
    guitar = 0.2 * phrase * np.sign(np.sin(2 * np.pi * 165.0 * time_s)) * np.exp(-2.0 * (time_s % 1.0)) + hum
    pad = 0.05 * draw.standard_normal((2, time_s.size)) + 0.003
    whole = {"kick": np.clip(1.3 * kick, -1, 1), "room": room, "lead_vocal": voice, "guitar": guitar, "pad": pad}
    stems = {name: noisy(sound, draw, 1e-5) for name, sound in whole.items()}
    mix = 0.5 * sum(np.broadcast_to(sound, (2, time_s.size)) for sound in stems.values())
    return scenes.session(RATE_HZ, mix=noisy(mix, draw, 1e-3), pad_again=noisy(0.7 * pad, draw, 1e-5), **stems)


def noisy(sound: np.ndarray, draw: np.random.Generator, floor: float) -> np.ndarray:
    """With a floor, so that no number is the rounding of some processor."""
    return sound + floor * draw.standard_normal(sound.shape)


def players() -> Session:
    """A kit, a bass and two voices in time and almost in tune: for features that listen to roles, and take long."""
    draw = np.random.default_rng(4321)
    time_s = np.arange(SECONDS * RATE_HZ) / RATE_HZ
    since_s = time_s % 0.5
    step = np.array([0, 5, 7, 3])[(time_s / 0.5).astype(int) % 4]
    drums = np.exp(-25.0 * since_s) * np.sin(2 * np.pi * 60.0 * since_s)

    def line(root_hz: float, cents: float) -> np.ndarray:
        phase = 2 * np.pi * np.cumsum(root_hz * 2 ** ((step + cents / 100) / 12)) / RATE_HZ
        return np.clip(20.0 * (0.45 - since_s), 0.0, 1.0) * sum(np.sin(k * phase) / k for k in (1, 2, 3))

    def ess() -> np.ndarray:
        return 0.02 * (since_s > 0.42) * np.diff(draw.standard_normal(time_s.size + 2), n=2)

    whole = {
        "kick": 0.5 * drums,
        "bass": 0.2 * line(55.0, 4.0),
        "keys": 0.1 * line(220.0, 0.0),
        "lead_vocal": 0.1 * line(440.0, 10.0) + ess(),
        "backing_vocals": 0.1 * line(330.0, -5.0) + ess(),
    }
    stems = {name: noisy(sound, draw, 1e-5) for name, sound in whole.items()}
    return replace(scenes.session(RATE_HZ, **stems), balance="post-fader")


# Features that the scenes above hold nothing for; a scene here costs only the features it is for.
ONLY_FOR: dict[str, tuple[Session, ...]] = dict.fromkeys(
    ["LowEndHits", "OffTheBeat", "OnsetTimes", "Pitches", "StackedVoices", "Tuning", "Tunings"], (players(),)
)


def numbers(value: Any) -> Iterator[float]:
    """All numbers of a feature in order; of a long array its size, mean, spread and rims."""
    if isinstance(value, np.ndarray):
        flat = value.astype(np.float64).ravel()
        yield from map(float, (flat.size, *((flat.mean(), flat.std(), flat.min(), flat.max()) if flat.size else ())))
    elif isinstance(value, bool | int | float | np.generic):
        yield float(value)
    elif is_dataclass(value) and not isinstance(value, Stem | Session | type):
        for field in fields(value):
            yield from numbers(getattr(value, field.name))
    elif isinstance(value, Mapping):
        yield from numbers(tuple(value.values()))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from numbers(each)


def taken(heard: Sequence[Measurements], kind: type) -> list[float]:
    """The numbers of every feature of one kind in all scenes, and in those that are for it alone."""
    heard = [*heard, *(measure(scene, {kind}, jobs=1) for scene in ONLY_FOR.get(kind.__qualname__, ()))]
    if issubclass(kind, SessionFeature):
        return list(numbers([measured.whole(kind) for measured in heard]))
    return list(numbers([measured.of_kind(kind) for measured in heard]))


def kept() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="module")
def heard() -> list[Measurements]:
    return [measure(scene, kinds(), jobs=1) for scene in scenes_heard()]


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__qualname__)
def test_the_numbers_are_those_of_this_version(heard: list[Measurements], kind: type) -> None:
    known = kept().get(kind.__qualname__)
    assert known is not None, f"{kind.__qualname__} is new: accept its numbers as the head of this file says"
    assert known["version"] == kind.VERSION, "a new VERSION: accept its numbers as the head of this file says"  # type: ignore[attr-defined]
    now = taken(heard, kind)
    assert len(now) == len(known["numbers"]), f"raise {kind.__qualname__}.VERSION"
    pairs = zip(now, known["numbers"], strict=True)
    assert all(math.isclose(a, b, rel_tol=1e-3, abs_tol=1e-5) for a, b in pairs), f"raise {kind.__qualname__}.VERSION"


def test_every_kept_feature_is_still_there() -> None:
    assert set(kept()) == {kind.__qualname__ for kind in kinds()}


def test_every_feature_has_something_to_say_in_the_scenes(heard: list[Measurements]) -> None:
    assert [kind.__qualname__ for kind in kinds() if not taken(heard, kind)] == []


def accept() -> None:
    """Write down the numbers as they are now."""
    found = [measure(scene, kinds(), jobs=1) for scene in scenes_heard()]
    rows = {kind.__qualname__: {"version": kind.VERSION, "numbers": taken(found, kind)} for kind in kinds()}  # type: ignore[attr-defined]
    lines = (f" {json.dumps(name)}: {json.dumps(row, default=float)}" for name, row in sorted(rows.items()))
    KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    accept()
