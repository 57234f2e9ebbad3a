"""What is pressed is written down first, then done once, then read back."""

from __future__ import annotations

import pytest

from earmark.errors import LedgerError
from earmark.surfaces.ardour import wishes
from earmark.surfaces.ardour.lanes import TRIM, Lane, in_db
from earmark.surfaces.ardour.marks import Shown
from earmark.wire.sockets import LOOPBACK
from surfaces.ardour.conftest import CARDS, IDS, STILL, Pair, Room


def test_on_hello_the_report_is_laid_and_the_first_card_is_in_focus(pair: Pair) -> None:
    assert [text.split()[0] for _, text in pair.host.marks] == ["vox", "gtr", "bass"]
    assert pair.desk.delivered.missing == ()
    assert pair.host.focus == IDS[0]
    assert pair.host.ghost is not None
    assert pair.host.ghost[3] == "192000:0,201600:-3,288000:-3,297600:0"
    assert pair.host.located == []  # nobody asked to go anywhere


def test_next_and_previous_go_round_and_take_the_ghost_along(pair: Pair) -> None:
    for verb, wanted in (("next", 1), ("next", 2), ("next", 0), ("previous", 2)):
        pair.host.press(verb)
        pair.go(lambda wanted=wanted: pair.host.focus == IDS[wanted])
        assert pair.host.ghost is not None
        assert pair.host.ghost[1] == CARDS[wanted].stems[0]
    assert pair.host.located == [432_000, 720_000, 192_000, 720_000]


def test_an_accepted_curve_is_on_disk_then_in_the_lane_then_confirmed(pair: Pair) -> None:
    pair.host.press("accept")
    pair.go(lambda: pair.states().get(IDS[0]) == "confirmed")
    lane = Lane.parse(pair.host.lanes["vox", "trim"])
    assert lane.state == "Play"
    assert in_db(lane.gain(240_000, TRIM)) == pytest.approx(-3.0, abs=0.01)
    assert pair.host.steps == ["markers", "earmark: trim of vox ·0001"]
    kept = pair.ledger.answers()[0].decision
    assert (kept.answer, kept.option, kept.surface, kept.by) == ("accept", 1, "ardour", "test")
    assert kept.curve == ((4.0, 0.0), (4.2, -3.0), (6.0, -3.0), (6.2, 0.0))
    assert not any("vox" in text for _, text in pair.host.marks)
    assert pair.host.focus == IDS[1]


def test_what_is_accepted_is_the_curve_as_the_human_left_it(pair: Pair) -> None:
    assert pair.host.ghost is not None
    pair.host.ghost = (*pair.host.ghost[:3], "192000:0,201600:-1.5,288000:-1.5,297600:0")
    pair.host.press("accept")
    pair.go(lambda: pair.states().get(IDS[0]) == "confirmed")
    assert in_db(Lane.parse(pair.host.lanes["vox", "trim"]).gain(240_000, TRIM)) == pytest.approx(-1.5, abs=0.01)


def test_nothing_is_handed_out_when_the_ledger_cannot_be_written(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise LedgerError("the disk is full")

    monkeypatch.setattr(pair.ledger, "record", refuse)
    pair.host.press("accept")
    with pytest.raises(LedgerError):
        pair.go(lambda: pair.states())
    pair.host.tick()
    assert pair.host.lanes["vox", "trim"] == STILL
    assert not list(pair.desk.outbox_folder.glob("*.apply"))


def test_a_lane_changed_since_is_shown_and_left_alone_until_accept_is_pressed_again(pair: Pair) -> None:
    pair.host.lanes["vox", "trim"] = changed = "Off 0.5 "
    pair.host.press("accept")
    pair.go(lambda: any("has changed" in said for said in pair.said))
    assert (pair.host.lanes["vox", "trim"], pair.states()) == (changed, {})
    assert STILL.strip() in pair.said[-1]
    assert changed.strip() in pair.said[-1]
    pair.host.press("accept")
    pair.go(lambda: pair.states().get(IDS[0]) == "confirmed")
    assert Lane.parse(pair.host.lanes["vox", "trim"]).points[0] == (0, 0.5)


@pytest.mark.parametrize("lane", ["Off 1 0:1,48000:0.5", "Write - 0:1"])
def test_a_lane_that_cannot_take_a_curve_is_left_alone(pair: Pair, lane: str) -> None:
    pair.host.lanes["gtr", "fader"] = lane
    pair.host.press("next")
    pair.go(lambda: pair.host.focus == IDS[1])
    pair.host.press("accept")
    pair.go(lambda: any("nothing was done: fader of gtr" in said for said in pair.said))
    assert (pair.host.lanes["gtr", "fader"], pair.states()) == (lane, {})


def test_a_flat_curve_is_not_accepted(pair: Pair) -> None:
    assert pair.host.ghost is not None
    pair.host.ghost = (*pair.host.ghost[:3], "192000:0,297600:0")
    pair.host.press("accept")
    pair.go(lambda: any("flat at 0 dB" in said for said in pair.said))
    assert pair.states() == {}


def test_two_accepts_of_one_id_apply_once(pair: Pair) -> None:
    pair.host.press("accept")
    pair.host.press("accept")
    pair.go(lambda: pair.states().get(IDS[0]) == "confirmed")
    pair.go()
    assert [step for step in pair.host.steps if "vox" in step] == ["earmark: trim of vox ·0001"]
    assert len(pair.ledger.answers()) == 1


def test_a_decline_keeps_its_reason_and_the_marker_goes(pair: Pair) -> None:
    pair.host.press("decline", "2")
    pair.go(lambda: pair.host.focus == IDS[1])
    kept = pair.ledger.answers()[0].decision
    assert (kept.answer, kept.because) == ("decline", "meant")
    assert [text.split()[0] for _, text in pair.host.marks] == ["gtr", "bass"]
    assert pair.host.steps == ["markers"]  # what follows from an answer is no undo step


def test_undo_last_takes_answer_and_lane_back(pair: Pair) -> None:
    pair.host.press("accept")
    pair.go(lambda: pair.states().get(IDS[0]) == "confirmed")
    pair.host.press("take-back")
    pair.go(lambda: pair.host.focus == IDS[0])
    assert pair.host.lanes["vox", "trim"] == STILL
    assert pair.ledger.answers() == ()
    assert any("vox" in text for _, text in pair.host.marks)


def test_undo_last_without_an_answer_says_so(pair: Pair) -> None:
    pair.host.press("take-back")
    pair.go(lambda: any("no answer was given" in said for said in pair.said))


def test_an_answer_given_in_the_terminal_takes_its_marker_away_here(pair: Pair) -> None:
    from earmark.model import Decision

    pair.ledger.record(Decision(IDS[2], "decline"))
    pair.desk._look_at_s = 0.0
    pair.go(lambda: len(pair.host.marks) == 2)


def test_when_nothing_is_open_nothing_is_laid(pair: Pair) -> None:
    for _ in CARDS:
        pair.host.press("later")
        pair.go()
        pair.go(lambda: True)
    pair.go(lambda: not pair.host.marks)
    assert pair.host.ghost is None


def test_messages_that_are_none_of_ours_change_nothing_and_are_counted(pair: Pair) -> None:
    before = dict(pair.host.lanes), list(pair.host.marks), pair.ledger.answers()
    for junk in (b"", b"\0" * 40, b"/earmark/decide\0,ssis\0\0\0zzzz", b"/earmark/decide\0,i\0\0\0\0\0\1"):
        pair.host.ear._socket.sendto(junk, (LOOPBACK, pair.desk.ear.port))
    pair.host.send("decide", id="ffffffff", answer="later", option=0, because="")
    pair.host.send("ack", id="ffffffff", state="confirmed", letter=0, detail="")
    pair.host.send("hello", token="guess", session="/x", snapshot="x", host="x", script="1")
    pair.desk.stack.focus = None
    pair.go()
    assert pair.desk.ear.heard.malformed == 4
    assert (dict(pair.host.lanes), list(pair.host.marks), pair.ledger.answers()) == before


def test_a_wish_from_another_terminal_changes_what_is_shown(pair: Pair) -> None:
    wishes.ask(pair.desk.outbox_folder, wishes.as_wish(Shown(stem="gtr")))
    pair.go(lambda: [text.split()[0] for _, text in pair.host.marks] == ["gtr"])
    wishes.ask(pair.desk.outbox_folder, wishes.as_wish(Shown(limit=None)))
    pair.go(lambda: len(pair.host.marks) == 3)
    wishes.ask(pair.desk.outbox_folder, ("sweep",))
    pair.go(lambda: not pair.host.marks)
    assert pair.host.ghost is None


@pytest.mark.parametrize("shown", [Shown(), Shown("a b"), Shown(None, "Chorus\t2"), Shown(limit=None)], ids=str)
def test_a_wish_says_what_was_asked(shown: Shown) -> None:
    assert wishes.as_shown(wishes.as_wish(shown)) == shown


def test_after_a_crash_before_the_lane_was_written_it_waits_for_another_press(room: Room) -> None:
    with room.ledger() as ledger:
        first = Pair(room.desk(ledger), room.host(wait_s=0.0), ledger, room.said)
        first.go()
        first.host.press("accept")
        for _ in range(20):
            first.desk.step(0.002)  # the host does not tick: it never sees the order
        first.desk.ear.close()
    with room.ledger() as ledger:
        again = Pair(room.desk(ledger), first.host, ledger, room.said)
        again.go(lambda: any("accepted, not yet applied" in said for said in room.said))
        assert first.host.lanes["vox", "trim"] == STILL
        assert again.states() == {IDS[0]: "sent"}
        again.desk.close()
        first.host.close()


def test_after_a_crash_with_the_lane_written_it_is_confirmed(room: Room) -> None:
    with room.ledger() as ledger:
        first = Pair(room.desk(ledger), room.host(), ledger, room.said)
        first.go()
        first.host.press("accept")
        for _ in range(20):
            first.desk.step(0.002)
        first.desk.ear.close()
        first.host.tick()  # applied; nobody is there to hear it
    with room.ledger() as ledger:
        again = Pair(room.desk(ledger), first.host, ledger, room.said)
        again.go(lambda: again.states() == {IDS[0]: "confirmed"})
        assert [step for step in first.host.steps if "vox" in step] == ["earmark: trim of vox ·0001"]
        again.desk.close()
        first.host.close()
