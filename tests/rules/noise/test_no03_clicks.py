"""NO03 asks about samples off the course of the wave, to the sample, and leaves attacks, pulses and layers alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.noise.no03_clicks import example, suggest
from hearing import findings, hear

RATE_HZ = 44_100


def chord(seconds: float = 3.0, seed: int = 0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = sum(0.08 * np.sin(2 * np.pi * hz * at_s + hz) for hz in (196.0, 247.0, 330.0, 988.0))
    return np.asarray(tones + 1e-4 * np.random.default_rng(seed).standard_normal(at_s.size))


def clicked(sound: np.ndarray, *places: int, height: float = 0.1, length: int = 1) -> np.ndarray:
    out = sound.copy()
    for at in places:
        out[at : at + length] += height
    return out


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO03", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    planted, quiet = example()
    (found,) = hear(planted, "NO03")
    assert (found.severity, found.evidence["sample"]) == ("question", 16_000)
    assert found.value == pytest.approx(-16.5, abs=0.5)
    assert hear(quiet, "NO03") == ()


@pytest.mark.parametrize("length", [1, 3, 10, 40])
@pytest.mark.parametrize("height", [0.02, 0.1, -0.5])
def test_fires_at_the_sample_for_as_long_as_it_lasts(height: float, length: int) -> None:
    (found,) = heard(keys=clicked(chord(), 50_003, height=height, length=length))
    assert found.start_s == pytest.approx(50_003 / RATE_HZ, abs=1e-9)
    assert found.end_s == pytest.approx((50_003 + length) / RATE_HZ, abs=1e-9)
    assert found.value == pytest.approx(20 * np.log10(abs(height)), abs=1.5)


def test_fires_once_per_click_and_each_says_how_many_there_are() -> None:
    found = heard(keys=clicked(chord(), 30_000, 61_111, 90_210))
    assert [one.evidence["sample"] for one in found] == [30_000, 61_111, 90_210]
    assert {one.evidence["places"] for one in found} == {3}
    assert "3 clicks" in next(iter(suggest(found[0]))).text


def test_fires_in_session_time_and_in_one_channel_of_two() -> None:
    session = scenes.session(RATE_HZ, keys=np.stack([chord(seed=1), clicked(chord(seed=2), 50_000)]))
    late = replace(session, stems=(replace(session.stems[0], start_s=7.0),))
    (found,) = hear(late, "NO03")
    assert found.start_s == pytest.approx(7.0 + 50_000 / RATE_HZ)
    assert "channel 2" in found.message


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    session = scenes.session(RATE_HZ, keys=clicked(chord(), 50_000, height=0.02))
    assert hear(session, "NO03", threshold_dbfs=-35.0)
    assert not hear(session, "NO03", threshold_dbfs=-33.0)


def test_a_crackle_all_over_is_one_note() -> None:
    rng = np.random.default_rng(3)
    places = np.cumsum(rng.integers(6_000, 12_000, 36))
    sound = chord(12.0)
    for at in places[places < sound.size - 2_000]:
        sound[at] += rng.uniform(0.05, 0.4)
    (found,) = heard(keys=sound)
    assert found.severity == "note"
    assert found.throughout
    assert len(found.evidence["samples"]) > 30  # type: ignore[arg-type]


def test_clicks_on_a_grid_of_one_height_are_one_note() -> None:
    (found,) = heard(keys=clicked(chord(8.0), *range(30_000, 330_000, 22_050)))
    assert found.severity == "note"
    assert "evenly spaced" in found.message


# --- what only looks alike -------------------------------------------------------


def test_quiet_on_silence_a_constant_a_chord_and_a_moment() -> None:
    assert heard(a=np.zeros(50_000), b=np.full(50_000, 0.5), c=chord(), d=chord()[:30]) == ()


def test_quiet_on_sticks_and_plucks() -> None:
    rng, at_s = np.random.default_rng(4), np.arange(4 * RATE_HZ) / RATE_HZ
    since_s = at_s % 0.37
    stick = 0.5 * rng.standard_normal(at_s.size) * np.exp(-since_s / 0.02)
    rim = 0.5 * rng.standard_normal(at_s.size) * np.exp(-since_s / 0.004)
    pluck = sum(np.sin(2 * np.pi * 147.0 * k * since_s) * np.exp(-since_s * (3 + k)) / k for k in range(1, 40)) * 0.2
    assert heard(stick=stick, rim=rim, pluck=pluck) == ()


def test_quiet_on_glottal_pulses() -> None:
    at_s = np.arange(3 * RATE_HZ) / RATE_HZ
    phase = np.cumsum(110.0 + 4.0 * np.sin(2 * np.pi * 5.0 * at_s)) / RATE_HZ
    pulses = np.diff(np.floor(phase), prepend=0.0)
    ring = np.exp(-np.arange(600) / 60.0) * np.sin(2 * np.pi * 700.0 * np.arange(600) / RATE_HZ)
    assert heard(voice=0.5 * np.convolve(pulses, ring)[: at_s.size]) == ()


def test_quiet_on_a_saw_a_square_and_a_fuzz() -> None:
    at_s = np.arange(3 * RATE_HZ) / RATE_HZ
    saw = 0.3 * (2 * (at_s * 55.0 % 1.0) - 1)
    square = 0.3 * np.sign(np.sin(2 * np.pi * 82.4 * at_s))
    fuzz = 0.5 * np.tanh(20 * chord()[: at_s.size] * np.exp(-(at_s % 1.0)))
    assert heard(saw=saw, square=square, fuzz=fuzz) == ()


def test_quiet_on_the_edges_of_a_gap_and_on_a_digital_glitch() -> None:
    holed, again = chord(), chord()
    holed[50_000:50_300] = 0.0
    again[80_000:80_070] = again[79_930:80_000]
    assert heard(holed=holed, again=again) == ()


# --- real recordings ---------------------------------------------------------------


def of_file(path: Path, *places: int, height: float = 0.0) -> tuple[Finding, ...]:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    sound[list(places)] += height
    return findings("NO03", rate_hz=rate_hz, stem=sound.T)


@pytest.mark.real_audio
def test_quiet_on_every_raw_stem_of_the_seven_songs(data: Path) -> None:
    assert {path.name: of_file(path) for path in sorted((data / "stems").glob("*/raw/*.flac")) if of_file(path)} == {}


@pytest.mark.real_audio
def test_quiet_on_finished_music_and_on_voices(data: Path) -> None:
    paths = [*(data / "clean").iterdir(), *(data / "voice").glob("*.wav")]
    assert {path.name: of_file(path) for path in paths if of_file(path)} == {}


@pytest.mark.real_audio
@pytest.mark.parametrize("name", ["Rock/raw/02 electric bass", "Hendrix/raw/04 male singer", "Punk/raw/04 male singer"])
def test_fires_on_clicks_laid_on_real_playing(data: Path, name: str) -> None:
    places = (155_555, 233_333, 311_111)
    found = of_file(data / "stems" / f"{name}.flac", *places, height=0.25)
    assert tuple(one.evidence["sample"] for one in found) == places
    assert {one.severity for one in found} == {"question"}
