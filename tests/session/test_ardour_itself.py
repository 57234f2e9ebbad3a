"""The real Ardour makes a session and bounces its tracks; earmark, reading the file, hears the same samples."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.model import Stem
from earmark.session import find
from session.ardour_file import RATE_HZ, region, source

pytestmark = pytest.mark.daw

CREATE = """
AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local s = create_session("{folder}", "song", 48000)
s:new_audio_track(1, 2, nil, 1, "Kick In", -1, ARDOUR.TrackMode.Normal, true)
s:new_audio_track(2, 2, nil, 1, "OH", -1, ARDOUR.TrackMode.Normal, true)
s:save_state("") close_session() quit()
"""
FADE_AND_BOUNCE = """
AudioEngine:set_backend("None (Dummy)", "Unit-Test", "")
local s = load_session("{folder}", "song")
for r in s:get_tracks():iter() do
  for reg in r:to_track():playlist():region_list():iter() do
    local ar = reg:to_audioregion()
    if reg:name() == "a" then
      ar:set_fade_in_length(5000) ar:set_fade_out_shape(ARDOUR.FadeShape.FadeSlow) ar:set_fade_out_length(8000)
    elseif reg:name() == "b" then
      ar:set_fade_in_shape(ARDOUR.FadeShape.FadeConstantPower) ar:set_fade_in_length(6000)
    elseif reg:name() == "d" then
      local e = ar:envelope() e:clear_list()
      e:add(Temporal.timepos_t(0), 1, false, true) e:add(Temporal.timepos_t(10000), 0.25, false, true)
      e:add(Temporal.timepos_t(20000), 2.0, false, true) ar:set_envelope_active(true)
    end
  end
end
s:save_state("")
for r in s:get_tracks():iter() do
  local t = r:to_track()
  t:bounce_range(0, 140000, ARDOUR.InterThreadInfo(), t:main_outs(), false, "bounced" .. r:name():gsub(" ", ""))
end
close_session() quit()
"""
BODIES = ((29_000, 50_000), (56_000, 79_900), (82_100, 100_000), (100_100, 105_000))  # no fade, no envelope
FADES = ((24_000, 29_000), (50_000, 56_000), (105_100, 119_900))


def lua(folder: Path, script: str) -> None:
    program = shutil.which("ardour7-lua")
    if program is None:
        if os.environ.get("EARMARK_REQUIRE_DAW") == "1":
            pytest.fail("ardour7-lua is not installed, and EARMARK_REQUIRE_DAW=1")
        pytest.skip("ardour7-lua is not installed")
    home = folder / "home"
    (home / ".config" / "ardour7").mkdir(parents=True, exist_ok=True)
    (home / ".config" / "ardour7" / ".a7").touch()
    file = folder / "script.lua"
    file.write_text(script.replace("{folder}", str(folder / "song")), encoding="utf-8")
    environment = os.environ | {"HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config")}
    done = subprocess.run([program, file], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def noise(seed: int, sign: int, frames: int) -> np.ndarray:
    return (sign * np.random.default_rng(seed).uniform(0.2, 0.5, frames)).astype(np.float32)


def fill(folder: Path) -> None:
    """Puts regions into the session that Ardour made; what is not said here, Ardour fills in when it loads it."""
    files = folder / "interchange" / "song" / "audiofiles"
    for seed, (name, sign, frames) in enumerate(
        [("k1.wav", 1, 48_000), ("k2.wav", -1, 48_000), ("oh%L.wav", 1, 96_000), ("oh%R.wav", -1, 96_000)]
    ):
        audio.write(files / name, noise(seed, sign, frames), RATE_HZ)
    faded = {"fade_in_active": 1, "fade_out_active": 1, "default_fade_in": 1, "default_fade_out": 1, "id": 0}
    kick = [
        region("a", ["1001"], 24_000, 1_000, 40_000, **(faded | {"id": 1111, "layering_index": 0})),
        region("b", ["1002"], 50_000, 0, 30_000, **(faded | {"id": 1112, "layering_index": 1, "scale_amplitude": 0.5})),
        region("c", ["1002"], 82_000, 0, 38_000, **(faded | {"id": 1113, "layering_index": 2, "opaque": 0})),
        region("d", ["1001"], 105_000, 0, 20_000, **(faded | {"id": 1114, "layering_index": 3, "opaque": 0})),
        region("e", ["1001"], 110_000, 0, 20_000, **(faded | {"id": 1115, "layering_index": 4, "muted": 1})),
    ]
    overheads = [region("oh", ["1003", "1004"], 12_000, 0, 90_000, **(faded | {"id": 1121}))]
    sources = [source(str(1001 + n), name) for n, name in enumerate(["k1.wav", "k2.wav", "oh%L.wav", "oh%R.wav"])]
    text = (folder / "song.ardour").read_text(encoding="utf-8")
    text = text.replace("<Sources/>", f"<Sources>{''.join(sources)}</Sources>")
    for name, regions in (("Kick In", kick), ("OH", overheads)):
        opened = re.search(rf'<Playlist [^>]*name="{name}"[^>]*/>', text)
        assert opened is not None
        text = text.replace(opened[0], f"{opened[0][:-2]}>{''.join(regions)}</Playlist>")
    text = re.sub(r'id-counter="\d+"', 'id-counter="5000"', text)
    (folder / "song.ardour").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ardour")
    lua(folder, CREATE)
    fill(folder / "song")
    lua(folder, FADE_AND_BOUNCE)
    return folder / "song"


def stems(song: Path) -> dict[str, Stem]:
    (session,) = find([song])
    return {stem.name: stem for stem in audio.probe(session).stems}


def heard(stem: Stem, first: int, last: int) -> np.ndarray:
    return audio.window(stem, first - round(stem.start_s * RATE_HZ), last - first)


def bounced(song: Path, name: str, first: int, last: int) -> np.ndarray:
    (session,) = find([song / "interchange" / "song" / "audiofiles" / f"{name}.wav"])
    return audio.window(audio.probe(session).stems[0], first, last - first)


@pytest.mark.parametrize(("first", "last"), BODIES)
def test_regions_sound_bit_for_bit_as_ardour_bounces_them(song: Path, first: int, last: int) -> None:
    ours = heard(stems(song)["Kick In"], first, last)
    assert np.abs(ours).max() > 0.1
    assert np.abs(ours - bounced(song, "bouncedKickIn", first, last)).max() == 0.0


@pytest.mark.parametrize(("first", "last"), FADES)
def test_fades_and_envelopes_are_within_a_twentieth_of_a_decibel_of_full_level(
    song: Path, first: int, last: int
) -> None:
    ours = heard(stems(song)["Kick In"], first, last)
    theirs = bounced(song, "bouncedKickIn", first, last)
    assert np.abs(ours - theirs).max() < 0.005 * np.abs(theirs).max()  # 0.5 % is 0.04 dB


def test_both_sides_of_a_stereo_region_are_where_they_belong(song: Path) -> None:
    ours = heard(stems(song)["OH"], 12_100, 101_900)
    left, right = (bounced(song, f"bouncedOH%{side}", 12_100, 101_900)[0] for side in "LR")
    assert np.array_equal(ours, np.stack([left, right]))


def test_nothing_sounds_outside_the_regions(song: Path) -> None:
    kick = stems(song)["Kick In"]
    assert not bounced(song, "bouncedKickIn", 0, 24_000).any()
    assert not heard(kick, 0, 24_000).any()
    assert kick.start_s == 0.5
    assert kick.known.frames == 125_000 - 24_000
