"""NO11 asks about values held and blocks repeated to the last bit, and leaves tones, stutters and clipping alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.noise.no11_digital_glitch import example
from hearing import findings, hear

RATE_HZ = 44_100


def glide(seconds: float = 3.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = 0.3 * np.sin(2 * np.pi * (150.0 * at_s + 40.0 * at_s**2))
    return np.asarray(sound + 1e-4 * np.random.default_rng(1).standard_normal(at_s.size))


def repeated(at: int, lag: int, times: int = 1) -> np.ndarray:
    out = glide()
    out[at : at + times * lag] = np.tile(out[at - lag : at], times)
    return out


def held(at: int, length: int) -> np.ndarray:
    out = glide()
    out[at : at + length] = out[at - 1]
    return out


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO11", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    planted, quiet = example()
    (found,) = hear(planted, "NO11")
    assert (found.severity, found.evidence["lag_samples"]) == ("question", 500)
    assert found.start_s == 1.0
    assert hear(quiet, "NO11") == ()


@pytest.mark.parametrize("lag", [64, 256, 1_000, 4_096])
def test_fires_on_a_block_played_twice_from_its_first_sample_to_its_last(lag: int) -> None:
    (found,) = heard(keys=repeated(70_000, lag))
    assert found.severity == "question"
    assert found.aspect == "repeated"
    assert (found.evidence["sample"], found.evidence["length_samples"]) == (70_000, lag)


@pytest.mark.parametrize("length", [40, 300, 2_000])
def test_fires_on_a_value_that_is_held(length: int) -> None:
    (found,) = heard(keys=held(70_020, length))
    assert found.severity == "question"
    assert found.aspect == "held"
    assert found.evidence["sample"] == 70_019  # the value was there once before it stuck
    assert found.evidence["length_samples"] == length + 1


def test_fires_once_though_both_edges_break() -> None:
    both = repeated(70_000, 700)
    both[100_000:100_300] = both[99_999]
    assert [one.aspect for one in heard(keys=both)] == ["repeated", "held"]


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    session = scenes.session(RATE_HZ, keys=held(70_020, 100))
    assert hear(session, "NO11", min_held_samples=101)
    assert not hear(session, "NO11", min_held_samples=102)


def test_a_stutter_is_a_note() -> None:
    (found,) = heard(vocal=repeated(70_000, 2_205, times=4))
    assert found.severity == "note"
    assert "stutter" in found.doubt


# --- what only looks alike -------------------------------------------------------


def test_quiet_on_silence_a_constant_a_glide_and_a_moment() -> None:
    assert heard(a=np.zeros(50_000), b=np.full(50_000, 0.5), c=glide(), d=glide()[:30]) == ()


def test_quiet_on_a_steady_tone_whose_period_is_a_whole_number_and_that_steps() -> None:
    tone = np.float32(0.2) * np.sin(2 * np.pi * np.arange(RATE_HZ * 2) / 100).astype(np.float32)
    tone = np.tile(tone[:100], 800)
    tone[40_000:] *= 0.5
    assert heard(tone=tone) == ()


def test_quiet_on_a_wave_cut_flat_on_a_square_and_on_a_gap() -> None:
    at_s = np.arange(3 * RATE_HZ) / RATE_HZ
    clipped = np.clip(1.5 * np.sin(2 * np.pi * 41.0 * at_s), -0.7, 0.7)
    square = 0.3 * np.sign(np.sin(2 * np.pi * 20.3 * at_s))
    gone = glide()
    gone[70_000:72_000] = 0.0
    assert heard(clipped=clipped, square=square, gone=gone) == ()


def test_quiet_on_clicks_and_cuts() -> None:
    clicked = glide()
    clicked[50_000] += 0.4
    assert heard(clicked=clicked, cut=np.delete(glide(), np.s_[60_000:60_100])) == ()


# --- real recordings ---------------------------------------------------------------


@pytest.mark.real_audio
def test_quiet_on_every_raw_stem_and_on_finished_music(data: Path) -> None:
    import soundfile

    for path in [*sorted((data / "stems").glob("*/raw/*.flac")), *(data / "clean").iterdir()]:
        sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
        assert findings("NO11", rate_hz=rate_hz, stem=sound.T) == (), path


@pytest.mark.real_audio
@pytest.mark.parametrize("name", ["Rock/raw/02 electric bass", "Hendrix/raw/04 male singer"])
def test_fires_where_a_real_stem_stutters_once(data: Path, name: str) -> None:
    import soundfile

    sound, rate_hz = soundfile.read(data / "stems" / f"{name}.flac", dtype="float32")
    steps = np.abs(sound[199_488 : 199_488 + 40_000] - sound[199_999 : 199_999 + 40_000])
    at = 200_000 + int(np.argmax(steps))
    sound[at : at + 512] = sound[at - 512 : at]
    (found,) = findings("NO11", rate_hz=rate_hz, stem=sound)
    assert (found.severity, found.evidence["sample"], found.evidence["lag_samples"]) == ("question", at, 512)
