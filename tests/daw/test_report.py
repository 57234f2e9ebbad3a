"""The report inside the full program: laid, shown, moved through, swept, each looked at from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from daw.programs import RATE_HZ, Ardour
from daw.table import CARDS, Table, lay_table, ride
from earmark.surfaces.ardour.marks import Shown, text_of
from earmark.surfaces.ardour.stack import finding_of

pytestmark = pytest.mark.daw

UNFOLDED = """local view = Editor:rtav_from_route (Session:route_by_name ("bass")):to_timeaxisview ()
say (view:effective_height () > view:current_height ())"""
GHOSTS = """local n = 0
for r in Session:get_routes ():iter () do
  local i = 0
  while not r:nth_processor (i):isnil () do
    if r:nth_processor (i):name ():find ("^earmark") then n = n + 1 say (r:name ()) end
    i = i + 1
  end
end
say (n)"""


# --- the report ---------------------------------------------------------------------------------


def test_the_report_is_laid_and_read_back(table: Table) -> None:
    wanted = [(round((f.start_s or 0) * RATE_HZ), text_of(f, {})) for f in map(finding_of, CARDS)]
    assert table.marks() == wanted
    assert [(m.sample, m.text) for m in table.desk.delivered.confirmed] == wanted
    assert table.desk.delivered.missing == ()


def test_laying_it_is_one_undo_step_and_redo_brings_all_of_it_back(table: Table) -> None:
    laid = table.marks()
    table.remote.say("/undo")
    table.until(lambda: table.marks() == [])
    table.remote.say("/redo")
    table.until(lambda: table.marks() == laid)


def test_laid_twice_nothing_is_there_twice(table: Table) -> None:
    laid = table.marks()
    table.desk.lay()
    table.settle()
    assert table.marks() == laid


def test_what_earmark_did_not_make_is_never_touched(table: Table) -> None:
    table.look("Editor:mouse_add_new_marker (Temporal.timepos_t (77), ARDOUR.LocationFlags.IsMark, 0)")
    own = [(sample, text) for sample, text in table.marks() if sample == 77]
    table.desk.show(Shown(stem="vox"))
    table.settle()
    assert [text.split()[0] for _, text in table.marks() if "·" in text] == ["vox"]
    table.desk.sweep()
    table.settle()
    assert table.marks() == own
    table.look("local l = Session:locations () l:remove (l:mark_at (Temporal.timepos_t (77), Temporal.timecnt_t (0)))")


def test_three_hundred_findings_are_three_hundred_marks_cleared_in_one_step(ardour: Ardour, tmp_path: Path) -> None:
    curve = [(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)]
    many = [ride(n, "vox", "trim", [(s + 0.0501 * n, db) for s, db in curve]) for n in range(300)]
    with lay_table(ardour, tmp_path / "outbox", many, Shown(limit=None)) as table:
        wanted = sorted(
            (round(0.0501 * n * RATE_HZ), f"vox needs riding -3.2 ·{finding_of(many[n]).id[:4]}") for n in range(300)
        )
        assert table.marks() == wanted
        table.desk.lay()
        table.settle()
        assert table.marks() == wanted
        table.desk.sweep()
        table.until(lambda: table.desk.is_idle, 20.0)
        assert table.marks() == []
        table.remote.say("/undo")
        table.until(lambda: len(table.marks()) == 300)
        table.remote.say("/redo")
        table.until(lambda: table.marks() == [])


# --- in focus -------------------------------------------------------------------------------------


def test_one_ghost_lies_on_the_track_in_focus_and_none_elsewhere(table: Table) -> None:
    assert table.look(GHOSTS).splitlines() == ["vox", "1"]
    table.focus(1)
    assert table.look(GHOSTS).splitlines() == ["gtr 2", "1"]


def test_its_lane_is_seen_under_the_track(table: Table) -> None:
    table.focus(2)
    table.until(lambda: table.look(UNFOLDED) == "true")


def test_the_playhead_goes_along_only_while_it_stands_still(table: Table) -> None:
    table.focus(1)
    at = round((finding_of(CARDS[1]).start_s or 0) * RATE_HZ)
    table.until(lambda: int(table.look("say (Session:transport_sample ())")) == at)
    table.remote.say("/transport_play")
    table.until(lambda: table.look("say (Session:transport_rolling ())") == "true")
    table.focus(2)
    assert int(table.look("say (Session:transport_sample ())")) < at + 4 * RATE_HZ
    assert table.look("say (Session:transport_rolling ())") == "true"
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")


def test_a_decline_while_rolling_is_kept_and_its_marker_and_curve_go(table: Table) -> None:
    table.remote.say("/transport_play")
    id = table.focus(0)
    table.press("decline")
    table.until(lambda: table.notes.answers.get(id))
    table.settle()
    assert table.notes.answers[id].answer == "decline"
    assert not any("vox" in text for text in table.texts())
    assert "vox" not in table.look(GHOSTS)
    assert table.look("say (Session:transport_rolling ())") == "true"
    table.remote.say("/transport_stop")


def test_after_a_sweep_nothing_of_earmark_is_in_the_saved_session(table: Table) -> None:
    table.focus(0)
    table.desk.sweep()
    table.settle()
    table.save()
    text = table.ardour.session_file.read_text(encoding="utf-8")
    assert "earmark" not in text
    assert "·" not in text
