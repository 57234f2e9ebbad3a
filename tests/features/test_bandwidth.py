"""Bandwidth says where a spectrum ends and how steeply."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio
from earmark.features.bandwidth import Bandwidth, frame_samples
from earmark.features.engine import measure
from earmark.session import find
from measuring import fed, measured

RATE_HZ = 48_000


def shaped(gain_of_hz, seconds: float = 3.0, rate_hz: int = RATE_HZ, seed: int = 2) -> np.ndarray:
    noise = 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))
    return np.fft.irfft(np.fft.rfft(noise) * gain_of_hz(np.fft.rfftfreq(noise.size, 1 / rate_hz)), noise.size)


def ended_at(hz: float, **how) -> np.ndarray:
    return shaped(lambda f: 1.0 * (f < hz), **how)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
@pytest.mark.parametrize("hz", [12_000.0, 16_000.0, 20_000.0])
def test_a_brick_wall_is_found_where_it_stands(rate_hz: int, hz: float) -> None:
    found = measured(Bandwidth, ended_at(hz, rate_hz=rate_hz), rate_hz)
    assert found.cutoff_hz == pytest.approx(hz, abs=120.0)
    assert found.cliff_db > 80.0


def test_the_cliff_is_as_high_as_the_step() -> None:
    step = shaped(lambda f: np.where(f < 15_000.0, 1.0, 10 ** (-50 / 20)))
    found = measured(Bandwidth, step)
    assert found.cliff_db == pytest.approx(50.0, abs=2.0)
    assert found.shelf_db - found.floor_db == pytest.approx(50.0, abs=2.0)


def test_a_full_scale_sine_reads_0_db() -> None:
    hz = 100 * RATE_HZ / frame_samples(RATE_HZ)
    found = measured(Bandwidth, np.sin(2 * np.pi * hz * np.arange(RATE_HZ) / RATE_HZ))
    width = round(100.0 / found.bin_hz)  # the smoothing spreads it over so many bins, the window over 1.5
    assert found.spectrum_db.max() == pytest.approx(10 * np.log10(1.5 / width), abs=0.1)


def test_gentle_slopes_and_all_pass_sounds_have_no_cliff() -> None:
    for sound in (shaped(lambda f: 1.0 + 0.0 * f), shaped(lambda f: 1.0 / (1.0 + (f / 5_000.0) ** 4))):
        assert measured(Bandwidth, sound).cliff_db == 0.0


def test_a_hole_is_no_end() -> None:
    notched = shaped(lambda f: np.where((f > 12_000.0) & (f < 16_000.0), 1e-4, 1.0))
    assert measured(Bandwidth, notched).cliff_db == 0.0


def test_the_highest_of_two_cliffs_counts() -> None:
    stairs = shaped(lambda f: np.where(f < 12_000.0, 1.0, np.where(f < 18_000.0, 1e-2, 1e-5)))
    assert measured(Bandwidth, stairs).cutoff_hz == pytest.approx(18_000.0, abs=120.0)


def test_gain_and_sides_change_neither_place_nor_height() -> None:
    sound = shaped(lambda f: np.where(f < 15_000.0, 1.0, 1e-2))
    plain, soft = measured(Bandwidth, sound), measured(Bandwidth, np.stack([0.01 * sound, -0.01 * sound]))
    assert soft.cutoff_hz == plain.cutoff_hz
    assert soft.cliff_db == pytest.approx(plain.cliff_db, abs=0.01)
    assert soft.shelf_db == pytest.approx(plain.shelf_db - 40.0, abs=0.01)


def test_rare_bright_places_count() -> None:
    sound = 0.01 * ended_at(3_000.0, seconds=12.0)
    sound[RATE_HZ : 2 * RATE_HZ] += ended_at(16_000.0, seconds=1.0)
    assert measured(Bandwidth, sound).cutoff_hz == pytest.approx(16_000.0, abs=120.0)


@pytest.mark.parametrize("sound", [np.zeros(RATE_HZ), np.zeros(0), np.ones(10), np.ones((2, 4_000))])
def test_silence_and_what_is_too_short_have_no_spectrum(sound: np.ndarray) -> None:
    found = measured(Bandwidth, sound)
    assert (found.frames, found.spectrum_db.size, found.cliff_db, found.cutoff_hz) == (0, 0, 0.0, 0.0)


def test_a_long_stem_does_not_take_more_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earmark.features.bandwidth.MOST_FRAMES", 8)
    found = measured(Bandwidth, ended_at(16_000.0, seconds=30.0))
    assert 4 <= found.frames <= 8
    assert found.cutoff_hz == pytest.approx(16_000.0, abs=120.0)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(1, 60_000), max_size=4))
def test_how_the_blocks_are_cut_changes_nothing(lengths: list[int]) -> None:
    sound = ended_at(16_000.0, seconds=6.0)
    whole = fed(Bandwidth, sound, [])
    assert np.array_equal(fed(Bandwidth, sound, lengths).spectrum_db, whole.spectrum_db)


@pytest.mark.real_audio
def test_the_same_loop_as_pcm_mp3_and_vorbis(data: Path) -> None:
    ends = {}
    for name in ("dubstep.wav", "dubstep.mp3", "dubstep.ogg"):
        session = audio.probe(find([data / "formats" / name])[0])
        (found,) = measure(session, {Bandwidth}, jobs=1).of_kind(Bandwidth)
        ends[name[-3:]] = (found.cutoff_hz, found.cliff_db)
    assert ends["wav"] == (0.0, 0.0)
    # 18.5 and 17.5 kHz as read off by eye, where the fall begins; here half way down
    assert 18_000.0 < ends["mp3"][0] < 19_100.0
    assert 17_300.0 < ends["ogg"][0] < 18_500.0
    assert min(ends["mp3"][1], ends["ogg"][1]) > 40.0
