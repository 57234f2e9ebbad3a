from dataclasses import replace
from xml.etree import ElementTree

import pytest

from earmark.model import NotListenedFor
from earmark.reports.junit import as_junit
from earmark.reports.report import Listened


def listened(code: str, name: str, per_stem: bool = True) -> Listened:
    return Listened(code, name, "what it hears", "question", per_stem)


@pytest.fixture
def heard(report):
    rules = (listened("NO01", "hum"), listened("PF01", "needs-riding"), listened("PH01", "polarity-flip", False))
    return replace(report, listened_for=rules)


def suite(report, floor="question") -> ElementTree.Element:
    return ElementTree.fromstring(as_junit([report], floor).encode("utf-8"))[0]


def cases(report, floor="question") -> dict[tuple[str | None, str | None], ElementTree.Element]:
    return {(case.get("classname"), case.get("name")): case for case in suite(report, floor).iter("testcase")}


def failing(report, floor="question") -> set[tuple[str | None, str | None]]:
    return {key for key, case in cases(report, floor).items() if case.find("failure") is not None}


def test_every_stem_and_rule_that_listened_to_it_is_a_test_whether_or_not_it_found_anything(heard):
    stems = [stem.name for stem in heard.session.stems if stem.name.isascii()] + ["mix"]
    expected = {(f"Song.{name}", rule) for name in stems for rule in ("NO01 hum", "PF01 needs-riding")}
    assert expected - {("Song.[bold]100%\\ncaf\\xe9", "NO01 hum")} <= set(cases(heard))


def test_what_waits_for_an_answer_fails_from_the_named_severity_on(heard):
    hostile = ("Song.[bold]100%\\ncaf\\xe9", "NO01 hum")
    questions = {("Song", "PH01 polarity-flip"), ("Song.04 clean electric guitar", "NO01 hum")}
    notes = {("Song.04 clean electric guitar", "PF01 needs-riding")}
    assert failing(heard, "fault") == {hostile}
    assert failing(heard, "question") == {hostile, *questions}
    assert failing(heard, "note") == {hostile, *questions, *notes}
    assert failing(heard, None) == set()


def test_an_answered_finding_passes_and_is_told(heard):
    case = cases(heard)["Song.Bass", "NO01 hum"]
    assert case.find("failure") is None
    assert "[on-purpose]" in (case.findtext("system-out") or "")


def test_a_rule_that_kept_silent_is_skipped_with_its_reason(heard):
    skipped = cases(heard)["Song", "LV03 true-peak-over"].find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "speaks at stage print or deliver"


def test_a_rule_that_was_not_fed_is_skipped_and_nowhere_passes(heard):
    silent = replace(heard, not_listened_for=(NotListenedFor("PH01", "polarity-flip", "one stem"),), findings=())
    case = cases(silent)["Song", "PH01 polarity-flip"]
    assert case.find("skipped") is not None
    assert sum(name == "PH01 polarity-flip" for _, name in cases(silent)) == 1


def test_the_same_tests_are_there_when_what_was_found_has_gone(heard):
    assert set(cases(heard)) == set(cases(replace(heard, findings=(), cards=())))


def test_the_counts_are_those_of_the_cases(heard):
    told = suite(heard)
    found = list(told.iter("testcase"))
    assert told.get("tests") == str(len(found))
    assert told.get("failures") == str(sum(case.find("failure") is not None for case in found)) == "3"
    assert told.get("skipped") == "3"
    root = ElementTree.fromstring(as_junit([heard, heard], "question").encode("utf-8"))
    assert root.get("tests") == str(2 * len(found))


def test_signs_that_xml_has_not_are_replaced(heard):
    odd = tuple(replace(each, message="a\x00b\uffff\x1b[31m") for each in heard.findings)
    assert "a\\x00b\ufffd\\x1b[31m" in ElementTree.tostring(suite(replace(heard, findings=odd)), encoding="unicode")
