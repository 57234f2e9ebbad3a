"""Real Ardour for tests: headless and full, each run with a home, a sound server and a screen of its own."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile

from earmark.surfaces.ardour import installing
from earmark.surfaces.ardour.slots import Script, Slots

RATE_HZ = 48_000
SUPERCLOCKS_A_SECOND = 282_240_000
HEADLESS = ("ardour7-lua", "ardour7-export")
FULL = (*HEADLESS, "ardour", "jackd", "Xvfb", "xdotool")
_count = itertools.count()

_CONFIG = """<?xml version="1.0" encoding="UTF-8"?>
<Ardour><Config><Option name="try-autostart-engine" value="1"/><Option name="osc-port" value="{port}"/></Config>
<ControlProtocols><Protocol name="Open Sound Control (OSC)" active="1"/></ControlProtocols>
<Extra><AudioMIDISetup><EngineStates><State backend="JACK" driver="" device="" input-device="" output-device=""
sample-rate="48000" buffer-size="1024" n-periods="2" input-latency="0" output-latency="0" input-channels="0"
output-channels="0" lm-input="" lm-output="" active="1" use-buffered-io="0" midi-option=""><MIDIDevices/></State>
</EngineStates></AudioMIDISetup></Extra></Ardour>
"""

_NEW_SESSION = """
AudioEngine:set_backend ("None (Dummy)", "Unit-Test", "")
local s = create_session (os.getenv ("EM_DIR"), os.getenv ("EM_NAME"), 48000)
for name in os.getenv ("EM_TRACKS"):gmatch ("[^\\n]+") do
  s:new_audio_track (1, 1, nil, 1, name, ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
end
s:save_state ("")
close_session ()
quit ()
"""


def need(*programs: str) -> None:
    """Skip where a program is absent; fail instead where EARMARK_REQUIRE_DAW=1 promises them."""
    absent = [program for program in programs if shutil.which(program) is None]
    if absent and os.environ.get("EARMARK_REQUIRE_DAW") == "1":
        pytest.fail(f"EARMARK_REQUIRE_DAW=1, and {', '.join(absent)} is not installed")
    if absent:
        pytest.skip(f"{', '.join(absent)} is not installed")


@dataclass
class Home:
    """A home folder nobody else uses, with Ardour's settings in it."""

    folder: Path

    def __post_init__(self) -> None:
        self.settings = self.folder / ".config" / "ardour7"
        (self.settings / "scripts").mkdir(parents=True, exist_ok=True)
        (self.settings / ".a7").touch()  # no first-run wizard

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of programs that live here."""
        own = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / ".config"), "LANG": "C.UTF-8"}
        return {**os.environ, **own, "JACK_NO_AUDIO_RESERVATION": "1", **more}

    def run_lua(self, source: str, **more: str) -> str:
        """Run a script in headless Ardour; gives what it printed."""
        script = self.folder / f"script-{next(_count)}.lua"
        script.write_text(source, encoding="utf-8")
        done = subprocess.run(
            ["ardour7-lua", str(script)],
            env=self.environment(**more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return done.stdout + done.stderr

    def export(self, session_file: Path, *, copy: bool = True) -> np.ndarray:
        """The session as Ardour's own command-line export renders it: float32, (channels, samples).

        Ardour 7.3's exporter now and then dies freeing its channels (`~PortExportChannel`), after the file is
        whole: so the file is judged, by its length, and not the exit code.
        """
        folder = session_file.parent
        if copy:  # a bare load writes into the session's folder
            folder = self.folder / f"copy-{next(_count)}" / session_file.parent.name
            shutil.copytree(session_file.parent, folder)
            # Ardour writes one every two minutes, and a bare load takes it for the session without asking.
            (folder / f"{session_file.stem}.pending").unlink(missing_ok=True)
        out = self.folder / f"export-{next(_count)}.wav"
        subprocess.run(
            ["ardour7-export", "-b", "float", "-o", str(out), str(folder), session_file.stem],
            env=self.environment(),
            cwd=self.folder,
            capture_output=True,
            timeout=120,
            check=False,
        )
        samples, _ = soundfile.read(out, dtype="float32", always_2d=True)
        assert len(samples) == _range_samples(session_file)
        return np.ascontiguousarray(samples.T)


def build_session(home: Home, folder: Path, name: str, tracks: Mapping[str, np.ndarray]) -> Path:
    """A session with one mono region per track, made by Ardour and given its sound here."""
    home.run_lua(_NEW_SESSION, EM_DIR=str(folder), EM_NAME=name, EM_TRACKS="\n".join(tracks))
    file = folder / f"{name}.ardour"
    tree = ElementTree.parse(file)
    root = tree.getroot()
    for number, (track, samples) in enumerate(tracks.items()):
        _give_sound(root, folder / "interchange" / name / "audiofiles", track, samples, 900_000 + 10 * number)
    _give_range(root, max(samples.size for samples in tracks.values()))
    for port in root.iter("Port"):  # a track here records nothing
        for wire in [wire for wire in port if (wire.get("other") or "").startswith("system:capture")]:
            port.remove(wire)
    for protocol in root.iterfind("ControlProtocols/Protocol"):
        if "OSC" in protocol.get("name", ""):
            protocol.set("active", "1")
    tree.write(file, encoding="UTF-8", xml_declaration=True)
    return file


def _node(parent: ElementTree.Element, name: str) -> ElementTree.Element:
    found = parent.find(name)
    return ElementTree.SubElement(parent, name) if found is None else found


def _give_sound(root: ElementTree.Element, audio: Path, track: str, samples: np.ndarray, id: int) -> None:
    audio.mkdir(parents=True, exist_ok=True)
    soundfile.write(audio / f"{track}.wav", samples, RATE_HZ, subtype="FLOAT")
    length = samples.size * SUPERCLOCKS_A_SECOND // RATE_HZ
    ElementTree.SubElement(
        _node(root, "Sources"), "Source", name=f"{track}.wav", type="audio", flags="", id=str(id), channel="0", gain="1"
    )
    region = {
        "name": track, "start": "a0", "length": f"a{length}@a0", "type": "audio", "channels": "1", "opaque": "1",
        "muted": "0", "locked": "0", "automatic": "0", "whole-file": "0", "import": "0", "external": "1", "hidden": "0",
        "sync-position": "a0", "ancestral-start": "a0", "ancestral-length": "a0@a0", "stretch": "1", "shift": "1",
        "layering-index": "0", "envelope-active": "0", "default-fade-in": "0", "default-fade-out": "0",
        "fade-in-active": "0", "fade-out-active": "0", "scale-amplitude": "1", "first-edit": "nothing",
        "source-0": str(id), "master-source-0": str(id),
    }  # fmt: skip
    whole = {**region, "whole-file": "1", "id": str(id + 1)}
    ElementTree.SubElement(_node(root, "Regions"), "Region", whole)
    playlist = next(p for p in root.iterfind("Playlists/Playlist") if p.get("name") == track)
    ElementTree.SubElement(playlist, "Region", {**region, "id": str(id + 2)})


def _give_range(root: ElementTree.Element, samples: int) -> None:
    end = samples * SUPERCLOCKS_A_SECOND // RATE_HZ
    attributes = {"id": "899999", "name": "session", "start": "a0", "end": f"a{end}", "flags": "IsSessionRange"}
    ElementTree.SubElement(_node(root, "Locations"), "Location", {**attributes, "locked": "0", "cue": "0"})


def _range_samples(file: Path) -> int:
    """How long the session range is."""
    places = {node.get("flags"): node for node in ElementTree.parse(file).iterfind("Locations/Location")}
    whole = places["IsSessionRange"]
    start, end = (int(str(whole.get(edge)).removeprefix("a")) for edge in ("start", "end"))
    return round((end - start) * RATE_HZ / SUPERCLOCKS_A_SECOND)


def last_saved(file: Path) -> ElementTree.Element:
    """The session file as it is on disk."""
    return ElementTree.parse(file).getroot()


@dataclass
class Ardour:
    """The full program on a screen nobody sees. `probe` runs Lua inside it, for tests to look with."""

    home: Home
    session_file: Path
    osc_port: int
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        """Sound server, screen, program, in this order; returns when the program answers and its engine runs.

        While a session loads, two of Ardour's threads ask libjack2 for connections at once, and now and then the
        server then drops the program ("Unknown request" in its log). That is a start that did not happen, so it
        is made again; on one processor it is rare.
        """
        (self.home.settings / "config").write_text(_CONFIG.format(port=self.osc_port), encoding="utf-8")
        for _ in range(5):
            self._start_once()
            if self._is_up():
                return
            self.stop()
        raise TimeoutError("the sound server dropped the program five times while it loaded")

    def _is_up(self) -> bool:
        """Whether the program answers, and its engine still runs a moment later."""
        try:
            self.wait_for(lambda: self.probe("say (1)", timeout_s=1.0) is not None, 20.0)
        except TimeoutError:
            return False
        time.sleep(1.0)
        return self.probe("say (Session:engine ():running ())") == "true"

    def _start_once(self) -> None:
        self.log = (self.home.folder / f"log-{next(_count)}").open("wb")
        server = f"earmark-{os.getpid()}-{next(_count)}"
        self.environment = self.home.environment(JACK_DEFAULT_SERVER=server)
        jack = ["jackd", "--name", server, "--no-realtime", "--timeout", "10000"]
        self._launch([*jack, "-d", "dummy", "-r", str(RATE_HZ), "-p", "1024"])
        waiting = ["jack_wait", "--server", server, "--wait", "--timeout", "10"]
        subprocess.run(waiting, env=self.environment, stdout=self.log, stderr=self.log, check=True)
        self.environment["DISPLAY"] = f":{self._screen()}"
        self._launch(["taskset", "--cpu-list", "0", "ardour", str(self.session_file)])

    def _launch(self, command: list[str], **more: object) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(  # type: ignore[call-overload]
            command, env=self.environment, stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, **more
        )
        self.started.append(process)
        return process

    def _screen(self) -> str:
        """A free display, chosen by the screen itself."""
        mine, theirs = os.pipe()
        command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
        self._launch(command, pass_fds=(theirs,))
        os.close(theirs)
        with os.fdopen(mine, "rb") as told:
            return told.readline().decode().strip()

    def stop(self) -> None:
        """End what was started here, the program first."""
        for process in reversed(self.started):
            process.terminate()
            try:
                process.wait(5.0)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.started.clear()
        self.log.close()

    def probe(self, lua: str, timeout_s: float = 20.0) -> str | None:
        """Run Lua inside the program through a hook of the test's own; what it said, or None without an answer."""
        folder = self.home.folder / "probe"
        folder.mkdir(exist_ok=True)
        (folder / "out").unlink(missing_ok=True)
        (folder / "in.part").write_text(lua, encoding="utf-8")
        (folder / "in.part").replace(folder / "in")
        try:
            self.wait_for((folder / "out").exists, timeout_s)
        except TimeoutError:
            return None
        return (folder / "out").read_text(encoding="utf-8")

    @staticmethod
    def wait_for(until: Callable[[], object], timeout_s: float = 10.0) -> None:
        """Wait for something that has to come; TimeoutError when it does not."""
        deadline_s = time.monotonic() + timeout_s
        while not until():
            if time.monotonic() > deadline_s:
                raise TimeoutError("the program did not do it in time")
            time.sleep(0.02)


PROBE = """
ardour { ["type"] = "EditorHook", name = "test probe" }
function factory ()
  local folder = FOLDER
  return function ()
    local file = io.open (folder .. "/in", "r")
    if not file then return end
    local source = file:read ("a")
    file:close ()
    os.remove (folder .. "/in")
    local said = {}
    local function say (...)
      local words = { ... }
      for i = 1, select ("#", ...) do words[i] = tostring (words[i]) end
      said[#said + 1] = table.concat (words, " ")
    end
    local env = setmetatable ({ say = say }, { __index = _ENV })
    local act, trouble = load (source, "probe", "t", env)
    local fine, raised = false, trouble
    if act then fine, raised = pcall (act) end
    if not fine then say ("RAISED " .. tostring (raised)) end
    local out = io.open (folder .. "/out.part", "w")
    out:write (table.concat (said, "\\n"))
    out:close ()
    os.rename (folder .. "/out.part", folder .. "/out")
  end
end
"""


def probe_source(home: Home) -> str:
    """The probe hook's source, with its folder written in."""
    return PROBE.replace("FOLDER", f'"{home.folder / "probe"}"')


def install(home: Home) -> None:
    """earmark's scripts in the home, in their slots, and beside them the probe."""
    installing.copy_scripts(home.settings)
    installing.put_in_slots(home.settings, "7.3")
    file = home.settings / "ui_scripts"
    slots = Slots.parse(file.read_text(encoding="utf-8"))
    ours = slots.hooks[:]
    slots.hook(Script("test probe", "", probe_source(home)), "7.3")
    slots.hooks[-1].set("id", "77")
    slots.hooks = [*ours, slots.hooks[-1]]
    file.write_text(slots.text, encoding="utf-8")
