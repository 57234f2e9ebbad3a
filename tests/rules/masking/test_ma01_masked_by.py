"""MA01 names who covers whom, in the balance there is, and never a part that is meant to lie under another."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import BellCut, GainCurve, LeaveIt, Pan, Rearrange
from earmark.line import Request, walk
from earmark.model import Finding, Section, Session
from earmark.rules.masking.ma01_masked_by import MOST_WISH_DB, example, suggest
from hearing import hear

RATE_HZ = 16_000


def chord(*freqs_hz: float, dbfs: float, seconds: float = 10.0, step: int = 1) -> np.ndarray:
    """A chord that moves by a few semitones every second."""
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    up = 2 ** ((np.floor(at_s) * 5 * step % 12) / 12)
    return 10 ** (dbfs / 20) * sum(np.sin(2 * np.pi * np.cumsum(hz * up) / RATE_HZ) for hz in freqs_hz)


def keys(dbfs: float = -40.0) -> np.ndarray:
    return chord(300.0, 400.0, 500.0, dbfs=dbfs)


def guitar(dbfs: float = -20.0) -> np.ndarray:
    return chord(290.0, 380.0, 520.0, dbfs=dbfs, step=-1)


def after_faders(*sections: Section, **stems: np.ndarray) -> Session:
    return replace(scenes.session(RATE_HZ, **stems), balance="post-fader", sections=sections)


def heard(session: Session, **options: float) -> tuple[Finding, ...]:
    return hear(session, "MA01", **options)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    covered, clear = example()
    assert [found.stems for found in heard(covered)] == [("keys", "guitar")]
    assert heard(clear) == ()


def test_fires_where_a_louder_part_plays_in_the_same_range_and_names_band_and_culprit() -> None:
    (found,) = heard(after_faders(keys=keys(), guitar=guitar(), piano=chord(3000.0, 4000.0, dbfs=-25.0)))
    assert found.severity == "note"
    assert found.stems == ("keys", "guitar")
    assert found.value > 80
    assert found.band_hz is not None
    assert 200 < found.band_hz[0] < found.band_hz[1] < 1_200


def test_fires_alike_when_everything_is_softer_and_one_stem_upside_down() -> None:
    (loud,) = heard(after_faders(keys=keys(), guitar=guitar()))
    (soft,) = heard(after_faders(keys=0.1 * keys(), guitar=-0.1 * guitar()))
    assert soft.value == loud.value


def test_fires_only_for_the_section_in_which_it_is_so() -> None:
    late = guitar() * (np.arange(keys().size) >= 5 * RATE_HZ)
    session = after_faders(Section("Verse", 0.0, 5.0), Section("Chorus", 5.0, 10.0), keys=keys(), guitar=late)
    (found,) = heard(session)
    assert found.evidence["section"] == "Chorus"
    assert found.evidence["wishes"] == [[0.0, 4.7, 0.0], [5.0, 9.7, pytest.approx(-MOST_WISH_DB, abs=0.2)]]


@pytest.mark.parametrize(("seconds", "count"), [(5.5, 0), (7.5, 1)])
def test_fires_from_sixty_percent_of_the_time_on_and_is_quiet_below(seconds: float, count: int) -> None:
    part = guitar() * (np.arange(keys().size) < seconds * RATE_HZ)
    assert len(heard(after_faders(keys=keys(), guitar=part))) == count


@pytest.mark.parametrize(("over_db", "count"), [(3.0, 0), (14.0, 1)])
def test_quiet_while_two_noises_of_one_band_are_about_equally_loud(over_db: float, count: int) -> None:
    one, other = np.random.default_rng(8).standard_normal((2, 5 * RATE_HZ))
    session = after_faders(keys=0.01 * one, guitar=0.01 * 10 ** (over_db / 20) * other)
    assert len(heard(session)) == count


def test_quiet_when_they_play_in_different_ranges() -> None:
    assert heard(after_faders(keys=keys(), guitar=chord(2500.0, 3100.0, dbfs=-20.0))) == ()


def test_quiet_without_a_balance() -> None:
    assert heard(scenes.session(RATE_HZ, keys=keys(), guitar=guitar())) == ()


def test_quiet_on_what_is_meant_to_lie_under_a_voice() -> None:
    assert heard(after_faders(keys=keys(), lead_vocal=guitar())) == ()
    assert heard(after_faders(backing_vocals=keys(), guitar=guitar())) == ()


def test_quiet_on_a_double_that_fuses_with_the_part_it_doubles() -> None:
    double = 0.1 * np.roll(guitar(), 300) + 1e-5 * np.random.default_rng(2).standard_normal(guitar().size)
    assert heard(after_faders(keys=double, guitar=guitar())) == ()


def test_quiet_on_drums_among_each_other_and_on_bass_against_drums() -> None:
    assert heard(after_faders(snare=keys(), overheads=guitar())) == ()
    assert heard(after_faders(kick=keys(), bass=guitar())) == ()


def test_quiet_on_silence_and_on_less_than_two_seconds() -> None:
    assert heard(after_faders(keys=np.zeros(RATE_HZ * 5), guitar=guitar()[: RATE_HZ * 5])) == ()
    assert heard(after_faders(keys=keys()[:RATE_HZ], guitar=guitar()[:RATE_HZ])) == ()


def test_pan_comes_first_then_level_arrangement_and_the_narrowest_equaliser() -> None:
    (found,) = heard(after_faders(keys=keys(), guitar=guitar()))
    options = list(suggest(found))
    assert [type(option.action) for option in options] == [Pan, GainCurve, Rearrange, BellCut, LeaveIt]
    assert {getattr(option.action, "stem", "guitar") for option in options} == {"guitar"}
    bell = options[3].action
    assert isinstance(bell, BellCut)
    assert 250 < bell.centre_hz < 900
    assert bell.q > 1.0


def test_nobody_is_asked_to_pan_a_bass() -> None:
    low = chord(60.0, 90.0, 120.0, dbfs=-15.0)
    (found,) = heard(after_faders(piano=chord(70.0, 100.0, 140.0, dbfs=-40.0, step=-1), bass=low))
    assert not [option for option in suggest(found) if isinstance(option.action, Pan)]


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Rock", "Hendrix"])
def test_quiet_on_mixes_as_they_were_released(data, song) -> None:
    folder = data / "stems" / song
    request = Request(paths=(folder / "stems",), mix=folder / "mix.flac", select=("MA01", "MA03"), cached=False)
    (report,) = walk(request)
    assert report.findings == ()
    assert not {"MA01", "MA03"} & {silent.code for silent in report.not_listened_for}


@pytest.mark.real_audio
def test_stems_without_a_mix_are_not_judged_like_one(data) -> None:
    (report,) = walk(Request(paths=(data / "stems" / "Country1" / "raw",), select=("MA",), cached=False))
    assert report.findings == ()
    assert {"MA01", "MA02", "MA03"} <= {silent.code for silent in report.not_listened_for}
