"""Every file has one clear outcome: facts, or one sentence of what is the matter."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pytest

from audio.files import NOISE, RATE_HZ, cut, facts_of, probed, put, read_all, resized, stamped, stem_of
from earmark import audio


@pytest.mark.parametrize(
    ("name", "how", "container", "encoding", "bits", "lossy"),
    [
        ("a.wav", {"subtype": "PCM_16"}, "WAV", "PCM_16", 16, False),
        ("a.wav", {"subtype": "PCM_24"}, "WAV", "PCM_24", 24, False),
        ("a.wav", {"subtype": "DOUBLE"}, "WAV", "DOUBLE", 64, False),
        ("a.wav", {"format": "WAVEX", "subtype": "PCM_24"}, "WAV", "PCM_24", 24, False),
        ("a.wav", {"subtype": "ULAW"}, "WAV", "ULAW", None, True),
        ("a.wav", {"subtype": "IMA_ADPCM"}, "WAV", "IMA_ADPCM", None, True),
        ("a.wav", {"format": "RF64", "subtype": "PCM_16"}, "RF64", "PCM_16", 16, False),
        ("a.aiff", {"subtype": "PCM_24"}, "AIFF", "PCM_24", 24, False),
        ("a.flac", {"subtype": "PCM_16"}, "FLAC", "PCM_16", 16, False),
        ("a.ogg", {"subtype": "VORBIS"}, "OGG", "VORBIS", None, True),
        ("a.opus", {"format": "OGG", "subtype": "OPUS"}, "OGG", "OPUS", None, True),
        ("a.mp3", {}, "MP3", "MPEG_LAYER_III", None, True),
        ("a.w64", {"subtype": "PCM_16"}, "W64", "PCM_16", 16, False),
        ("a.caf", {"subtype": "PCM_16"}, "CAF", "PCM_16", 16, False),
    ],
)
def test_a_whole_file_is_what_it_is(
    tmp_path: Path, name: str, how: dict[str, str], container: str, encoding: str, bits: int | None, lossy: bool
) -> None:
    facts = facts_of(put(tmp_path / name, **how))
    assert (facts.container, facts.encoding, facts.bits, facts.lossy) == (container, encoding, bits, lossy)
    assert (facts.rate_hz, facts.channels) == (RATE_HZ, 2)
    assert facts.frames == pytest.approx(RATE_HZ, abs=0 if encoding != "IMA_ADPCM" else 2_048)  # ADPCM fills its block
    assert (facts.trouble, facts.frames_promised, facts.cut_off) == (None, None, False)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 88_200, 192_000, 12_345])
def test_odd_rates_are_kept(tmp_path: Path, rate_hz: int) -> None:
    session = probed(put(tmp_path / "a.wav", rate_hz=rate_hz))
    assert session.stems[0].known.rate_hz == session.rate_hz == rate_hz


# --- cut off ---------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("a.wav", {"subtype": "PCM_16"}),
        ("a.wav", {"subtype": "PCM_24"}),
        ("a.wav", {"subtype": "FLOAT"}),
        ("a.wav", {"format": "RF64"}),
        ("a.aiff", {}),
        ("a.w64", {}),
        ("a.flac", {}),
        ("a.mp3", {}),
    ],
)
def test_a_file_cut_off_says_what_it_promised_and_what_is_there(
    tmp_path: Path, name: str, how: dict[str, str], share: float
) -> None:
    stem = stem_of(cut(put(tmp_path / name, **how), share))
    facts = stem.known
    assert facts.trouble is None
    assert facts.frames_promised == RATE_HZ
    assert 0 < facts.frames < RATE_HZ
    assert read_all(stem).shape == (2, facts.frames)


@pytest.mark.parametrize("share", [0.7, 0.99])
def test_an_ogg_without_its_closing_page_is_cut_off(tmp_path: Path, share: float) -> None:
    facts = facts_of(cut(put(tmp_path / "a.ogg"), share))
    assert facts.cut_off
    assert 0 < facts.frames < RATE_HZ


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0xFFFFF024, 0x7FFFF000])
def test_a_wav_from_a_pipe_promises_nothing(tmp_path: Path, size: int) -> None:
    facts = facts_of(resized(put(tmp_path / "a.wav"), size, size))
    assert (facts.frames, facts.frames_promised, facts.trouble) == (RATE_HZ, None, None)


def test_a_recording_that_was_never_closed_says_so(tmp_path: Path) -> None:
    facts = facts_of(resized(put(tmp_path / "take.wav", subtype="PCM_16"), 0, 0))
    assert facts.trouble == "take.wav was never closed: its header counts 0 frames, 192000 bytes of sound follow"


@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.w64"])
def test_a_file_of_no_frames_is_readable_and_empty(tmp_path: Path, name: str) -> None:
    stem = stem_of(put(tmp_path / name, NOISE[:, :0]))
    assert (stem.known.frames, stem.known.frames_promised, stem.known.trouble) == (0, None, None)
    assert list(audio.blocks(stem, 100)) == []


def test_a_flac_that_does_not_say_its_length_is_counted(tmp_path: Path) -> None:
    path = put(tmp_path / "a.flac")
    content = bytearray(path.read_bytes())
    content[21] &= 0xF0  # STREAMINFO: 36 bits of total samples, from the low half of byte 21 on
    content[22:26] = bytes(4)
    path.write_bytes(content)
    assert facts_of(path).frames == RATE_HZ


# --- not sound at all --------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "is an empty file of 0 bytes"),
        (b"Dear band, here is the kick", "holds text, not sound (it begins 'Dear band, here is the k')"),
        (b"PK\x03\x04....", "is a zip archive, not a sound file that earmark decodes"),
        (b"\0\0\0\x20ftypM4A ", "is MPEG-4 (AAC or ALAC), which earmark does not decode"),
        (b"RIFF\xff\xff\xff\xffWAVEjunk", "begins like a sound file, but its header cannot be followed"),
        (b"\x01\x02\x03\x04\x05", "begins like no sound file that earmark knows (first bytes 01 02 03 04)"),
    ],
)
def test_what_is_no_sound_says_what_it_is(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "kick.wav"
    path.write_bytes(content)
    trouble = facts_of(path).trouble
    assert trouble is not None
    assert trouble.startswith(f"kick.wav {why}")
    assert "\n" not in trouble


def test_pipes_folders_devices_and_dead_links_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "device.wav").symlink_to("/dev/zero")
    (tmp_path / "loop.wav").symlink_to(tmp_path / "loop.wav")
    (tmp_path / "dead.wav").symlink_to(tmp_path / "nowhere")
    said = {name: facts_of(tmp_path / f"{name}.wav").trouble for name in ("pipe", "folder", "device", "dead", "gone")}
    assert said == {
        "pipe": "pipe.wav is a pipe, not a sound file",
        "folder": "folder.wav is a folder, not a sound file",
        "device": "device.wav is a device, not a sound file",
        "dead": "dead.wav is a link that leads nowhere",
        "gone": "gone.wav is missing",
    }
    assert "loop.wav cannot be reached" in (facts_of(tmp_path / "loop.wav").trouble or "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="users and file modes as Unix has them")
def test_a_file_that_may_not_be_read_says_so() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own folders are closed to other users
        os.chmod(folder, 0o755)
        path = put(Path(folder, "a.wav"))
        path.chmod(0)
        child = os.fork()
        if child == 0:
            if os.geteuid() == 0:  # root may read everything: be nobody
                os.setgid(65_534)
                os.setuid(65_534)
            os._exit(0 if facts_of(path).trouble == "a.wav may not be read by you (permission denied)" else 1)
        assert os.waitpid(child, 0)[1] == 0


@pytest.mark.parametrize("seed", range(40))
def test_no_damaged_header_ever_raises(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    name = ["a.wav", "a.aiff", "a.flac", "a.ogg", "a.mp3", "a.w64", "a.caf"][seed % 7]
    path = put(tmp_path / name, NOISE[:, :9_000])
    content = bytearray(path.read_bytes())
    for place in rng.integers(0, 100, 6):
        content[place] = rng.integers(0, 256)
    path.write_bytes(content)
    stem = stem_of(path)
    if stem.known.channels <= 64 and stem.known.frames < 10**7:
        assert read_all(stem).shape[1] <= stem.known.frames


# --- the session as a whole ----------------------------------------------------------


def test_the_rate_is_that_of_most_stems(tmp_path: Path) -> None:
    rates = [48_000, 44_100, 44_100]
    assert probed(*(put(tmp_path / f"{n}.wav", rate_hz=rate) for n, rate in enumerate(rates))).rate_hz == 44_100


def test_one_bad_file_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    bad = tmp_path / "b.wav"
    bad.write_bytes(b"text")
    session = probed(put(tmp_path / "a.wav"), bad, mix=put(tmp_path / "mix.flac"))
    assert [stem.known.frames for stem in session.stems] == [RATE_HZ, 0]
    assert session.mix is not None
    assert session.mix.known.frames == RATE_HZ


def test_names_of_any_bytes_are_opened(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"Ges\xfcng 100%\n.wav")
    put(tmp_path / "a.wav").rename(path)
    put(tmp_path / "a.ogg").rename(path.with_suffix(".ogg"))
    for file in (path, path.with_suffix(".ogg")):
        stem = stem_of(file)
        assert stem.known.frames == RATE_HZ
        assert np.abs(audio.window(stem, 1_000, 100)).max() > 0


def test_stems_are_placed_by_their_time_stamps(tmp_path: Path) -> None:
    day = 3_600 * RATE_HZ
    session = probed(
        stamped(tmp_path / "drums.wav", day, 3 * RATE_HZ), stamped(tmp_path / "vox.wav", day + 2 * RATE_HZ, RATE_HZ)
    )
    assert [stem.start_s for stem in session.stems] == [0.0, 2.0]
    assert session.remarks == ("stems are placed by their BWF time stamps",)


def test_a_time_stamp_beyond_32_bits_is_read_whole(tmp_path: Path) -> None:
    assert facts_of(stamped(tmp_path / "a.wav", 86_399 * 192_000, 100)).time_reference_samples == 86_399 * 192_000


@pytest.mark.parametrize(
    ("stamps", "frames", "why"),
    [
        ([0, 48_000], [96_000, 96_000], "although all files are equally long"),
        ([0, 4_800_000], [96_000, 48_000], "do not overlap any other"),
        ([0, 48_000, None], [96_000, 48_000, 96_000], "only 2 of 3 files carry a BWF time stamp"),
    ],
)
def test_stamps_that_make_no_session_are_not_followed_and_that_is_said(
    tmp_path: Path, stamps: list[int | None], frames: list[int], why: str
) -> None:
    files = [
        put(tmp_path / f"{n}.wav", np.zeros((1, count), np.float32))
        if stamp is None
        else stamped(tmp_path / f"{n}.wav", stamp, count)
        for n, (stamp, count) in enumerate(zip(stamps, frames, strict=True))
    ]
    session = probed(*files)
    assert {stem.start_s for stem in session.stems} == {0.0}
    assert len(session.remarks) == 1
    assert why in session.remarks[0]
    assert session.remarks[0].endswith("all are taken to start together")


# --- real recordings -----------------------------------------------------------------


@pytest.mark.real_audio
def test_the_frames_of_an_mp3_without_a_length_are_counted(data: Path) -> None:
    lengths_s = {path.stem: facts_of(path).duration_s for path in (data / "song-cc0").glob("*.mp3")}
    assert lengths_s.pop("bassguitar") == pytest.approx(80.30, abs=0.005)
    assert list(lengths_s.values()) == pytest.approx([83.25] * 4, abs=0.005)


@pytest.mark.real_audio
def test_every_file_of_the_odd_collection_has_one_clear_outcome(data: Path) -> None:
    files = {path.name: path for path in (data / "formats").glob("[!.]*")}
    facts = {name: facts_of(path) for name, path in files.items()}
    assert {name for name, one in facts.items() if one.trouble} == {"not_audio.wav", "test-unicode.flac"}
    assert {name for name, one in facts.items() if not one.trouble and not one.frames} == {"empty.wav", "empty.aiff"}
    lossy = {"mp3_in_wav.wav", "alaw.wav", "mulaw.wav", "adpcm_ms.wav", "dubstep.mp3", "dubstep.ogg"}
    assert {name for name, one in facts.items() if one.lossy} == lossy
    read = {name: read_all(stem_of(path)).shape[1] for name, path in files.items()}
    assert {name for name, count in read.items() if count != facts[name].frames} == {"4channels.flac"}
    assert read["4channels.flac"] == 1_152 < facts["4channels.flac"].frames == 220_500
