"""Until somebody says yes, the session sounds the same to the last bit: shown by Ardour's own exports."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw.programs import Home, build_session, last_saved
from daw.table import tone
from earmark.surfaces.ardour import installing

pytestmark = pytest.mark.daw
TRACKS = 50
DITHER = 6 / 32_768  # the CD format is 16 bits, dithered anew each time

LAY = """
AudioEngine:set_backend ("None (Dummy)", "Unit-Test", "")
local s = load_session (os.getenv ("EM_DIR"), os.getenv ("EM_NAME"))
local laid = 0
for route in s:get_tracks ():iter () do
  local ghost = ARDOUR.LuaAPI.new_luaproc_with_time_domain (s, "earmark suggestion", Temporal.TimeDomain.AudioTime)
  assert (route:add_processor_by_index (ghost, 0, nil, true) == 0)
  local list = ARDOUR.LuaAPI.plugin_automation (ghost, 0)
  for i = 0, 20 do list:add (Temporal.timepos_t (i * 7000), (i % 13) - 6, false, false) end
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, 0)
  ghost:to_automatable ():automation_control (parameter, false):set_automation_state (ARDOUR.AutoState.Play)
  if os.getenv ("EM_LISTEN") == "1" then ARDOUR.LuaAPI.set_processor_param (ghost, 1, 1) end
  laid = laid + 1
end
s:save_state ("")
print ("laid " .. laid)
close_session ()
quit ()
"""


EXPORT_WHILE_LISTENING = """
AudioEngine:set_backend ("None (Dummy)", "Unit-Test", "")
local s = load_session (os.getenv ("EM_DIR"), os.getenv ("EM_NAME"))
sleep (1) -- the ghosts have seen Listen off since the load
for route in s:get_tracks ():iter () do
  ARDOUR.LuaAPI.set_processor_param (route:nth_plugin (0), 1, tonumber (os.getenv ("EM_LISTEN")))
end
sleep (1) -- and have seen it switched on
local export = s:simple_export ()
export:set_folder (os.getenv ("EM_OUT"))
export:set_name ("song")
export:set_range (0, 144000)
export:run_export ()
quit ()
"""


@pytest.fixture(scope="module")
def wide(headless: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of fifty tracks."""
    sound = tone(220.0)[: 48_000 * 3]
    tracks = {f"track {number}": sound * ((number % 4 + 1) / 64) for number in range(TRACKS)}
    return build_session(headless, tmp_path_factory.mktemp("songs") / "wide", "wide", tracks)


@pytest.fixture(scope="module")
def before(headless: Home, wide: Path) -> np.ndarray:
    return headless.export(wide)


def _laid(home: Home, session: Path, folder: Path, *, listen: bool, copy: bool = True) -> Path:
    """A copy of the session with a ghost on every track."""
    if copy:
        installing.copy_scripts(home.settings)
    shutil.copytree(session.parent, folder)
    said = home.run_lua(LAY, EM_DIR=str(folder), EM_NAME=session.stem, EM_LISTEN=str(int(listen)))
    assert "laid " in said, said
    return folder / session.name


def test_fifty_ghosts_change_nothing_that_is_exported(
    headless: Home, wide: Path, before: np.ndarray, tmp_path: Path
) -> None:
    laid = _laid(headless, wide, tmp_path / "wide", listen=False)
    assert sum("earmark" in (node.get("name") or "") for node in last_saved(laid).iter("Processor")) == TRACKS
    assert np.abs(before).max() > 0.1
    assert np.abs(headless.export(laid) - before).max() == 0.0


def test_the_session_opens_and_exports_the_same_where_earmark_is_not_installed(
    headless: Home, wide: Path, before: np.ndarray, tmp_path: Path
) -> None:
    laid = _laid(headless, wide, tmp_path / "wide", listen=False)
    elsewhere = Home(tmp_path / "another home")
    assert not list(elsewhere.settings.glob("scripts/*"))
    assert np.abs(elsewhere.export(laid) - before).max() == 0.0


def test_a_session_saved_with_listen_on_exports_the_same(
    headless: Home, wide: Path, before: np.ndarray, tmp_path: Path
) -> None:
    laid = _laid(headless, wide, tmp_path / "wide", listen=True)
    assert np.abs(headless.export(laid) - before).max() == 0.0


def _exported_while(home: Home, laid: Path, out: Path, *, listen: bool) -> np.ndarray:
    """What an export from an open session holds, Listen being off or on when it begins."""
    out.mkdir()
    switch = str(int(listen))
    home.run_lua(EXPORT_WHILE_LISTENING, EM_DIR=str(laid.parent), EM_NAME=laid.stem, EM_OUT=str(out), EM_LISTEN=switch)
    samples, _ = soundfile.read(next(out.glob("song.*")), dtype="float32")
    assert len(samples) == 3 * 44_100  # Ardour's own default is the CD format
    return np.asarray(samples)


def test_an_export_made_while_listen_is_on_does_not_hear_it(headless: Home, song: Path, tmp_path: Path) -> None:
    laid = _laid(headless, song, tmp_path / "song", listen=False)
    off = _exported_while(headless, laid, tmp_path / "off", listen=False)
    assert np.abs(_exported_while(headless, laid, tmp_path / "on", listen=True) - off).max() < DITHER


def test_without_its_guard_the_ghost_would_be_heard_in_that_export(song: Path, tmp_path: Path) -> None:
    """The test before this one could not fail if Listen were not armed at all."""
    home = Home(tmp_path / "home")
    installing.copy_scripts(home.settings)
    ghost = home.settings / "scripts" / "earmark_ghost.lua"
    guarded = ghost.read_text(encoding="utf-8")
    ghost.write_text(guarded.replace(" and not Session:engine ():freewheeling ()", ""), encoding="utf-8")
    assert ghost.read_text(encoding="utf-8") != guarded
    laid = _laid(home, song, tmp_path / "song", listen=False, copy=False)
    off = _exported_while(home, laid, tmp_path / "off", listen=False)
    assert np.abs(_exported_while(home, laid, tmp_path / "on", listen=True) - off).max() > 0.01


def test_the_measurement_hears_a_lane_that_does_play(
    headless: Home, wide: Path, before: np.ndarray, tmp_path: Path
) -> None:
    """The other tests could not fail if an export ignored automation."""
    folder = tmp_path / "wide"
    shutil.copytree(wide.parent, folder)
    play = (
        LAY.split("local laid")[0]
        + """
      local trim = s:route_by_name ("track 3"):trim_control ()
      trim:alist ():add (Temporal.timepos_t (0), 0.5, false, false)
      trim:alist ():add (Temporal.timepos_t (140000), 0.5, false, false)
      trim:set_automation_state (ARDOUR.AutoState.Play)
      s:save_state ("") close_session () quit ()"""
    )
    headless.run_lua(play, EM_DIR=str(folder), EM_NAME="wide")
    assert np.abs(headless.export(folder / "wide.ardour") - before).max() > 0.001
