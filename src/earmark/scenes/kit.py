"""The drummer and the microphones around the kit: each hears every drum, later and quieter with distance."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark.scenes import song
from earmark.scenes.band import Hit, human, is_chorus
from earmark.scenes.drumkit import crash, hihat, kick, ride, snare, tambourine
from earmark.scenes.signals import place
from earmark.scenes.song import bar_s

Figure = tuple[tuple[float, float], ...]  # (beat, gain)

# Gain and distance in milliseconds of air of each drum in each microphone; 34 cm are 1 ms.
MICROPHONES: dict[str, dict[str, tuple[float, float]]] = {
    "kick in": {"kick in": (1.0, 0.0), "snare": (0.02, 2.6), "hihat": (0.003, 3.4)},
    "kick out": {"kick out": (1.0, 0.0), "snare": (0.03, 3.6), "hihat": (0.006, 4.2), "crash": (0.01, 4.4)},
    "snare top": {"snare": (1.0, 0.0), "kick out": (0.05, 2.2), "hihat": (0.05, 1.5), "crash": (0.02, 3.0)},
    "overheads left": {
        "kick out": (0.18, 4.4),
        "snare": (0.42, 3.9),
        "hihat": (0.42, 3.0),
        "ride": (0.2, 4.6),
        "crash": (0.34, 2.6),
    },
    "overheads right": {
        "kick out": (0.18, 4.5),
        "snare": (0.38, 4.2),
        "hihat": (0.20, 4.5),
        "ride": (0.45, 2.7),
        "crash": (0.22, 3.9),
    },
}


def drums(seed: int = 1) -> dict[str, np.ndarray]:
    """What each microphone picks up: mono, and the overheads (2, samples)."""
    strokes = list(beats(seed))
    air = {drum: place([hit for name, hit in strokes if name == drum], song.DURATION_S) for drum in _drums(strokes)}
    heard = {name: _microphone(air, row) for name, row in MICROPHONES.items()}
    sides = [heard.pop("overheads left"), heard.pop("overheads right")]
    return {**heard, "overheads": np.stack(sides)}


def _drums(strokes: list[tuple[str, Hit]]) -> list[str]:
    return list(dict.fromkeys(name for name, _ in strokes))


def _microphone(air: dict[str, np.ndarray], row: dict[str, tuple[float, float]]) -> np.ndarray:
    heard = np.zeros_like(next(iter(air.values())))
    for drum, (gain, late_ms) in row.items():
        late = round(late_ms * 48)
        heard[late:] += np.float32(gain) * air[drum][: heard.size - late]
    return heard


def beats(seed: int) -> Iterator[tuple[str, Hit]]:
    """Every stroke of the song: the drum, and when, how hard, which sound."""
    for bar in range(len(song.CHORDS)):
        late = human(67 + bar, seed, 0.004)
        yield from _kicks(bar, late())
        yield from _snares(bar, 0.004 + late())  # a little behind: the groove
        yield from _cymbals(bar, seed)


def _kicks(bar: int, late_s: float) -> Iterator[tuple[str, Hit]]:
    figure: Figure = ((0, 0.95), (1.5, 0.7), (2, 0.85))
    if is_chorus(bar):
        figure = ((0, 1.0), (1.5, 0.8), (2, 0.9), (2.5, 0.7))
    if bar < 2 or bar == 16:
        figure = ((0, 0.9),) if bar else ()
    if bar in (10, 11):
        figure = ((0, 0.85), (2.5, 0.7))
    for n, (beat, gain) in enumerate(figure):
        for mic in ("in", "out"):
            yield f"kick {mic}", (bar_s(bar, beat) + late_s, gain, kick(mic, variant=(bar + n) % 4))


def _snares(bar: int, late_s: float) -> Iterator[tuple[str, Hit]]:
    figure: Figure = ((1, 0.95), (3, 1.0)) if is_chorus(bar) else ((1, 0.8), (3, 0.85), (3.75, 0.08))
    if bar in (0, 1, 10, 16):
        figure = ((1.75, 0.06), (3, 0.25)) if bar == 1 else ()
    if bar == 11:
        figure = ((2, 0.35), (2.5, 0.5), (3, 0.65), (3.25, 0.5), (3.5, 0.8), (3.75, 0.9))
    for n, (beat, gain) in enumerate(figure):
        yield "snare", (bar_s(bar, beat) + late_s, gain, snare(variant=(bar + n) % 4))


def _cymbals(bar: int, seed: int) -> Iterator[tuple[str, Hit]]:
    late = human(71 + bar, seed, 0.003)
    if bar in (6, 8, 12, 14, 16):
        yield "crash", (bar_s(bar) + late(), 0.9 if bar != 16 else 1.0, crash(variant=bar % 2))
    for eighth in range(8 if bar < 16 else 0):
        accent = (1.0, 0.55, 0.8, 0.6)[eighth % 4] * (0.6 if bar in (0, 10, 11) else 1.0)
        if is_chorus(bar):
            yield "ride", (bar_s(bar, eighth / 2) + late(), accent, ride(variant=eighth % 4))
        elif eighth % 2 == 0 or bar not in (0, 10, 11):
            opened = 0.2 if eighth == 7 and bar % 2 else 0.045
            yield "hihat", (bar_s(bar, eighth / 2) + late(), accent, hihat(open_s=opened, variant=eighth % 4))


def shakes(seed: int = 1) -> np.ndarray:
    """A tambourine in both choruses, mono."""
    late = human(73, seed, 0.006)
    hits = [
        (bar_s(bar, n / 2) + late(), (0.5, 0.35, 1.0, 0.4)[n % 4], tambourine(variant=n % 4))
        for bar in range(len(song.CHORDS))
        for n in range(8 if is_chorus(bar) else 0)
    ]
    return place(hits, song.DURATION_S)
