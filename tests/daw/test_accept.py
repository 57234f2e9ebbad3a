"""Accepted in the full program: exported as promised, undone to the last bit, done once, or not at all."""

from __future__ import annotations

import time

import numpy as np
import pytest

from daw.levels import level_db, promised_db
from daw.programs import RATE_HZ
from daw.table import CARDS, TRACKS, Table

pytestmark = pytest.mark.daw


def test_accepted_curves_are_exported_as_promised_and_undone_to_the_last_bit(table: Table) -> None:
    table.save()
    before = table.export()[0]
    table.accept(0)
    table.accept(1)
    table.save()
    after = table.export()[0]
    for number, (track, hz) in enumerate(list(TRACKS.items())[:2]):
        moved = level_db(after, hz) - level_db(before, hz)
        assert np.abs(moved - promised_db(CARDS[number])).max() <= 0.1, track
        assert np.abs(promised_db(CARDS[number])).max() > 2.5
    table.remote.say("/undo")
    table.until(lambda: table.lane("gtr 2", "gain").startswith("0 0 1.0"))
    table.remote.say("/undo")
    table.until(lambda: table.lane("vox", "trim").startswith("0 0 1.0"))
    table.save()
    assert np.abs(table.export()[0] - before).max() == 0.0


def test_accepting_twice_applies_once(table: Table) -> None:
    id = table.focus(2)
    table.press("accept")
    table.press("accept")
    table.until(lambda: table.notes.states.get(id) == "confirmed")
    table.settle()
    assert table.lane("bass", "trim").startswith("4 5 ")
    table.remote.say("/undo")
    table.until(lambda: table.lane("bass", "trim").startswith("0 0 1.0"))


def test_a_lane_that_was_changed_meanwhile_is_not_touched(table: Table) -> None:
    id = table.focus(2)
    table.look('Session:route_by_name ("bass"):trim_control ():set_value (0.5, PBD.GroupControlDisposition.NoGroup)')
    table.press("accept")
    table.until(lambda: any("nothing was done" in said and "has changed" in said for said in table.heard))
    assert id not in table.notes.answers
    assert table.lane("bass", "trim") == "0 0 0.500000"
    table.look('Session:route_by_name ("bass"):trim_control ():set_value (1.0, PBD.GroupControlDisposition.NoGroup)')


def test_undo_last_takes_the_answer_and_the_lane_back(table: Table) -> None:
    id = table.accept(2)
    table.press("undo last")
    table.until(lambda: id not in table.notes.answers)
    table.until(lambda: table.lane("bass", "trim").startswith("0 0 1.0"))
    table.settle()
    assert any("bass" in text for text in table.texts())


def test_after_undo_a_control_that_had_played_stands_where_it_stood(table: Table) -> None:
    table.accept(2)
    table.remote.say("/locate", ("i", 14 * RATE_HZ), ("i", 1))
    table.until(lambda: "1.258925" in table.lane("bass", "trim"))
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")
    table.remote.say("/undo")
    table.until(lambda: table.lane("bass", "trim") == "0 0 1.000000")


def test_nothing_is_done_when_earmark_does_not_answer(table: Table) -> None:
    id = table.focus(2)
    table.press("accept")
    time.sleep(2.8)  # the desk does not step: it is as good as gone
    table.until(lambda: any("did not answer in 2 s" in said for said in table.heard))
    table.settle()
    assert table.lane("bass", "trim").startswith("0 0 1.0")
    assert table.notes.states.get(id) != "confirmed"


def test_a_control_moved_by_hand_after_an_undo_stays_where_it_was_put(table: Table) -> None:
    table.accept(2)
    table.remote.say("/undo")
    table.until(lambda: table.lane("bass", "trim").startswith("0 0 1.0"))
    time.sleep(0.3)
    table.look('Session:route_by_name ("bass"):trim_control ():set_value (0.5, PBD.GroupControlDisposition.NoGroup)')
    time.sleep(0.5)
    assert table.lane("bass", "trim") == "0 0 0.500000"
