"""NO04 asks where the wave jumps to another course, to the sample, and leaves what jumps on purpose alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.noise.no04_edit_click import example, suggest
from hearing import findings, hear

RATE_HZ = 44_100


def chord(seconds: float = 3.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tones = sum(0.08 * np.sin(2 * np.pi * hz * at_s + hz) for hz in (196.0, 247.0, 330.0, 988.0))
    return np.asarray(tones + 1e-4 * np.random.default_rng(0).standard_normal(at_s.size))


def cut(sound: np.ndarray, at: int, count: int) -> np.ndarray:
    return np.concatenate([sound[:at], sound[at + count :]])


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO04", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    planted, quiet = example()
    (found,) = hear(planted, "NO04")
    assert (found.severity, found.evidence["sample"]) == ("question", 16_000)
    assert hear(quiet, "NO04") == ()


@pytest.mark.parametrize("count", [23, 150, 400])
def test_fires_at_the_sample_with_the_size_of_the_jump(count: int) -> None:
    sound = cut(chord(), 60_000, count)
    jump = abs(sound[60_000] - sound[59_999])
    assert jump > 0.04
    for upright in (1, -1):
        (found,) = heard(keys=upright * sound)
        assert found.severity == "question"
        assert found.start_s == pytest.approx(60_000 / RATE_HZ, abs=1e-9)
        assert found.value == pytest.approx(jump, abs=0.02)


def test_fires_as_a_note_where_the_jump_is_small_and_plain() -> None:
    sound = cut(chord(), 60_000, 150)
    (found,) = heard(keys=sound * (0.02 / abs(sound[60_000] - sound[59_999])))
    assert found.severity == "note"
    assert 0.01 <= found.value < 0.03


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    session = scenes.session(RATE_HZ, keys=cut(chord(), 60_000, 150))
    (found,) = hear(session, "NO04")
    assert hear(session, "NO04", threshold=found.value - 0.001)[0].severity == "question"
    assert hear(session, "NO04", threshold=found.value + 0.001)[0].severity == "note"
    assert not hear(session, "NO04", note_threshold=found.value + 0.001, threshold=0.9)


def test_fires_on_a_hard_stop_and_offers_a_fade_out() -> None:
    sound = np.concatenate([chord(1.0)[:44_000], np.zeros(5 * RATE_HZ)])
    jump = abs(sound[43_999])
    (found,) = heard(keys=sound * (0.1 / jump))
    assert found.evidence["into_silence"]
    assert found.evidence["sample"] == 44_000
    assert "fade-out" in next(iter(suggest(found))).text


# --- what only looks alike -------------------------------------------------------


def test_quiet_on_silence_a_constant_a_chord_and_a_moment() -> None:
    assert heard(a=np.zeros(50_000), b=np.full(50_000, 0.5), c=chord(), d=chord()[:30]) == ()


def test_quiet_on_a_crossfade_of_five_milliseconds() -> None:
    sound, fade = chord(), np.linspace(0, 1, 220)
    joined = np.concatenate(
        [sound[:60_000], sound[60_000:60_220] * (1 - fade) + sound[60_150:60_370] * fade, sound[60_370:]]
    )
    assert heard(keys=joined) == ()


def test_quiet_on_a_sound_that_starts_out_of_silence() -> None:
    started = np.concatenate([np.zeros(RATE_HZ), np.cos(2 * np.pi * 300.0 * np.arange(RATE_HZ) / RATE_HZ) * 0.3])
    assert heard(drum=started) == ()


def test_quiet_on_a_saw_a_square_and_a_click() -> None:
    at_s = np.arange(3 * RATE_HZ) / RATE_HZ
    saw = 0.3 * (2 * (at_s * 55.0 % 1.0) - 1)
    square = 0.3 * np.sign(np.sin(2 * np.pi * 82.4 * at_s))
    clicked = chord()
    clicked[60_000:60_004] += 0.2
    assert heard(saw=saw, square=square, clicked=clicked) == ()


def test_a_slow_saw_jumps_on_purpose_and_is_one_note() -> None:
    at_s = np.arange(4 * RATE_HZ) / RATE_HZ
    (found,) = heard(
        lead=0.3 * (2 * (at_s * 8.0 % 1.0) - 1) + 1e-4 * np.random.default_rng(1).standard_normal(at_s.size)
    )
    assert found.severity == "note"
    assert found.throughout


def test_quiet_on_the_edges_of_a_gap_and_on_a_digital_glitch() -> None:
    holed, held = chord(), chord()
    holed[50_000:55_000] = 0.0
    held[80_000:80_700] = held[79_999]
    assert heard(holed=holed, held=held) == ()


# --- real recordings ---------------------------------------------------------------


def of_file(path: Path, at: int = 0, count: int = 0) -> tuple[Finding, ...]:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return findings("NO04", rate_hz=rate_hz, stem=np.concatenate([sound[:at], sound[at + count :]]).T)


@pytest.mark.real_audio
def test_quiet_on_every_raw_stem_but_one_that_really_stops_hard(data: Path) -> None:
    for path in sorted((data / "stems").glob("*/raw/*.flac")):
        found = of_file(path)
        if "80sRock" in str(path) and path.name.startswith("02"):
            assert [(one.severity, one.evidence["into_silence"]) for one in found] == [("note", True)]
            assert found[0].start_s == pytest.approx(34.9454, abs=1e-4)
        else:
            assert found == (), path


@pytest.mark.real_audio
def test_quiet_on_finished_music_and_on_voices(data: Path) -> None:
    for path in [*(data / "clean").iterdir(), *(data / "voice").glob("*.wav")]:
        assert of_file(path) == (), path.name


@pytest.mark.real_audio
@pytest.mark.parametrize(
    "name", ["Rock/raw/02 electric bass", "Beatles/raw/05 acoustic guitar", "Rock/raw/05 male singer"]
)
def test_fires_where_real_playing_is_cut(data: Path, name: str) -> None:
    import soundfile

    path = data / "stems" / f"{name}.flac"
    sound = soundfile.read(path, dtype="float32")[0]
    at = 200_000 + int(np.argmax(np.abs(sound[200_300:260_300] - sound[199_999:259_999])))
    (found,) = of_file(path, at, 300)
    assert (found.severity, found.evidence["sample"]) == ("question", at)
