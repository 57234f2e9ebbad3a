"""NO05 asks about holes with hard edges, to the sample, and leaves pauses, fades and gates alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.noise.no05_dropout import example, suggest
from hearing import findings, hear

RATE_HZ = 44_100


def chord(seconds: float = 4.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = sum(0.08 * np.sin(2 * np.pi * hz * at_s + hz) for hz in (196.0, 247.0, 330.0, 988.0))
    return np.asarray(tones + 1e-4 * np.random.default_rng(0).standard_normal(at_s.size))


def holed(sound: np.ndarray, start: int, length: int, fade: int = 0) -> np.ndarray:
    out = sound.copy()
    out[start : start + length] = 0.0
    out[start - fade : start] *= np.linspace(1, 0, fade)
    out[start + length : start + length + fade] *= np.linspace(0, 1, fade)
    return out


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO05", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    planted, quiet = example()
    (found,) = hear(planted, "NO05")
    assert (found.severity, found.value) == ("question", pytest.approx(60.0, abs=0.2))
    assert hear(quiet, "NO05") == ()


@pytest.mark.parametrize("fade", [0, 88])
@pytest.mark.parametrize("length", [225, 900, 13_230, 44_100])
def test_fires_at_the_sample_with_and_without_a_short_fade(length: int, fade: int) -> None:
    (found,) = heard(keys=holed(chord(), 60_000, length, fade))
    assert found.severity == "question"
    assert found.start_s == pytest.approx(60_000 / RATE_HZ, abs=0.0003)
    assert found.end_s == pytest.approx((60_000 + length) / RATE_HZ, abs=0.0003)
    assert found.value == pytest.approx(1000 * length / RATE_HZ, abs=0.6)


def test_fires_on_both_channels_gone_and_offers_to_draw_over_a_short_one() -> None:
    gone = holed(chord(), 60_000, 500)
    (found,) = heard(keys=np.stack([gone, 0.5 * gone]))
    assert any("draw over" in option.text for option in suggest(found))
    (longer,) = heard(keys=holed(chord(), 60_000, 20_000))
    assert any("another take" in option.text for option in suggest(longer))


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    session = scenes.session(RATE_HZ, keys=holed(chord(), 60_000, 441))
    assert hear(session, "NO05", min_length_ms=9.5)
    assert not hear(session, "NO05", min_length_ms=10.5)


def test_a_gap_behind_which_it_comes_back_much_louder_is_a_note() -> None:
    sound = holed(chord(), 60_000, 4_410)
    sound[:60_000] *= 0.1
    (found,) = heard(keys=sound)
    assert found.severity == "note"


def test_a_gate_on_a_grid_is_one_note() -> None:
    sound = chord(6.0)
    at = np.arange(sound.size) % 11_025
    (found,) = heard(synth=np.where(at > 8_000, 0.0, sound))
    assert found.severity == "note"
    assert found.throughout


# --- what only looks alike -------------------------------------------------------


def test_quiet_on_silence_a_constant_a_chord_and_a_moment() -> None:
    assert heard(a=np.zeros(50_000), b=np.full(50_000, 0.5), c=chord(), d=chord()[:30]) == ()


@pytest.mark.parametrize("fade_ms", [20, 30, 50, 100, 300])
def test_quiet_on_edited_silence_with_fades(fade_ms: int) -> None:
    assert heard(vocal=holed(chord(), 60_000, 20_000, fade_ms * 44)) == ()


def test_quiet_on_a_pause_of_four_seconds_and_on_the_ends_of_a_stem() -> None:
    paused = np.concatenate([np.zeros(20_000), chord(), np.zeros(4 * RATE_HZ), chord(), np.zeros(20_000)])
    assert heard(keys=paused) == ()


def test_quiet_on_hits_that_ring_out_and_on_one_channel_gone() -> None:
    at_s = np.arange(4 * RATE_HZ) / RATE_HZ
    hits = np.random.default_rng(2).standard_normal(at_s.size) * np.exp(-(at_s % 0.5) / 0.03) * 0.5
    gated = np.where(at_s % 0.5 < 0.25, hits, 0.0)
    assert heard(hits=hits, gated=gated, one=np.stack([chord(), holed(chord(), 60_000, 900)])) == ()


# --- real recordings ---------------------------------------------------------------


def of_file(path: Path, start: int = 0, length: int = 0) -> tuple[Finding, ...]:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    sound[start : start + length] = 0.0
    return findings("NO05", rate_hz=rate_hz, stem=sound.T)


@pytest.mark.real_audio
def test_quiet_on_every_raw_stem_of_the_seven_songs_edited_silence_and_all(data: Path) -> None:
    for path in sorted((data / "stems").glob("*/raw/*.flac")):
        assert of_file(path) == (), path


@pytest.mark.real_audio
def test_quiet_on_finished_music_and_on_voices(data: Path) -> None:
    for path in [*(data / "clean").iterdir(), *(data / "voice").glob("*.wav")]:
        assert of_file(path) == (), path.name


@pytest.mark.real_audio
@pytest.mark.parametrize("length", [300, 4_410, 30_000])
@pytest.mark.parametrize("name", ["Rock/raw/02 electric bass", "Hendrix/raw/03 distorted electric guitar"])
def test_fires_where_real_playing_drops_out(data: Path, name: str, length: int) -> None:
    (found,) = of_file(data / "stems" / f"{name}.flac", 200_000, length)
    assert found.severity == "question"
    assert found.evidence["sample"] == pytest.approx(200_000, abs=3)
    assert found.evidence["length_samples"] == pytest.approx(length, abs=6)
