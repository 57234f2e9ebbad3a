"""FI04 names the codec, asks where it is hidden or where stems came so, and notes it anywhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import audio, scenes
from earmark.features.feature import PackHeaders
from earmark.model import FileFacts, Finding, Session
from earmark.rules.file.fi04_lossy_codec import check, example, suggest
from earmark.session import find
from hearing import hear

TONE = 0.1 * np.sin(np.arange(16_000) / 5.0)
MP3 = FileFacts(8_000, 1, 8_000, container="MP3", encoding="MPEG_LAYER_III", lossy=True)
PCM = FileFacts(8_000, 1, 8_000, container="WAV", encoding="PCM_24", bits=24)


def of_facts(*facts: FileFacts) -> Session:
    session = scenes.session(8_000, **{f"s{number}": TONE[:8_000] for number in range(len(facts))})
    stems = (replace(stem, facts=each) for stem, each in zip(session.stems, facts, strict=True))
    return replace(session, stems=tuple(stems))


def heard(session: Session) -> list[Finding]:
    return list(check(PackHeaders(session=session)))


def test_fires_on_a_codec_that_a_wav_hides() -> None:
    (found,) = hear(example()[0], "FI04")
    assert (found.severity, found.stems) == ("question", ("vox",))
    assert "A-law inside a WAV file" in found.message


def test_fires_as_a_question_where_the_stems_of_a_song_are_mp3() -> None:
    found = heard(of_facts(MP3, MP3, PCM))
    assert [(one.stems, one.severity) for one in found] == [(("s0",), "question"), (("s1",), "question")]
    assert "MP3" in found[0].message


def test_fires_as_a_note_on_one_file_alone_and_on_files_of_many_lengths() -> None:
    long = replace(PCM, frames=80_000)
    assert [one.severity for one in heard(of_facts(MP3))] == ["note"]
    assert [one.severity for one in heard(of_facts(MP3, long, replace(long, frames=50_000)))] == ["note"]


def test_quiet_on_everything_that_keeps_every_sample() -> None:
    lossless = [
        replace(PCM, container=c, encoding=e) for c, e in (("FLAC", "PCM_16"), ("AIFF", "FLOAT"), ("CAF", "ALAC_24"))
    ]
    assert heard(of_facts(*lossless)) == []
    assert hear(example()[1], "FI04") == ()


def test_quiet_on_files_that_cannot_be_read_at_all() -> None:
    assert heard(of_facts(replace(MP3, trouble="holds text"), PCM)) == []


def test_the_file_before_the_codec_is_asked_for() -> None:
    (option,) = suggest(hear(example()[0], "FI04")[0])
    assert "from the session" in option.text


@pytest.mark.parametrize(
    ("name", "subtype", "severity", "codec"),
    [
        ("a.mp3", "MPEG_LAYER_III", "question", "MP3"),
        ("a.ogg", "VORBIS", "question", "Ogg Vorbis"),
        ("a.opus", "OPUS", "question", "Opus"),
        ("a.wav", "ULAW", "question", "mu-law inside a WAV file"),
        ("a.wav", "IMA_ADPCM", "question", "IMA ADPCM inside a WAV file"),
        ("a.aiff", "ALAW", "question", "A-law inside a AIFF file"),
        ("a.flac", "PCM_16", None, ""),
    ],
)
def test_each_codec_is_known_on_disk(tmp_path: Path, name: str, subtype: str, severity: str | None, codec: str) -> None:
    rate_hz = 48_000
    container = {"opus": "OGG"}.get(name.rpartition(".")[2])
    soundfile.write(tmp_path / name, np.tile(TONE, 3), rate_hz, subtype=subtype, format=container)
    soundfile.write(tmp_path / "b.wav", np.tile(TONE, 3), rate_hz, subtype="PCM_24")
    found = heard(audio.probe(find([tmp_path])[0]))
    assert [one.severity for one in found] == ([severity] if severity else [])
    assert all(one.message.endswith(codec) for one in found)


@pytest.mark.real_audio
def test_real_files_are_told_apart(data: Path) -> None:
    found = {one.stems[0]: one.severity for one in heard(audio.probe(find([data / "formats"])[0]))}
    assert found == {
        "adpcm_ms": "question",
        "alaw": "question",
        "mulaw": "question",
        "mp3_in_wav": "question",
        "dubstep.mp3": "note",
        "dubstep.ogg": "note",
    }
    song = heard(audio.probe(find([data / "song-cc0"])[0]))
    assert len(song) == 5
    assert {one.severity for one in song} == {"question"}
    clean = heard(audio.probe(find([data / "clean"])[0]))
    assert {one.severity for one in clean} == {"note"}
