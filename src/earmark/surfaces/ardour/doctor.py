"""What has to be so for earmark to work inside Ardour, looked at one by one, each with its mend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, parse

from earmark.errors import SurfaceError
from earmark.surfaces.ardour import installing
from earmark.surfaces.ardour.slots import Slots
from earmark.wire.sockets import is_free

INSTALL = "run earmark install ardour"
PORT = 3819  # Ardour's own default


@dataclass(frozen=True, slots=True)
class Looked:
    """One thing looked at: what it is, whether it is as it has to be, what was seen, how to mend it."""

    what: str
    fine: bool
    seen: str
    mend: str = ""


def look(settings: Path, session_file: Path | None = None) -> Iterator[Looked]:
    """Everything, in the order in which one thing needs the other."""
    version = installing.ardour_version()
    yield _version(version)
    yield _scripts(settings)
    yield from _slots(settings, version)
    yield _sandbox(settings)
    yield _port(settings)
    if session_file is not None:
        yield _session_switch(session_file)


def _version(version: str | None) -> Looked:
    if version is None:
        return Looked("Ardour", False, "no program called ardour is on the path", "install Ardour 7")
    mend = "earmark was tried with 7.3; add the hook by hand: Edit > Lua Scripts > Script Manager > Action Hooks"
    return Looked("Ardour", installing.is_known(version), f"version {version}", mend)


def _scripts(settings: Path) -> Looked:
    shipped = sorted(installing.scripts_shipped().glob("*.lua"))
    there = settings / "scripts"
    old = [s.name for s in shipped if not _is_same(s, there / s.name)]
    seen = f"{len(shipped) - len(old)} of {len(shipped)} are in {there}"
    return Looked("scripts", not old, seen + (f"; missing or older: {', '.join(old)}" if old else ""), INSTALL)


def _is_same(shipped: Path, there: Path) -> bool:
    return there.is_file() and there.read_bytes() == shipped.read_bytes()


def _slots(settings: Path, version: str | None) -> Iterator[Looked]:
    file = settings / "ui_scripts"
    try:
        slots = Slots.parse(file.read_text(encoding="utf-8") if file.is_file() else "")
    except (SurfaceError, UnicodeDecodeError) as trouble:
        yield Looked("slots", False, str(trouble), "open the Script Manager in Ardour once, then look again")
        return
    names = {name for name in slots.names.values() if name.startswith("earmark")}
    wanted = len(installing.IN_ORDER_OF_USE)
    close = f"close Ardour and {INSTALL}" if installing.is_running(settings) else INSTALL
    yield Looked("slots", len(names) == wanted, f"{len(names)} of {wanted} actions have a slot", close)
    yield Looked(
        "hook", "earmark resident" in slots.hook_names, f"hooks: {', '.join(slots.hook_names) or 'none'}", close
    )


def _options(file: Path) -> dict[str, str]:
    """Every option in one of Ardour's settings files."""
    try:
        root: Element = parse(file).getroot()
    except (OSError, ParseError, DefusedXmlException):
        return {}
    return {node.get("name", ""): node.get("value", "") for node in root.iter("Option")}


def _sandbox(settings: Path) -> Looked:
    boxed = _options(settings / "ui_config").get("sandbox-all-lua-scripts", "0") in ("1", "yes")
    mend = "in Ardour: Edit > Preferences > Scripting, allow scripts outside the sandbox; ours read and write files"
    return Looked(
        "sandbox", not boxed, "scripts may not touch files" if boxed else "scripts may read their mailbox", mend
    )


def port_of(settings: Path) -> int:
    """Where Ardour's stock OSC listens, as its settings say."""
    said = _options(settings / "config").get("osc-port", "")
    return int(said) if said.isdecimal() else PORT


def _port(settings: Path) -> Looked:
    port = port_of(settings)
    if not installing.is_running(settings):
        mend = "another program has it; give Ardour another in its Open Sound Control preferences, or stop that one"
        return Looked("OSC port", is_free(port), f"{port}, Ardour is closed", mend)
    mend = "switch on Open Sound Control in Ardour's preferences; only markers without scripts need it"
    return Looked("OSC port", not is_free(port), f"{port}, Ardour is open", mend)


def _session_switch(session_file: Path) -> Looked:
    """Each session keeps its own switch, which goes before the one in the preferences."""
    try:
        root: Element = parse(session_file).getroot()
    except (OSError, ParseError, DefusedXmlException) as trouble:
        return Looked("session", False, f"{session_file.name} cannot be read: {trouble}", "name another session")
    switches = [node.get("active") for node in root.iter("Protocol") if "OSC" in node.get("name", "")]
    mend = "open the session, switch on Open Sound Control in Edit > Preferences > Control Surfaces, save it"
    seen = "its OSC switch is on" if "1" in switches else "its own OSC switch is off"
    return Looked("session", "1" in switches, f"{session_file.name}: {seen}", mend)
