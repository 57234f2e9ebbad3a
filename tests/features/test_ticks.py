"""A beat is found among strewn knocks, only in quiet places, and its knocks are held against each other."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.beat_grid import steadiest_beat
from earmark.features.ticks import Ticks
from measuring import measured

RATE_HZ = 16_000
OPEN = np.ones(12_000, bool)  # 30 s


def beats(interval_s: float, count: int, jitter_s: float = 0.0, first_s: float = 0.3) -> np.ndarray:
    return first_s + interval_s * np.arange(count) + jitter_s * np.random.default_rng(4).standard_normal(count)


@pytest.mark.parametrize("interval_s", [0.2871, 0.5, 1.0437])
def test_a_beat_is_found_among_knocks_that_do_not_keep_it(interval_s: float) -> None:
    strewn = np.random.default_rng(5).uniform(0, 30, 15)
    at_s = np.sort(np.concatenate([beats(interval_s, 24, 0.001), strewn]))
    found = steadiest_beat(at_s, OPEN, 0.0025, 5)
    assert found.interval_s == pytest.approx(interval_s, rel=1e-3)
    assert 24 <= found.at_s.size <= 27
    assert found.slots <= 27
    assert found.by_chance < 5


def test_a_beat_with_a_pause_in_it_goes_on_behind_the_pause() -> None:
    at_s = np.concatenate([beats(0.5, 8), beats(0.5, 8, first_s=20.3)])
    quiet = OPEN.copy()
    quiet[1_700:8_000] = False
    found = steadiest_beat(at_s, quiet, 0.0025, 5)
    assert found.at_s.size == 16
    assert found.slots == pytest.approx(16, abs=1)


def test_few_knocks_and_strewn_ones_keep_no_beat_to_speak_of() -> None:
    assert steadiest_beat(beats(0.5, 4), OPEN, 0.0025, 5).at_s.size == 0
    strewn = np.sort(np.random.default_rng(6).uniform(0, 30, 40))
    found = steadiest_beat(strewn, OPEN, 0.0025, 5)
    assert found.at_s.size < 0.5 * max(found.slots, 1)


def phrases(seconds: float = 12.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swell = np.clip(np.minimum(at_s % 4.0 - 0.1, 2.0 - at_s % 4.0) / 0.1, 0.0, 1.0)
    floor = 3e-5 * np.random.default_rng(7).standard_normal(at_s.size)
    return np.asarray(0.2 * swell * np.sin(2 * np.pi * 220.0 * at_s) + floor)


def knocked(sound: np.ndarray, at_s: np.ndarray, height: float, alike: bool = True) -> np.ndarray:
    out, rng = sound.copy(), np.random.default_rng(8)
    decay = np.exp(-np.arange(480) / 80.0)
    knock = decay * rng.standard_normal(480)
    for start in np.round(at_s * RATE_HZ).astype(int):
        out[start : start + 480] += height * (knock if alike else decay * rng.standard_normal(480))
    return out


def test_the_beat_of_a_metronome_is_found_in_the_pauses_and_its_knocks_are_alike() -> None:
    found = measured(Ticks, knocked(phrases(), beats(0.5, 23), 0.003), RATE_HZ)
    assert found.interval_s == pytest.approx(0.5, abs=1e-3)
    assert found.at_s.size >= 9
    assert np.all(found.at_s % 4.0 > 1.9)
    assert np.median(found.likeness) > 0.95
    assert found.at_s.size >= 0.8 * found.slots


def test_knocks_that_are_not_the_same_sound_are_not_alike() -> None:
    found = measured(Ticks, knocked(phrases(), beats(0.5, 23), 0.003, alike=False), RATE_HZ)
    assert found.at_s.size >= 9
    assert np.median(found.likeness) < 0.6


def test_nothing_is_found_where_nothing_knocks() -> None:
    for sound in (phrases(), np.zeros(5_000), np.zeros(0), np.full(40_000, 0.1)):
        assert measured(Ticks, sound, RATE_HZ).at_s.size == 0
