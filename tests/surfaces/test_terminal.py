"""Answers at a terminal: every key, each answer on disk before the next card is shown."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.actions import GainCurve, LeaveIt, StaticGain
from earmark.errors import LedgerError, RenderError
from earmark.ledger import Ledger
from earmark.model import Card, Decision, Finding, Option, Suggestion
from earmark.surfaces import terminal

CURVE = ((1.0, 0.0), (2.0, -1.0), (3.0, 0.0))
RIDE = Option(GainCurve("vox", "trim", ()), "Ride the phrases", "the verse sits evenly", "less as it was sung", CURVE)
FADER = Option(StaticGain("vox", -1.0), "Fader -1.0 dB", "simple", "all of it")
LEAVE = Option(LeaveIt(), "Leave it", "as it was sung", "verse 2 stays under verse 1")


def finding(id: str, start_s: float | None = 61.5, **facts: object) -> Finding:
    words = {"message": f"{id} lies 4.3 dB under its neighbours.", "doubt": "It may be meant."}
    sure = {"severity": "question", "value": -4.3, "unit": "dB", "confidence": 0.8}
    end_s = None if start_s is None else start_s + 2.0
    whole = {"stems": ("vox",), "start_s": start_s, "end_s": end_s, "id": id} | words | sure | facts
    return Finding(code="PF01", name="needs-riding", **whole)  # type: ignore[arg-type]


def card(name: str, *findings: Finding, options: tuple[Option, ...] = (RIDE, FADER, LEAVE)) -> Card:
    return Card(name, f"vox {name}", ("vox",), findings or (finding(name),), Suggestion(f"s{name}", options))


CARDS = (card("one"), card("two"), card("three"))


class Sitting:
    """A human who types `typed`, and what became of it."""

    def __init__(self, typed: str, cards: tuple[Card, ...] = CARDS, **more: Callable[..., object]) -> None:
        self.recorded: list[Decision] = []
        self.undone: list[str] = []
        self.out = io.StringIO()
        options = {"undo": self.undone.append} | more
        keys = io.StringIO(typed)
        ask = terminal.ask(cards, self.recorded.append, keys=lambda: keys.read(1), out=self.out, **options)
        self.given = list(ask)

    @property
    def said(self) -> str:
        return self.out.getvalue()


def answers(typed: str, *cards: Card) -> list[tuple[str, str, int | None, str | None]]:
    given = Sitting(typed, cards or CARDS).given
    return [(each.finding_id, each.answer, each.option, each.because) for each in given]


def test_each_key_is_its_answer() -> None:
    assert answers("pla1") == [
        ("one", "on-purpose", None, None),
        ("two", "later", None, None),
        ("three", "accept", 1, None),
    ]


@pytest.mark.parametrize(
    ("typed", "option", "curve"),
    [("a1", 1, CURVE), ("a\n", 1, CURVE), ("a\r", 1, CURVE), ("a2", 2, None), ("a3", 3, None)],
)
def test_an_accept_names_its_option_and_takes_its_curve(
    typed: str, option: int, curve: tuple[tuple[float, float], ...] | None
) -> None:
    (decision,) = Sitting(typed, CARDS[:1]).given
    assert (decision.answer, decision.option, decision.curve) == ("accept", option, curve)


def test_with_one_option_only_nothing_more_is_asked() -> None:
    assert answers("ap", card("one", options=(LEAVE,)), card("two")) == [
        ("one", "accept", 1, None),
        ("two", "on-purpose", None, None),
    ]


@pytest.mark.parametrize(
    ("typed", "because"),
    [("d1", "not so"), ("d2", "meant"), ("d3", "done already"), ("d4", "not worth it"), ("d\n", None)],
)
def test_a_decline_takes_one_key_of_reason_or_none(typed: str, because: str | None) -> None:
    assert answers(typed, CARDS[0]) == [("one", "decline", None, because)]


@pytest.mark.parametrize("typed", ["a9\x1bp", "a0qp", "d5\x1bp", "d\x7fp"])
def test_what_is_cancelled_or_no_choice_decides_nothing(typed: str) -> None:
    assert answers(typed, CARDS[0]) == [("one", "on-purpose", None, None)]


@pytest.mark.parametrize("typed", ["", "a", "d", "q", "h", "?!x", "\n\n \t"])
def test_nothing_is_decided_by_an_end_or_a_wrong_key(typed: str) -> None:
    sitting = Sitting(typed)
    assert sitting.recorded == sitting.given == []
    assert "nothing answered, 3 left for another time" in sitting.said


def test_capital_keys_are_the_same_keys() -> None:
    assert answers("P", CARDS[0]) == answers("p", CARDS[0])


def test_a_skipped_card_waits_for_another_time() -> None:
    sitting = Sitting("sps")
    assert [each.finding_id for each in sitting.given] == ["two"]
    assert "1 answered, 2 left for another time" in sitting.said


def test_quitting_keeps_what_was_answered() -> None:
    sitting = Sitting("pq")
    assert [each.finding_id for each in sitting.recorded] == ["one"]


def test_every_answer_is_recorded_before_the_next_card_is_shown() -> None:
    out, order = io.StringIO(), []
    keys = iter("ppp")

    def key() -> str:
        order.append(f"{out.getvalue().count(' of 3  ')} shown")
        return next(keys, "")

    for decision in terminal.ask(CARDS, lambda each: order.append(f"kept {each.finding_id}"), keys=key, out=out):
        order.append(f"given {decision.finding_id}")
    assert order == [
        *("1 shown", "kept one", "given one"),
        *("2 shown", "kept two", "given two"),
        *("3 shown", "kept three", "given three"),
    ]


def test_an_answer_that_cannot_be_kept_stops_the_sitting() -> None:
    def full(decision: Decision) -> None:
        raise LedgerError("the disk is full")

    out, given = io.StringIO(), []
    with pytest.raises(LedgerError, match="the disk is full"):
        given.extend(terminal.ask(CARDS, full, keys=iter("pp").__next__, out=out))
    assert given == []
    assert "kept" not in out.getvalue()


def test_undoing_brings_the_last_card_back() -> None:
    sitting = Sitting("pd1ulp")
    assert sitting.undone == ["two"]
    assert [(each.finding_id, each.answer) for each in sitting.given] == [
        ("one", "on-purpose"),
        ("two", "decline"),
        ("two", "later"),
        ("three", "on-purpose"),
    ]
    assert "3 answered" in sitting.said


def test_undoing_goes_back_as_far_as_the_sitting_began() -> None:
    assert Sitting("ppuuuq").undone == ["two", "one"]


def test_after_a_skip_undoing_goes_back_to_what_was_answered() -> None:
    sitting = Sitting("psul")
    assert sitting.undone == ["one"]
    assert [(each.finding_id, each.answer) for each in sitting.given][1] == ("one", "later")


def test_a_card_can_be_heard_as_often_as_one_likes() -> None:
    heard: list[str] = []
    sitting = Sitting("hhp", CARDS[:1], hear=lambda card: heard.append(card.id))
    assert heard == ["one", "one"]
    assert len(sitting.given) == 1


def test_what_cannot_be_heard_is_said_and_asked_on() -> None:
    def silent(card: Card) -> None:
        raise RenderError("vox.wav is gone; put it back")

    sitting = Sitting("hp", CARDS[:1], hear=silent)
    assert "vox.wav is gone; put it back" in sitting.said
    assert len(sitting.given) == 1
    assert "nothing can be heard from here" in Sitting("hq").said


def test_answered_cards_are_not_shown_again() -> None:
    done = card("done", finding("done", answered="on-purpose"))
    sitting = Sitting("p", (done, CARDS[0]))
    assert [each.finding_id for each in sitting.given] == ["one"]
    assert "1 of 1  vox one" in sitting.said


def test_a_card_stands_for_the_worst_that_still_waits() -> None:
    mixed = card(
        "c", finding("old", severity="fault", answered="on-purpose"), finding("new"), finding("sure", confidence=0.99)
    )
    assert [each.finding_id for each in Sitting("p", (mixed,)).given] == ["sure"]


def test_a_card_shows_everything_one_decides_by() -> None:
    many = card("c", finding("f", 61.5, confidence=0.9), *(finding(f"f{n}", 100.0 + n) for n in range(4)))
    said = " ".join(Sitting("q", (many,)).said.split())
    for words in (
        "1 of 1 vox c ·f question",
        "vox, 1:01.50 to 1:03.50; also at 1:40.00, 1:41.00 and 2 more",
        "f lies 4.3 dB under its neighbours.",
        "Doubt: It may be meant.",
        "1 Ride the phrases — gains: the verse sits evenly — costs: less as it was sung",
        "3 Leave it",
    ):
        assert words in said


def test_people_see_the_short_id() -> None:
    out = io.StringIO()
    list(terminal.ask([card("7f3a91c2")], print, keys=lambda: "", out=out, short_ids={"7f3a91c2": "7f3a"}))
    assert "·7f3a  " in out.getvalue()


def test_a_finding_of_the_whole_file_has_no_time() -> None:
    assert "vox, the whole file\n" in Sitting("q", (card("c", finding("c", None)),)).said


@pytest.mark.parametrize(
    ("time_s", "shown"),
    [
        (0.0, "0:00.00"),
        (59.999, "1:00.00"),
        (61.5, "1:01.50"),
        (3600.0, "60:00.00"),
        (-1.25, "-0:01.25"),
        (-0.001, "0:00.00"),
    ],
)
def test_times_are_minutes_and_seconds(time_s: float, shown: str) -> None:
    assert terminal.clock(time_s) == shown


def test_names_cannot_play_tricks_on_the_terminal() -> None:
    tricky = replace(CARDS[0], title="vox\x1b[2J\n[red]", findings=(finding("one", stems=("g\udce9t\x07r",)),))
    said = Sitting("q", (tricky,)).said
    assert "vox\\x1b[2J\\n[red]" in said
    assert "g\\xe9t\\x07r" in said
    assert "\x1b" not in said
    assert "\x07" not in said


def test_with_the_real_ledger_an_answer_is_on_disk_when_it_is_given(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        known = ledger.recall([finding(""), finding("", 100.0)], {})
        cards = [replace(card(each.id, each), id=each.id) for each in known]
        ledger.remember(known, {}, cards)
        keys = iter("d2ua\n")
        for decision in terminal.ask(
            ledger.cards(), ledger.record, undo=ledger.undo, keys=lambda: next(keys, ""), out=io.StringIO()
        ):
            with Ledger.open(tmp_path) as reader:
                assert reader.answers()[-1].decision.answer == decision.answer
        assert [(kept.decision.answer, kept.decision.option) for kept in ledger.answers()] == [("accept", 1)]


SCRIPT = """
import sys
from test_terminal import CARDS
from earmark.surfaces import terminal
for decision in terminal.ask(CARDS, lambda each: None):
    print("GIVEN", decision.finding_id, decision.answer, decision.option, decision.because)
"""


@pytest.mark.parametrize("style", ["xterm-256color", "dumb"])
def test_at_a_real_terminal_one_key_is_enough(style: str) -> None:
    above, below = pty.openpty()
    folders = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "TERM": style, "PYTHONPATH": folders}
    environment.pop("NO_COLOR", None)
    human = subprocess.Popen([sys.executable, "-c", SCRIPT], stdin=below, stdout=below, stderr=below, env=environment)
    os.close(below)
    os.write(above, b"p")  # typed ahead, before the card is there
    seen = _until(above, b"2 of 3")
    os.write(above, b"\x1b[Ad2")  # an arrow, pressed by mistake, and two keys typed quickly
    seen += _until(above, b"3 of 3")
    os.write(above, b"q")
    seen += _until(above, b"left for another time")
    assert human.wait(30) == 0
    os.close(above)
    told = seen.decode()
    assert "GIVEN one on-purpose None None" in told
    assert "GIVEN two decline None meant" in told
    assert ("\x1b[1;36m" in told) == (style != "dumb")


def _until(terminal_: int, words: bytes) -> bytes:
    seen = b""
    while words not in seen:
        assert select.select([terminal_], [], [], 30.0)[0], f"{words!r} was never shown, only {seen!r}"
        seen += os.read(terminal_, 4096)
    return seen
