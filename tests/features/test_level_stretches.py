"""Stretches hold their level, contain no digital silence, and are pauses where a stem has any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.features.level_stretches import level_stretches, quiet_stretches

RATE_HZ = 1_000.0


def noise(seconds: float, dbfs: float, seed: int = 1) -> np.ndarray:
    return 10 ** (dbfs / 20) * np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))


def test_a_pause_is_found_between_two_loud_parts() -> None:
    sound = np.concatenate([noise(3, -10), noise(1.5, -60), noise(3, -10)])
    (stretch,), in_pauses = quiet_stretches(sound[None, :], RATE_HZ)
    assert in_pauses
    assert stretch.start_s == pytest.approx(3.0, abs=0.06)
    assert stretch.end_s == pytest.approx(4.5, abs=0.06)
    assert stretch.level_dbfs == pytest.approx(-60.0, abs=1.0)


def test_without_a_pause_the_quietest_have_to_do_and_that_is_known() -> None:
    sound = np.concatenate([noise(3, -10), noise(2, -18), noise(3, -10)])
    stretches, in_pauses = quiet_stretches(sound[None, :], RATE_HZ)
    assert not in_pauses
    assert [round(stretch.level_dbfs) for stretch in stretches] == [-18]


def test_what_dies_away_is_no_stretch() -> None:
    at_s = np.arange(4000) / RATE_HZ
    ringing = noise(4, -10) * 10 ** (-20 * at_s / 20)
    assert quiet_stretches(ringing[None, :], RATE_HZ)[0] == []


def test_digital_silence_is_no_stretch_and_ends_one() -> None:
    assert quiet_stretches(np.zeros((1, 5_000)), RATE_HZ) == ([], False)
    sound = np.concatenate([noise(2, -10), noise(1, -60), np.zeros(1_000), noise(2, -10)])
    (stretch,), _ = quiet_stretches(sound[None, :], RATE_HZ)
    assert stretch.end_s <= 3.0 + 1e-9


def test_a_stem_without_samples_has_none() -> None:
    assert quiet_stretches(np.zeros((2, 0)), RATE_HZ) == ([], False)
    assert quiet_stretches(np.zeros((1, 30)), RATE_HZ) == ([], False)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from([-200.0, -70.0, -66.0, -63.0, -20.0]), max_size=200))
def test_every_stretch_is_long_enough_level_and_apart_from_the_others(levels: list[float]) -> None:
    end_before = 0
    for stretch in level_stretches(np.array(levels)):
        first, end = round(stretch.start_s / 0.05), round(stretch.end_s / 0.05)
        inside = levels[first:end]
        assert 10 <= len(inside) <= 80
        assert max(inside) - min(inside) <= 6.0
        assert min(inside) > -200.0
        assert first >= end_before
        end_before = end
