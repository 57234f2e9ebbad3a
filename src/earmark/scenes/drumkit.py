"""The drum kit: single hits as they sound close by. Mono float32, about full scale at `strength` 1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from earmark.scenes.filters import RATE_HZ, bell, filtered, high_pass, low_pass
from earmark.scenes.signals import at_peak, clock_s, count

KICK_HZ = 54.0
SNARE_HZ = (186.0, 331.0)
CYMBAL_HZ = (317.0, 465.0, 533.0, 711.0, 899.0, 1187.0)  # unrelated ratios, so that no pitch is heard


@lru_cache(maxsize=128)
def kick(mic: str = "in", *, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A bass drum. `mic` "in" hears the beater, "out" the air at the front head, 1.3 ms later, same polarity."""
    at_s = clock_s(0.6, rate_hz)
    luck = np.random.default_rng((7, variant))
    sweep_s = 0.022 * (1 + 0.06 * luck.standard_normal())
    turns = KICK_HZ * at_s + 75.0 * sweep_s * (1 - np.exp(-at_s / sweep_s))
    shell = np.sin(2 * np.pi * turns) * np.exp(-at_s / 0.13) * (1 - np.exp(-at_s / 0.0008))
    beater = luck.standard_normal(at_s.size) * np.exp(-at_s / 0.0025)
    both = shell + 0.35 * beater
    return _kept(_beside_the_beater(both, rate_hz) if mic == "in" else _outside(both, rate_hz))


def _beside_the_beater(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    return filtered(sound, lambda hz: bell(hz, 320, -7, 1.2) * bell(hz, 3500, 8, 1.3) * low_pass(hz, 9000), rate_hz)


def _outside(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    late = count(0.0013, rate_hz)
    there = np.concatenate([np.zeros(late), sound[: sound.size - late]])
    return filtered(there, lambda hz: bell(hz, 60, 5, 1.0) * bell(hz, 420, -5, 1.2) * low_pass(hz, 2500), rate_hz)


@lru_cache(maxsize=64)
def snare(*, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A snare drum from above: two modes of the head, and the wires."""
    at_s = clock_s(0.5, rate_hz)
    luck = np.random.default_rng((11, variant))
    bend = 1 + 0.10 * np.exp(-at_s / 0.012)
    phase = 2 * np.pi * np.cumsum(bend) / rate_hz
    head = sum(
        a * np.sin(hz * phase) * np.exp(-at_s / d) for hz, a, d in zip(SNARE_HZ, (1.0, 0.5), (0.10, 0.06), strict=True)
    )
    wires = luck.standard_normal(at_s.size) * (0.45 * np.exp(-at_s / 0.018) + 0.3 * np.exp(-at_s / 0.10))
    wires = filtered(wires, lambda hz: high_pass(hz, 500) * bell(hz, 2000, 9, 1.5) * low_pass(hz, 12_000), rate_hz)
    return _kept(head * (1 - np.exp(-at_s / 0.0004)) + 0.45 * wires)


@lru_cache(maxsize=64)
def hihat(*, open_s: float = 0.045, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A hi-hat; `open_s` is how long it sizzles: 0.045 closed, 0.3 open."""
    at_s = clock_s(min(1.2, 8 * open_s), rate_hz)
    sizzle = _metal(at_s, 1.62, (13, variant)) * (0.7 * np.exp(-at_s / 0.006) + np.exp(-at_s / open_s))
    return _kept(filtered(sizzle, lambda hz: high_pass(hz, 6500) * low_pass(hz, 15_000), rate_hz))


@lru_cache(maxsize=64)
def ride(*, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A ride cymbal, tip of the stick: a ping and its wash."""
    at_s = clock_s(1.6, rate_hz)
    ping = sum(np.sin(2 * np.pi * hz * at_s) for hz in (2790.0, 4120.0, 5330.0)) * np.exp(-at_s / 0.11)
    wash = _metal(at_s, 1.17, (17, variant)) * np.exp(-at_s / 0.45)
    return _kept(filtered(0.5 * ping + 0.6 * wash, lambda hz: high_pass(hz, 2500) * low_pass(hz, 13_000), rate_hz))


@lru_cache(maxsize=16)
def crash(*, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A crash cymbal: opens in 20 ms, dies over three seconds, treble first."""
    at_s = clock_s(3.5, rate_hz)
    metal = _metal(at_s, 1.0, (19, variant)) * (1 - np.exp(-at_s / 0.012))
    dark = filtered(metal, lambda hz: high_pass(hz, 500) * low_pass(hz, 4500), rate_hz) * np.exp(-at_s / 0.95)
    bright = filtered(metal, lambda hz: high_pass(hz, 4500) * low_pass(hz, 15_000), rate_hz) * np.exp(-at_s / 0.5)
    return _kept(dark + bright)


@lru_cache(maxsize=64)
def tambourine(*, variant: int = 0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A tambourine: a handful of jingles, each a few milliseconds after the last."""
    at_s = clock_s(0.3, rate_hz)
    luck = np.random.default_rng((23, variant))
    strokes = sum((at_s >= d) * np.exp(-np.maximum(at_s - d, 0) / 0.035) for d in luck.uniform(0, 0.025, 6))
    jingle = sum(np.sin(2 * np.pi * hz * at_s + luck.uniform(0, 6.3)) for hz in luck.uniform(7000, 12_500, 7))
    hiss = luck.standard_normal(at_s.size)
    return _kept(
        filtered((jingle + 1.5 * hiss) * strokes, lambda hz: high_pass(hz, 5500) * low_pass(hz, 15_000), rate_hz)
    )


def _metal(at_s: np.ndarray, size: float, seed: tuple[int, int]) -> np.ndarray:
    luck = np.random.default_rng(seed)
    squares = sum(np.sign(np.sin(2 * np.pi * size * hz * at_s + luck.uniform(0, 6.3))) for hz in CYMBAL_HZ)
    return np.asarray(0.4 * squares + 1.6 * luck.standard_normal(at_s.size))


def _kept(sound: np.ndarray) -> np.ndarray:
    """Full scale, its last tenth faded, read-only because it is given again."""
    out = at_peak(np.asarray(sound, np.float32), 0.0)
    tail = out.size // 10
    out[-tail:] *= np.linspace(1, 0, tail, dtype=np.float32)
    out.flags.writeable = False
    return out
