"""FI01 says of every file that cannot be used what is the matter, and nothing of the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import FileFacts, Finding, Session
from earmark.rules.file.fi01_unreadable_file import example, suggest
from earmark.session import find
from hearing import hear

TONE = 0.1 * np.sin(np.arange(800))


def with_facts(**facts: object) -> Session:
    session = scenes.session(8_000, kick=TONE, snare=TONE)
    kick = session.stems[0]
    return replace(session, stems=(replace(kick, facts=replace(kick.known, **facts)), session.stems[1]))


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "FI01")


def test_fires_on_a_file_that_does_not_open() -> None:
    (found,) = heard(example()[0])
    assert (found.severity, found.stems, found.value, found.unit) == ("fault", ("kick",), 0.0, "frames")
    assert found.message == "kick cannot be read: kick.wav holds text, not sound"
    assert (found.start_s, found.end_s) == (None, None)


def test_fires_on_a_track_with_a_silent_region_and_says_how_much_is_heard() -> None:
    (found,) = heard(with_facts(unheard="take 2.wav is missing"))
    assert found.message == "part of kick is silent: take 2.wav is missing"
    assert found.value == 800.0
    assert found.evidence["partly"] is True


def test_fires_once_per_file_while_the_others_are_still_heard(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_text("Dear band")
    (tmp_path / "b.flac").write_bytes(b"fLaC nothing")
    audio.write(tmp_path / "c.wav", TONE, 8_000)
    session = audio.probe(find([tmp_path])[0])
    assert [found.stems for found in heard(session)] == [("a",), ("b",)]
    assert session.stems[2].known.frames == 800


def test_quiet_on_whole_files() -> None:
    assert heard(example()[1]) == ()


def test_quiet_on_a_file_that_is_empty_or_cut_off() -> None:
    assert (
        heard(with_facts(frames=0)) == heard(with_facts(frames_promised=1_600)) == heard(with_facts(cut_off=True)) == ()
    )


def test_the_band_is_asked_with_the_reason() -> None:
    (option,) = suggest(heard(example()[0])[0])
    assert "holds text, not sound" in option.action.request  # type: ignore[union-attr]


def test_a_stem_that_cannot_be_read_is_measured_by_nothing_else() -> None:
    session = scenes.session(8_000, kick=TONE)
    broken = replace(session, stems=(replace(session.stems[0], facts=FileFacts(trouble="kick.wav is missing")),))
    assert hear(broken, "FI02") == hear(broken, "FI03") == hear(broken, "FI10") == ()


@pytest.mark.real_audio
def test_in_the_odd_collection_two_files_do_not_open(data: Path) -> None:
    session = audio.probe(find([data / "formats"])[0])
    assert [found.stems for found in heard(session)] == [("not_audio",), ("test-unicode",)]
