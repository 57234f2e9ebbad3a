"""What an answer becomes: rows for its card, states, undoing, and what is still to be done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from earmark.actions import ACTIONS, GainCurve, HighPass, LeaveIt, StaticGain
from earmark.errors import LedgerError, UnknownId, UsageError
from earmark.ledger import Ledger
from earmark.ledger.sheets import options_from, options_sheet
from earmark.model import Card, Decision, Finding, Option, Suggestion
from ledger.played import finding

CURVE = ((10.0, 0.0), (10.2, -1.5), (12.0, -1.5), (12.2, 0.0))
OPTIONS = (
    Option(GainCurve("vox", "trim", ((10.0, 12.2, -1.5),)), "Ride it", "even", "less alive", CURVE),
    Option(StaticGain("vox", -1.0), "Fader -1.0", "simple", "everywhere"),
    Option(LeaveIt(), "Leave it", "as it was meant", "stays uneven"),
)


def card(name: str, findings: Iterable[Finding], options: tuple[Option, ...] = OPTIONS) -> Card:
    held = tuple(replace(each, card=name) for each in findings)
    return Card(name, f"card {name}", ("vox",), held, Suggestion(f"s{name}", options))


def checked(ledger: Ledger, *places_s: float) -> Card:
    """One check that found something at these places and asks about them on one card."""
    found = ledger.recall([finding("vox", at_s) for at_s in places_s], {})
    asked = card("c1", found)
    ledger.remember(asked.findings, {}, [asked])
    return asked


def kinds(ledger: Ledger) -> list[str]:
    return [row.kind for row in ledger.rows()]


def test_an_answer_is_one_row_for_each_finding_of_the_card(ledger: Ledger) -> None:
    ids = [each.id for each in checked(ledger, 1.0, 5.0, 9.0).findings]
    (kept,) = ledger.record(Decision(ids[1], "accept", 2, "because it booms"))
    assert sorted(kept.ids) == sorted(ids)
    assert kinds(ledger) == ["seen"] * 3 + ["check"] + ["decision"] * 3
    assert [row.finding for row in ledger.rows()[-3:]] == list(kept.ids)
    assert kept.option == OPTIONS[1]
    assert kept.decision.because == "because it booms"
    assert kept.decision.finding_id == ids[1]
    again = ledger.recall([finding("vox", at_s) for at_s in (1.0, 5.0, 9.0)], {})
    assert {each.answered for each in again} == {"accept"}


def test_an_answer_says_of_what_it_speaks(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0)
    ledger.record(Decision(asked.findings[0].id, "decline", because="2"))
    scope = ledger.rows()[-1].content["scope"]
    assert (scope["code"], scope["stems"], scope["start_s"], scope["value"]) == ("NO01", ["vox"], 1.0, -70.0)


def test_a_card_that_was_partly_answered_keeps_those_answers(ledger: Ledger) -> None:
    first = checked(ledger, 1.0, 5.0)
    ledger.record(Decision(first.findings[0].id, "on-purpose"))
    second = checked(ledger, 1.0, 5.0, 9.0)
    assert [each.answered for each in second.findings] == ["on-purpose", "on-purpose", None]
    (kept,) = ledger.record(Decision(second.findings[2].id, "accept"))
    assert kept.ids == (second.findings[2].id,)
    assert {each.decision.answer: len(each.ids) for each in ledger.answers()} == {"on-purpose": 2, "accept": 1}


def test_a_card_that_was_wholly_answered_is_revised_as_a_whole(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0, 5.0)
    ledger.record(Decision(asked.findings[0].id, "on-purpose"))
    ledger.record(Decision(asked.findings[1].id, "decline"))
    assert [(each.decision.answer, len(each.ids)) for each in ledger.answers()] == [("decline", 2)]


def test_two_answers_given_together_each_keep_their_own(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0, 5.0)
    one, two = (each.id for each in asked.findings)
    ledger.record([Decision(one, "accept"), Decision(two, "decline")])
    assert [(each.decision.answer, each.ids) for each in ledger.answers()] == [("accept", (one,)), ("decline", (two,))]


def test_several_answers_are_kept_or_none_is(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0)
    rows = ledger.rows()
    with pytest.raises(UnknownId):
        ledger.record([Decision(asked.findings[0].id, "accept"), Decision("nobody", "accept")])
    assert ledger.rows() == rows


def test_any_unique_beginning_of_an_id_can_be_answered(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    (kept,) = ledger.record(Decision(id[:5].upper(), "decline"))
    assert kept.decision.finding_id == id


def test_an_accept_without_an_option_is_the_first_with_its_curve(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    (kept,) = ledger.record(Decision(id, "accept"))
    assert (kept.decision.option, kept.decision.curve) == (1, CURVE)


def test_a_curve_that_the_human_edited_is_what_was_accepted(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    edited = ((10.0, 0.0), (11.0, -0.5), (12.0, 0.0))
    ledger.record(Decision(id, "accept", 1, curve=edited))
    assert ledger.pending()[0].decision.curve == edited


@pytest.mark.parametrize("number", [-1, 4, 99])
def test_an_option_that_was_not_offered_is_refused(ledger: Ledger, number: int) -> None:
    id = checked(ledger, 1.0).findings[0].id
    rows = ledger.rows()
    with pytest.raises(UsageError, match=f"has options 1 to 3, not {number}"):
        ledger.record(Decision(id, "accept", number))
    assert ledger.rows() == rows


def test_two_accepts_of_one_id_are_one(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "accept"))
    ledger.mark(id, "confirmed")
    rows = ledger.rows()
    ledger.record(Decision(id, "accept", surface="ardour"))
    assert ledger.rows() == rows
    assert ledger.pending() == ()


def test_another_option_is_another_answer(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "accept", 1))
    ledger.mark(id, "confirmed")
    ledger.record(Decision(id, "accept", 2))
    assert [(each.decision.option, each.state) for each in ledger.pending()] == [(2, "decided")]


def test_an_accept_of_what_has_become_worse_is_another_answer(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "accept"))
    worse = ledger.remember([finding("vox", 1.0, value=-50.0)], {})
    assert (worse[0].id, worse[0].answered) == (id, None)
    ledger.record(Decision(id, "accept"))
    assert ledger.recall([finding("vox", 1.0, value=-50.0)], {})[0].answered == "accept"


# --- states ----------------------------------------------------------------------


def test_an_accepted_curve_goes_from_decided_to_sent_to_confirmed(ledger: Ledger) -> None:
    id = checked(ledger, 1.0, 5.0).findings[0].id
    ledger.record(Decision(id, "accept"))
    assert [each.state for each in ledger.pending()] == ["decided"]
    assert ledger.mark(id, "sent")
    assert [each.state for each in ledger.pending()] == ["sent"]
    assert ledger.mark(id, "confirmed")
    assert ledger.pending() == ()
    assert kinds(ledger)[-2:] == ["state", "state"]
    assert [each.state for each in ledger.answers()] == ["confirmed"]


def test_a_state_is_noted_once_and_never_goes_back(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "accept"))
    assert ledger.mark(id, "confirmed")
    rows = ledger.rows()
    assert not ledger.mark(id, "confirmed")
    assert not ledger.mark(id, "sent")
    assert ledger.rows() == rows


def test_what_is_not_accepted_is_never_sent(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    with pytest.raises(LedgerError, match="is not accepted, so it cannot be sent"):
        ledger.mark(id, "sent")
    ledger.record(Decision(id, "decline"))
    with pytest.raises(LedgerError, match="is not accepted"):
        ledger.mark(id, "confirmed")


def test_what_was_sent_before_a_crash_is_known_after_it(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        id = checked(ledger, 1.0).findings[0].id
        ledger.record(Decision(id, "accept", surface="ardour"))
        ledger.mark(id, "sent")
    with Ledger.open(tmp_path, create=False) as ledger:
        (waiting,) = ledger.pending("ardour")
        assert (waiting.state, waiting.decision.curve, waiting.ids) == ("sent", CURVE, (id,))
        assert ledger.pending("terminal") == ()


def test_leaving_it_waits_for_nothing(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    (kept,) = ledger.record(Decision(id, "accept", 3))
    assert kept.option == OPTIONS[2]
    assert ledger.pending() == ()


# --- undoing -----------------------------------------------------------------------


def test_undoing_is_a_new_row_and_asks_again(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0, 5.0)
    ledger.record(Decision(asked.findings[0].id, "decline"))
    rows = ledger.rows()
    undone = ledger.undo(asked.findings[1].id[:6])
    assert undone.decision.answer == "decline"
    assert len(undone.ids) == 2
    assert ledger.rows()[:-1] == rows
    assert ledger.rows()[-1].kind == "undo"
    assert ledger.answers() == ()
    assert {each.answered for each in ledger.recall([finding("vox", 1.0), finding("vox", 5.0)], {})} == {None}


def test_undoing_brings_the_answer_before_back(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "on-purpose"))
    ledger.record(Decision(id, "accept"))
    ledger.undo(id)
    assert [each.decision.answer for each in ledger.answers()] == ["on-purpose"]
    ledger.undo(id)
    with pytest.raises(UsageError, match="has no answer to undo"):
        ledger.undo(id)


def test_what_was_undone_is_not_pending(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    ledger.record(Decision(id, "accept"))
    ledger.undo(id)
    assert ledger.pending() == ()
    with pytest.raises(LedgerError, match="is not accepted"):
        ledger.mark(id, "confirmed")


# --- the cards of the last check -------------------------------------------------


def test_the_cards_of_the_last_check_come_back_whole(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        asked = checked(ledger, 1.0, 5.0)
        ledger.record(Decision(asked.findings[0].id, "decline"))
    with Ledger.open(tmp_path) as ledger:
        (card_back,) = ledger.cards()
        assert card_back.suggestion == asked.suggestion
        assert (card_back.id, card_back.title, card_back.stems) == ("c1", "card c1", ("vox",))
        assert [each.answered for each in card_back.findings] == ["decline", "decline"]
        unmarked = [replace(each, answered=None, card="c1") for each in card_back.findings]
        assert unmarked == list(asked.findings)
        assert ledger.card(asked.findings[1].id[:7]) == card_back


def test_an_answer_that_no_longer_holds_is_not_shown_on_the_card(ledger: Ledger) -> None:
    asked = checked(ledger, 1.0)
    ledger.record(Decision(asked.findings[0].id, "decline"))
    assert ledger.cards()[0].findings[0].answered == "decline"
    worse = card("c1", ledger.recall([finding("vox", 1.0, value=-40.0)], {}))
    ledger.remember(worse.findings, {}, [worse])
    assert ledger.cards()[0].findings[0].answered is None


def test_a_finding_that_left_the_table_has_no_card(ledger: Ledger) -> None:
    id = checked(ledger, 1.0).findings[0].id
    checked(ledger, 15.0)
    assert ledger.finding(id).value == -70.0
    with pytest.raises(UsageError, match="was not asked about in the last check"):
        ledger.card(id)


def test_every_action_comes_back_from_the_ledger() -> None:
    given = {
        "span_s": (1.0, 2.0),
        "wishes": ((1.0, 2.0, -3.0),),
        "lane": "fader",
        "how": "in a tool",
        "request": "send",
        "inverted": True,
        "kind": "esses",  # the name that the sheet itself had for the action
    }
    numbers = {"gain_db": 1.5, "shift_s": 0.01, "centre_hz": 400.0, "q": 2.0, "corner_hz": 90.0, "position": -0.5}
    said = given | numbers | {"stem": "v\udce9x"}
    actions = [kind(**{name: said[name] for name in kind.__dataclass_fields__}) for kind in ACTIONS]
    options = tuple(Option(action, "text", "gain", "cost", CURVE) for action in actions)
    assert options_from(options_sheet(options)) == options
    whole = (Option(HighPass("vox", 90.0), "text", "gain", "cost"),)
    assert options_from(options_sheet(whole)) == whole


def test_an_action_of_a_newer_earmark_is_refused_in_words() -> None:
    sheet = options_sheet((Option(LeaveIt(), "", "", ""),))
    sheet[0]["action"]["kind"] = "Levitate"  # type: ignore[index,call-overload]
    with pytest.raises(LedgerError, match="the action 'Levitate', which this earmark does not know"):
        options_from(sheet)


# --- two machines ------------------------------------------------------------------


def machines(folder: Path) -> tuple[Ledger, Ledger]:
    return Ledger.open(folder / "a", machine="aaaa"), Ledger.open(folder / "b", machine="bbbb")


def test_two_machines_ledgers_merge_and_still_verify(tmp_path: Path) -> None:
    one, two = machines(tmp_path)
    with one, two:
        id = checked(one, 1.0).findings[0].id
        other = checked(two, 15.0).findings[0].id
        two.record(Decision(other, "on-purpose"))
        theirs = [(row.hash, row.before, row.machine, row.at, row.text) for row in two.rows()]
        merged = one.merge(two.path)
        assert (merged.new, merged.rows) == (3, 3)
        imported = [row for row in one.rows() if row.machine == "bbbb"]
        assert [(row.hash, row.before, row.machine, row.at, row.text) for row in imported] == theirs
        assert dict(one.verify().machines) == {"aaaa": 2, "bbbb": 3}
        one.record(Decision(id, "decline"))
        assert one.rows()[-1].before == one.rows()[1].hash  # its own chain goes on
        one.verify()
        assert one.recall([finding("vox", 15.0)], {})[0].answered == "on-purpose"


def test_merging_twice_brings_nothing_new(tmp_path: Path) -> None:
    one, two = machines(tmp_path)
    with one, two:
        checked(two, 15.0)
        assert one.merge(tmp_path / "b").new == 2
        assert one.merge(tmp_path / "b").new == 0
        assert two.merge(one.path).new == 0


def test_a_thing_met_under_two_ids_is_silenced_by_an_answer_to_either(tmp_path: Path) -> None:
    one, two = machines(tmp_path)
    with one, two:
        mine = checked(one, 1.00).findings[0].id
        theirs = checked(two, 1.02).findings[0].id
        assert mine != theirs
        two.record(Decision(theirs, "on-purpose"))
        one.merge(two.path)
        again = one.recall([finding("vox", 1.0)], {})[0]
        assert (again.id, again.answered) == (mine, "on-purpose")


def test_the_later_of_two_machines_answers_counts(tmp_path: Path) -> None:
    one, two = machines(tmp_path)
    with one, two:
        id = checked(one, 1.0).findings[0].id
        checked(two, 1.0)
        two.record(Decision(id, "on-purpose"))
        one.record(Decision(id, "decline"))
        for ledger, other in ((one, two), (two, one)):
            ledger.merge(other.path)
            assert ledger.recall([finding("vox", 1.0)], {})[0].answered == "decline"


def test_a_copied_folder_answered_on_both_sides_merges_back(tmp_path: Path) -> None:
    import shutil

    with Ledger.open(tmp_path / "a", machine="aaaa") as ledger:
        first, second = (each.id for each in ledger.remember([finding("vox", 1.0), finding("vox", 15.0)], {}))
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    with Ledger.open(tmp_path / "a", machine="aaaa") as one, Ledger.open(tmp_path / "copy", machine="aaaa") as copy:
        one.record(Decision(first, "decline"))
        copy.record(Decision(second, "accept"))
        one.merge(copy.path)
        assert one.verify().rows == 5
        assert {each.decision.answer for each in one.answers()} == {"decline", "accept"}
        one.record(Decision(first, "on-purpose"))
        one.verify()


def test_a_ledger_that_does_not_verify_is_not_merged(tmp_path: Path) -> None:
    import sqlite3

    one, two = machines(tmp_path)
    with one, two:
        checked(two, 1.0)
        db = sqlite3.connect(two.path)
        db.execute("DROP TRIGGER rows_stay")
        db.execute("UPDATE rows SET at = 'yesterday' WHERE number = 1")
        db.commit()
        db.close()
        with pytest.raises(LedgerError, match="is not as it was written"):
            one.merge(two.path)
        assert one.rows() == []


def test_what_is_no_ledger_is_not_merged(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(LedgerError, match="is neither a ledger nor a folder that holds one"):
        ledger.merge(tmp_path / "nowhere")
    (tmp_path / "notes.txt").write_text("more cowbell")
    with pytest.raises(LedgerError, match="is damaged, or no ledger"):
        ledger.merge(tmp_path / "notes.txt")


def test_a_ledger_can_be_merged_while_its_own_earmark_runs(tmp_path: Path) -> None:
    one, two = machines(tmp_path)
    with one, two:
        checked(two, 1.0)
        assert two.path.with_name("ledger.db-wal").stat().st_size > 0  # rows not yet folded into the file
        assert one.merge(two.path).new == 2
