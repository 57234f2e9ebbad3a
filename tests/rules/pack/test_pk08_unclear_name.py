"""PK08 knows the names that DAWs give by themselves, and takes a word for a word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Session, Stem
from earmark.rules.pack.pk08_unclear_name import check, example
from earmark.scenes.stage import stem
from earmark.session import find
from hearing import hear


def session(*names: str) -> Session:
    stems: tuple[Stem, ...] = tuple(stem(name, np.zeros(10), 8_000) for name in names)
    return Session("song", None, stems, kind="memory")


def heard(*names: str) -> list[str]:
    found: list[Finding] = list(check(PackHeaders(session=session(*names))))
    assert all(one.severity == "note" for one in found)
    return [one.stems[0] for one in found]


@pytest.mark.parametrize(
    "name",
    [
        "Audio 14",
        "Track_03",
        "14",
        "Audio 1-1",
        "New Recording 7",
        "Untitled",
        "freeze (2)",
        "Inst 5",
        "Spur 9",
        "2024-03-11 take 2",
        "Audio Track 2 L",
        "REC0012",
        "stem_4_stereo_24bit_48khz",
    ],
)
def test_the_names_that_programs_give_say_nothing(name: str) -> None:
    assert heard(name, "bass") == [name]


@pytest.mark.parametrize(
    "name", ["kazoo", "01 drum set", "Gtr 2", "glockenspiel_take2", "Mrs. Miller", "bajo", "FX 1", "Пианино", "DI"]
)
def test_a_name_that_says_something_is_left_alone(name: str) -> None:
    assert heard(name, "bass") == []


def test_fires_on_the_name_of_a_track() -> None:
    (found,) = hear(example()[0], "PK08")
    assert "'Audio 14'" in found.message


def test_fires_where_only_the_words_that_all_share_are_left() -> None:
    assert heard("Blue Moon 01", "Blue Moon 02", "Blue Moon bass") == ["Blue Moon 01", "Blue Moon 02"]


def test_quiet_where_every_name_says_what_plays() -> None:
    assert hear(example()[1], "PK08") == ()
    assert heard("Blue Moon tuba", "Blue Moon bass", "Blue Moon vox") == []


def test_quiet_on_one_file_and_on_the_tracks_of_a_daw() -> None:
    assert heard("Audio 14") == []
    assert hear(replace(session("Audio 14", "bass"), kind="ardour"), "PK08") == ()


@pytest.mark.real_audio
@pytest.mark.parametrize("folder", ["song-cc0", "stems/Beatles/raw", "stems/Rock/stems", "microphones/choir", "clean"])
def test_quiet_on_the_names_of_real_files(data: Path, folder: str) -> None:
    assert hear(audio.probe(find([data / folder])[0]), "PK08") == ()
