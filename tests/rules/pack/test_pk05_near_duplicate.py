"""PK05 finds one take in two versions, between a copy and two takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.features.likeness import Likeness
from earmark.model import Finding, Stem
from earmark.rules.pack.pk05_near_duplicate import check, example
from earmark.session import find
from hearing import hear


def pair(residual_db: float, residual_dbfs: float = -80.0, *, throughout: bool = True, bits: int = 32) -> Likeness:
    session = scenes.session(8_000, a=np.zeros(10), b=np.zeros(10))
    encoding = "FLOAT" if bits == 32 else f"PCM_{bits}"
    one, two = (replace(stem, facts=replace(stem.known, bits=bits, encoding=encoding)) for stem in session.stems)
    stems: tuple[Stem, Stem] = (one, two)
    return Likeness(
        stems=stems,
        residual_db=residual_db,
        residual_dbfs=residual_dbfs,
        gain=1.0,
        lag_s=0.0,
        windows=12,
        same_throughout=throughout,
    )


def heard(feature: Likeness) -> list[Finding]:
    return list(check(feature))


def test_fires_on_a_take_through_a_little_overdrive() -> None:
    (found,) = hear(example()[0], "PK05")
    assert (found.severity, found.stems) == ("question", ("guitar", "guitar two"))
    # tanh x = x - x^3 / 3: at a peak of 0.5 the rest lies 30 to 40 dB down
    assert -45.0 < found.value < -30.0


def test_fires_as_a_note_where_more_is_left() -> None:
    assert [one.severity for one in heard(pair(-30.1))] == ["question"]
    assert [one.severity for one in heard(pair(-29.9))] == ["note"]
    assert [one.severity for one in heard(pair(-20.1))] == ["note"]
    assert heard(pair(-19.9)) == []


def test_fires_on_a_copy_that_was_edited_in_part() -> None:
    (found,) = heard(pair(-80.0, throughout=False))
    assert "not everywhere" in found.message


def test_quiet_on_copies_which_are_another_question() -> None:
    assert heard(pair(-60.0)) == heard(pair(-300.0, -300.0)) == []


def test_quiet_on_a_copy_rounded_to_16_bits() -> None:
    assert heard(pair(-45.0, -98.0, bits=16)) == []  # two roundings at 16 bits: -93.3 dBFS with dither
    assert len(heard(pair(-45.0, -85.0, bits=16))) == 1


def test_quiet_on_two_takes_and_on_silence() -> None:
    assert hear(example()[1], "PK05") == ()
    assert hear(scenes.session(8_000, a=np.zeros(9_000), b=np.zeros(9_000)), "PK05") == ()


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"])
def test_no_two_parts_of_a_real_song_are_one_take(data: Path, song: str) -> None:
    assert hear(audio.probe(find([data / "stems" / song / "raw"])[0]), "PK05") == ()


@pytest.mark.real_audio
def test_a_real_voice_through_a_limiter_is_found(data: Path) -> None:
    raw = audio.probe(find([data / "stems" / "Punk" / "raw" / "04 male singer.flac"])[0]).stems[0]
    voice = audio.window(raw, 0, raw.known.frames)
    found = hear(scenes.session(44_100, vox=voice, vox_tamed=np.tanh(1.5 * voice)), "PK05")
    assert [one.stems for one in found] == [("vox", "vox tamed")]
