"""A break in a wave is found to the sample, and told for what it is."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.prediction import ORDER, course_of, drawn_over, errors
from earmark.features.ruptures import Ruptures
from measuring import measured

RATE_HZ = 44_100


def chord(seconds: float = 1.0, rate_hz: int = RATE_HZ, seed: int = 0) -> np.ndarray:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    tones = sum(0.08 * np.sin(2 * np.pi * hz * at_s + hz) for hz in (196.0, 247.0, 330.0, 988.0))
    return np.asarray(tones + 1e-4 * np.random.default_rng(seed).standard_normal(at_s.size))


@pytest.mark.parametrize("length", [1, 2, 5, 13, 40])
@pytest.mark.parametrize("at", [9_000, 20_001, 33_333])
def test_a_click_is_found_with_its_first_sample_its_length_and_its_height(at: int, length: int) -> None:
    sound = chord()
    sound[at : at + length] += 0.1
    found = measured(Ruptures, sound, RATE_HZ)
    assert found.at_samples.tolist() == [at]
    assert found.length_samples.tolist() == [length]
    assert found.heights[0] == pytest.approx(0.1, abs=0.02)
    assert min(found.over_before[0], found.over_after[0]) > 30
    assert found.left_over[0] < 3.0


@pytest.mark.parametrize("cut", [5, 77, 400])
def test_a_cut_has_no_length_and_the_height_of_its_jump(cut: int) -> None:
    sound = chord()
    sound = np.concatenate([sound[:20_000], sound[20_000 + cut :]])
    jump = abs(sound[20_000] - sound[19_999])
    found = measured(Ruptures, sound, RATE_HZ)
    assert jump > 0.01
    assert found.at_samples.tolist() == [20_000]
    assert found.length_samples[0] <= 0
    assert found.heights[0] == pytest.approx(jump, abs=0.03)


def test_the_side_that_breaks_is_named() -> None:
    sound = np.stack([chord(seed=1), chord(seed=2)])
    sound[1, 12_345] -= 0.2
    found = measured(Ruptures, sound, RATE_HZ)
    assert found.channels.tolist() == [1]
    assert found.at_samples.tolist() == [12_345]


@pytest.mark.parametrize("rate_hz", [8_000, 16_000, 48_000, 96_000, 192_000])
def test_it_is_found_to_the_sample_at_every_rate(rate_hz: int) -> None:
    sound = chord(rate_hz=rate_hz)
    sound[rate_hz // 2] += 0.2
    found = measured(Ruptures, sound, rate_hz)
    assert (found.at_samples.tolist(), found.length_samples.tolist()) == ([rate_hz // 2], [1])


def test_a_held_value_and_a_repeated_block_are_told_with_where_they_begin() -> None:
    rng = np.random.default_rng(3)
    at_s = np.arange(RATE_HZ) / RATE_HZ
    glide = 0.3 * np.sin(2 * np.pi * (150.0 * at_s + 90.0 * at_s**2)) + 1e-4 * rng.standard_normal(RATE_HZ)
    held, again = glide.copy(), glide.copy()
    held[20_000:20_400] = held[19_999]
    again[20_000:20_600] = glide[19_400:20_000]
    found = measured(Ruptures, held, RATE_HZ)
    assert (19_999, 401) in set(zip(found.held_start_samples.tolist(), found.held_samples.tolist(), strict=True))
    found = measured(Ruptures, again, RATE_HZ)
    told = zip(found.copy_start_samples.tolist(), found.copy_samples.tolist(), found.copy_lag_samples, strict=True)
    assert (20_000, 600, 600) in set(told)


def test_a_flat_top_is_not_a_value_that_is_held() -> None:
    at_s = np.arange(RATE_HZ) / RATE_HZ
    clipped = np.clip(1.2 * np.sin(2 * np.pi * 100.0 * at_s), -0.8, 0.8)
    clipped[20_000] += 0.3
    assert not measured(Ruptures, clipped, RATE_HZ).held_samples.any()


def test_the_edge_of_a_gap_is_marked_as_one() -> None:
    sound = chord()
    sound[20_000:22_000] = 0.0
    found = measured(Ruptures, sound, RATE_HZ)
    assert found.at_samples.size
    assert found.at_gap.all()


def test_only_so_many_are_looked_at_where_there_are_too_many() -> None:
    sound = chord(20.0, 8_000)
    sound[200::250] += 0.5 * np.where(np.arange(sound[200::250].size) % 2, 1, 1)
    found = measured(Ruptures, sound, 8_000)
    assert found.screened > 400
    assert 0 < found.at_samples.size <= 400


@pytest.mark.parametrize("sound", [np.zeros(9_000), np.full(9_000, 0.5), chord(), chord()[:40], np.zeros(0)])
def test_there_is_nothing_in_silence_a_constant_a_chord_or_a_moment(sound: np.ndarray) -> None:
    assert measured(Ruptures, sound, RATE_HZ).at_samples.size == 0


def test_the_predictor_leaves_the_innovation_of_an_autoregressive_process() -> None:
    rng = np.random.default_rng(5)
    drive, wave = rng.standard_normal(6_000), np.zeros(6_000)
    for n in range(2, wave.size):
        wave[n] = 1.8 * wave[n - 1] - 0.9 * wave[n - 2] + drive[n]
    found = errors(wave, 2_900, 80)
    assert found.ahead[500:5_000] == pytest.approx(drive[500 + ORDER : 5_000 + ORDER], abs=0.6)
    assert np.std(found.ahead[:2_000]) == pytest.approx(1.0, abs=0.05)


def test_what_is_drawn_over_is_the_sound_as_it_was() -> None:
    weights = np.concatenate([[1.8, -0.9], np.zeros(ORDER - 2)])
    offsets = np.array([0.3, -0.2, 0.5])
    added = np.convolve(np.concatenate([offsets, np.zeros(ORDER)]), np.concatenate([[1.0], -weights]))[: 3 + ORDER]
    drawn, left = drawn_over(added, weights, 3)
    assert drawn == pytest.approx(offsets)
    assert left == pytest.approx(np.zeros(3 + ORDER), abs=1e-9)


def test_what_does_not_stand_out_has_no_course() -> None:
    assert course_of(chord(), 20_000, RATE_HZ, 3.0) is None
