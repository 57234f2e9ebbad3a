"""A session made by the real Ardour, with a bus by send, a bus by cable, plug-in latency and fader automation."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE_HZ = 48_000
FRAMES = 3 * RATE_HZ
LATE_SAMPLES = 500

LATE = """
ardour { ["type"]="dsp", name="late", category="Utility", license="MIT", author="earmark", description="500 late" }
function dsp_ioconfig() return {{audio_in=-1, audio_out=-1}} end
function dsp_params() return {} end
local rings = {}
function dsp_run(ins, outs, n)
  for c = 1, #outs do
    if not rings[c] then rings[c] = {at = 0} for k = 1, 500 do rings[c][k] = 0 end end
    local ring, i, o = rings[c], ins[c]:array(), outs[c]:array()
    for k = 1, n do
      local now = i[k]
      o[k] = ring[ring.at + 1]
      ring[ring.at + 1] = now
      ring.at = (ring.at + 1) % 500
    end
  end
end
"""

MAKE = """
AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local s = create_session("{folder}", "{name}", 48000)
local group = PBD.GroupControlDisposition.NoGroup
local function track(name, channels)
  for t in s:new_audio_track(channels, 2, nil, 1, name, -1, ARDOUR.TrackMode.Normal, true):iter() do
    local itt, raw = ARDOUR.InterThreadInfo(), ARDOUR.LuaAPI.nil_proc()
    local region = t:bounce_range(0, {frames}, itt, raw, false, "source " .. name)
    t:playlist():add_region(region, Temporal.timepos_t(0), 1, false)
    return t
  end
end
local function bus(name)
  for b in s:new_audio_route(2, 2, nil, 1, name, ARDOUR.PresentationInfo.Flag.AudioBus, -1):iter() do return b end
end
local function late(route)
  local processor = ARDOUR.LuaAPI.new_luaproc(s, "late", "late")
  route:add_processor_by_index(processor, 0, nil, true)
  processor:to_latent():set_user_latency({late})
end
local kick, over, vox = track("Kick In", 1), track("OH", 2), track("Vox 100%", 1)
if {rich} then
  local verb, drums = bus("Verb"), bus("Drum Bus")
  s:add_internal_send(verb, vox:amp(), vox)
  vox:nth_send(0):to_internalsend():gain_control():set_value(0.7, group)
  for k = 0, 1 do
    over:output():audio(k):disconnect_all()
    over:output():audio(k):connect(drums:input():audio(k):name())
  end
  late(over) late(drums) late(verb)
  local fader = vox:amp():gain_control()
  fader:alist():add(Temporal.timepos_t(0), 1.0, false, true)
  fader:alist():add(Temporal.timepos_t({frames}), 0.25, false, true)
  fader:set_automation_state(ARDOUR.AutoState.Play)
  kick:gain_control():set_value(0.5, group)
end
s:save_state("") close_session() quit()
"""
RANGE = (
    '<Locations><Location id="99999" name="session" start="a0" end="a{end}" flags="IsSessionRange" locked="0" '
    'timestamp="1700000000" cue="0"/>'
)


def need_ardour() -> None:
    if shutil.which("ardour7-lua") is None:
        if os.environ.get("EARMARK_REQUIRE_DAW") == "1":
            pytest.fail("ardour7-lua is not installed, and EARMARK_REQUIRE_DAW=1")
        pytest.skip("ardour7-lua is not installed")


def make_session(folder: Path, *, rich: bool = True) -> Path:
    """The session file. Each source is its own noise, seeded by its place in the order of names."""
    need_ardour()
    home = folder.parent / "home"
    scripts = home / "ardour7" / "scripts"
    scripts.mkdir(parents=True)
    (scripts / "late.lua").write_text(LATE)
    script = folder.parent / "make.lua"
    values = {"{folder}": str(folder), "{name}": folder.name, "{frames}": str(FRAMES), "{late}": str(LATE_SAMPLES)}
    text = MAKE.replace("{rich}", "true" if rich else "false")
    for key, value in values.items():
        text = text.replace(key, value)
    script.write_text(text)
    done = subprocess.run(
        ["ardour7-lua", str(script)], env={**os.environ, "XDG_CONFIG_HOME": str(home)}, capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    for seed, file in enumerate(sources(folder)):
        soundfile.write(file, noise(seed), RATE_HZ, subtype="FLOAT")
    session = folder / f"{folder.name}.ardour"
    whole = RANGE.replace("{end}", str(282_240_000 * FRAMES // RATE_HZ))
    written = session.read_text(encoding="utf-8")
    changed = written.replace("<Locations/>", whole + "</Locations>").replace("<Locations>", whole, 1)
    session.write_text(changed, encoding="utf-8")
    return session


def leave_unsaved(session: Path) -> None:
    """What Ardour does by itself within two minutes of an edit: its safety backup, and then it is gone."""
    script = session.parent.parent / "leave.lua"
    script.write_text(
        'AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")\n'
        f'load_session("{session.parent}", "{session.stem}"):save_state("", true)\nos.exit(0, false)\n'
    )
    home = {"XDG_CONFIG_HOME": str(session.parent.parent / "home")}
    subprocess.run(
        ["ardour7-lua", str(script)], env={**os.environ, **home}, capture_output=True, timeout=120, check=True
    )


def sources(folder: Path) -> list[Path]:
    """Kick In, OH left, OH right, Vox."""
    return sorted(folder.glob("interchange/*/audiofiles/*.wav"))


def noise(seed: int) -> np.ndarray:
    return (0.1 * np.random.default_rng(seed).standard_normal(FRAMES)).astype(np.float32)


def seen(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder of the session: when it was changed, and its bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else b"")
        for path in (folder, *sorted(folder.rglob("*")))
    }
