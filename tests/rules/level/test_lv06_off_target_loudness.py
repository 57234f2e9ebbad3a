"""LV06 holds a master against a profile: rule, advice and sources that differ each have their own voice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark import scenes
from earmark.audio import probe
from earmark.model import Finding, Session
from earmark.rules.level.lv06_off_target_loudness import RULE, example, suggest
from earmark.rules.profile import load
from earmark.session import find
from hearing import hear
from measuring import sines, twice


def master(*parts: tuple[float, float], **named: np.ndarray) -> Session:
    return scenes.session(**(named or {"master": twice(sines(*parts))}))


def heard(session: Session, profile: str, **options: float) -> tuple[Finding, ...]:
    return hear(session, "LV06", profile=load(profile).at("deliver"), **options)


def rows_of(found: Finding) -> list[Any]:
    rows = found.evidence["limits"]
    assert isinstance(rows, list)
    return rows


def test_fires_as_a_fault_beyond_every_number_of_a_rule() -> None:
    (found,) = heard(master((1.0, -16.0)), "ebu-r128")
    assert (found.severity, found.unit, found.threshold) == ("fault", "LUFS", -22.0)
    assert found.value == pytest.approx(-16.0, abs=0.1)  # a stereo sine of -16 dBFS reads -16 LUFS (EBU Tech 3341)
    assert "7.0 LU louder" in found.message


def test_fires_as_a_question_between_two_versions_of_a_rule() -> None:
    (found,) = heard(master((1.0, -22.2)), "ebu-r128")
    assert found.severity == "question"
    assert "the sources differ" in found.doubt
    assert "-23.0 ±1.0" in found.doubt


def test_fires_as_a_note_where_it_is_only_advised_to_either_side() -> None:
    louder, quieter = heard(master((1.0, -8.0)), "spotify"), heard(master((1.0, -20.0)), "spotify")
    assert [found.severity for found in (*louder, *quieter)] == ["note", "note"]
    assert "6.0 LU louder" in louder[0].message
    assert "6.0 LU quieter" in quieter[0].message


def test_fires_as_a_question_where_what_could_excuse_it_is_not_measured() -> None:
    (found,) = heard(master((1.0, -12.0)), "netflix")
    assert found.severity == "question"
    assert "dialogue-lufs -27.0 ±3.0 LUFS is, which earmark does not measure" in found.doubt


def test_fires_on_the_loudest_place_of_a_short_programme() -> None:
    spike = master((5.0, -50.0), (3.0, -12.0))
    (found,) = heard(spike, "ebu-r128-s1")
    assert found.severity == "fault"
    assert {"short-term-max-lufs", "momentary-max-lufs"} <= {row["what"] for row in rows_of(found)}


def test_fires_on_the_mix_and_not_on_its_stems() -> None:
    part = twice(sines((1.0, -30.0)))
    found = heard(scenes.session(bass=part, vox=part, mix=twice(sines((1.0, -10.0)))), "ebu-r128")
    assert [each.stems for each in found] == [("mix",)]


def test_quiet_within_the_tolerance_and_on_the_edge_of_it() -> None:
    assert heard(master((1.0, -23.0)), "ebu-r128") == ()
    assert heard(master((1.0, -22.52)), "ebu-r128") == ()


def test_quiet_on_what_is_only_turned_down_when_louder() -> None:
    assert heard(master((1.0, -20.0)), "youtube") == ()
    assert [found.severity for found in heard(master((1.0, -10.0)), "youtube")] == ["note"]


def test_quiet_on_advice_missed_by_less_than_the_slack() -> None:
    assert heard(master((1.0, -14.8)), "spotify") == ()
    assert heard(master((1.0, -14.8)), "spotify", slack_lu=0.5) != ()


def test_quiet_on_silence_and_on_what_is_shorter_than_a_window() -> None:
    assert heard(master(master=np.zeros((2, 48_000))), "ebu-r128") == ()
    assert heard(master(master=twice(sines((0.3, -10.0)))), "ebu-r128") == ()


def test_quiet_under_a_profile_without_a_loudness() -> None:
    assert heard(master((1.0, -3.0)), "apple-digital-masters") == ()


def test_it_never_speaks_before_delivery() -> None:
    assert RULE.stages == {"deliver"}


def test_the_gain_it_offers_leads_to_the_target_and_says_what_the_peak_becomes() -> None:
    (found,) = hear(example()[0], "LV06")
    option = next(iter(suggest(found)))
    assert option.action.gain_db == pytest.approx(-7.0, abs=0.1)  # type: ignore[union-attr]
    assert "-23.0 dBTP" in option.cost_text


@pytest.mark.real_audio
def test_fires_on_the_vector_at_33_and_not_on_those_at_23(data: Path) -> None:
    def said(name: str) -> list[tuple[str, float]]:
        (session,) = find([data / "loudness" / name])
        return [(found.severity, found.value) for found in heard(probe(session), "ebu-r128")]

    assert said("seq-3341-1-16bit.flac") == []
    assert said("seq-3341-2-16bit.flac") == [("fault", -33.0)]
