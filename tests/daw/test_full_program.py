"""The whole of it inside the full program: laid, heard, accepted, undone, swept, each looked at from outside."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw.programs import RATE_HZ, Ardour
from daw.table import CARDS, LENGTH_S, TRACKS, Table, lay_table, ride, tone
from earmark.surfaces.ardour.lanes import curve_db
from earmark.surfaces.ardour.marks import Shown, text_of
from earmark.surfaces.ardour.stack import finding_of

pytestmark = pytest.mark.daw

BLOCK = RATE_HZ // 10
LANE = """local c = Session:route_by_name ("%s"):%s_control ()
say (c:automation_state (), c:alist ():events ():size (), string.format ("%%.6f", c:get_value ()))"""
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


def _lane(table: Table, track: str, control: str) -> str:
    return table.look(LANE % (track, control))


def _texts(table: Table) -> list[str]:
    return [text for _, text in table.marks()]


def _focus(table: Table, number: int) -> str:
    """Bring a card into focus by its key; gives its id."""
    wanted = finding_of(CARDS[number]).id
    for _ in CARDS:
        if table.desk.stack.focus == wanted:
            break
        now = table.desk.stack.focus
        table.press("next")
        table.until(lambda now=now: table.desk.stack.focus != now)
        table.settle()
    assert table.desk.stack.focus == wanted
    return wanted


def _accept(table: Table, number: int) -> str:
    id = _focus(table, number)
    table.press("accept")
    table.until(lambda: table.notes.states.get(id) == "confirmed")
    table.settle()
    return id


def _level_db(samples: np.ndarray, hz: float) -> np.ndarray:
    """Level of one tone per 100 ms block, by its two quadratures."""
    blocks = samples[: samples.size // BLOCK * BLOCK].reshape(-1, BLOCK).astype(float)
    wave = np.exp(-2j * np.pi * hz * np.arange(BLOCK) / RATE_HZ)
    return 20 * np.log10(np.abs(blocks @ wave) * 2 / BLOCK + 1e-9)


def _promised_db(number: int) -> np.ndarray:
    """What a card's curve promises per block, averaged as a level is."""
    curve = [(round(s * RATE_HZ), db) for s, db in CARDS[number].suggestion.options[0].curve or ()]
    at = np.arange(LENGTH_S * RATE_HZ, step=48)
    gain = 10 ** (np.array([curve_db(curve, float(sample)) for sample in at]) / 20)
    return 20 * np.log10(gain.reshape(-1, BLOCK // 48).mean(axis=1))


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
    _focus(table, 1)
    assert table.look(GHOSTS).splitlines() == ["gtr 2", "1"]


def test_its_lane_is_seen_under_the_track(table: Table) -> None:
    _focus(table, 2)
    table.until(lambda: table.look(UNFOLDED) == "true")


def test_the_playhead_goes_along_only_while_it_stands_still(table: Table) -> None:
    _focus(table, 1)
    at = round((finding_of(CARDS[1]).start_s or 0) * RATE_HZ)
    table.until(lambda: int(table.look("say (Session:transport_sample ())")) == at)
    table.remote.say("/transport_play")
    table.until(lambda: table.look("say (Session:transport_rolling ())") == "true")
    _focus(table, 2)
    assert int(table.look("say (Session:transport_sample ())")) < at + 4 * RATE_HZ
    assert table.look("say (Session:transport_rolling ())") == "true"
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")


def test_a_decline_while_rolling_is_kept_and_its_marker_and_curve_go(table: Table) -> None:
    table.remote.say("/transport_play")
    id = _focus(table, 0)
    table.press("decline")
    table.until(lambda: table.notes.answers.get(id))
    table.settle()
    assert table.notes.answers[id].answer == "decline"
    assert not any("vox" in text for text in _texts(table))
    assert "vox" not in table.look(GHOSTS)
    assert table.look("say (Session:transport_rolling ())") == "true"
    table.remote.say("/transport_stop")


# --- accept ---------------------------------------------------------------------------------------


def test_accepted_curves_are_exported_as_promised_and_undone_to_the_last_bit(table: Table) -> None:
    home, file = table.ardour.home, table.ardour.session_file
    table.save()
    before = home.export(file)[0]
    _accept(table, 0)
    _accept(table, 1)
    table.save()
    after = home.export(file)[0]
    for number, (track, hz) in enumerate(list(TRACKS.items())[:2]):
        moved = _level_db(after, hz) - _level_db(before, hz)
        assert np.abs(moved - _promised_db(number)).max() <= 0.1, track
        assert np.abs(_promised_db(number)).max() > 2.5
    table.remote.say("/undo")
    table.until(lambda: _lane(table, "gtr 2", "gain").startswith("0 0 1.0"))
    table.remote.say("/undo")
    table.until(lambda: _lane(table, "vox", "trim").startswith("0 0 1.0"))
    table.save()
    assert np.abs(home.export(file)[0] - before).max() == 0.0


def test_accepting_twice_applies_once(table: Table) -> None:
    id = _focus(table, 2)
    table.press("accept")
    table.press("accept")
    table.until(lambda: table.notes.states.get(id) == "confirmed")
    table.settle()
    assert _lane(table, "bass", "trim").startswith("4 5 ")
    table.remote.say("/undo")
    table.until(lambda: _lane(table, "bass", "trim").startswith("0 0 1.0"))


def test_a_lane_that_was_changed_meanwhile_is_not_touched(table: Table) -> None:
    id = _focus(table, 2)
    table.look('Session:route_by_name ("bass"):trim_control ():set_value (0.5, PBD.GroupControlDisposition.NoGroup)')
    table.press("accept")
    table.until(lambda: any("nothing was done" in said and "has changed" in said for said in table.heard))
    assert id not in table.notes.answers
    assert _lane(table, "bass", "trim") == "0 0 0.500000"
    table.look('Session:route_by_name ("bass"):trim_control ():set_value (1.0, PBD.GroupControlDisposition.NoGroup)')


def test_undo_last_takes_the_answer_and_the_lane_back(table: Table) -> None:
    id = _accept(table, 2)
    table.press("undo last")
    table.until(lambda: id not in table.notes.answers)
    table.until(lambda: _lane(table, "bass", "trim").startswith("0 0 1.0"))
    table.settle()
    assert any("bass" in text for text in _texts(table))


def test_after_undo_a_control_that_had_played_stands_where_it_stood(table: Table) -> None:
    _accept(table, 2)
    table.remote.say("/locate", ("i", 14 * RATE_HZ), ("i", 1))
    table.until(lambda: "1.258925" in _lane(table, "bass", "trim"))
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")
    table.remote.say("/undo")
    table.until(lambda: _lane(table, "bass", "trim") == "0 0 1.000000")


def test_nothing_is_done_when_earmark_does_not_answer(table: Table) -> None:
    id = _focus(table, 2)
    table.press("accept")
    time.sleep(2.8)  # the desk does not step: it is as good as gone
    table.until(lambda: any("did not answer in 2 s" in said for said in table.heard))
    table.settle()
    assert _lane(table, "bass", "trim").startswith("0 0 1.0")
    assert table.notes.states.get(id) != "confirmed"


# --- listen ---------------------------------------------------------------------------------------


def _play_and_record(table: Table, out: Path, *, hear: bool) -> np.ndarray:
    """Four seconds of what the master sends out, from 3.5 s on."""
    table.remote.say("/locate", ("i", round(3.5 * RATE_HZ)), ("i", 0))
    table.until(lambda: int(table.look("say (Session:transport_sample ())")) == round(3.5 * RATE_HZ))
    if hear:
        table.press("hear")
        table.until(lambda: _listen(table) == "1.0")
    recorder = subprocess.Popen(
        ["jack_rec", "-f", str(out), "-d", "4", "-b", "24", "ardour:Master/audio_out 1"],
        env=table.ardour.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    table.until(lambda: out.exists())
    table.remote.say("/transport_play")
    table.until(lambda: recorder.poll() is not None, 12.0)
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")
    samples, _ = soundfile.read(out, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples[:, 0])


def _listen(table: Table) -> str:
    return table.look(
        'local p = Session:route_by_name ("vox"):nth_plugin (0) say ((ARDOUR.LuaAPI.get_processor_param (p, 1)))'
    )


def _dip_db(samples: np.ndarray) -> float:
    """How far the vocal's tone falls below its usual level."""
    level = _level_db(samples, TRACKS["vox"])
    begins = int(np.argmax(level > level.max() - 12)) + 1  # the first block is part silence
    return float(level[begins] - level[begins:].min())


def test_listen_is_heard_in_place_and_is_off_after_the_stop(table: Table, tmp_path: Path) -> None:
    _focus(table, 0)
    assert _dip_db(_play_and_record(table, tmp_path / "off.wav", hear=False)) < 0.1
    assert _dip_db(_play_and_record(table, tmp_path / "on.wav", hear=True)) == pytest.approx(3.0, abs=0.2)
    table.until(lambda: _listen(table) == "0.0")
    assert _dip_db(_play_and_record(table, tmp_path / "off again.wav", hear=False)) < 0.1


def test_listen_is_off_after_a_save_and_in_what_was_saved(table: Table) -> None:
    _focus(table, 0)
    before = table.ardour.home.export(table.ardour.session_file)
    table.press("hear")
    table.until(lambda: _listen(table) == "1.0")
    table.save()
    table.until(lambda: _listen(table) == "0.0")
    assert np.abs(table.ardour.home.export(table.ardour.session_file) - before).max() == 0.0


def test_listen_is_off_when_earmark_leaves(ardour: Ardour, tmp_path: Path) -> None:
    with lay_table(ardour, tmp_path / "outbox", CARDS) as table:
        _focus(table, 0)
        table.press("hear")
        table.until(lambda: _listen(table) == "1.0")
    Ardour.wait_for(lambda: _listen(table) == "0.0", 4.0)


def test_the_measurements_hear_the_tone_they_look_for() -> None:
    assert float(_level_db(tone(220.0), 220.0).mean()) == pytest.approx(20 * np.log10(0.12), abs=0.05)


# --- sweep ----------------------------------------------------------------------------------------


def test_after_a_sweep_nothing_of_earmark_is_in_the_saved_session(table: Table) -> None:
    _focus(table, 0)
    table.desk.sweep()
    table.settle()
    table.save()
    text = table.ardour.session_file.read_text(encoding="utf-8")
    assert "earmark" not in text
    assert "·" not in text
