"""The noise floor is the level of the pauses; where there is none, there is no number."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.noise_floor import NoiseFloor
from earmark.features.stem_pass import measure_stem

RATE_HZ = 8_000


def of(sound: np.ndarray) -> NoiseFloor:
    return measure_stem(scenes.session(RATE_HZ, vox=sound).stems[0], [NoiseFloor])[NoiseFloor]


def noise(dbfs: float, seconds: float = 10.0) -> np.ndarray:
    return 10 ** (dbfs / 20) * np.random.default_rng(2).standard_normal(round(seconds * RATE_HZ))


def part(seconds: float = 10.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 0.3 * np.sin(2 * np.pi * 300 * at_s) * (at_s % 2.0 < 1.2)


@pytest.mark.parametrize("dbfs", [-90.0, -70.0, -50.0])
def test_the_level_of_the_noise_in_the_pauses_is_read(dbfs: float) -> None:
    assert of(part() + noise(dbfs)).noise_floor_dbfs == pytest.approx(dbfs, abs=1.0)


def test_edited_silence_is_left_out_and_counted() -> None:
    sound = part() + noise(-70.0)
    sound[4 * RATE_HZ : 8 * RATE_HZ] = 0.0
    got = of(sound)
    assert got.noise_floor_dbfs == pytest.approx(-70.0, abs=1.0)
    assert got.silent_share == pytest.approx(0.4, abs=0.02)


@pytest.mark.parametrize("sound", [noise(-20.0), np.zeros(RATE_HZ * 3), np.full(20, 0.2), np.full(RATE_HZ * 3, 0.2)])
def test_without_a_pause_there_is_no_number(sound: np.ndarray) -> None:
    assert of(sound).noise_floor_dbfs is None
