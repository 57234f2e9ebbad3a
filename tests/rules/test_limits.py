"""What counts as missed, and how gravely: a fault only where every hard number about one thing is missed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Session
from earmark.rules.limits import files_of, gap_to, missed, programmes, why_silent
from earmark.rules.profile import Limit, load

SOUND = np.zeros(480, np.float32)
SOURCE = load("cd").limits[0].source


def limit(what="integrated-lufs", *, hard=True, **given) -> Limit:
    return Limit(what=what, source=SOURCE, hard=hard, of="programme", stages=frozenset({"deliver"}), **given)


def severities(limits, slack=0.0, **readings) -> list[str]:
    said = {what.replace("_", "-"): value for what, value in readings.items()}
    return [each.severity for each in missed(limits, said, slack=slack)]


@pytest.mark.parametrize(
    ("reading", "gap"), [(-23.0, 0.0), (-22.5, 0.0), (-22.54, 0.0), (-22.56, 0.0), (-22.4, 0.1), (-25.0, -1.5)]
)
def test_a_gap_counts_from_the_nearer_end_to_one_decimal(reading, gap):
    assert gap_to(limit(target=-23.0, low=-23.5, high=-22.5), reading, 0.0) == pytest.approx(gap)


def test_a_target_without_a_tolerance_has_the_slack_it_is_given():
    alone = limit(target=-14.0)
    assert gap_to(alone, -13.2, 1.0) == 0.0
    assert gap_to(alone, -12.0, 1.0) == pytest.approx(2.0)


def test_a_choice_is_met_by_any_of_it():
    rates = limit("rate-hz", one_of=(48_000.0, 96_000.0))
    assert gap_to(rates, 96_000.0, 0.0) == 0.0
    assert gap_to(rates, 44_100.0, 0.0) == -3_900.0


def test_a_hard_number_missed_is_a_fault_and_advice_a_note():
    assert severities([limit(high=-18.0)], integrated_lufs=-10.0) == ["fault"]
    assert severities([limit(high=-18.0, hard=False)], integrated_lufs=-10.0) == ["note"]
    assert severities([limit(high=-18.0)], integrated_lufs=-20.0) == []


def test_where_hard_numbers_conflict_between_them_is_a_question_and_beyond_both_a_fault():
    both = [limit(low=-24.0, high=-22.0, conflict="a"), limit(low=-23.5, high=-22.5, conflict="a")]
    assert severities(both, integrated_lufs=-22.3) == ["question"]
    assert severities(both, integrated_lufs=-20.0) == ["fault"]
    assert severities(both, integrated_lufs=-23.0) == []


def test_where_advice_conflicts_one_that_is_met_is_enough():
    both = [limit(high=-16.0, hard=False, conflict="a"), limit(high=-14.0, hard=False, conflict="a")]
    assert severities(both, integrated_lufs=-15.0) == []
    assert severities(both, integrated_lufs=-10.0) == ["note"]


def test_either_is_met_by_one_and_a_question_where_the_other_is_not_measured():
    either = [limit("short-term-max-lufs", high=-18.0, either="b"), limit("momentary-max-lufs", high=-15.0, either="b")]
    assert severities(either, short_term_max_lufs=-16.0, momentary_max_lufs=-15.5) == []
    assert severities(either, short_term_max_lufs=-16.0, momentary_max_lufs=-12.0) == ["fault"]
    assert severities(either, short_term_max_lufs=-16.0) == ["question"]


def test_a_number_for_loud_masters_is_not_asked_of_quiet_ones():
    loud = [limit("true-peak-dbtp", high=-2.0, hard=False, louder_than_lufs=-14.0)]
    assert severities(loud, true_peak_dbtp=-1.0, integrated_lufs=-9.0) == ["note"]
    assert severities(loud, true_peak_dbtp=-1.0, integrated_lufs=-16.0) == []
    assert severities(loud, true_peak_dbtp=-1.0) == []


def test_the_gravest_comes_first_and_nothing_measured_misses_nothing():
    both = [limit(high=-14.0, hard=False), limit("true-peak-dbtp", high=-1.0)]
    assert severities(both, integrated_lufs=-3.0, true_peak_dbtp=0.0) == ["fault", "note"]
    assert severities(both) == []


def test_the_nearest_hard_number_is_the_one_that_is_said():
    (found,) = missed([limit(high=-23.0, conflict="a"), limit(high=-22.0, conflict="a")], {"integrated-lufs": -20.0})
    assert (found.limit.high, found.end, found.gap) == (-22.0, -22.0, pytest.approx(2.0))
    assert "-23.0" in found.doubt


def test_of_advice_that_differs_the_most_modest_is_the_one_that_is_said():
    wishes = [limit("sample-peak-dbfs", high=level, hard=False, conflict="a") for level in (-6.0, -3.0, -5.0)]
    (found,) = missed(wishes, {"sample-peak-dbfs": 0.0})
    assert found.end == -3.0


# --- whose ---------------------------------------------------------------------------


def names(stems) -> list[str]:
    return [stem.name for stem in stems]


def at(stage, name="ebu-r128"):
    return load(name).at(stage)


def test_the_programme_is_the_mix_where_there_is_one():
    session = scenes.session(mix=SOUND, bass=SOUND, vox=SOUND)
    assert names(programmes(session, at("deliver"))) == ["mix"]
    assert names(files_of(session, at("deliver"), "stem")) == ["bass", "vox"]
    assert names(files_of(session, at("deliver"), "file")) == ["bass", "vox", "mix"]


def test_every_file_of_a_folder_of_masters_is_a_programme_and_no_stem_of_a_print_is():
    session = scenes.session(song_one=SOUND, song_two=SOUND)
    assert names(programmes(session, at("deliver"))) == ["song one", "song two"]
    assert names(programmes(session, at("print", "mastering-stems"))) == []
    assert names(programmes(scenes.session(anything=SOUND), at("print", "mastering-mix"))) == ["anything"]


def test_a_rule_says_why_a_profile_gives_it_nothing_to_do():
    stems = scenes.session(bass=SOUND, vox=SOUND)
    assert "asks for no such number at stage deliver" in str(why_silent(at("deliver"), ("bits",), stems))
    assert "none is known; --mix FILE" in str(why_silent(at("print", "mastering-mix"), ("sample-peak-dbfs",), stems))
    assert why_silent(at("deliver"), ("integrated-lufs",), stems) is None
    silent = replace(Session("empty", None, ()), kind="memory")
    assert why_silent(at("deliver"), ("integrated-lufs",), silent) is not None
