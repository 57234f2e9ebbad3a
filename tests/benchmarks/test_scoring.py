"""The arithmetic of the accuracy table."""

import pytest

from benchmarks.accuracy.audible import TABLE
from benchmarks.accuracy.plant import Truth
from benchmarks.accuracy.scoring import calibration, matches, precision, recall, same_place, score_truth, wilson
from earmark.model import Finding


def finding(code="NO03", stems=("vox",), start_s=1.0, end_s=None, severity="question", confidence=0.9, band_hz=None):
    return Finding(
        code=code,
        name="a",
        severity=severity,
        stems=stems,
        value=3.0,
        unit="dB",
        message="m",
        doubt="d",
        confidence=confidence,
        start_s=start_s,
        end_s=end_s if end_s is not None else start_s,
        band_hz=band_hz,
    )


def case(*found, false=()):
    truths = [{"class": each, "found": hit, "severity": severity if hit else None} for each, hit, severity in found]
    return {"truths": truths, "false": [{"severity": severity} for severity in false]}


def test_bounds_of_a_share_are_wilsons():
    # Wilson 1927; the values for 8 of 10 and 200 of 200 worked by hand
    assert wilson(8, 10) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))
    assert wilson(200, 200) == (pytest.approx(0.98115, abs=1e-5), pytest.approx(1.0))


def test_no_cases_say_nothing():
    assert wilson(0, 0) == (0.0, 1.0)
    assert calibration([]) == (None, [])


def test_a_perfect_count_needs_ninety_three_cases_for_the_target():
    assert wilson(93, 93)[0] > 0.96 > wilson(92, 92)[0]


@pytest.mark.parametrize(("start_s", "belongs"), [(1.0009, True), (0.9991, True), (1.0011, False)])
def test_a_click_belongs_to_what_was_planted_within_a_millisecond(start_s, belongs):
    assert same_place(finding(start_s=start_s), Truth("NO03", ("vox",), 20.0, (1.0, 1.0005))) is belongs


def test_a_gap_may_be_named_at_either_end():
    truth = Truth("NO05", ("vox",), 20.0, (1.0, 1.4))
    assert same_place(finding(start_s=1.401), truth)
    assert not same_place(finding(start_s=1.2), truth)


def test_a_phrase_belongs_where_it_has_anything_in_common():
    truth = Truth("PF01", ("vox",), 6.0, (10.0, 12.0))
    assert same_place(finding(start_s=11.9, end_s=13.0), truth)
    assert not same_place(finding(start_s=12.1, end_s=13.0), truth)


def test_a_copy_is_named_by_both_stems_and_a_flip_by_one():
    copy = Truth("PK04", ("a", "b"), 60.0, all_stems=True)
    assert matches(finding("PK04", ("a", "b"), None), copy)
    assert not matches(finding("PK04", ("a", "c"), None), copy)
    assert matches(finding("PH01", ("top", "under"), None), Truth("PH01", ("under",), 6.0))


def test_a_line_elsewhere_in_the_spectrum_is_not_the_one_planted():
    truth = Truth("NO01", ("vox",), 25.0, band_hz=(49.0, 51.0))
    assert matches(finding("NO01", start_s=None, band_hz=(49.5, 51.5)), truth)
    assert not matches(finding("NO01", start_s=None, band_hz=(59.0, 61.0)), truth)


def test_a_fault_that_was_called_something_else_is_missed_and_its_other_name_kept():
    scored = score_truth(Truth("NO03", ("vox",), 20.0, (1.0, 1.0)), "clear", [finding("NO04")])
    assert (scored["found"], scored["said_otherwise"]) == (False, ["NO04"])


def test_recall_is_of_the_classes_asked_for():
    rows = [case(("clear", True, "note")), case(("gross", False, None), ("faint", True, "note"))]
    assert recall(rows, ("clear", "gross")) == (1, 2)


def test_precision_counts_each_fault_once_and_notes_only_where_wanted():
    rows = [case(("clear", True, "question"), ("faint", True, "note"), false=("note", "question", "note"))]
    assert precision(rows) == (2, 5)
    assert precision(rows, asked=True) == (1, 2)


def test_confidence_that_is_off_by_a_fifth_everywhere_has_that_error():
    error, bins = calibration([(0.9, True)] * 7 + [(0.9, False)] * 3)
    assert error == pytest.approx(0.2)
    assert bins == [(pytest.approx(0.9), 0.7, 10)]


def test_classes_rise_with_the_strength_of_every_fault():
    for one in TABLE.values():
        assert one.faint <= one.clear <= one.gross
        assert [one.severity(at) for at in (one.faint - 1e-6, one.gross)] == ["inaudible", "gross"]
