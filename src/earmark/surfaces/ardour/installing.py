"""Putting earmark's scripts where Ardour finds them. Nothing is overwritten without a copy of what was there."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from earmark.errors import SurfaceError
from earmark.surfaces.ardour.slots import SIGNALS, Script, Slots

RESIDENT = "earmark_resident.lua"
IN_ORDER_OF_USE = (
    "earmark_next.lua",
    "earmark_previous.lua",
    "earmark_hear.lua",
    "earmark_accept.lua",
    "earmark_decline.lua",
    "earmark_on_purpose.lua",
    "earmark_later.lua",
    "earmark_undo_last.lua",
    "earmark_list.lua",
)
_NAME = re.compile(r'^\s*name\s*=\s*"([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Put:
    """What was done: slots by name, whether the hook was registered, where the old list was kept."""

    slots: dict[str, int]
    without_a_slot: tuple[str, ...]
    hooked: bool
    backup: Path | None


def scripts_shipped() -> Path:
    """The folder of scripts that came with earmark."""
    here = Path(__file__).resolve()
    for folder in (here.parents[2] / "daw_scripts" / "ardour", here.parents[4] / "daw_scripts" / "ardour"):
        if folder.is_dir():
            return folder
    raise SurfaceError("earmark's scripts for Ardour are not beside it; install earmark again")


def name_of(source: str) -> str:
    """The name a script gives itself."""
    found = _NAME.search(source)
    return found[1] if found else ""


def copy_scripts(settings: Path) -> tuple[Path, ...]:
    """Copy every script; gives those that were new or different."""
    target = settings / "scripts"
    target.mkdir(parents=True, exist_ok=True)
    changed = []
    for script in sorted(scripts_shipped().glob("*.lua")):
        there = target / script.name
        if not there.is_file() or there.read_bytes() != script.read_bytes():
            shutil.copyfile(script, there)
            changed.append(there)
    return tuple(changed)


def put_in_slots(settings: Path, version: str) -> Put:
    """Put the actions in free slots and register the hook; only while Ardour is closed."""
    if is_running(settings):
        raise SurfaceError("Ardour is open and would write its own list of scripts over this one; close it first")
    file = settings / "ui_scripts"
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    slots = Slots.parse(before)
    actions = [_script(settings, name) for name in IN_ORDER_OF_USE]
    placed = {script.name: slots.put(script) for script in actions}
    hooked = slots.hook(_script(settings, RESIDENT), version)
    backup = _kept(file) if before else None
    part = file.with_name("ui_scripts.part")
    part.write_text(slots.text, encoding="utf-8")
    part.replace(file)
    left = tuple(name for name, slot in placed.items() if slot is None)
    return Put({name: slot for name, slot in placed.items() if slot is not None}, left, hooked, backup)


def _script(settings: Path, file_name: str) -> Script:
    path = settings / "scripts" / file_name
    source = path.read_text(encoding="utf-8")
    return Script(name_of(source), str(path), source)


def _kept(file: Path) -> Path:
    """A copy of the list as it was, dated."""
    backup = file.with_name(f"{file.name}.before-earmark-{time.strftime('%Y%m%d-%H%M%S')}")
    shutil.copyfile(file, backup)
    return backup


def is_running(settings: Path) -> bool:
    """Whether an Ardour that uses these settings is open (Linux; elsewhere nobody is seen)."""
    return any(_settings_of(process) == settings for process in Path("/proc").glob("[0-9]*") if _is_ardour(process))


def _is_ardour(process: Path) -> bool:
    try:
        program = (process / "cmdline").read_bytes().split(b"\0", 1)[0]
    except OSError:
        return False
    return Path(program.decode("utf-8", "replace")).name.lower().startswith(("ardour-", "ardour7"))


def _settings_of(process: Path) -> Path | None:
    try:
        lines = (process / "environ").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return None
    named = dict(line.split("=", 1) for line in lines if "=" in line)
    folder = named.get("XDG_CONFIG_HOME") or str(Path(named.get("HOME", "/")) / ".config")
    return Path(folder) / "ardour7"


@cache
def ardour_version() -> str | None:
    """`7.3`, as the program on the path says it; None without one."""
    program = shutil.which("ardour") or shutil.which("ardour7")
    if program is None:
        return None
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"Ardour\s*(\d+\.\d+)", said)
    return found[1] if found else None


def is_known(version: str | None) -> bool:
    """Whether the hook can be registered without clicking in this version."""
    return version in SIGNALS
