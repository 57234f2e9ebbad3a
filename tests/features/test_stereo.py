"""Stereo: correlation, balance and rest of sides whose relation is known."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.stereo import Stereo
from measuring import fed, measured

ONE, OTHER = 0.1 * np.random.default_rng(8).standard_normal((2, 150_000))


def stereo(left: np.ndarray, right: np.ndarray) -> Stereo:
    return measured(Stereo, np.stack([left, right]))


def test_the_same_on_both_sides_is_identical_and_leaves_nothing() -> None:
    read = stereo(ONE, ONE)
    assert read.identical
    assert (read.correlation, read.balance_db, read.gain) == pytest.approx((1.0, 0.0, 1.0))
    assert (read.residual_db, read.residual_dbfs, read.alike_share) == (None, None, 1.0)


def test_one_bit_of_difference_is_not_identical() -> None:
    other = ONE.copy()
    other[149_999] += 1e-6
    assert not stereo(ONE, other).identical


@pytest.mark.parametrize("gain", [0.5, 2.0, -1.0, -0.3])
def test_a_panned_or_inverted_copy_has_its_gain_and_no_rest(gain: float) -> None:
    read = stereo(gain * ONE, ONE)
    assert read.correlation == pytest.approx(np.sign(gain), abs=1e-6)
    assert read.balance_db == pytest.approx(20 * np.log10(abs(gain)), abs=1e-4)
    assert read.gain == pytest.approx(gain, rel=1e-5)
    assert read.residual_db is None or read.residual_db < -120
    assert not read.identical


@pytest.mark.parametrize("rest_db", [-20.0, -60.0, -90.0])
def test_a_rest_is_read_far_below_what_float32_sums_would_show(rest_db: float) -> None:
    rest = 10 ** (rest_db / 20) * OTHER
    read = stereo(0.7 * ONE + rest, ONE)
    assert read.residual_db == pytest.approx(rest_db - 20 * np.log10(0.7), abs=0.3)
    assert read.residual_dbfs == pytest.approx(rest_db - 20.0, abs=0.3)


def test_two_unrelated_noises_do_not_correlate() -> None:
    read = stereo(ONE, OTHER)
    assert read.correlation == pytest.approx(0.0, abs=0.02)
    assert read.residual_db == pytest.approx(0.0, abs=0.01)
    assert read.alike_share == 0.0


def test_a_silent_side_has_no_relation() -> None:
    for read in (stereo(ONE, 0 * ONE), stereo(0 * ONE, ONE), stereo(0 * ONE, 0 * ONE)):
        assert (read.correlation, read.balance_db, read.gain, read.residual_db) == (None,) * 4
        assert not read.identical


def test_a_mono_stem_has_no_numbers() -> None:
    read = measured(Stereo, ONE)
    assert (read.correlation, read.alike_share, read.products.shape) == (None, None, (0,))


def test_only_steps_that_sound_are_asked_whether_they_are_alike() -> None:
    silence = np.zeros(48_000)
    left, right = np.concatenate([silence, ONE[:48_000]]), np.concatenate([1e-5 * OTHER[:48_000], ONE[:48_000]])
    assert stereo(left, right).alike_share == 1.0
    assert stereo(np.concatenate([left, ONE[:48_000]]), np.concatenate([right, OTHER[:48_000]])).alike_share == 0.5


@pytest.mark.parametrize("lengths", [[1], [4_799, 2], [100_000]])
def test_the_cut_into_blocks_moves_nothing(lengths: list[int]) -> None:
    sound = np.stack([0.7 * ONE + 0.01 * OTHER, ONE])
    cut, whole = fed(Stereo, sound, lengths), measured(Stereo, sound)
    assert np.array_equal(cut.products, whole.products)
    assert cut.residual_db == pytest.approx(whole.residual_db, abs=0.001)
    assert cut.gain == pytest.approx(whole.gain, rel=1e-6)
