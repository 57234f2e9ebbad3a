"""FI05 takes a vote, asks about who is outside, and does not count who cannot be read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.model import FileFacts, Finding, Session, Stage, Stem
from earmark.rules.file.fi05_rate_mismatch import example, suggest
from earmark.rules.profile import load
from hearing import hear

TONE = 0.1 * np.sin(np.arange(400))


def stem(name: str, rate_hz: int) -> Stem:
    return replace(scenes.session(rate_hz, stem=TONE).stems[0], name=name)


def of_rates(*rates_hz: int, mix_hz: int | None = None) -> Session:
    stems = tuple(stem(f"s{number}", rate_hz) for number, rate_hz in enumerate(rates_hz))
    return Session("song", None, stems, mix=stem("mix", mix_hz) if mix_hz else None, kind="memory")


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "FI05")


def test_fires_on_the_odd_one_out_with_what_it_would_sound_like() -> None:
    (found,) = heard(example()[0])
    assert (found.severity, found.stems, found.value, found.threshold) == ("question", ("vox",), 44_100.0, 48_000.0)
    assert found.evidence["semitones"] == pytest.approx(1.467, abs=0.001)  # 12 log2(48000 / 44100)
    assert "1.47 semitones sharp" in found.message


def test_fires_on_each_stem_outside_and_tells_flat_from_sharp() -> None:
    found = heard(of_rates(44_100, 48_000, 44_100, 44_100, 96_000))
    assert [one.stems for one in found] == [("s1",), ("s4",)]
    assert all("flat" in one.message for one in found)


def test_fires_on_the_later_half_of_a_tie_with_less_confidence() -> None:
    (found,) = heard(of_rates(48_000, 44_100))
    assert found.stems == ("s1",)
    assert found.confidence < 0.7
    assert "as many as at the other rate" in found.message


def test_fires_on_a_mix_at_another_rate_than_its_stems() -> None:
    (found,) = heard(of_rates(48_000, 48_000, mix_hz=44_100))
    assert found.stems == ("mix",)


def test_quiet_when_all_agree() -> None:
    assert heard(of_rates(44_100, 44_100, 44_100, mix_hz=44_100)) == heard(of_rates(96_000)) == ()


def test_quiet_on_files_that_cannot_be_read() -> None:
    session = of_rates(48_000, 48_000)
    broken = replace(session.stems[0], facts=FileFacts(trouble="is text"))
    assert heard(replace(session, stems=(broken, session.stems[1]))) == ()
    assert heard(replace(session, stems=(broken,))) == ()


def test_two_ways_out_are_offered() -> None:
    options = list(suggest(heard(example()[0])[0]))
    assert [type(option.action).__name__ for option in options] == ["AskTheBand", "Repair"]


def under(session: Session, profile: str, stage: Stage) -> list[tuple[str, str]]:
    return [(found.severity, found.stems[0]) for found in hear(session, "FI05", profile=load(profile).at(stage))]


def test_fires_as_a_fault_where_a_profile_makes_the_rate_a_rule() -> None:
    assert under(of_rates(48_000, 48_000), "cd", "deliver") == [("fault", "s0"), ("fault", "s1")]
    assert under(of_rates(44_100), "netflix", "deliver") == [("fault", "s0")]


def test_fires_as_a_fault_where_a_profile_asks_for_one_rate_and_as_a_question_without() -> None:
    odd = of_rates(48_000, 48_000, 44_100)
    assert under(odd, "mix-stems", "intake") == [("fault", "s2")]
    assert under(odd, "spotify", "deliver") == [("question", "s2")]


def test_fires_as_a_question_where_the_sources_differ() -> None:
    assert under(of_rates(96_000), "atmos-music", "deliver") == [("question", "s0")]
    assert under(of_rates(88_200), "atmos-music", "deliver") == [("fault", "s0")]


def test_fires_once_on_a_file_that_is_refused_and_odd() -> None:
    assert under(of_rates(44_100, 44_100, 48_000), "cd", "deliver") == [("fault", "s2")]


def test_quiet_at_the_rate_that_is_asked_for() -> None:
    assert under(of_rates(44_100, 44_100), "cd", "deliver") == []
    assert under(of_rates(96_000, 96_000), "apple-digital-masters", "deliver") == []
