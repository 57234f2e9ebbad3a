"""Lines are placed within half a hertz and read at their level; notes and noise give none that holds still."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.steady_lines import PARTS, SteadyLines


def lines(sound: np.ndarray, rate_hz: int = 48_000) -> SteadyLines:
    return measure(scenes.session(rate_hz, guitar=sound), {SteadyLines}, jobs=1).stem("guitar", SteadyLines)


def scene(rate_hz: int, *tones: tuple[float, float]) -> np.ndarray:
    at_s = np.arange(5 * rate_hz) / rate_hz
    sound = 1e-4 * np.random.default_rng(1).standard_normal(at_s.size)
    return np.asarray(sound + sum(10 ** (db / 20) * np.sin(2 * np.pi * hz * at_s) for hz, db in tones))


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("hz", [517.3, 4321.0, 15_625.0])
def test_a_line_is_read_where_and_as_loud_as_it_is(rate_hz: int, hz: float) -> None:
    (found,) = lines(scene(rate_hz, (hz, -60.0)), rate_hz).lines
    assert found.freq_hz == pytest.approx(hz, abs=0.5)
    assert found.level_dbfs == pytest.approx(-60.0, abs=0.7)
    assert found.swing_db < 1.0
    assert found.drift_hz < 0.5


def test_windows_are_spread_over_the_stem_and_lie_in_its_pauses() -> None:
    at_s = np.arange(10 * 48_000) / 48_000
    part = 0.3 * np.sin(2 * np.pi * 220.0 * at_s) * (at_s % 2.0 < 1.0)
    found = lines(part + 1e-4 * np.random.default_rng(2).standard_normal(at_s.size))
    assert len(found.windows_s) == PARTS
    assert all(
        start_s % 2.0 >= 1.0 and end_s - start_s == pytest.approx(16_384 / 48_000) for start_s, end_s in found.windows_s
    )
    assert found.depth_db == pytest.approx(20 * np.log10(0.3 / np.sqrt(2) / 1e-4), abs=1.5)


def test_noise_and_silence_have_none() -> None:
    assert lines(scene(48_000)).lines == ()
    silent = lines(np.zeros(5 * 48_000))
    assert (silent.lines, silent.windows_s, silent.depth_db, silent.comb) == ((), (), 0.0, None)


def test_a_line_below_400_hz_is_left_to_the_mains() -> None:
    assert lines(scene(48_000, (350.0, -40.0))).lines == ()


def test_the_bursts_of_a_telephone_are_counted() -> None:
    at_s = np.arange(5 * 48_000) / 48_000
    period_s = 6 / 1300.0
    comb = lines(scene(48_000) + 0.01 * (at_s % period_s < period_s / 8)).comb
    assert comb is not None
    assert comb.lines >= 12  # one in eight of fifteen harmonics vanishes in a pulse this wide
