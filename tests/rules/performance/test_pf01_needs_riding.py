"""PF01 notes phrases that fall out of their stem, and keeps quiet where the music moves."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve
from earmark.model import Finding, Section
from earmark.rules.performance.pf01_needs_riding import example, suggest
from earmark.suggestions.curves import level_at, ride
from hearing import findings, hear

RATE_HZ = 8_000
STEADY = (0.0,) * 8


def sung(*dbs: float, freq_hz: float = 440.0) -> np.ndarray:
    """One phrase of 1.8 s every 2.5 s, each with its gain."""
    at_s = np.arange(round(2.5 * len(dbs) * RATE_HZ)) / RATE_HZ
    gains = 10 ** (np.array(dbs)[np.minimum((at_s // 2.5).astype(int), len(dbs) - 1)] / 20)
    return 0.1 * gains * np.sin(2 * np.pi * freq_hz * at_s) * (at_s % 2.5 < 1.8)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("PF01", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    uneven, even = example()
    found = hear(uneven, "PF01")
    assert [round(one.start_s or 0.0, 1) for one in found] == [5.0, 12.5]
    assert [one.value for one in found] == pytest.approx([8.0, 8.0], abs=0.2)
    assert hear(even, "PF01") == ()


def test_fires_on_a_loud_phrase_as_on_a_soft_one() -> None:
    (found,) = heard(lead_vocal=sung(0, 0, 0, 6, 0, 0, 0, 0), keys=sung(*STEADY), bass=sung(*STEADY))
    assert found.severity == "note"
    assert found.value == pytest.approx(6.0, abs=0.2)
    assert "louder" in found.message
    assert "the others stay" in found.message


@pytest.mark.parametrize(("db", "count"), [(3.8, 0), (4.3, 1)])
def test_fires_from_four_loudness_units_on_and_is_quiet_below(db: float, count: int) -> None:
    assert len(heard(lead_vocal=sung(0, 0, 0, -db, 0, 0, 0, 0))) == count


def test_fires_at_any_gain_alike() -> None:
    voice = sung(0, 0, 0, -8, 0, 0, 0, 0)
    (loud,), (soft,) = heard(lead_vocal=voice), heard(lead_vocal=voice / 8)
    assert soft.value == pytest.approx(loud.value, abs=0.1)
    assert soft.start_s == loud.start_s


def test_quiet_when_the_others_make_the_same_move() -> None:
    move = (0, 0, 0, -8, 0, 0, 0, 0)
    assert heard(lead_vocal=sung(*move), keys=sung(*move, freq_hz=300), bass=sung(*move, freq_hz=90)) == ()


def test_quiet_on_drums_chords_and_stems_that_are_not_known() -> None:
    move = sung(0, 0, 0, -8, 0, 0, 0, 0)
    assert heard(kick=move, snare=move, keys=move, thing=move, guitar=move) == ()


def test_quiet_on_a_part_that_differs_all_the_time() -> None:
    assert heard(bass=sung(0, -8, 0, -8, 0, -8, 0, -8)) == ()


def test_quiet_on_few_phrases_and_on_silence() -> None:
    assert heard(lead_vocal=sung(0, -8, 0)) == ()
    assert heard(lead_vocal=np.zeros(RATE_HZ)) == ()
    assert heard(lead_vocal=np.full(RATE_HZ * 4, 0.1)) == ()


def test_quiet_when_a_section_is_soft_as_a_whole() -> None:
    voice = sung(0, 0, 0, 0, 0, -8, -8, -8, -8)
    session = scenes.session(RATE_HZ, lead_vocal=voice)
    named = replace(session, sections=(Section("Verse", 0.0, 12.4), Section("Bridge", 12.4, 30.0)))
    assert len(hear(session, "PF01", spreads=0.5)) > 0
    assert hear(named, "PF01", spreads=0.5) == ()


def test_the_ride_halves_the_deviation_and_leaves_the_rest() -> None:
    (found,) = heard(lead_vocal=sung(0, 0, 0, -5, 1.0, 0, 0, 0))
    option = next(suggest(found))
    assert isinstance(option.action, GainCurve)
    assert option.action.lane == "trim"
    shaped = ride(option.action.wishes)
    assert level_at(shaped.points, 3 * 2.5 + 1.0) == 2.5
    assert level_at(shaped.points, 4 * 2.5 + 1.0) == 0.0


def test_fires_in_session_time() -> None:
    session = scenes.session(RATE_HZ, lead_vocal=sung(0, 0, 0, -8, 0, 0, 0, 0))
    late = replace(session, stems=(replace(session.stems[0], start_s=100.0),))
    (found,) = hear(late, "PF01")
    assert found.start_s == pytest.approx(107.5, abs=0.05)
    assert found.evidence["wishes"][3][0] == pytest.approx(107.5, abs=0.05)  # type: ignore[index]


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["80sRock", "Punk", "Country1"])
def test_quiet_on_singers_that_keep_their_level(data: Path, song: str) -> None:
    import soundfile

    (path,) = (data / "stems" / song / "raw").glob("*singer.flac")
    sound, rate_hz = soundfile.read(path, dtype="float32")
    assert findings("PF01", rate_hz=rate_hz, lead_vocal=sound) == ()


@pytest.mark.real_audio
def test_fires_where_a_real_phrase_was_turned_down(data: Path) -> None:
    import soundfile

    (path,) = (data / "stems/80sRock/raw").glob("*singer.flac")
    sound, rate_hz = soundfile.read(path, dtype="float32")
    sound[round(10.0 * rate_hz) : round(13.6 * rate_hz)] *= 10 ** (-8 / 20)
    (found,) = findings("PF01", rate_hz=rate_hz, lead_vocal=sound)
    assert found.start_s == pytest.approx(10.2, abs=0.2)
