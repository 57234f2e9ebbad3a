"""PK11 misses the band's mix in a folder of stems, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.pack.pk11_no_rough_mix import example
from earmark.session import find
from hearing import hear, on_disk

TONE = 0.1 * np.sin(np.arange(8_000))


def heard(folder: Path, **lengths: int) -> tuple[Finding, ...]:
    on_disk(folder, scenes.session(8_000, **{name: TONE[:length] for name, length in lengths.items()}))
    return hear(audio.probe(find([folder])[0]), "PK11")


def test_fires_on_three_stems_in_a_folder() -> None:
    (found,) = hear(example()[0], "PK11")
    assert (found.severity, found.value, found.stems) == ("note", 3.0, ("bass", "keys", "vox"))


def test_fires_once_for_the_whole_pack(tmp_path: Path) -> None:
    assert len(heard(tmp_path, bass=8_000, keys=8_000, vox=8_000, drums=8_000, brass=5_000)) == 1


def test_fires_from_three_stems_on() -> None:
    loaded_from = example()[0]
    assert hear(loaded_from, "PK11", threshold=4) == ()
    assert len(hear(loaded_from, "PK11", threshold=3)) == 1


def test_quiet_where_there_is_a_mix() -> None:
    assert hear(example()[1], "PK11") == ()


def test_quiet_on_a_session_that_is_no_folder() -> None:
    assert hear(scenes.session(8_000, bass=TONE, keys=TONE, vox=TONE), "PK11") == ()


def test_a_mix_is_known_by_its_name(tmp_path: Path) -> None:
    assert heard(tmp_path, bass=8_000, keys=8_000, vox=8_000, rough_mix=8_000) == ()


def test_files_of_many_lengths_are_no_pack(tmp_path: Path) -> None:
    assert heard(tmp_path, bass=8_000, keys=7_000, vox=6_000, drums=5_000) == ()


@pytest.mark.real_audio
def test_real_packs_without_and_files_that_are_none(data: Path) -> None:
    assert len(hear(audio.probe(find([data / "song-cc0"])[0]), "PK11")) == 1
    assert hear(audio.probe(find([data / "clean"])[0]), "PK11") == ()
    song = data / "stems" / "Rock"
    assert hear(audio.probe(find([song / "stems"], mix=song / "mix.flac")[0]), "PK11") == ()
