"""Which markers a report becomes."""

from __future__ import annotations

from itertools import pairwise

import pytest

from earmark.actions import LeaveIt
from earmark.model import Answer, Card, Finding, Option, Section, Severity, Suggestion
from earmark.surfaces.ardour.marks import APART_S, MARKERS, WIDTH, Shown, plan, text_of


def _finding(number: int, start_s: float | None = 0.0, stem: str = "vox", name: str = "hum", **more: object) -> Finding:
    severity: Severity = more.pop("severity", "question")  # type: ignore[assignment]
    answered: Answer | None = more.pop("answered", None)  # type: ignore[assignment]
    end_s = None if start_s is None else start_s + 1.0
    return Finding(
        "NO01", name, severity, (stem,), -77.0, "dBFS", "m", "d", 0.9,
        start_s=start_s, end_s=end_s, id=f"{number:04x}0000", answered=answered,
    )  # fmt: skip


def _card(*findings: Finding) -> Card:
    return Card("c", "t", findings[0].stems, findings, Suggestion("s", (Option(LeaveIt(), "leave it", "", ""),)))


def _starts(cards: list[Card], shown: Shown | None = None, **more: object) -> list[int]:
    return [mark.sample for mark in plan(cards, 1000, shown or Shown(), short_ids={}, **more)]  # type: ignore[arg-type]


def test_at_most_twelve_by_default_in_order_of_time() -> None:
    starts = _starts([_card(_finding(n, 500.0 - 10 * n)) for n in range(40)])
    assert len(starts) == MARKERS
    assert starts == sorted(starts)


def test_no_two_are_closer_than_four_seconds() -> None:
    starts = _starts([_card(_finding(n, 1.3 * n)) for n in range(40)])
    assert min(b - a for a, b in pairwise(starts)) >= 1000 * APART_S


def test_a_card_has_one_marker_at_its_worst_place_that_is_free() -> None:
    cards = [_card(_finding(1, 10.0)), _card(_finding(2, 11.0), _finding(3, 30.0), _finding(4, 50.0))]
    assert _starts(cards) == [10_000, 30_000]


def test_all_means_every_finding_that_has_a_place() -> None:
    cards = [_card(*(_finding(n, 0.1 * n) for n in range(300))), _card(_finding(301, None))]
    assert len(_starts(cards, Shown(limit=None))) == 300


def test_a_finding_of_the_whole_file_or_an_answered_one_has_no_marker() -> None:
    assert _starts([_card(_finding(1, None)), _card(_finding(2, 4.0, answered="later"))]) == []


def test_one_stem_or_one_section_can_be_chosen() -> None:
    cards = [_card(_finding(1, 10.0)), _card(_finding(2, 20.0, stem="gtr")), _card(_finding(3, 40.0))]
    sections = (Section("Chorus 2", 19.0, 42.0),)
    assert _starts(cards, Shown(stem="vox")) == [10_000, 40_000]
    assert _starts(cards, Shown(section="Chorus 2"), sections=sections) == [20_000, 40_000]


@pytest.mark.parametrize(
    ("stem", "name", "severity", "text"),
    [
        ("GTR4", "hum", "question", "GTR4 hum -77 dBFS ·0001"),
        ("vox", "hum", "fault", "!vox hum -77 dBFS ·0001"),
        ("a\nb  c", "hum", "note", "a b c hum -77 dBFS ·0001"),
    ],
    ids=["short", "fault", "lines"],
)
def test_a_marker_says_stem_word_number_and_id(stem: str, name: str, severity: Severity, text: str) -> None:
    said = text_of(_finding(1, stem=stem, name=name, severity=severity), {})
    assert len(said) <= WIDTH
    assert said.endswith("·0001")
    assert said == text


@pytest.mark.parametrize(
    ("stem", "name", "text"),
    [
        ("lead vocal", "punch-in-mismatch", "lead vocal punch -77 ·0001"),
        ("kick in", "polarity-flip", "kick in polarity -77 ·0001"),
        ("04 clean electric guitar", "hum", "04 cle…guitar hum -77 ·0001"),
    ],
)
def test_what_does_not_fit_is_left_out_by_whole_words(stem: str, name: str, text: str) -> None:
    assert text_of(_finding(1, stem=stem, name=name), {}) == text


@pytest.mark.parametrize("stem", ["", "x", "a very long name of a track take 12 L", "é" * 40])
@pytest.mark.parametrize("name", ["hum", "clipped-before-export", "needs-riding"])
def test_every_marker_fits_and_keeps_a_piece_of_stem_and_word(stem: str, name: str) -> None:
    said = text_of(_finding(1, stem=stem, name=name), {"00010000": "000100"})
    assert len(said) <= WIDTH
    assert said.endswith(" ·000100")
    assert name.split("-")[0][:3] in said
    assert stem[-2:] in said
