"""NO14 offers to turn down what an open microphone hears, and leaves clean gaps alone."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no09_bleed import resting_voice
from earmark.rules.noise.no14_open_gaps import example, suggest, tom
from earmark.suggestions import gather
from earmark.suggestions.curves import level_at
from hearing import findings, hear

RATE_HZ = 16_000


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO14", rate_hz=RATE_HZ, **stems)


def long_rests(noise_dbfs: float) -> np.ndarray:
    """One second of voice and three of rest, five times, in noise."""
    at_s = np.arange(20 * RATE_HZ) / RATE_HZ
    voice = np.tile(resting_voice(RATE_HZ), 2) * (at_s % 4.0 < 1.0)
    return np.asarray(voice + 10 ** (noise_dbfs / 20) * np.random.default_rng(5).standard_normal(at_s.size))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    open_tom, closed = example()
    found = hear(open_tom, "NO14")
    assert len(found) == 4  # between the strokes, and behind the last
    assert all((one.end_s or 0.0) - (one.start_s or 0.0) > 1.0 for one in found)
    assert hear(closed, "NO14") == ()


def test_fires_on_a_voice_in_a_loud_room() -> None:
    found = heard(vocal=long_rests(-40.0))
    assert len(found) >= 4
    assert heard(vocal=long_rests(-75.0)) == ()


def test_fires_alike_upside_down_and_softer() -> None:
    as_it_is, turned = heard(rack_tom=tom(-15.0)), heard(rack_tom=-0.25 * tom(-15.0))
    assert [one.value for one in turned] == pytest.approx([one.value for one in as_it_is], abs=0.2)


def test_quiet_on_digital_silence_in_the_gaps() -> None:
    sound = long_rests(-40.0)
    at_s = np.arange(sound.size) / RATE_HZ
    assert heard(vocal=np.where(at_s % 4.0 < 1.05, sound, 0.0)) == ()


def test_quiet_on_a_tom_whose_hits_cannot_be_told_from_the_others() -> None:
    even = np.random.default_rng(3).standard_normal(10 * RATE_HZ)
    at_s = np.arange(even.size) / RATE_HZ
    assert heard(rack_tom=0.3 * even * np.exp(-25.0 * (at_s % 0.5))) == ()


def test_quiet_on_any_other_stem() -> None:
    assert heard(guitar=long_rests(-40.0), snare=tom(-15.0), synth=tom(-15.0)) == ()


def test_quiet_on_silence_a_constant_and_a_short_stem() -> None:
    for sound in (np.zeros(RATE_HZ * 3), np.full(RATE_HZ * 3, 0.3), np.full(100, 0.5)):
        assert heard(vocal=sound, rack_tom=sound) == ()


def test_the_curve_turns_down_the_gaps_and_no_stroke() -> None:
    session = example()[0]
    (card,) = gather(hear(session, "NO14"), session)
    curve = card.suggestion.options[0].curve
    assert curve is not None
    assert min(db for _, db in curve) == -15.0
    for stroke_s in (1.0, 4.0, 7.0, 10.0):
        assert level_at(curve, stroke_s - 0.004) == 0.0
        assert level_at(curve, stroke_s + 0.2) == 0.0
    assert level_at(curve, 3.0) == -15.0


def test_each_tom_of_a_kit_has_a_card_and_a_curve_of_its_own() -> None:
    session = scenes.session(RATE_HZ, rack_tom=tom(-15.0), floor_tom=np.roll(tom(-12.0), RATE_HZ))
    cards = gather(hear(session, "NO14"), session)
    assert {card.stems for card in cards} == {("rack tom",), ("floor tom",)}
    assert all(card.suggestion.options[0].curve for card in cards)


def test_a_voice_is_turned_down_by_twelve() -> None:
    option = next(iter(suggest(heard(vocal=long_rests(-40.0))[0])))
    assert isinstance(option.action, GainCurve)
    assert option.action.wishes[0][2] == -12.0


def test_the_options_end_with_leaving_it() -> None:
    assert isinstance(list(suggest(heard(rack_tom=tom(-15.0))[0]))[-1].action, LeaveIt)


def test_fires_on_the_toms_of_a_kit_in_a_room() -> None:
    from earmark.scenes import live_kit

    takes = {name.replace(" ", "_"): take for name, take in live_kit.record(13.0).items() if "tom" in name}
    session = scenes.session(**takes)
    found = hear(session, "NO14")
    for stem in ("rack tom", "floor tom"):
        gaps = [one for one in found if one.stems == (stem,)]
        assert 3 <= len(gaps) <= 6
        sound = takes[stem.replace(" ", "_")]
        loud = [np.abs(sound[round(one.start_s * 48_000) : round(one.end_s * 48_000)]).max() for one in gaps]
        assert max(loud) < np.abs(sound).max() * 10 ** (-6 / 20)  # no stroke of its own lies in a gap
