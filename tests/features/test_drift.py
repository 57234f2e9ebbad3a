from __future__ import annotations

import numpy as np
import pytest

from earmark.features.drift import NO_DRIFT, drift_of


@pytest.mark.parametrize("ppm", [0.0, 5.0, -40.0, 200.0])
def test_the_slope_is_found_among_strays(ppm: float) -> None:
    draw = np.random.default_rng(3)
    at_s = np.linspace(0.0, 200.0, 24)
    lags_s = 0.004 + ppm * 1e-6 * at_s + 5e-5 * draw.standard_normal(at_s.size)
    lags_s[[3, 9, 15]] = draw.uniform(-0.05, 0.05, 3)
    found = drift_of(at_s, lags_s)
    assert found.ppm == pytest.approx(ppm, abs=4.0 * found.error_ppm)
    assert found.windows == 21
    assert found.share == pytest.approx(21 / 24)


def test_a_level_line_is_as_good_when_there_is_no_drift_and_not_when_there_is() -> None:
    at_s = np.linspace(0.0, 100.0, 20)
    level, sloping = drift_of(at_s, np.full(20, 0.002)), drift_of(at_s, 20e-6 * at_s)
    assert level.flat_share == level.share == 1.0
    assert sloping.flat_share < 0.6 < sloping.share


def test_few_windows_scattered_lags_and_one_place_give_none() -> None:
    assert drift_of(np.arange(5.0), np.arange(5.0)) == NO_DRIFT
    draw = np.random.default_rng(4)
    assert drift_of(np.linspace(0, 100, 12), draw.uniform(-0.05, 0.05, 12)) == NO_DRIFT
    assert drift_of(np.linspace(0, 1, 12), np.zeros(12)) == NO_DRIFT
