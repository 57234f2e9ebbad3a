"""Where peaks meet, and how the wave looks there: levels, runs, likeness, each in a known amount."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.ceilings import Ceilings, likeness
from measuring import measured

RATE_HZ = 8_000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ
STEP = RATE_HZ // 10


def spikes(height: float, at: np.ndarray) -> np.ndarray:
    """Noise with single samples of one height."""
    sound = 0.02 * np.random.default_rng(2).standard_normal(TIME_S.size)
    sound[at] = height
    return sound


def of(sound: np.ndarray) -> Ceilings:
    return measured(Ceilings, sound, RATE_HZ)


def test_the_top_of_every_channel_and_side_is_looked_at() -> None:
    sound = 0.1 * np.random.default_rng(1).standard_normal((2, TIME_S.size))
    found = of(sound)
    tops = {(0, 1), (0, -1), (1, 1), (1, -1)}
    assert {
        (int(channel), int(np.sign(level))) for channel, level in zip(found.channels, found.levels, strict=True)
    } == tops
    assert sorted(np.abs(found.levels)) == pytest.approx(
        sorted([sound[0].max(), -sound[0].min(), sound[1].max(), -sound[1].min()]), rel=1e-6
    )


def test_peaks_that_meet_are_counted_by_tenths_of_a_second_and_single_samples_are_no_runs() -> None:
    found = of(spikes(0.5, np.arange(10) * 3 * STEP + 100))
    top = int(np.argmax(found.levels))
    assert found.steps[top] == found.windows[top] == found.touches[top] == 10
    assert found.runs[top] == found.longest_samples[top] == 0
    assert found.chance[top] < 0.1


def test_runs_are_counted_with_their_longest_in_the_windows_that_are_read() -> None:
    sound = spikes(0.5, np.array([100]))
    for first, length in ((1_000, 3), (9_000, 7), (20_000, 2)):
        sound[first : first + length] = 0.5
    found = of(sound)
    top = int(np.argmax(found.levels))
    assert (found.touches[top], found.runs[top], found.longest_samples[top]) == (1 + 3 + 7 + 2, 2, 7)


def test_a_plateau_below_the_top_is_found_where_peaks_meet_there_beyond_chance() -> None:
    sound = spikes(0.3, np.arange(8) * 4 * STEP + 100)
    sound[31_000] = -0.9
    sound[100] = 0.6
    found = of(sound)
    assert 0.3 in [pytest.approx(float(level)) for level in found.levels]


def test_no_more_than_twelve_windows_are_read_for_a_level() -> None:
    found = of(0.5 * np.sign(np.sin(2 * np.pi * 100.3 * TIME_S)))
    assert found.windows.max() == 12
    assert found.steps.max() == 40


def test_the_same_sound_is_alike_and_different_sounds_are_not() -> None:
    hit = np.random.default_rng(3).standard_normal(400) * np.exp(-np.arange(400) / 60)
    hit /= np.abs(hit).max()
    same = np.tile(np.r_[0.5 * hit, np.zeros(1_600)], 16)
    assert of(same).alike.max() > 0.9999
    assert of(spikes(0.5, np.arange(10) * 3 * STEP + 100)).alike[0] < 0.99
    assert likeness([np.ones(3)]) == 0.0


def test_the_place_is_the_window_that_touches_most() -> None:
    sound = spikes(0.5, np.array([100]))
    sound[20_100:20_104] = 0.5
    found = of(sound)
    top = int(np.argmax(found.levels))
    assert (found.starts_s[top], found.ends_s[top]) == pytest.approx((2.5, 2.6))


def test_silence_has_no_levels_and_a_constant_no_runs() -> None:
    assert of(np.zeros(RATE_HZ)).levels.size == 0
    assert of(np.zeros(RATE_HZ)).sounding_steps == 0
    assert of(np.full(RATE_HZ, 0.4)).runs.sum() == 0
    assert of(np.zeros(0)).levels.size == 0


def test_gain_and_polarity_change_no_count() -> None:
    cut = np.clip(np.exp(-6.0 * (TIME_S % 0.5)) * np.sin(2 * np.pi * 311.3 * TIME_S), -0.4, 0.6)
    plain, turned = of(cut), of(-0.5 * cut)
    assert sorted(plain.runs) == sorted(turned.runs)
    assert sorted(plain.touches) == sorted(turned.touches)
    assert sorted(np.abs(plain.levels)) == pytest.approx(sorted(2.0 * np.abs(turned.levels)), rel=1e-5)
