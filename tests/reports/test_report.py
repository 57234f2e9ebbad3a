from dataclasses import replace

import pytest

from earmark.reports.report import short_ids


def test_ids_are_shown_by_four_signs_where_that_is_enough():
    assert short_ids(["7f3a91c2", "12345678"]) == {"7f3a91c2": "7f3a", "12345678": "1234"}


def test_ids_that_begin_alike_are_shown_until_they_differ():
    assert short_ids(["7f3a91c2", "7f3a92c2", "7f3b0000"]) == {
        "7f3a91c2": "7f3a91",
        "7f3a92c2": "7f3a92",
        "7f3b0000": "7f3b",
    }


def test_no_ids_need_no_beginnings():
    assert short_ids([]) == {}


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
