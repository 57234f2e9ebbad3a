"""FI10 asks about a sound file of no frames, and leaves the merely silent and the broken to others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import FileFacts, Finding, Session
from earmark.rules.file.fi10_empty_file import example
from earmark.session import find
from hearing import hear


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "FI10")


def with_facts(facts: FileFacts) -> Session:
    session = scenes.session(8_000, kick=np.zeros(100))
    return replace(session, stems=(replace(session.stems[0], facts=facts),))


def test_fires_on_no_frames() -> None:
    (found,) = heard(example()[0])
    assert (found.severity, found.stems, found.value, found.unit) == ("question", ("kick",), 0.0, "frames")


def test_fires_on_a_file_on_disk(tmp_path: Path) -> None:
    audio.write(tmp_path / "vox.wav", np.zeros((2, 0), np.float32), 44_100)
    (found,) = heard(audio.probe(find([tmp_path])[0]))
    assert found.message == "vox is a sound file of 0 frames (WAV, 44100 Hz)"


def test_fires_whatever_the_rate_and_channels() -> None:
    assert len(heard(with_facts(FileFacts(192_000, 6, 0, "AIFF")))) == 1


def test_quiet_on_silence_and_on_a_single_frame() -> None:
    assert heard(scenes.session(8_000, kick=np.zeros(8_000))) == heard(scenes.session(8_000, kick=np.ones(1))) == ()


def test_quiet_on_what_cannot_be_read_or_was_cut_off() -> None:
    assert heard(with_facts(FileFacts(trouble="kick.wav is missing"))) == ()
    assert heard(with_facts(FileFacts(8_000, 1, 0, "WAV", frames_promised=100))) == ()


@pytest.mark.real_audio
def test_in_the_odd_collection_two_files_are_empty(data: Path) -> None:
    assert [one.stems for one in heard(audio.probe(find([data / "formats"])[0]))] == [("empty.aiff",), ("empty.wav",)]
