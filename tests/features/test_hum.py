"""The comb is found where it is, with its level, and its steadiness tells it from notes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.features.hum import HumLines, Spectrum
from earmark.features.stem_pass import measure_stem

RATE_HZ = 8_000


def lines_of(sound: np.ndarray, rate_hz: int = RATE_HZ) -> HumLines:
    return measure_stem(scenes.session(rate_hz, guitar=sound).stems[0], [HumLines])[HumLines]


def hum(base_hz: float, dbfs: float, seconds: float = 6.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    heights = ((1, 0.0), (2, -12.0), (3, -6.0), (5, -12.0))
    return sum(10 ** ((dbfs + db) / 20) * np.sin(2 * np.pi * base_hz * k * at_s) for k, db in heights)


def plucks(seconds: float = 6.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    noise = 3e-5 * np.random.default_rng(7).standard_normal(at_s.size)
    return 0.4 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-9.0 * (at_s % 2.0)) + noise


@pytest.mark.parametrize("base_hz", [49.88, 50.0, 50.05, 59.93, 60.02])
@pytest.mark.parametrize("dbfs", [-80.0, -60.0, -40.0])
def test_lines_are_read_within_half_a_decibel_and_a_twentieth_of_a_hertz(base_hz: float, dbfs: float) -> None:
    got = lines_of(plucks() + hum(base_hz, dbfs))
    assert got.mains_hz == round(base_hz, -1)
    assert got.base_hz == pytest.approx(base_hz, abs=0.05)
    assert got.lines[0].level_dbfs == pytest.approx(dbfs, abs=0.5)
    assert got.lines[2].level_dbfs == pytest.approx(dbfs - 6.0, abs=0.5)
    assert got.swing_db < 0.5


def test_the_pauses_are_where_nobody_plays() -> None:
    got = lines_of(plucks() + hum(50.0, -60.0))
    assert got.in_pauses
    assert got.clearest is not None
    assert 0.3 < got.clearest.start_s % 2.0 < 1.5
    assert all(stretch.duration_s >= 0.5 for stretch in got.stretches)


def test_a_held_note_beside_the_mains_keeps_its_own_pitch() -> None:
    at_s = np.arange(6 * RATE_HZ) / RATE_HZ
    bass = sum(0.1 / k * np.sin(2 * np.pi * 48.95 * k * at_s) for k in range(1, 6))
    assert abs(lines_of(bass).base_hz - 50.0) > 0.4


def test_digital_silence_and_very_short_stems_have_no_stretch() -> None:
    assert lines_of(np.zeros(4 * RATE_HZ)).stretches == ()
    assert lines_of(np.full(100, 0.1)).clearest is None


@pytest.mark.parametrize("rate_hz", [200, 400, 800, 1_600])
def test_a_rate_too_low_for_the_comb_has_no_stretch(rate_hz: int) -> None:
    assert lines_of(hum(50.0, -60.0, rate_hz=rate_hz), rate_hz).stretches == ()


def test_hum_in_one_channel_reads_as_loud_as_it_is_there() -> None:
    left = plucks() + hum(50.0, -60.0)
    got = lines_of(np.stack([plucks(), left]))
    assert got.lines[0].level_dbfs == pytest.approx(-60.0, abs=0.5)


@pytest.mark.real_audio
def test_the_real_hum_of_a_guitar_reads_as_it_was_measured_by_hand(data: Path) -> None:
    import soundfile

    sound, rate_hz = soundfile.read(data / "stems/Beatles/raw/04 clean electric guitar.flac", dtype="float32")
    got = lines_of(sound, rate_hz)
    truth = {1: (50.01, -77.0), 2: (99.93, -95.0), 3: (149.93, -88.0), 4: (199.90, -101.0), 5: (249.90, -93.0)}
    for harmonic, (freq_hz, dbfs) in truth.items():
        line = got.lines[harmonic - 1]
        assert line.freq_hz == pytest.approx(freq_hz, abs=0.08)
        assert line.level_dbfs == pytest.approx(dbfs, abs=1.5)
    assert got.swing_db < 0.5
    assert any(stretch.start_s < 24.30 and stretch.end_s > 23.54 for stretch in got.stretches)


def test_a_line_on_a_slope_is_read_where_it_was_looked_for() -> None:
    """The highest point in reach may lie at its edge, where a parabola's top can be far away."""
    rising = np.linspace(-120.0, -20.0, 8193) ** 3 / 1e4
    spectrum = Spectrum(rising, per_hz=16.0, width_hz=1.0)
    assert spectrum.peak_hz(50.0, 1.0) == pytest.approx(51.0, abs=0.1)
