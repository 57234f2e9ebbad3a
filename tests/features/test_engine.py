"""The engine measures what is asked for, once, the same for any number of workers, and says whose stem broke it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.audio import probe
from earmark.errors import AudioError
from earmark.features import stem_pass
from earmark.features.bands import BandPowers
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.extremes import Levels
from earmark.features.feature import FileHeader, PackHeaders
from earmark.features.kweighting import KWeighted
from earmark.features.loudness import Loudness
from earmark.features.stereo import Stereo
from earmark.features.true_peak import TruePeak
from earmark.features.workers import processors, workers_for
from earmark.model import Clip, Clips, FileFacts, Samples, Session, SoundFile, Stem
from earmark.session import find
from odd_features import Breaks, Dies, Halves, Looks, Odd

PRIMARIES = (Levels, StemEnvelope, BandPowers, KWeighted, TruePeak, Stereo, Loudness)
RATE_HZ = 8_000


def noise(seconds: float, seed: int = 0, channels: int = 2, rate_hz: int = RATE_HZ) -> np.ndarray:
    return 0.2 * np.random.default_rng(seed).standard_normal((channels, round(seconds * rate_hz)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four stems of different lengths on disk, one called bad."""
    for seed, name in enumerate(("kick", "bad", "bass", "vox")):
        audio.write(tmp_path / f"{name}.wav", noise(1.5 + seed, seed).astype(np.float32), RATE_HZ)
    return tmp_path


def session_of(folder: Path) -> Session:
    (session,) = find([folder])
    return probe(session)


def values(feature: object) -> Mapping[str, Any]:
    return {field.name: getattr(feature, field.name) for field in fields(feature) if field.name != "stem"}  # type: ignore[arg-type]


def same(one: object, other: object) -> bool:
    pairs = zip(values(one).items(), values(other).items(), strict=True)
    return all(name == also and np.array_equal(a, b) for (name, a), (also, b) in pairs)


# --- what is asked for ------------------------------------------------------------------------


def test_only_what_is_asked_for_is_kept() -> None:
    measured = measure(scenes.session(RATE_HZ, kick=noise(1)), {Halves})
    assert set(measured.of_stems["kick"]) == {FileHeader, Halves}
    assert measured.stem("kick", Halves).frames == RATE_HZ / 2


def test_one_read_serves_every_meter(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reads: list[str] = []

    def counted(stem: Stem, block_samples: int) -> Any:
        reads.append(stem.name)
        return read(stem, block_samples)

    read = audio.blocks
    monkeypatch.setattr(stem_pass.audio, "blocks", counted)
    measure(session_of(folder), {*PRIMARIES, Odd, Looks}, jobs=1)
    assert sorted(reads) == ["bad", "bass", "kick", "vox"]


def test_nothing_is_read_where_nothing_is_asked_of_the_sound(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    session = session_of(folder)
    monkeypatch.setattr(stem_pass.audio, "blocks", None)
    measured = measure(session, {FileHeader, PackHeaders})
    assert [header.stem.name for header in measured.of_kind(FileHeader)] == ["bad", "bass", "kick", "vox"]
    assert not isinstance(measured.whole(PackHeaders), str)


def test_a_closer_look_sees_its_spans_with_zeros_beyond_the_rims_and_for_nan() -> None:
    sound = noise(1, channels=1)
    sound[0, 3] = np.nan
    first, last = measure(scenes.session(RATE_HZ, kick=sound), {Looks}).stem("kick", Looks).windows
    clean = np.nan_to_num(sound[0]).astype(np.float32)
    assert np.array_equal(first[0], np.concatenate([np.zeros(10), clean[:10]]))
    assert np.array_equal(last[0], np.concatenate([clean[-10:], np.zeros(10)]))


def test_the_mix_is_measured_apart_even_under_the_name_of_a_stem() -> None:
    session = scenes.session(RATE_HZ, mix=noise(2), kick=noise(1))
    assert session.mix is not None
    session = replace(session, mix=replace(session.mix, name="kick"))
    measured = measure(session, {Odd})
    assert measured.stem("kick", Odd).frames == RATE_HZ
    assert measured.of_mix[Odd].frames == 2 * RATE_HZ
    assert len(measured.of_kind(Odd)) == 1


def test_features_are_locked() -> None:
    levels = measure(scenes.session(RATE_HZ, kick=noise(1)), {Levels}).stem("kick", Levels)
    with pytest.raises(ValueError, match="read-only"):
        levels.sums[0, 0] = 1.0


def test_a_hundred_long_stems_fit_into_memory() -> None:
    rate_hz, seconds = 96_000, 12.0
    measured = measure(scenes.session(rate_hz, pad=noise(seconds, rate_hz=rate_hz)), set(PRIMARIES))
    row = measured.of_stems["pad"].values()
    held = sum(value.nbytes for feature in row for value in values(feature).values() if isinstance(value, np.ndarray))
    assert 100 * held * (300 / seconds) < 0.4 * 2**30


# --- what cannot be read ------------------------------------------------------------------------


def test_an_unreadable_stem_has_its_header_and_nothing_else() -> None:
    session = scenes.session(RATE_HZ, kick=noise(1), snare=noise(1))
    hurt = replace(session.stems[0], facts=FileFacts(trouble="kick is not a sound file"))
    measured = measure(replace(session, stems=(hurt, session.stems[1])), {Odd, FileHeader})
    assert [odd.stem.name for odd in measured.of_kind(Odd)] == ["snare"]
    assert len(measured.of_kind(FileHeader)) == 2


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_vanishes_after_the_probe_costs_no_other_stem(folder: Path, jobs: int) -> None:
    session = session_of(folder)
    (folder / "bad.wav").unlink()
    measured = measure(session, {Odd, FileHeader}, jobs=jobs)
    assert [odd.stem.name for odd in measured.of_kind(Odd)] == ["bass", "kick", "vox"]
    trouble = measured.of_kind(FileHeader)[0].stem.known.trouble
    assert trouble is not None
    assert "bad.wav" in trouble


def test_a_decoder_that_stops_in_mid_stream_ends_that_stem_there(tmp_path: Path) -> None:
    import soundfile

    path = tmp_path / "cut.flac"
    soundfile.write(path, noise(20, channels=1)[0], RATE_HZ, subtype="PCM_16")
    stored = bytearray(path.read_bytes())
    middle = len(stored) // 2
    stored[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(stored)
    audio.write(tmp_path / "kick.wav", noise(1).astype(np.float32), RATE_HZ)
    measured = measure(session_of(tmp_path), {Odd, Levels})
    assert measured.stem("kick", Odd).frames == RATE_HZ
    assert 0 < measured.stem("cut", Odd).frames < 20 * RATE_HZ
    assert measured.stem("cut", Levels).frames == measured.stem("cut", Odd).frames


@pytest.mark.real_audio
def test_a_corrupt_recording_does_not_stop_the_others(data: Path) -> None:
    (session,) = find([data / "formats"])
    measured = measure(probe(session), {Levels}, jobs=2)
    assert {"float64", "cat_purrrr", "4channels"} <= {levels.stem.name for levels in measured.of_kind(Levels)}


# --- placed clips -------------------------------------------------------------------------------


def test_clips_are_measured_as_they_sound(tmp_path: Path) -> None:
    take = noise(2, channels=1).astype(np.float32)
    audio.write(tmp_path / "take.wav", take, RATE_HZ)
    clips = (
        Clip(tmp_path / "take.wav", start_samples=0, offset_samples=100, length_samples=4_000, gain=0.5),
        Clip(tmp_path / "take.wav", start_samples=6_000, offset_samples=9_000, length_samples=5_000),
    )
    track = Stem("track", Clips(clips, RATE_HZ, 1))
    session = probe(Session("song", None, (track,), rate_hz=RATE_HZ, kind="ardour"))
    laid = np.zeros((1, 11_000), np.float32)
    laid[0, :4_000] = 0.5 * take[0, 100:4_100]
    laid[0, 6_000:] = take[0, 9_000:14_000]
    placed, plain = (
        measure(session, {Levels, KWeighted}),
        measure(scenes.session(RATE_HZ, track=laid), {Levels, KWeighted}),
    )
    assert np.array_equal(placed.stem("track", Levels).squares, plain.stem("track", Levels).squares)
    assert np.array_equal(placed.stem("track", KWeighted).powers, plain.stem("track", KWeighted).powers)


# --- workers ------------------------------------------------------------------------------------


def test_one_worker_and_several_find_the_same(folder: Path) -> None:
    session = session_of(folder)
    alone, crew = measure(session, set(PRIMARIES), jobs=1), measure(session, set(PRIMARIES), jobs=3)
    for kind in PRIMARIES:
        pairs = list(zip(alone.of_kind(kind), crew.of_kind(kind), strict=True))
        assert len(pairs) == 4
        assert all(same(one, other) for one, other in pairs), kind.__name__


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_measurement_that_breaks_names_the_stem_and_the_cause(folder: Path, jobs: int) -> None:
    with pytest.raises(AudioError, match=r"^bad could not be measured \(ZeroDivisionError: nothing to divide by\)"):
        measure(session_of(folder), {Breaks}, jobs=jobs)


def test_a_worker_that_dies_names_the_stem_and_the_signal(folder: Path) -> None:
    with pytest.raises(AudioError, match=r"^bad could not be measured: .* ended \(signal 9\).*--jobs 1"):
        measure(session_of(folder), {Dies}, jobs=2)


def test_workers_are_only_called_where_there_is_work() -> None:
    from earmark.features.workers import Task

    def task(seconds: float) -> Task:
        facts = FileFacts(rate_hz=48_000, channels=1, frames=round(48_000 * seconds))
        stem = Stem("stem", SoundFile(Path("stem.wav")), facts=facts)
        return Task(index=0, stem=stem, kinds=PRIMARIES, everything=PRIMARIES, keep=PRIMARIES, given={})

    assert workers_for([task(36.0)] * 8, None) == 1
    assert workers_for([task(300.0)] * 100, None) == processors()
    assert workers_for([task(300.0)] * 100, 1) == 1
    assert workers_for([task(1.0)] * 8, 4) == 4
    assert workers_for([task(1.0)] * 2, 4) == 2


def test_stems_in_memory_stay_in_this_process() -> None:
    with pytest.raises(AudioError, match="bad could not be measured"):
        measure(scenes.session(RATE_HZ, bad=noise(1), kick=noise(1)), {Breaks}, jobs=2)
    assert isinstance(scenes.session(RATE_HZ, kick=noise(1)).stems[0].source, Samples)


@pytest.mark.parametrize("jobs", [1, 2])
def test_progress_counts_every_voice_once(folder: Path, jobs: int) -> None:
    told: list[tuple[str, int, int]] = []
    measure(session_of(folder), {Odd, PackHeaders}, jobs=jobs, progress=lambda *step: told.append(step))
    assert [step for step in told if step[0] == "listening"] == [("listening", done, 4) for done in range(5)]
    assert told[-1] == ("comparing", 1, 1)


# --- Ctrl-C -------------------------------------------------------------------------------------

SCRIPT = """
import sys
from pathlib import Path
from earmark.audio import probe
from earmark.features.engine import measure
from earmark.session import find
from odd_features import NeverEnds

(session,) = find([Path(sys.argv[1])])
measure(probe(session), {NeverEnds}, jobs=int(sys.argv[2]), cache=Path(sys.argv[3]))
"""


def running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def wait_until(true: Any) -> None:
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    pytest.fail("waited a minute in vain")


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for orphans in /proc")
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("whole_group", [True, False], ids=["terminal", "parent alone"])
def test_an_interrupt_ends_every_process_and_leaves_nothing_half_written(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, jobs: int, whole_group: bool
) -> None:
    waiting, cache = tmp_path_factory.mktemp("waiting"), tmp_path_factory.mktemp("cache")
    here = Path(__file__).resolve().parents[1]
    environment = {**os.environ, "WAITING": str(waiting), "PYTHONPATH": f"{here.parent / 'src'}{os.pathsep}{here}"}
    command = [sys.executable, "-c", SCRIPT, str(folder), str(jobs), str(cache)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, start_new_session=True)
    wait_until(lambda: len(list(waiting.iterdir())) == jobs or process.poll() is not None)
    assert process.poll() is None
    if whole_group:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert said.decode().strip().endswith("KeyboardInterrupt")
    assert said.decode().count("Traceback") == 1, "the workers say nothing"
    wait_until(lambda: not any(running(int(path.name)) for path in waiting.iterdir()))
    assert list(cache.iterdir()) == []
