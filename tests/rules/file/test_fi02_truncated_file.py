"""FI02 compares what was promised with what could really be decoded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import audio, scenes
from earmark.model import Finding, Session
from earmark.rules.file.fi02_truncated_file import example, suggest
from earmark.session import find
from hearing import hear

NOISE = (0.1 * np.random.default_rng(1).standard_normal(48_000)).astype(np.float32)


def with_facts(**facts: object) -> Session:
    session = scenes.session(48_000, bass=NOISE)
    (bass,) = session.stems
    return replace(session, stems=(replace(bass, facts=replace(bass.known, **facts)),))


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "FI02")


def of_file(path: Path) -> tuple[Finding, ...]:
    return heard(audio.probe(find([path])[0]))


def test_fires_on_a_header_that_promises_more() -> None:
    (found,) = heard(example()[0])
    assert (found.severity, found.value, found.threshold) == ("fault", 16_000.0, 32_000.0)
    assert found.message == "bass stops at 2.00 s of 4.00 s: the rest cannot be read"


def test_fires_on_one_missing_frame_of_an_uncompressed_file() -> None:
    (found,) = heard(with_facts(frames_promised=48_001))
    assert found.value == 48_000.0


def test_fires_as_a_question_where_the_closing_mark_is_missing() -> None:
    (found,) = heard(with_facts(cut_off=True, lossy=True))
    assert (found.severity, found.threshold) == ("question", None)
    assert "without the mark that ends a whole file" in found.message


@pytest.mark.parametrize("share", [0.3, 0.7, 0.99])
@pytest.mark.parametrize("name", ["bass.wav", "bass.aiff", "bass.flac"])
def test_fires_on_files_cut_anywhere(tmp_path: Path, name: str, share: float) -> None:
    path = tmp_path / name
    soundfile.write(path, NOISE, 48_000)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    (found,) = of_file(path)
    assert found.threshold == 48_000.0
    assert found.value == pytest.approx(48_000 * share, abs=4_700)  # FLAC stops at a block of 4096


def test_fires_on_damage_on_the_way_that_no_header_tells_of(tmp_path: Path) -> None:
    path = tmp_path / "bass.flac"
    soundfile.write(path, NOISE, 48_000)
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 3_000] = bytes(3_000)
    path.write_bytes(content)
    (found,) = of_file(path)
    assert 16_000 < found.value < 32_000


def test_quiet_on_a_whole_file() -> None:
    assert heard(example()[1]) == ()


def test_quiet_within_two_codec_frames_of_a_lossy_file_and_not_beyond() -> None:
    assert heard(with_facts(lossy=True, frames_promised=48_000 + 2_304)) == ()
    assert len(heard(with_facts(lossy=True, frames_promised=48_000 + 2_305))) == 1


def test_quiet_on_whole_files_of_every_kind(tmp_path: Path) -> None:
    for name in ("a.wav", "b.flac", "c.ogg", "d.mp3", "e.aiff", "f.caf", "g.w64"):
        soundfile.write(tmp_path / name, NOISE, 48_000)
    assert heard(audio.probe(find([tmp_path])[0])) == ()


def test_the_band_is_asked_for_what_is_missing() -> None:
    (option,) = suggest(heard(example()[0])[0])
    assert "the last 2.00 s" in option.action.request  # type: ignore[union-attr]


@pytest.mark.real_audio
def test_of_all_real_files_only_the_corrupt_one_is_cut_off(data: Path) -> None:
    (found,) = of_file(data / "formats")
    assert (found.stems, found.value, found.threshold) == (("4channels",), 1_152.0, 220_500.0)
    assert of_file(data / "song-cc0") == ()
