from dataclasses import replace

import pytest


def test_an_answered_card_does_not_wait(report):
    assert [card.id for card in report.open_cards()] == ["c1", "c2", "c3", "c4"]


def test_what_was_put_off_still_waits(report):
    later = tuple(replace(each, answered="later") for each in report.findings)
    assert replace(report, findings=later).open_findings() == later


@pytest.mark.parametrize(
    ("left", "floor", "remains"),
    [
        ("note", "note", True),
        ("note", "question", False),
        ("question", "question", True),
        ("question", "fault", False),
        ("fault", "note", True),
        ("fault", "fault", True),
    ],
)
def test_what_remains_is_counted_from_the_floor_up(report, left, floor, remains):
    only = replace(report.findings[0], severity=left)
    assert replace(report, findings=(only,)).remains(floor) is remains


def test_nothing_remains_once_all_is_answered(report):
    answered = tuple(replace(each, answered="decline") for each in report.findings)
    assert not replace(report, findings=answered).remains("note")
