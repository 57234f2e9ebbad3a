"""Every shipped script: it loads, it says what it is, and it does its part against a host that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from daw.programs import Home, need
from earmark.surfaces.ardour.installing import IN_ORDER_OF_USE, RESIDENT, name_of, scripts_shipped
from earmark.surfaces.ardour.link import Link, session_key
from earmark.surfaces.ardour.mailbox import read
from earmark.wire.messages import as_lua

SCRIPTS = sorted(scripts_shipped().glob("*.lua"))
KINDS = {RESIDENT: "EditorHook", "earmark_ghost.lua": "dsp", "earmark_ghost_wide.lua": "dsp"}

# A session, a settings folder and nothing else: what the actions touch.
FAKE = """
ardour = function (about) ABOUT = about end
Session = { path = function () return FOLDER .. "/song" end, snap_name = function () return "song" end }
ARDOUR = {
  user_config_directory = function () return FOLDER .. "/settings" end,
  LuaAPI = { build_filename = function (...) return table.concat ({ ... }, "/") end },
}
LuaDialog = { Dialog = function (title, fields)
  ASKED = fields
  return { run = function () return CHOSEN end }
end }
"""


@pytest.fixture(scope="module")
def lua(tmp_path_factory: pytest.TempPathFactory) -> Home:
    need("ardour7-lua")
    return Home(tmp_path_factory.mktemp("lua"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_says_what_it_is_in_the_form_ardour_reads(script: Path) -> None:
    source = script.read_text(encoding="utf-8")
    kind = KINDS.get(script.name, "EditorAction")
    assert source.startswith(f'ardour {{\n  ["type"] = "{kind}",\n')
    assert name_of(source).startswith("earmark")
    assert 'license = "GPL-3.0-or-later"' in source
    assert re.search(r"description = \[\[.{20,}\]\]", source, re.DOTALL)


def test_every_action_has_its_place_in_the_order_of_use() -> None:
    actions = {script.name for script in SCRIPTS if script.name not in KINDS}
    assert actions == set(IN_ORDER_OF_USE)


def test_the_scripts_address_table_is_the_one_in_the_wire() -> None:
    """Built from wire/messages.py; paste what this prints between the two markers when it differs."""
    source = (scripts_shipped() / RESIDENT).read_text(encoding="utf-8")
    between = source.split("-- >>> built from wire/messages.py\n")[1].split("    -- <<< built")[0]
    assert between.splitlines() == as_lua(), "\n".join(as_lua())


def test_the_two_ghosts_differ_in_name_and_range_alone() -> None:
    narrow, wide = ((scripts_shipped() / f"earmark_ghost{end}.lua").read_text().splitlines() for end in ("", "_wide"))
    differing = [(a, b) for a, b in zip(narrow, wide, strict=True) if a != b]
    assert [pair[1].strip() for pair in differing if "description" not in pair[1]] == [
        'name = "earmark clean-up",',
        "Carries a suggested clean-up curve beside the mix, centred on 0 dB, wide enough for gaps. "
        "Audio passes untouched.",
        "local RANGE_DB = 20",
    ]


@pytest.fixture(scope="module")
def loaded(lua: Home) -> str:
    """What loading every script in Ardour's own Lua says, each in a world of its own."""
    each = "\n".join(
        f"""do
          local world = setmetatable ({{ ardour = function () end }}, {{ __index = _G }})
          local chunk, trouble = loadfile ("{script}", "t", world)
          assert (chunk, trouble) ()
          local made = world.dsp_runmap
          -- Ardour keeps the byte code of a factory, without anything around it
          if world.factory then made = load (string.dump (world.factory, true), "", "b", world) ({{}}) end
          print ("{script.name} made a " .. type (made))
        end"""
        for script in SCRIPTS
    )
    return lua.run_lua(each + " quit ()")


@pytest.mark.daw
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_loads_and_its_factory_gives_a_function(loaded: str, script: Path) -> None:
    assert f"{script.name} made a function" in loaded, loaded


@pytest.mark.daw
def test_each_action_leaves_its_verb_where_the_resident_script_looks(lua: Home, tmp_path: Path) -> None:
    names = ("next", "previous", "hear", "accept", "decline", "on_purpose", "later", "undo_last")
    press = "\n".join(
        f"""dofile ("{scripts_shipped()}/earmark_{name}.lua") factory ({{ reason = "2" }}) ()""" for name in names
    )
    source = f"""FOLDER = "{tmp_path}" {FAKE} {press} quit ()"""
    assert lua.run_lua(source).count("nobody listens") == len(names)
    pressed = _pressed(tmp_path)
    pressed.parent.mkdir(parents=True)
    assert "nobody listens" not in lua.run_lua(source)
    verbs = ["next", "previous", "hear", "accept", "decline", "on-purpose", "later", "take-back"]
    assert read(pressed.read_bytes()) == tuple((verb, "2") if verb == "decline" else (verb,) for verb in verbs)


def _pressed(folder: Path) -> Path:
    return folder / "settings" / "earmark" / f"{session_key(folder / 'song' / 'song.ardour')}.pressed"


@pytest.mark.daw
@pytest.mark.parametrize(
    ("verb", "wanted"), [("focus", ("focus", "7f3a91c2")), ("decline", ("decline", "3", "7f3a91c2"))]
)
def test_the_list_offers_every_card_and_leaves_what_was_chosen(
    lua: Home, verb: str, wanted: tuple[str, ...], tmp_path: Path
) -> None:
    outbox = tmp_path / "out box"
    outbox.mkdir()
    (outbox / "cards").write_bytes(b"7f3a91c2\tvox hum%09loud\n11223344\tgtr\n")
    Link(tmp_path / "song" / "song.ardour", outbox, 4000, tmp_path / "settings").beat()
    said = lua.run_lua(
        f"""FOLDER = "{tmp_path}" {FAKE}
        CHOSEN = {{ card = "7f3a91c2", verb = "{verb}", reason = "3" }}
        dofile ("{scripts_shipped()}/earmark_list.lua")
        factory () ()
        for label, id in pairs (ASKED[1].values) do print ("offered", label, id) end quit ()"""
    )
    assert "offered 01  vox hum\tloud 7f3a91c2" in said
    assert "offered 02  gtr 11223344" in said
    assert read(_pressed(tmp_path).read_bytes()) == (wanted,)


@pytest.mark.daw
def test_the_resident_script_survives_whatever_lies_in_its_mailbox(lua: Home, tmp_path: Path) -> None:
    """Nothing in a letter is ever run, and a hook that raised would be dropped by Ardour."""
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    Link(tmp_path / "song" / "song.ardour", outbox, 4000, tmp_path / "settings").beat()
    letters = [
        b"os.exit(7)\n",
        b"\n",
        b"\0\xff\t\t\n",
        b"marker\tx\ty\nmarkers\trecorded\n",
        b"ghost\n",
        b"read\tno\ttrim\n",
    ]
    for number, letter in enumerate(letters, start=1):
        (outbox / f"letter-{number}").write_bytes(letter)
    said = lua.run_lua(
        f"""FOLDER = "{tmp_path}" {FAKE}
        LuaSignal = {{ LuaTimerDS = 1, TransportStateChange = 2, StateSaved = 3 }}
        ARDOUR.LuaAPI.monotonic_time = function () return 0 end
        ARDOUR.LuaOSC = {{ Address = function () return {{ send = function (_, path) print ("sent", path) end }} end }}
        local none = {{ iter = function () return function () end end }}
        Session.get_routes = function () return none end
        Session.route_by_name = function () return {{ isnil = function () return true end }} end
        Session.transport_stopped = function () return true end
        Session.transport_rolling = function () return false end
        dofile ("{scripts_shipped()}/earmark_resident.lua")
        local hook = factory ()
        for i = 1, 20 do hook (1) end
        hook (2) hook (3)
        print ("still here") quit ()"""
    )
    assert "still here" in said, said
    assert said.count("sent /earmark/hello") == 1
    replies = [read((outbox / f"reply-{number}").read_bytes()) for number in range(1, len(letters) + 1)]
    assert all(reply[-1][0] == "end" and reply[-1][1] == "refused" for reply in replies)


def test_no_script_runs_what_it_reads() -> None:
    for script in SCRIPTS:
        source = script.read_text(encoding="utf-8")
        assert not re.search(r"\b(load|loadstring|dofile|loadfile|os\.execute|forkexec|require)\s*\(", source), (
            script.name
        )


def test_scripts_are_complete_in_themselves() -> None:
    """Installing is copying: nothing in one names another file of ours."""
    for script in SCRIPTS:
        assert not re.search(r"earmark_\w+\.lua", script.read_text(encoding="utf-8")), script.name
