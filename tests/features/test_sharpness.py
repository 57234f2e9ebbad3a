"""The fourth difference and the power of every 2.5 ms are those of the plain formula, whatever the blocks."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.sharpness import Sharpness
from measuring import fed, measured, sines, twice


def by_formula(sound: np.ndarray, step: int) -> np.ndarray:
    padded = np.concatenate([np.full(4, sound[0]), sound])
    bends = np.abs(np.diff(padded.astype(np.float64), 4))
    whole = sound.size // step
    return bends[: whole * step].reshape(whole, step).max(axis=1)


def test_it_is_the_largest_fourth_difference_of_each_step() -> None:
    sound = np.random.default_rng(1).uniform(-0.5, 0.5, 10_000).astype(np.float32)
    found = measured(Sharpness, sound)
    assert found.step_samples == 120
    assert found.sharpest[0] == pytest.approx(by_formula(sound, 120), rel=1e-5)
    assert found.power[0] == pytest.approx(np.square(sound[:9960]).reshape(83, 120).mean(axis=1), rel=1e-5)


@pytest.mark.parametrize("lengths", [(), (1, 2, 3, 5, 7), (119, 120, 121), (4000,)])
def test_the_seams_between_blocks_do_not_show(lengths: tuple[int, ...]) -> None:
    sound = np.random.default_rng(2).uniform(-0.5, 0.5, (2, 9_000)).astype(np.float32)
    whole, parts = measured(Sharpness, sound), fed(Sharpness, sound, lengths)
    assert parts.sharpest == pytest.approx(whole.sharpest, rel=1e-5)
    assert parts.power == pytest.approx(whole.power, rel=1e-5)


def test_a_lone_sample_leaves_six_times_its_height_and_a_jump_three_times() -> None:
    sound = np.zeros(4_800, np.float32)
    sound[1_000], sound[3_000:] = 0.1, 0.2
    (sharpest,) = measured(Sharpness, sound).sharpest
    assert sharpest[1_000 // 120] == pytest.approx(0.6, rel=1e-5)
    assert sharpest[3_000 // 120] == pytest.approx(0.6, rel=1e-5)
    assert np.count_nonzero(sharpest) == 2


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 44_100, 48_000, 96_000])
def test_a_step_is_two_and_a_half_milliseconds_at_every_rate(rate_hz: int) -> None:
    found = measured(Sharpness, sines((1.0, -20.0), rate_hz=rate_hz), rate_hz)
    assert found.step_s == pytest.approx(0.0025, rel=0.02)
    assert found.sharpest.shape == found.power.shape == (1, rate_hz // found.step_samples)


def test_a_stem_that_begins_high_has_no_jump_there_and_silence_has_none() -> None:
    assert not measured(Sharpness, np.full(1_000, 0.5)).sharpest.any()
    assert not measured(Sharpness, np.zeros(1_000)).sharpest.any()


def test_channels_are_kept_apart_and_a_short_stem_has_no_step() -> None:
    found = measured(Sharpness, np.stack([np.zeros(1_000), sines((1.0, -20.0))[:1_000]]))
    assert found.sharpest[0].max() == 0.0 < found.sharpest[1].max()
    assert measured(Sharpness, twice(np.ones(50))).sharpest.shape == (2, 0)
