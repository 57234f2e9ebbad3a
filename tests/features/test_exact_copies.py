"""A copy is only a copy where it is the same to the last bit, and begins or ends where one looks."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.exact_copies import Stretch, held_run, repeated_block


def noise(count: int = 20_000) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(count).astype(np.float32)


@pytest.mark.parametrize("lag", [32, 64, 1_000, 4_096])
@pytest.mark.parametrize("off", [-3, 0, 3])
def test_a_block_is_found_from_its_beginning_and_from_its_end(lag: int, off: int) -> None:
    sound = noise()
    sound[10_000 : 10_000 + lag] = sound[10_000 - lag : 10_000]
    assert repeated_block(sound, 10_000 + off) == Stretch(10_000, lag, lag)
    assert repeated_block(sound, 10_000 + lag + off) == Stretch(10_000, lag, lag)


def test_one_bit_of_difference_ends_a_copy() -> None:
    sound = noise()
    sound[10_000:10_500] = sound[9_500:10_000]
    sound[10_400] = np.nextafter(sound[10_400], np.float32(9.0))
    assert repeated_block(sound, 10_000).length == 400


def test_nothing_is_found_in_noise_in_silence_in_a_constant_or_at_the_rim() -> None:
    assert repeated_block(noise(), 10_000) == Stretch()
    assert repeated_block(np.zeros(20_000, np.float32), 10_000) == Stretch()
    assert repeated_block(np.full(20_000, 0.5, np.float32), 10_000) == Stretch()
    assert repeated_block(noise(), 5) == repeated_block(noise(), 19_998) == Stretch()


def test_a_copy_in_the_middle_of_which_one_looks_is_not_told() -> None:
    sound = noise()
    sound[10_000:11_000] = sound[9_000:10_000]
    assert repeated_block(sound, 10_500) == Stretch()


@pytest.mark.parametrize("length", [16, 400])
def test_a_held_value_is_found_from_both_of_its_ends(length: int) -> None:
    sound = noise()
    sound[10_000 : 10_000 + length] = 0.25
    assert held_run(sound, 10_001) == held_run(sound, 9_998 + length) == Stretch(10_000, length)


def test_zeros_fifteen_samples_and_a_run_elsewhere_are_not_held() -> None:
    sound = noise()
    sound[10_000:10_100], sound[12_000:12_015], sound[14_000:14_100] = 0.0, 0.25, 0.25
    assert held_run(sound, 10_000) == held_run(sound, 12_000) == held_run(sound, 14_050) == Stretch()
