"""LV09 tells peaks that were held at one level from peaks that merely come alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.model import Finding
from earmark.rules.level.lv09_limiter_printed import RULE, example, limited, suggest
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000
TIME_S = np.arange(8 * RATE_HZ) / RATE_HZ


def part(seed: int = 1) -> np.ndarray:
    """Plucks of all strengths and pitches."""
    draw = np.random.default_rng(seed)
    hit = (TIME_S / 0.2).astype(int)
    strength, hz = draw.uniform(0.2, 1.0, 40)[hit], draw.uniform(150.0, 600.0, 40)[hit]
    return strength * np.exp(-12.0 * (TIME_S % 0.2)) * np.sin(2 * np.pi * hz * TIME_S)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV09", rate_hz=RATE_HZ, **stems)


def test_the_limiter_of_these_tests_holds_its_ceiling_and_cuts_nothing_flat() -> None:
    sound = limited(part(), 0.4)
    assert np.abs(sound).max() == pytest.approx(0.4, abs=1e-6)
    assert not ((np.abs(sound[:-2]) > 0.39999) & (np.abs(sound[1:-1]) > 0.39999) & (np.abs(sound[2:]) > 0.39999)).any()


@pytest.mark.parametrize("gain", [1.0, 0.5, -2.0])
def test_fires_on_a_limited_part_at_any_level_and_upside_down(gain: float) -> None:
    (found,) = heard(guitar=gain * limited(part(), 0.4))
    assert (found.severity, found.unit) == ("note", "peaks")
    assert found.evidence["level_dbfs"] == pytest.approx(20 * np.log10(0.4 * abs(gain)), abs=0.02)


def test_fires_through_16_bits() -> None:
    assert heard(guitar=np.round(32_767 * limited(part(), 0.4)) / 32_768)


def test_fires_on_each_stem_that_was_printed_through_it() -> None:
    found = heard(guitar=limited(part(1), 0.4), keys=limited(part(2), 0.4), bass=part(3))
    assert [each.stems for each in found] == [("guitar",), ("keys",)]


def test_quiet_on_the_part_as_it_was() -> None:
    assert heard(guitar=part(), keys=0.3 * part(2)) == ()


def test_quiet_on_a_sample_that_plays_again_and_again_and_on_a_steady_tone() -> None:
    draw = np.random.default_rng(4)
    hit = 0.4 * draw.standard_normal(800) * np.exp(-np.arange(800) / 120)
    snare = np.tile(np.r_[hit, np.zeros(1_200)], 32)
    tone = 0.5 * np.sin(2 * np.pi * 200.0 * TIME_S)
    assert heard(snare=snare, synth=tone) == ()


def test_quiet_on_what_was_clipped_for_other_rules_ask_about_that() -> None:
    assert heard(guitar=np.clip(part(), -0.3, 0.3)) == ()


def test_quiet_on_few_peaks_and_on_silence_and_noise() -> None:
    few = part().copy()
    few[[900, 9_000, 21_000, 33_000]] = 1.0
    noise = 0.1 * np.random.default_rng(6).standard_normal(TIME_S.size)
    assert heard(guitar=few, room=np.zeros(TIME_S.size), hiss=noise) == ()


def test_it_keeps_silent_about_masters() -> None:
    assert RULE.stages == {"intake", "print"}


def test_the_way_out_is_the_export_without_it() -> None:
    (found,) = hear(example()[0], "LV09")
    assert "master bus bypassed" in str(next(iter(suggest(found))).action)


@pytest.mark.real_audio
def test_fires_on_one_limited_guitar_in_all_the_raw_recordings(data: Path) -> None:
    said = []
    for song in sorted((data / "stems").iterdir()):
        (session,) = find([song / "raw"])
        said += [(song.name, found.stems[0]) for found in hear(probe(session), "LV09")]
    assert said == [("SpeedMetal", "04 distorted electric guitar")]  # 54 samples at code ±17197, none beside another


@pytest.mark.real_audio
def test_quiet_on_music_as_it_came(data: Path) -> None:
    for path in [*sorted((data / "clean").glob("*.*")), data / "song-cc0"]:
        (session,) = find([path])
        assert hear(probe(session), "LV09") == (), path.name
