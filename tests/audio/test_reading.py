"""Blocks and windows give the same samples, whatever the file and the order they are asked for in."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from audio.files import NOISE, RATE_HZ, put, read_all, stem_of
from earmark import audio, scenes
from earmark.errors import AudioError

FORMATS = ["a.wav", "a.flac", "a.ogg", "a.opus", "a.mp3", "a.aiff"]
# Long and short Vorbis blocks take turns in sound that comes and goes: where libsndfile's own seek misses.
BURSTS = (np.random.default_rng(5).standard_normal((2, 3 * RATE_HZ)) * 0.3).astype(np.float32)
BURSTS *= (np.arange(3 * RATE_HZ) % 7_000 < 300).astype(np.float32) + 0.01


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("block_samples", [1, 1_000, 4_096, 100_000])
def test_blocks_join_to_what_the_decoder_gives_in_one_go(tmp_path: Path, name: str, block_samples: int) -> None:
    sound = NOISE[:, :3_000] if block_samples == 1 else NOISE
    path = put(tmp_path / name, sound)
    whole = soundfile.read(path, dtype="float32", always_2d=True)[0].T
    stem = stem_of(path)
    assert np.array_equal(read_all(stem, block_samples), whole)
    assert all(block.shape[1] <= block_samples for block in audio.blocks(stem, block_samples))


def test_all_blocks_are_one_buffer(tmp_path: Path) -> None:
    stem = stem_of(put(tmp_path / "a.wav"))
    places = {block.__array_interface__["data"][0] for block in audio.blocks(stem, 1_000)}
    assert len(places) == 1


@pytest.mark.parametrize("name", FORMATS)
def test_a_window_anywhere_is_what_the_blocks_are_there(tmp_path: Path, name: str) -> None:
    stem = stem_of(put(tmp_path / name, BURSTS))
    whole = read_all(stem)
    for first in np.random.default_rng(1).integers(0, whole.shape[1] - 3_000, 60):
        assert np.abs(audio.window(stem, int(first), 3_000) - whole[:, first : first + 3_000]).max() < 1e-6


def test_outside_the_stem_a_window_is_zero(tmp_path: Path) -> None:
    stem = stem_of(put(tmp_path / "a.wav"))
    before = audio.window(stem, -100, 150)
    assert not before[:, :100].any()
    assert np.array_equal(before[:, 100:], NOISE[:, :50].astype(np.float32)) or np.abs(before[:, 100:]).any()
    after = audio.window(stem, RATE_HZ - 50, 150)
    assert after[:, :50].any()
    assert not after[:, 50:].any()
    assert audio.window(stem, 10 * RATE_HZ, 10).shape == (2, 10)
    assert audio.window(stem, 0, 0).shape == (2, 0)


def test_sound_in_memory_reads_like_a_file() -> None:
    stem = scenes.session(RATE_HZ, kick=NOISE).stems[0]
    assert np.array_equal(read_all(stem, 999), NOISE)
    assert np.array_equal(audio.window(stem, -5, 10)[:, 5:], NOISE[:, :5])


def test_samples_that_are_no_numbers_are_kept(tmp_path: Path) -> None:
    hurt = NOISE.copy()
    hurt[0, 100], hurt[1, 200] = np.nan, np.inf
    stem = stem_of(put(tmp_path / "a.wav", hurt, subtype="FLOAT"))
    assert np.array_equal(read_all(stem), hurt, equal_nan=True)
    assert np.isnan(audio.window(stem, 100, 1)[0, 0])


@pytest.mark.parametrize("channels", [1, 3, 4, 6, 8])
def test_all_channels_are_read_in_order(tmp_path: Path, channels: int) -> None:
    sound = np.arange(channels, dtype=np.float32)[:, None] / 10 * np.ones((1, 500), np.float32)
    stem = stem_of(put(tmp_path / "a.wav", sound, subtype="FLOAT"))
    assert np.array_equal(read_all(stem), sound)


def damaged_flac(path: Path) -> Path:
    put(path, NOISE, subtype="PCM_16")
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 3_000] = bytes(3_000)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("block_samples", [500, 4_096, 48_000])
def test_a_flac_damaged_on_the_way_is_read_up_to_there(tmp_path: Path, block_samples: int) -> None:
    stem = stem_of(damaged_flac(tmp_path / "a.flac"))
    read = read_all(stem, block_samples)
    assert RATE_HZ // 3 < read.shape[1] < 2 * RATE_HZ // 3
    assert np.abs(read - NOISE[:, : read.shape[1]]).max() < 1e-4
    audio.window(stem, RATE_HZ // 2, 1_000)  # does not raise


def test_a_file_written_anew_is_opened_anew(tmp_path: Path) -> None:
    stem = stem_of(put(tmp_path / "a.wav", NOISE, subtype="FLOAT"))
    assert np.array_equal(audio.window(stem, 0, 10), NOISE[:, :10])
    put(tmp_path / "b.wav", -NOISE, subtype="FLOAT").replace(tmp_path / "a.wav")
    assert np.array_equal(audio.window(stem, 0, 10), -NOISE[:, :10])


def test_more_files_than_are_kept_open_are_all_read(tmp_path: Path) -> None:
    stems = [stem_of(put(tmp_path / f"{n}.wav", np.full(50, n / 100, np.float32), subtype="FLOAT")) for n in range(40)]
    for _ in range(2):
        assert [round(float(audio.window(stem, 3, 1)[0, 0]) * 100) for stem in stems] == list(range(40))


def test_a_file_that_goes_away_is_said_in_one_sentence(tmp_path: Path) -> None:
    stem = stem_of(put(tmp_path / "kick.wav"))
    (tmp_path / "kick.wav").unlink()
    with pytest.raises(AudioError, match=r"kick\.wav is missing; it must stay"):
        list(audio.blocks(stem, 100))
    with pytest.raises(AudioError, match=r"kick cannot be read any more \(no such file"):
        audio.window(stem, 0, 100)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_forked_process_does_not_move_our_place_in_a_file(tmp_path: Path) -> None:
    stem = stem_of(put(tmp_path / "a.wav", NOISE, subtype="FLOAT"))
    audio.window(stem, 0, 10)
    child = os.fork()
    if child == 0:
        same = np.array_equal(audio.window(stem, 20_000, 10), NOISE[:, 20_000:20_010])
        os._exit(0 if same else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert np.array_equal(audio.window(stem, 10, 10), NOISE[:, 10:20])


@pytest.mark.real_audio
@pytest.mark.parametrize("name", ["formats/dubstep.ogg", "formats/dubstep.mp3", "song-cc0/bassguitar.mp3"])
def test_windows_of_real_lossy_files_are_where_they_say(data: Path, name: str) -> None:
    stem = stem_of(data / name)
    whole = read_all(stem)
    for first in np.random.default_rng(3).integers(0, whole.shape[1] - 5_000, 30):
        assert np.abs(audio.window(stem, int(first), 5_000) - whole[:, first : first + 5_000]).max() < 1e-5
