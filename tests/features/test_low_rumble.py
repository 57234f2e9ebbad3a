"""The steady level below 40 Hz, at its own level, without what lies above and what passes."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.low_rumble import LowRumble

RATE_HZ = 8_000
AT_S = np.arange(8 * RATE_HZ) / RATE_HZ


def rumble(sound: np.ndarray) -> LowRumble:
    return measure(scenes.session(RATE_HZ, guitar=sound), {LowRumble}, jobs=1).stem("guitar", LowRumble)


@pytest.mark.parametrize("hz", [16.0, 25.0, 34.0])
def test_a_sine_reads_its_power_and_its_frequency(hz: float) -> None:
    found = rumble(0.1 * np.sin(2 * np.pi * hz * AT_S))
    assert found.level_dbfs == pytest.approx(-23.0, abs=0.2)
    assert found.peak_hz == pytest.approx(hz, abs=1.1)


def test_what_lies_above_does_not_count() -> None:
    found = rumble(0.3 * np.sin(2 * np.pi * 82.4 * AT_S))
    assert found.level_dbfs is not None
    assert found.level_dbfs < -70.0
    assert found.loud_dbfs == pytest.approx(-13.5, abs=1.0)  # 10 ms hold no whole period


def test_what_sounds_one_second_in_four_is_not_steady() -> None:
    found = rumble(0.1 * np.sin(2 * np.pi * 25.0 * AT_S) * (AT_S % 4.0 < 1.0) + 1e-5 * np.sin(2 * np.pi * 25.0 * AT_S))
    assert found.level_dbfs is not None
    assert found.level_dbfs < -90.0


def test_digital_silence_and_short_stems_have_no_level() -> None:
    assert rumble(np.zeros(4 * RATE_HZ)).level_dbfs is None
    assert rumble(np.full(500, 0.1)).level_dbfs is None


def test_pauses_are_where_nothing_else_sounds() -> None:
    part = 0.2 * np.sin(2 * np.pi * 220.0 * AT_S) * (AT_S % 2.0 < 1.0)
    found = rumble(part + 0.01 * np.sin(2 * np.pi * 25.0 * AT_S))
    assert found.in_pauses_dbfs == pytest.approx(-43.0, abs=0.5)
    assert rumble(0.2 * np.sin(2 * np.pi * 220.0 * AT_S)).in_pauses_dbfs is None
