"""What the rules of noise in voices, gaps and rooms say of whole real songs: little, and what they say is there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from earmark import audio
from earmark.features.engine import measure
from earmark.model import Finding
from earmark.rules.catalogue import judge, rules, wanted
from earmark.session import find

CODES = ("NO02", "NO06", "NO07", "NO08", "NO09", "NO10", "NO13", "NO14")

pytestmark = pytest.mark.real_audio


def heard(*paths: Path, role: str | None = None) -> set[tuple[str, str]]:
    """Code and stem of everything these rules say of one session."""
    return {(one.code, one.stems[0]) for one in said(*paths, role=role)}


def said(*paths: Path, role: str | None = None) -> tuple[Finding, ...]:
    (found,) = find(list(paths))
    if role:
        found = replace(found, stems=tuple(replace(stem, role=role) for stem in found.stems))
    chosen = [loaded for loaded in rules() if loaded.code in CODES]
    assert len(chosen) == len(CODES)
    return judge(measure(audio.probe(found), wanted(chosen), jobs=1), chosen).findings


@pytest.mark.parametrize("song", ["80sRock", "Beatles", "Hendrix", "Punk", "Rock", "SpeedMetal"])
def test_nothing_is_said_of_clean_songs_without_bleed(data: Path, song: str) -> None:
    assert heard(data / "stems" / song / "raw") == set()


def test_two_bursts_of_air_before_words_are_heard_in_one_song(data: Path) -> None:
    found = said(data / "stems/Country1/raw")
    assert {(one.code, one.stems[0]) for one in found} == {("NO06", "05 male singer")}
    # at 11.76 s the low band rises by 23 dB 50 ms before the word; at 30.03 s by 16 dB
    assert [one.start_s for one in found] == pytest.approx([11.76, 30.03], abs=0.05)


def test_only_the_punch_ins_of_the_horns_are_heard_in_the_free_song(data: Path) -> None:
    assert heard(data / "song-cc0") == {("NO13", "horns")}


def test_nothing_is_said_of_finished_music_and_spoken_voices(data: Path) -> None:
    for path in sorted((data / "clean").iterdir()):
        assert heard(path) == set(), path.name
    assert heard(data / "voice/vignesh.wav", role="lead-vocal") == set()


def test_an_untreated_voice_close_to_the_microphone_has_bursts_and_esses(data: Path) -> None:
    assert {code for code, _ in heard(data / "voice/vocadito_1.wav", role="lead-vocal")} == {"NO06", "NO07"}
