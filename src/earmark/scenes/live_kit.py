"""A drum kit played in a room before twelve microphones: every microphone hears every drum, as far away as it is.

Each drum is a point, each microphone a cardioid; the room is a shoebox whose walls are mirrors up to the second
order (Allen and Berkley, "Image method for efficiently simulating small-room acoustics", JASA 65, 1979), with a
seeded tail behind. What a take is made of is known: `lag_s` says when a drum arrives where. Metres and seconds.

The take is wired as an engineer would: the microphone under the snare, which sees the head move away when the stick
comes down, has its polarity switched at the preamplifier. `as_miked` leaves the switch alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from functools import lru_cache

import numpy as np

from earmark.scenes.drumkit import crash, hihat, kick, snare
from earmark.scenes.faults import delayed
from earmark.scenes.filters import RATE_HZ, filtered, high_pass, low_pass
from earmark.scenes.signals import amplitude, at_peak, clock_s, count, place

Point = tuple[float, float, float]
AIR_M_S = 343.0
ROOM_M: Point = (5.6, 7.2, 3.0)
WALLS = 0.55  # of the amplitude comes back from a wall
ORDER = 2
TAIL_S, TAIL_FROM_S, TAIL_DB = 0.16, 0.015, -32.0  # against the drum at one metre
DRUMS: Mapping[str, Point] = {
    "kick": (2.80, 2.10, 0.28),
    "snare": (2.55, 1.85, 0.62),
    "hat": (2.22, 1.95, 0.88),
    "rack": (2.72, 2.20, 0.78),
    "floor": (3.30, 1.80, 0.55),
    "crash": (2.25, 2.40, 1.20),
}
# Where each microphone is, which drum it looks at, and how loud it peaks.
MICROPHONES: Mapping[str, tuple[Point, str, float]] = {
    "kick in": ((2.80, 2.26, 0.28), "kick", -7.0),
    "kick out": ((2.80, 2.62, 0.30), "kick", -9.0),
    "snare top": ((2.58, 1.93, 0.68), "snare", -4.0),
    "snare bottom": ((2.57, 1.91, 0.52), "snare", -10.0),
    "hat": ((2.12, 2.05, 1.05), "hat", -14.0),
    "rack tom": ((2.73, 2.27, 0.84), "rack", -6.0),
    "floor tom": ((3.32, 1.88, 0.61), "floor", -6.0),
    "overhead L": ((2.00, 1.80, 1.65), "snare", -9.0),
    "overhead R": ((3.40, 1.90, 1.65), "snare", -9.0),
    "room L": ((1.70, 5.20, 1.70), "kick", -12.0),
    "room R": ((3.90, 5.30, 1.70), "kick", -12.0),
    "room far": ((2.70, 6.60, 2.30), "kick", -16.0),
}
# How strong each drum is at one metre, and how it is within its own shell; the shell keeps the others out.
STRENGTHS_DB: Mapping[str, float] = {
    "kick": -4.0,
    "snare": 0.0,
    "hat": -17.0,
    "rack": -3.0,
    "floor": -3.0,
    "crash": -8.0,
}
INSIDE = {"kick in"}
SHELL_DB = -14.0
HISS_DBFS = -84.0
# What these two hear of their own drum is not what the rest of the room hears of it.
OTHER_SIDES: Mapping[str, str] = {"kick in": "beater", "snare bottom": "under"}
BAR_S = 60.0 / 112.0 * 4
TOM_HZ = {"rack": 118.0, "floor": 78.0}


def record(
    duration_s: float = 13.0, *, seed: int = 1, rate_hz: int = RATE_HZ, as_miked: bool = False
) -> dict[str, np.ndarray]:
    """One take, by the name of the microphone: mono float32, at the levels of `MICROPHONES`.

    Parameters
    ----------
    duration_s : float
        Thirteen seconds are six bars, with every skin played six times and more.
    seed : int
        The drummer's timing and strength, and where exactly the microphones stand (within 3 cm).
    as_miked : bool
        Leave the snare bottom as it hears the drum, opposite to the top.
    """
    frames = count(duration_s, rate_hz)
    size = _transform(frames + count(0.36, rate_hz))
    air = {name: np.fft.rfft(_air(name, duration_s, seed, rate_hz), size) for name in (*DRUMS, *OTHER_SIDES.values())}
    takes = {mic: _microphone(mic, air, size, seed, rate_hz)[:frames] for mic in MICROPHONES}
    takes = {mic: at_peak(sound, MICROPHONES[mic][2]) + _hiss(mic, frames, seed) for mic, sound in takes.items()}
    if not as_miked:
        takes["snare bottom"] = -takes["snare bottom"]
    return takes


def layer(
    duration_s: float = 13.0,
    *,
    drum: str = "snare",
    offset_s: float = 0.0,
    spread_s: float = 0.0,
    drift_s: float = 0.0,
    upside_down: bool = False,
    seed: int = 1,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:
    """A sample triggered by each hit of one drum: the same sound every time.

    Each hit lies `offset_s` after the drum's own sound, give or take `spread_s` (one sigma), and by `drift_s` later
    at the end of the take than at its beginning.
    """
    sample = _sample(drum, rate_hz)
    luck = np.random.default_rng((43, seed))
    late_s = [
        offset_s + spread_s * luck.standard_normal() + drift_s * at / duration_s
        for at, _, _ in _hits(drum, seed, duration_s)
    ]
    hits = zip(_hits(drum, seed, duration_s), late_s, strict=True)
    tape = np.zeros(count(duration_s, rate_hz) + 1024, np.float64)
    for (at_s, gain, _), later_s in hits:
        at = (at_s + later_s) * rate_hz
        part = delayed(np.concatenate([sample, np.zeros(64, np.float32)]), at - np.floor(at))
        first = int(np.floor(at))
        room = tape[first : first + part.size]
        room += amplitude(4.0 * np.log10(max(gain, 0.05))) * part[: room.size]
    sound = at_peak(tape[: count(duration_s, rate_hz)], -8.0)
    return -sound if upside_down else sound


def lag_s(drum: str, mic: str, seed: int = 1) -> float:
    """How long the sound of a drum takes to a microphone."""
    return _distance(DRUMS[drum], _stands(mic, seed)) / AIR_M_S


def _air(name: str, duration_s: float, seed: int, rate_hz: int) -> np.ndarray:
    drum = {"under": "snare", "beater": "kick"}.get(name, name)
    hits = [(at, gain, _sound(name, variant, rate_hz)) for at, gain, variant in _hits(drum, seed, duration_s)]
    return place(hits, duration_s, rate_hz)


def _hits(drum: str, seed: int, duration_s: float) -> list[tuple[float, float, int]]:
    """(start_s, gain, variant) of every stroke of one drum."""
    luck = np.random.default_rng((41, seed, list(DRUMS).index(drum)))
    strokes = []
    for bar in range(int(duration_s / BAR_S) + 1):
        for beat, gain in _figure(drum, bar):
            at_s = 0.1 + (bar + beat / 4) * BAR_S + 0.003 * luck.standard_normal()
            strokes.append((at_s, gain * float(luck.uniform(0.8, 1.0)), int(luck.integers(8))))
    return [stroke for stroke in strokes if 0.0 <= stroke[0] < duration_s - 0.05]


def _figure(drum: str, bar: int) -> Iterator[tuple[float, float]]:
    """(beat, gain) of one bar: a straight rock beat; the second half of every second bar is a fill over the toms."""
    fill = bar % 2 == 1
    figures: Mapping[str, tuple[tuple[float, float], ...]] = {
        "kick": ((0, 1.0),) if fill else ((0, 1.0), (2, 0.9), (2.5, 0.7)),
        "snare": ((1, 1.0),) if fill else ((1, 1.0), (3, 0.95)),
        "hat": tuple((eighth / 2, (0.9, 0.6)[eighth % 2]) for eighth in range(4 if fill else 8)),
        "rack": ((2.0, 0.9), (2.5, 0.85)) if fill else (),
        "floor": ((3.0, 0.9), (3.5, 1.0)) if fill else (),
        "crash": ((0, 0.8),) if bar % 4 == 2 else (),
    }
    yield from figures[drum]


@lru_cache(maxsize=128)
def _sound(name: str, variant: int, rate_hz: int) -> np.ndarray:
    """One stroke as the nearest air hears it."""
    if name in ("kick", "beater"):
        sound = kick("in" if name == "beater" else "out", variant=variant, rate_hz=rate_hz)
        return sound if name == "beater" else sound[count(0.0013, rate_hz) :]  # the distance is put in by the room
    if name == "hat":
        return hihat(variant=variant, rate_hz=rate_hz)
    if name == "crash":
        return crash(variant=variant, rate_hz=rate_hz)
    if name in TOM_HZ:
        return _tom(TOM_HZ[name], variant, rate_hz)
    top = snare(variant=variant, rate_hz=rate_hz)
    return top if name == "snare" else _under(top, snare(variant=variant + 8, rate_hz=rate_hz), rate_hz)


def _under(top: np.ndarray, wires: np.ndarray, rate_hz: int) -> np.ndarray:
    """The other head moves away when the stick comes down; the wires are its own."""
    head = filtered(top, lambda hz: low_pass(hz, 900), rate_hz)
    rattle = filtered(wires, lambda hz: high_pass(hz, 1800), rate_hz)
    return np.asarray(0.9 * rattle - 0.6 * head, np.float32)


def _tom(hz: float, variant: int, rate_hz: int) -> np.ndarray:
    at_s = clock_s(0.45, rate_hz)
    luck = np.random.default_rng((47, int(hz), variant))
    bend = 1.0 + (0.18 + 0.03 * luck.standard_normal()) * np.exp(-at_s / 0.03)
    phase = 2 * np.pi * hz * np.cumsum(bend) / rate_hz
    head = np.sin(phase) * np.exp(-at_s / 0.14) + 0.35 * np.sin(1.52 * phase) * np.exp(-at_s / 0.07)
    stick = 0.3 * luck.standard_normal(at_s.size) * np.exp(-at_s / 0.004)
    return at_peak(filtered((head + stick) * (1 - np.exp(-at_s / 0.0006)), lambda f: low_pass(f, 7000), rate_hz), 0.0)


@lru_cache(maxsize=8)
def _sample(drum: str, rate_hz: int) -> np.ndarray:
    """Another drum of the same kind: a sample somebody else recorded."""
    if drum == "kick":
        return kick("out", variant=77, rate_hz=rate_hz)[count(0.0013, rate_hz) :]
    return snare(variant=77, rate_hz=rate_hz)


def _microphone(mic: str, air: Mapping[str, np.ndarray], size: int, seed: int, rate_hz: int) -> np.ndarray:
    total = np.zeros(size // 2 + 1, np.complex64)
    for drum in DRUMS:
        side = OTHER_SIDES[mic] if drum == MICROPHONES[mic][1] and mic in OTHER_SIDES else drum
        total += air[side] * np.fft.rfft(_response(drum, mic, seed, rate_hz), size)
    return np.fft.irfft(total, size)


def _hiss(mic: str, frames: int, seed: int) -> np.ndarray:
    luck = np.random.default_rng((53, seed, list(MICROPHONES).index(mic)))
    return luck.standard_normal(frames, dtype=np.float32) * np.float32(amplitude(HISS_DBFS))


def _transform(frames: int) -> int:
    """At least this many, with no large prime in it."""
    return -(-frames // 12_000) * 12_000


def _response(drum: str, mic: str, seed: int, rate_hz: int) -> np.ndarray:
    """What one microphone hears of a click at one drum: the drum, its mirror images, the tail."""
    stands, own = _stands(mic, seed), MICROPHONES[mic][1]
    out = np.zeros(count(0.35, rate_hz))
    for image, reflected in _images(DRUMS[drum]):
        far_m = _distance(image, stands)
        gain = WALLS**reflected / max(far_m, 0.05) * _cardioid(stands, DRUMS[own], image)
        _add_click(out, far_m / AIR_M_S * rate_hz, gain)
    strength = STRENGTHS_DB[drum] + (SHELL_DB if mic in INSIDE and drum != own else 0.0)
    return np.asarray(amplitude(strength) * (out + _tail(drum, mic, out.size, rate_hz)), np.float32)


def _images(at: Point) -> Iterator[tuple[Point, int]]:
    """Mirror images of a point and how many walls each has met."""
    sides = range(-ORDER, ORDER + 1)
    for where in itertools.product(sides, sides, sides):
        if (met := sum(map(abs, where))) <= ORDER:
            x, y, z = (
                n * size + (each if n % 2 == 0 else size - each)
                for n, size, each in zip(where, ROOM_M, at, strict=True)
            )
            yield (x, y, z), met


def _add_click(out: np.ndarray, at_samples: float, gain: float) -> None:
    """A click between samples: a sinc under a Hann window, 64 taps."""
    first = int(np.floor(at_samples)) - 31
    away = np.arange(first, first + 64) - at_samples
    taps = gain * np.sinc(away) * np.square(np.cos(np.pi * away / 66.0))
    inside = slice(max(0, -first), max(0, min(64, out.size - first)))
    out[first + inside.start : first + inside.stop] += taps[inside]


def _tail(drum: str, mic: str, size: int, rate_hz: int) -> np.ndarray:
    luck = np.random.default_rng((59, list(DRUMS).index(drum), list(MICROPHONES).index(mic)))
    at_s = np.arange(size) / rate_hz
    return np.asarray(
        amplitude(TAIL_DB) * luck.standard_normal(size) * np.exp(-at_s * 6.9 / (2 * TAIL_S)) * (at_s > TAIL_FROM_S)
    )


def _stands(mic: str, seed: int) -> Point:
    luck = np.random.default_rng((61, seed, list(MICROPHONES).index(mic)))
    at = MICROPHONES[mic][0]
    x, y, z = (each + float(luck.uniform(-0.03, 0.03)) for each in at)
    return (x, y, z)


def _cardioid(stands: Point, looks_at: Point, hears: Point) -> float:
    ahead, there = (np.subtract(point, stands) for point in (looks_at, hears))
    cosine = float(ahead @ there / (np.linalg.norm(ahead) * np.linalg.norm(there) + 1e-9))
    return 0.55 + 0.45 * cosine  # never quite deaf behind


def _distance(one: Point, two: Point) -> float:
    return float(np.linalg.norm(np.subtract(one, two)))
