"""PK02 asks about stamps that contradict each other, and about a stem that lost its silence; late parts are music."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.actions import Nudge
from earmark.model import Finding, Session
from earmark.rules.pack.pk02_start_mismatch import example, suggest
from earmark.session import find
from hearing import hear

RATE_HZ = 8_000


def part(first_s: float, length_s: float = 4.0) -> np.ndarray:
    at_s = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    return 0.2 * np.sin(2 * np.pi * 200.0 * at_s) * (at_s >= first_s)


def session(*parts: np.ndarray, stamps: tuple[int | None, ...] = (), starts_s: tuple[float, ...] = ()) -> Session:
    found = scenes.session(RATE_HZ, **{f"s{number}": sound for number, sound in enumerate(parts)})
    given = zip(found.stems, stamps or (None,) * len(parts), starts_s or (0.0,) * len(parts), strict=True)
    stems = [
        replace(stem, start_s=start_s, facts=replace(stem.known, time_reference_samples=stamp))
        for stem, stamp, start_s in given
    ]
    return replace(found, stems=tuple(stems))


def heard(*parts: np.ndarray, **how: tuple) -> tuple[Finding, ...]:
    return hear(session(*parts, **how), "PK02")


def test_fires_on_the_stem_that_starts_from_its_own_first_note() -> None:
    (found,) = hear(example()[0], "PK02")
    assert (found.severity, found.stems, found.value, found.unit) == ("question", ("bass",), 1.0, "s")
    assert "1.00 s shorter than the others" in found.message


def test_fires_on_stamps_of_which_some_are_missing() -> None:
    (found,) = heard(part(1.0), part(1.0, 3.0), part(1.0), stamps=(0, RATE_HZ, None))
    assert (found.severity, found.stems, found.value) == ("question", ("s0", "s1"), 1.0)
    assert "1 of 3 files have none" in found.message


def test_fires_on_stamps_that_differ_although_all_are_equally_long() -> None:
    (found,) = heard(part(1.0), part(2.0), stamps=(0, 4_000))
    assert found.value == 0.5
    assert "although the files are equally long" in found.message


def test_fires_as_a_note_on_a_pack_without_any_order() -> None:
    (found,) = heard(part(0.0, 4.0), part(0.0, 3.0), part(0.0, 2.2))
    assert found.severity == "note"
    assert found.stems == ("s0", "s1", "s2")


def test_quiet_on_parts_that_come_in_later() -> None:
    assert heard(part(1.0), part(2.5), part(0.0), part(3.9)) == hear(example()[1], "PK02") == ()


def test_quiet_on_stamps_that_agree() -> None:
    assert heard(part(1.0), part(1.0), stamps=(48_000, 48_001)) == ()
    assert heard(part(1.0), part(0.0, 3.0), stamps=(0, RATE_HZ), starts_s=(0.0, 1.0)) == ()


def test_quiet_on_a_short_part_that_begins_with_silence_like_the_rest() -> None:
    assert heard(part(1.0), part(1.0), part(1.0), part(1.2, 3.0)) == ()


def test_quiet_where_others_sound_at_once_as_well() -> None:
    assert heard(part(0.0), part(1.0), part(1.0), part(0.0, 3.0)) == ()


def test_quiet_on_one_file_on_silence_and_on_the_tracks_of_a_daw() -> None:
    assert heard(part(0.0)) == heard(*(np.zeros(9_000) for _ in range(3))) == ()
    assert hear(replace(example()[0], kind="ardour"), "PK02") == ()


def test_a_stem_that_lost_its_silence_is_offered_a_move() -> None:
    options = list(suggest(hear(example()[0], "PK02")[0]))
    assert options[1].action == Nudge("bass", 1.0)


@pytest.mark.real_audio
@pytest.mark.parametrize(
    "folder",
    ["song-cc0", "microphones/choir", *(f"stems/{song}/raw" for song in ("80sRock", "Beatles", "Rock", "SpeedMetal"))],
)
def test_no_part_of_a_real_song_is_called_offset(data: Path, folder: str) -> None:
    assert hear(audio.probe(find([data / folder])[0]), "PK02") == ()


@pytest.mark.real_audio
def test_a_real_stem_that_lost_its_silence_is_found(data: Path, tmp_path: Path) -> None:
    whole = audio.probe(find([data / "song-cc0"])[0])
    for stem in whole.stems:
        first = round(2.60 * 44_100) if stem.name == "clav" else 0
        audio.write(tmp_path / f"{stem.name}.wav", audio.window(stem, first, stem.known.frames - first), 44_100)
    (found,) = hear(audio.probe(find([tmp_path])[0]), "PK02")
    assert (found.stems, found.value) == (("clav",), pytest.approx(2.60, abs=0.01))
