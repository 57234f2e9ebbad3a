"""Answers of one ledger, said again in another: what holds, under which names, and by which measure."""

from dataclasses import replace

import pytest

from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.ledger import Ledger
from earmark.model import Card, Decision, Finding, Option, Suggestion
from ledger.played import performance, prints, rebounced

LEAVE = Option(LeaveIt(), "leave it", "", "")


def finding(stem: str, start_s: float = 10.0, value: float = -60.0, **changes: object) -> Finding:
    made = Finding(
        "NO01", "hum", "question", (stem,), value, "dBFS", "hum", "a drone", 0.9, -80.0, start_s, start_s + 2.0
    )
    return replace(made, worse_by=3.0, **changes)  # type: ignore[arg-type]


def card(*findings: Finding, options: tuple[Option, ...] = (LEAVE,)) -> Card:
    return Card("c1", "hum", findings[0].stems, findings, Suggestion("s1", options))


def check(ledger: Ledger, findings, prints, options=(LEAVE,)) -> tuple[Finding, ...]:
    """What a run of the line does with a ledger."""
    recalled = ledger.recall(findings, prints)
    return ledger.remember(recalled, prints, [card(each, options=options) for each in recalled])


@pytest.fixture
def old(tmp_path):
    with Ledger.open(tmp_path / "old") as ledger:
        yield ledger


@pytest.fixture
def new(tmp_path):
    with Ledger.open(tmp_path / "new") as ledger:
        yield ledger


def carried(old: Ledger, new: Ledger, findings, prints, names, options=(LEAVE,)) -> tuple[int, tuple[Finding, ...]]:
    found = check(new, findings, prints, options)
    count = new.carry(old.holding_for(found, prints, names))
    return count, new.recall(findings, prints)


GUITAR = performance(1)
THEN = prints({"gtr": GUITAR})


def answer(old: Ledger, *decided: Decision) -> None:
    old.record(decided)


def test_an_answer_holds_for_the_same_stem_in_another_folder_and_is_written_there(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "on-purpose", because="the amp"))
    count, (now,) = carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})
    assert (count, now.answered) == (1, "on-purpose")
    (kept,) = new.answers()
    assert (kept.decision.answer, kept.decision.because) == ("on-purpose", "the amp")
    new.verify()


def test_the_row_says_which_row_it_came_from(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})
    (came_from,) = (row.hash for row in old.rows() if row.kind == "decision")
    (written,) = (row.content["carried"] for row in new.rows() if row.kind == "decision")
    assert written == came_from


def test_an_answer_follows_a_stem_under_its_new_name_place_and_gain(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    later = prints({"guitar": rebounced(GUITAR, gain_db=-6.0, late_samples=96_000)})
    moved = finding("guitar", start_s=12.0, value=-66.0)
    count, (now,) = carried(old, new, [moved], later, {"guitar": "gtr"})
    assert (count, now.answered) == (1, "decline")


def test_a_name_that_another_stem_has_now_brings_no_answer(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    swapped = prints({"gtr": performance(2), "guitar": GUITAR})
    count, _ = carried(old, new, [finding("gtr", start_s=3.0), finding("guitar")], swapped, {"guitar": "gtr"})
    assert count == 1
    assert [kept.findings[0].stems for kept in new.answers()] == [("guitar",)]


def test_what_is_worse_or_elsewhere_is_asked_again(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    worse, elsewhere = finding("gtr", value=-50.0), finding("gtr", start_s=2.0)
    assert carried(old, new, [worse, elsewhere], THEN, {"gtr": "gtr"})[0] == 0


def test_later_is_no_answer_to_carry(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "later"))
    assert carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})[0] == 0


def test_carrying_twice_writes_once(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})
    rows = len(new.rows())
    assert carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})[0] == 0
    assert len([row for row in new.rows()[rows:] if row.kind == "decision"]) == 0


def test_what_the_new_session_answered_itself_stays(old, new):
    (asked,) = check(old, [finding("gtr")], THEN)
    answer(old, Decision(asked.id, "decline"))
    (here,) = check(new, [finding("gtr")], THEN)
    new.record(Decision(here.id, "on-purpose"))
    count, (now,) = carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"})
    assert (count, now.answered) == (0, "on-purpose")


def test_a_little_worse_with_every_bounce_is_asked_once_it_is_worse_in_all(old, new, tmp_path):
    (asked,) = check(old, [finding("gtr", value=-60.0)], THEN)
    answer(old, Decision(asked.id, "decline"))
    assert carried(old, new, [finding("gtr", value=-58.0)], THEN, {"gtr": "gtr"})[0] == 1
    with Ledger.open(tmp_path / "third") as third:
        assert carried(new, third, [finding("gtr", value=-56.5)], THEN, {"gtr": "gtr"})[0] == 0
        assert carried(new, third, [finding("gtr", value=-57.5)], THEN, {"gtr": "gtr"})[0] == 1


def test_only_what_was_answered_is_answered_there_though_a_card_holds_more(old, new):
    first, second = finding("gtr"), finding("gtr", start_s=15.0)
    (asked,) = check(old, [first], THEN)
    answer(old, Decision(asked.id, "decline"))
    recalled = new.recall([first, second], THEN)
    new.remember(recalled, THEN, [card(*recalled)])
    assert new.carry(old.holding_for(recalled, THEN, {"gtr": "gtr"})) == 1
    assert [each.answered for each in new.recall([first, second], THEN)] == ["decline", None]


def test_an_accepted_option_keeps_its_kind_whatever_its_number_is_now(old, new):
    notch, ride = Option(Repair("gtr", "notch"), "notch", "", ""), Option(GainCurve("gtr", "trim", ()), "ride", "", "")
    (asked,) = check(old, [finding("gtr")], THEN, (notch, LEAVE))
    answer(old, Decision(asked.id, "accept", option=1))
    assert carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"}, (ride, notch, LEAVE))[0] == 1
    (kept,) = new.answers()
    assert (kept.decision.option, kept.option) == (2, notch)


def test_an_accepted_option_that_is_not_offered_any_more_is_asked_about(old, new):
    notch = Option(Repair("gtr", "notch"), "notch", "", "")
    (asked,) = check(old, [finding("gtr")], THEN, (notch, LEAVE))
    answer(old, Decision(asked.id, "accept", option=1))
    assert carried(old, new, [finding("gtr")], THEN, {"gtr": "gtr"}, (LEAVE,))[0] == 0


def test_an_accepted_curve_moves_with_its_stem(old, new):
    points = ((10.0, 0.0), (11.0, -2.0))
    ride = Option(GainCurve("gtr", "trim", ()), "ride", "", "", curve=points)
    (asked,) = check(old, [finding("gtr")], THEN, (ride, LEAVE))
    answer(old, Decision(asked.id, "accept", option=1))
    later = prints({"gtr": rebounced(GUITAR, late_samples=96_000)})
    carried(old, new, [finding("gtr", start_s=12.0)], later, {"gtr": "gtr"}, (ride, LEAVE))
    (kept,) = new.answers()
    assert kept.decision.curve is not None
    assert [at_s for at_s, _ in kept.decision.curve] == pytest.approx([12.0, 13.0], abs=0.01)
