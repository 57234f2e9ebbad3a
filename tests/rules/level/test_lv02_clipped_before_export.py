"""LV02 finds flat tops below full scale, and tells them from round tops, repeats, coarse steps and limiters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.audio import probe
from earmark.model import Finding
from earmark.rules.level.lv02_clipped_before_export import example, suggest
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000
TIME_S = np.arange(4 * RATE_HZ) / RATE_HZ


def struck(gain: float, decay: float = 6.0) -> np.ndarray:
    """Hits of differing strength, every half second."""
    strength = np.array([1.0, 0.7, 0.9, 0.6, 0.95, 0.8, 1.0, 0.75])[(TIME_S / 0.5).astype(int)]
    return gain * strength * np.exp(-decay * (TIME_S % 0.5)) * np.sin(2 * np.pi * 311.3 * TIME_S)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV02", rate_hz=RATE_HZ, **stems)


@pytest.mark.parametrize("down_db", [1.5, 6.0, 20.0])
def test_fires_on_what_was_clipped_and_turned_down_at_any_level(down_db: float) -> None:
    (found,) = heard(tom=10 ** (-down_db / 20) * np.clip(struck(1.6), -1, 1))
    assert found.severity == "question"
    assert f"cut flat at -{down_db:.1f} dBFS" in found.message


def test_fires_through_16_bits() -> None:
    cut = 0.25 * np.clip(struck(1.6), -1, 1)
    (found,) = heard(tom=np.round(32_767 * cut) / 32_768)
    assert "-12.0 dBFS" in found.message


def test_fires_on_one_side_of_the_wave_that_is_cut_lower() -> None:
    (found,) = heard(tom=np.clip(struck(1.0), -0.4, 1.0))
    assert found.evidence["sides"] == ["lower"]
    (mirrored,) = heard(tom=-np.clip(struck(1.0), -0.4, 1.0))
    assert mirrored.evidence["sides"] == ["upper"]


def test_fires_at_a_plateau_below_the_highest_peaks() -> None:
    cut = 0.5 * np.clip(struck(1.6), -1, 1)
    cut[: RATE_HZ // 2] = struck(0.85)[: RATE_HZ // 2]  # one region that was never clipped stands above it
    (found,) = heard(tom=cut)
    assert "-6.0 dBFS" in found.message


def test_fires_in_the_channel_that_was_cut() -> None:
    (found,) = heard(room=np.stack([struck(0.5), 0.5 * np.clip(struck(1.6), -1, 1)]))
    assert set(found.evidence["channels"]) == {1}  # type: ignore[arg-type]


def test_fires_in_session_time() -> None:
    session = scenes.session(RATE_HZ, tom=0.5 * np.clip(struck(1.6), -1, 1))
    late = replace(session, stems=(replace(session.stems[0], start_s=30.0),))
    (here,), (there,) = hear(session, "LV02"), hear(late, "LV02")
    assert here.start_s is not None
    assert there.start_s == pytest.approx(here.start_s + 30.0)


def test_fires_as_a_note_where_name_or_the_whole_sound_says_that_it_is_meant() -> None:
    cut = 0.5 * np.clip(struck(1.6), -1, 1)
    assert [found.severity for found in heard(fuzz_bass=cut)] == ["note"]
    square = 0.5 * np.sign(np.sin(2 * np.pi * 110.5 * TIME_S))
    assert [found.severity for found in heard(lead=square)] == ["note"]


def test_quiet_on_what_was_never_cut_and_on_what_the_file_itself_cuts() -> None:
    assert heard(tom=struck(0.5)) == ()
    assert heard(tom=np.clip(struck(1.6), -1, 1)) == ()


@pytest.mark.parametrize("freq_hz", [20.0, 31.0, 50.0, 110.0])
def test_quiet_on_the_round_tops_of_tones_in_float_and_in_16_bits(freq_hz: float) -> None:
    tone = 0.3 * np.sin(2 * np.pi * freq_hz * np.arange(96_000) / 48_000)
    assert findings("LV02", sub=tone, bass=np.round(32_767 * tone) / 32_768) == ()


def test_quiet_on_one_flat_top_alone() -> None:
    sound = struck(0.5)
    top = int(np.argmax(sound))
    sound[top : top + 4] = sound[top]
    assert heard(tom=sound) == ()


def test_quiet_on_noise_and_on_a_sample_that_repeats() -> None:
    draw = np.random.default_rng(4)
    hit = 0.4 * draw.standard_normal(800) * np.exp(-np.arange(800) / 120)
    assert heard(hiss=0.1 * draw.standard_normal(TIME_S.size), snare=np.tile(np.r_[hit, np.zeros(1_200)], 16)) == ()


def test_quiet_on_silence_on_a_constant_and_on_less_than_a_window() -> None:
    short = 0.5 * np.clip(struck(1.6), -1, 1)[:50]
    assert heard(tom=np.zeros(RATE_HZ), keys=np.full(RATE_HZ, 0.4), blip=0.0 * short) == ()


def test_quiet_on_what_a_high_pass_or_a_fade_went_over_as_it_says() -> None:
    cut = 0.5 * np.clip(struck(1.6), -1, 1)
    tilting = np.exp(-TIME_S / 2.0)
    slow = np.convolve(cut, 0.08 * 0.92 ** np.arange(80), "full")[: cut.size]  # one pole at about 100 Hz
    assert heard(tom=cut - slow, snare=cut * tilting) == ()


def test_the_repair_names_the_level() -> None:
    (found,) = hear(example()[0], "LV02")
    assert "-6.0" in str(list(suggest(found))[1].action)


@pytest.mark.real_audio
def test_fires_on_what_was_clipped_in_the_recordings_and_on_nothing_else(data: Path) -> None:
    def said(*path: str) -> list[tuple[str, str]]:
        (session,) = find([data.joinpath(*path)])
        return [(found.stems[0], found.severity) for found in hear(probe(session), "LV02")]

    assert said("stems", "SpeedMetal", "raw") == [("01 drum set", "question")]  # 35 flat tops at -6.00 dBFS
    assert ("02 electric bass", "question") in said("stems", "Punk", "raw")  # 10 samples at code -9469
    assert said("stems", "Beatles", "raw") == said("stems", "Hendrix", "raw") == said("stems", "Rock", "raw") == []
    assert said("formats", "dubstep.wav") == [("dubstep", "question")]  # its lower side, at -1.1 dBFS
    assert said("formats", "alaw.wav") == said("formats", "mulaw.wav") == []


@pytest.mark.real_audio
def test_quiet_on_finished_music(data: Path) -> None:
    for path in sorted((data / "clean").glob("*.*")):
        (session,) = find([path])
        assert hear(probe(session), "LV02") == (), path.name
