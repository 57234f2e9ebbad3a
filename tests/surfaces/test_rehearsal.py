"""The guarded accept without a DAW: nothing moves before a yes, once after it, and nothing on top of a surprise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from earmark.actions import AskTheBand, GainCurve, LeaveIt, StaticGain
from earmark.errors import SurfaceError
from earmark.ledger import Ledger
from earmark.model import Answer, Card, Decision, Finding, Option, Suggestion
from earmark.surfaces.rehearsal import Lane, Moment, Rehearsal, add

TRIM, FADER = ("vox", "trim"), ("vox", "fader")
CURVE = ((10.0, 0.0), (10.5, -2.0), (12.0, -2.0), (12.5, 0.0))
OPTIONS = (
    Option(GainCurve("vox", "trim", ()), "Ride it", "even", "flatter", CURVE),
    Option(StaticGain("vox", -1.0), "Fader -1.0 dB", "simple", "everywhere"),
    Option(AskTheBand("vox", "sing it again"), "Ask for another take", "alive", "a day"),
    Option(LeaveIt(), "Leave it", "as sung", "uneven"),
)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(tmp_path) as ledger:
        found = [
            Finding("PF01", "needs-riding", "note", ("vox",), 4.0, "dB", "m", "d", 0.9, start_s=at_s, end_s=at_s + 2)
            for at_s in (10.0, 40.0)
        ]
        known = ledger.recall(found, {})
        cards = [
            Card(f"c{n}", f"card {n}", ("vox",), (each,), Suggestion(f"s{n}", OPTIONS)) for n, each in enumerate(known)
        ]
        ledger.remember(known, {}, cards)
        yield ledger


def accepted(memory: Ledger, option: int = 1, **rehearsal: object) -> Rehearsal:
    """The first card accepted on a surface."""
    surface = Rehearsal({"card 0": Decision(first(memory), "accept", option)}, **rehearsal)  # type: ignore[arg-type]
    list(surface.ask(memory.cards(), memory))
    return surface


def first(memory: Ledger) -> str:
    return memory.cards()[0].findings[0].id


def state(memory: Ledger) -> str:
    return memory.answers()[0].state


def test_asking_changes_nothing() -> None:
    lanes = {TRIM: Lane(0.0, ((0.0, -1.0), (30.0, 1.0)), plays=True), FADER: Lane(-3.0)}
    surface = Rehearsal({}, dict(lanes))
    card = Card("c", "card", ("vox",), (), Suggestion("s", OPTIONS))
    assert list(surface.ask([card], memory=None)) == []  # type: ignore[arg-type]
    assert surface.lanes == lanes


@pytest.mark.parametrize("answer", ["decline", "on-purpose", "later"])
def test_no_other_answer_than_accept_changes_anything(memory: Ledger, answer: Answer) -> None:
    surface = Rehearsal({"card 0": answer, "card 1": answer})
    given = list(surface.ask(memory.cards(), memory))
    assert [each.answer for each in given] == [answer] * 2
    assert surface.lanes == {}
    assert surface.outbox == {}
    assert len(memory.answers()) == 2


def test_an_accepted_curve_is_added_where_the_lane_plays(memory: Ledger) -> None:
    before = Lane(0.0, ((0.0, -4.0), (20.0, 0.0)), plays=True)
    lane = accepted(memory, lanes={TRIM: before}).lane(TRIM)
    for at_s, added_db in (
        (5.0, 0.0),
        (10.0, 0.0),
        (10.25, -1.0),
        (11.0, -2.0),
        (12.25, -1.0),
        (12.5, 0.0),
        (19.0, 0.0),
    ):
        assert lane.db_at(at_s) == pytest.approx(before.db_at(at_s) + added_db)
    assert state(memory) == "confirmed"


def test_a_lane_that_stands_still_plays_around_its_value(memory: Ledger) -> None:
    lane = accepted(memory, lanes={TRIM: Lane(-6.0)}).lane(TRIM)
    assert lane.plays
    assert [lane.db_at(at_s) for at_s in (0.0, 11.0, 99.0)] == pytest.approx([-6.0, -8.0, -6.0])


def test_a_manual_lane_that_holds_points_is_left_alone_and_shown(memory: Ledger) -> None:
    manual = Lane(0.0, ((0.0, -60.0), (5.0, 0.0)), plays=False)
    surface = accepted(memory, lanes={TRIM: manual})
    assert surface.lane(TRIM) == manual
    assert surface.stopped[0].found == manual.text
    assert state(memory) == "decided"


@pytest.mark.parametrize("plays", [True, False])
def test_a_number_is_set_once_for_the_whole_song(memory: Ledger, plays: bool) -> None:
    before = Lane(-3.0, ((0.0, -3.0), (9.0, -5.0)) if plays else (), plays)
    lane = accepted(memory, 2, lanes={FADER: before}).lane(FADER)
    assert lane.plays is plays
    assert [lane.db_at(at_s) - before.db_at(at_s) for at_s in (0.0, 4.0, 50.0)] == pytest.approx([-1.0] * 3)


@pytest.mark.parametrize(("stands_db", "kept_db", "lost_db"), [(19.0, 20.0, 2.0), (-20.0, -20.0, 0.0)])
def test_what_does_not_fit_the_control_is_said(stands_db: float, kept_db: float, lost_db: float) -> None:
    lane, clamped_db = add(Lane(stands_db), ((0.0, 0.0), (1.0, 3.0 if lost_db else 0.0), (2.0, 0.0)), (-20.0, 20.0))
    assert lane.db_at(1.0) == kept_db
    assert clamped_db == pytest.approx(lost_db)


def test_clamping_is_told_to_the_human(memory: Ledger) -> None:
    surface = accepted(memory, lanes={TRIM: Lane(-19.5)})
    assert surface.lane(TRIM).db_at(11.0) == -20.0
    assert "reaches the end of the trim: 1.5 dB of it do not fit" in surface.remarks[0]


def test_what_a_surface_cannot_do_is_for_the_human(memory: Ledger) -> None:
    surface = accepted(memory, 3)
    assert "is for the human to do: Ask for another take" in surface.remarks[0]
    assert surface.lanes == {}
    assert accepted(memory, 4).remarks == []


def test_the_curve_that_the_human_left_is_the_one_that_is_added(memory: Ledger) -> None:
    edited = ((10.0, 0.0), (11.0, -0.5), (12.0, 0.0))
    surface = Rehearsal({"card 0": Decision(first(memory), "accept", 1, curve=edited)})
    list(surface.ask(memory.cards(), memory))
    assert surface.lane(TRIM).db_at(11.0) == -0.5


def test_a_lane_moved_after_it_was_shown_stops_the_accept_and_both_are_shown(memory: Ledger) -> None:
    moved = Lane(2.0)
    surface = Rehearsal({"card 0": "accept"}, {TRIM: Lane(0.0)})
    surface.meanwhile = lambda card: surface.lanes.update({TRIM: moved})
    list(surface.ask(memory.cards(), memory))
    assert surface.lane(TRIM) == moved
    assert (surface.stopped[0].expected, surface.stopped[0].found) == (Lane(0.0).text, moved.text)
    assert state(memory) == "decided"


def test_the_answer_is_on_disk_before_anything_is_done(memory: Ledger, tmp_path: Path) -> None:
    with pytest.raises(SurfaceError, match="cut off after the answer was recorded"):
        accepted(memory, crash_after="recorded")
    with Ledger.open(tmp_path) as reader:
        assert reader.pending("rehearsal")[0].state == "decided"


def test_without_an_acknowledgement_nothing_is_done_and_that_is_said(memory: Ledger) -> None:
    surface = accepted(memory, deaf=True)
    assert surface.lanes == {}
    assert "was not acknowledged; nothing was done" in surface.remarks[0]
    assert state(memory) == "sent"


@pytest.mark.parametrize(("moment", "applied"), [("recorded", False), ("sent", False), ("applied", True)])
def test_after_a_crash_each_accept_is_confirmed_or_waits(memory: Ledger, moment: Moment, applied: bool) -> None:
    surface = Rehearsal({"card 0": "accept"}, {TRIM: Lane(-1.0)}, crash_after=moment)
    with pytest.raises(SurfaceError):
        list(surface.ask(memory.cards(), memory))
    assert (surface.lane(TRIM) != Lane(-1.0)) is applied
    surface.reconnect(memory)
    assert surface.waiting == ([] if applied else [first(memory)])
    assert (state(memory) == "confirmed") is applied
    assert surface.stopped == []


def test_what_waits_is_applied_when_the_human_accepts_again(memory: Ledger) -> None:
    surface = Rehearsal({"card 0": "accept"}, {TRIM: Lane(-1.0)}, crash_after="sent")
    with pytest.raises(SurfaceError):
        list(surface.ask(memory.cards(), memory))
    surface.reconnect(memory)
    assert surface.lane(TRIM) == Lane(-1.0)
    surface.press_again(first(memory), memory)
    assert surface.lane(TRIM).db_at(11.0) == pytest.approx(-3.0)
    assert (state(memory), surface.waiting) == ("confirmed", [])
    with pytest.raises(SurfaceError, match="does not wait to be applied"):
        surface.press_again(first(memory), memory)


def test_after_a_crash_a_lane_that_is_neither_is_shown(memory: Ledger) -> None:
    surface = Rehearsal({"card 0": "accept"}, crash_after="applied")
    with pytest.raises(SurfaceError):
        list(surface.ask(memory.cards(), memory))
    surface.lanes[TRIM] = Lane(5.0)
    surface.reconnect(memory)
    assert surface.stopped[0].found == Lane(5.0).text
    assert surface.lane(TRIM) == Lane(5.0)
    assert state(memory) == "sent"


def test_one_accept_said_twice_is_applied_once(memory: Ledger) -> None:
    surface = accepted(memory)
    once = surface.lane(TRIM)
    surface._carry_out(surface.outbox[first(memory)], memory)  # the same letter, delivered again
    assert surface.lane(TRIM) == once
    list(surface.ask(memory.cards(), memory))
    assert surface.lane(TRIM) == once
    assert surface.stopped == []


def test_a_card_can_be_scripted_by_any_of_its_ids(memory: Ledger) -> None:
    id = memory.cards()[1].findings[0].id
    (given,) = Rehearsal({id: "on-purpose"}).ask(memory.cards(), memory)
    assert (given.finding_id, given.answer, given.surface) == (id, "on-purpose", "rehearsal")
