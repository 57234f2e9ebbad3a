"""Ardour's own list of scripts is added to and never disturbed."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from earmark.errors import SurfaceError
from earmark.surfaces.ardour import installing
from earmark.surfaces.ardour.doctor import look
from earmark.surfaces.ardour.slots import SLOTS, Script, Slots

# As Ardour 7.3 writes it: byte code in quotes, with whatever bytes it has.
THEIRS = (
    b'scripts = {} scripts[1] = {} scripts[1]["n"] = "Mixer Screenshot" '
    b'scripts[1]["f"] = "\\27Lua\\000 scripts[5] = {}" '
    b'scripts[3] = {} scripts[3]["n"] = "my \\"own\\" \xc3\xa9" scripts[3]["f"] = "x\\\ny" '
)
HOOK = '<LuaCallback lua="Lua 5.3" id="12" name="theirs" signals="01">cyA9IHt9</LuaCallback>'
CODED = base64.b64encode(THEIRS).decode()
FILE = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<UIScripts><ActionScript lua="Lua 5.3">{CODED}'
    f"</ActionScript><ActionHooks>{HOOK}</ActionHooks></UIScripts>"
)


def test_what_is_in_other_slots_is_kept_to_the_byte() -> None:
    slots = Slots.parse(FILE)
    assert slots.names == {1: "Mixer Screenshot", 3: 'my "own" é'}
    assert slots.put(Script("earmark: next", "/a", "function factory () end")) == 2
    again = Slots.parse(slots.text)
    assert again.actions.startswith(THEIRS.rstrip())
    assert again.names == {1: "Mixer Screenshot", 2: "earmark: next", 3: 'my "own" é'}
    assert again.hook_names == ("theirs",)
    assert again.hooks[0].text == "cyA9IHt9"


def test_a_script_goes_into_its_own_slot_again() -> None:
    slots = Slots.parse(FILE)
    script = Script("earmark: next", "/a", "x = 1")
    assert (slots.put(script), slots.put(script)) == (2, 2)
    assert slots.put(Script("earmark: hear", "/b", "x = 2")) == 4


def test_when_all_slots_are_taken_nothing_is_put() -> None:
    slots = Slots.parse("")
    for number in range(SLOTS):
        assert slots.put(Script(f"s{number}", "", "")) == number + 1
    before = slots.actions
    assert slots.put(Script("earmark: next", "/a", "")) is None
    assert slots.actions == before


def test_the_hook_listens_to_the_three_signals_of_this_version_and_no_other() -> None:
    slots = Slots.parse(FILE)
    script = Script("earmark resident", "/r", "x = 1")
    assert slots.hook(script, "7.3")
    assert slots.hook(script, "7.3")
    bits = slots.hooks[-1].get("signals", "")
    assert slots.hook_names == ("theirs", "earmark resident")
    assert len(bits) == 49
    assert [place for place, bit in enumerate(reversed(bits)) if bit == "1"] == [14, 16, 47]
    assert not slots.hook(script, "8.1")


@pytest.mark.parametrize(
    "text",
    [
        "not xml",
        "<UIScripts><ActionScript>%%%</ActionScript></UIScripts>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><UIScripts><ActionScript>&a;</ActionScript></UIScripts>',
    ],
)
def test_a_list_that_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(SurfaceError, match="Script Manager"):
        Slots.parse(text)


def test_installing_keeps_a_copy_of_the_list_and_doctor_is_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "ardour_version", lambda: "7.3")
    settings = tmp_path / "ardour7"
    settings.mkdir()
    (settings / "ui_scripts").write_text(FILE, encoding="utf-8")
    assert {one.what for one in look(settings) if not one.fine} == {"scripts", "slots", "hook"}
    assert len(installing.copy_scripts(settings)) == 12
    assert installing.copy_scripts(settings) == ()
    put = installing.put_in_slots(settings, "7.3")
    assert put.hooked
    assert put.backup is not None
    assert put.backup.read_text(encoding="utf-8") == FILE
    assert sorted(put.slots.values()) == [2, 4, 5, 6, 7, 8, 9, 10, 11]
    assert all(one.fine for one in look(settings) if one.what in ("scripts", "slots", "hook", "sandbox"))


def test_nothing_is_put_in_slots_while_ardour_is_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installing, "is_running", lambda _: True)
    with pytest.raises(SurfaceError, match="close it first"):
        installing.put_in_slots(tmp_path, "7.3")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("ui_config", '<Ardour><UI><Option name="sandbox-all-lua-scripts" value="1"/></UI></Ardour>', "sandbox"),
        ("ui_scripts", "<broken", "slots"),
    ],
)
def test_doctor_names_what_is_in_the_way_and_its_mend(tmp_path: Path, name: str, text: str, what: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    seen = {one.what: one for one in look(tmp_path)}
    assert not seen[what].fine
    assert seen[what].mend


@pytest.mark.parametrize(("active", "fine"), [("1", True), ("0", False)])
def test_doctor_looks_at_the_sessions_own_osc_switch(tmp_path: Path, active: str, fine: bool) -> None:
    file = tmp_path / "s.ardour"
    protocol = f'<Protocol name="Open Sound Control (OSC)" active="{active}"/>'
    file.write_text(f"<Session><ControlProtocols>{protocol}</ControlProtocols></Session>", encoding="utf-8")
    assert [one.fine for one in look(tmp_path, file) if one.what == "session"] == [fine]
