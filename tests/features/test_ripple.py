from __future__ import annotations

import numpy as np
import pytest

from earmark.features.low_end import NOTHING_LOW, low_end
from earmark.features.ripple import NO_RIPPLE, ripple_of
from earmark.features.whitened import grid_of, spectra
from earmark.scenes.faults import delayed

RATE_HZ = 16_000
GRID = grid_of(RATE_HZ, 0.34)


def heard(sound: np.ndarray) -> np.ndarray:
    return spectra(np.asarray(sound, np.float32).reshape(-1, GRID.samples), GRID)


def sound(seed: int = 1) -> np.ndarray:
    return np.asarray(0.1 * np.random.default_rng(seed).standard_normal(12 * GRID.samples), np.float32)


@pytest.mark.parametrize(("gain", "depth_db"), [(0.1, 1.7), (1 / 3, 6.0), (0.5, 9.5), (0.7, 15.1)])
def test_depth_follows_from_the_level_of_the_later(gain: float, depth_db: float) -> None:
    late = np.float32(gain) * delayed(sound(), 16)
    found = ripple_of(heard(sound()), heard(late), GRID, 0.001, 1)
    assert found.echo == pytest.approx(gain, rel=0.03)
    assert found.predicted_db == pytest.approx(depth_db, abs=0.6)
    assert found.first_gap_hz == pytest.approx(500.0)
    assert found.measured_db >= 0.75 * depth_db - 0.3


def test_upside_down_the_first_gap_is_twice_as_high_and_the_comb_as_deep() -> None:
    late = np.float32(-0.5) * delayed(sound(), 16)
    found = ripple_of(heard(sound()), heard(late), GRID, 0.001, -1)
    assert found.first_gap_hz == pytest.approx(1000.0)
    assert found.measured_db > 7.0


def test_unrelated_sounds_have_no_comb() -> None:
    found = ripple_of(heard(sound()), heard(sound(2)), GRID, 0.001, 1)
    assert found.echo < 0.05
    assert abs(found.measured_db) < 0.5


def test_silence_has_no_comb_and_no_low_end() -> None:
    silent = np.zeros_like(heard(sound()))
    assert ripple_of(heard(sound()), silent, GRID, 0.001, 1) == NO_RIPPLE
    assert low_end(heard(sound()), silent, GRID) == NOTHING_LOW


@pytest.mark.parametrize("phase_deg", [0.0, 60.0, -90.0, 135.0])
def test_low_end_phase_and_what_it_costs(phase_deg: float) -> None:
    at_s = np.arange(12 * GRID.samples) / RATE_HZ
    one, two = np.sin(2 * np.pi * 60.0 * at_s), 0.3 * np.sin(2 * np.pi * 60.0 * at_s + np.radians(phase_deg))
    found = low_end(heard(one), heard(two), GRID)
    assert found.phase_deg == pytest.approx(phase_deg, abs=0.5)
    assert found.loss_db == pytest.approx(20 * np.log10(abs(np.cos(np.radians(phase_deg) / 2))), abs=0.05)
    assert found.coherence > 0.99
