"""PK10 tells a start in full flow from an attack that falls on the first sample."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.pack.pk10_cut_start import example
from earmark.session import find
from hearing import hear

RATE_HZ = 48_000
AT_S = np.arange(2 * RATE_HZ) / RATE_HZ
TONE = 0.5 * np.sin(2 * np.pi * 220.0 * AT_S + 1.0)
SONGS = ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"]


def heard(sound: np.ndarray, **others: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, keys=sound, **others), "PK10")


def test_fires_on_a_start_inside_a_note() -> None:
    (found,) = hear(example()[0], "PK10")
    assert (found.severity, found.stems, found.start_s) == ("question", ("keys",), 0.0)
    assert "begins in the middle of a sound" in found.message


def test_fires_as_a_note_on_a_file_alone_which_may_be_an_excerpt() -> None:
    assert [one.severity for one in heard(TONE)] == ["note"]
    assert [one.severity for one in heard(TONE, bass=np.where(AT_S < 1.0, 0.0, TONE))] == ["question"]


def test_fires_30_db_below_the_loud_places_and_not_below_that() -> None:
    noise = 0.2 * np.random.default_rng(3).standard_normal(AT_S.size)
    soft = {db: noise * np.where(AT_S < 0.5, 10 ** (-db / 20), np.where(AT_S < 1.5, 1.0, 1e-3)) for db in (28.0, 32.0)}
    assert {db: len(heard(sound)) for db, sound in soft.items()} == {28.0: 1, 32.0: 0}


def test_quiet_on_attacks_on_the_first_sample() -> None:
    kick = np.sin(2 * np.pi * 60.0 * AT_S) * np.exp(-20.0 * AT_S)
    snare = 0.3 * np.random.default_rng(2).standard_normal(AT_S.size) * np.exp(-30.0 * AT_S)
    snare *= np.minimum(1.0, AT_S / 0.002)
    assert heard(kick) == heard(snare) == heard(TONE * np.minimum(1.0, AT_S / 0.003)) == ()


def test_quiet_on_silence_before_the_first_note() -> None:
    assert heard(np.where(AT_S < 0.02, 0.0, TONE)) == hear(example()[1], "PK10") == ()


def test_quiet_on_an_offset_from_the_first_sample_on() -> None:
    assert heard(np.where(AT_S < 0.5, 0.0, TONE) + 0.02) == ()
    assert len(heard(TONE + 0.02)) == 1


def test_quiet_on_room_noise_between_which_notes_are_played() -> None:
    room = 0.01 * np.random.default_rng(4).standard_normal(AT_S.size)
    assert heard(room + np.where(AT_S % 0.5 > 0.25, TONE, 0.0)) == ()


def test_quiet_on_silence_on_lossy_files_and_on_the_tracks_of_a_daw() -> None:
    session = scenes.session(RATE_HZ, keys=TONE)
    (stem,) = session.stems
    assert heard(np.zeros(9_000)) == hear(replace(session, kind="ardour"), "PK10") == ()
    assert hear(replace(session, stems=(replace(stem, facts=replace(stem.known, lossy=True)),)), "PK10") == ()


@settings(max_examples=15, deadline=None)
@given(st.floats(-20.0, 6.0), st.booleans(), st.sampled_from([1, 2]))
def test_gain_polarity_and_sides_change_nothing(gain_db: float, upside_down: bool, channels: int) -> None:
    gain = 10.0 ** (gain_db / 20.0) * (-1.0 if upside_down else 1.0)
    assert len(heard(np.stack([gain * TONE] * channels))) == 1


@pytest.mark.real_audio
@pytest.mark.parametrize("song", SONGS)
def test_real_first_attacks_are_left_alone(data: Path, song: str) -> None:
    folders = [data / "stems" / song / kind for kind in ("raw", "stems")]
    for folder in filter(Path.is_dir, folders):
        assert hear(audio.probe(find([folder])[0]), "PK10") == ()


@pytest.mark.real_audio
def test_a_real_pack_that_is_cut_open_is_heard(data: Path) -> None:
    session = audio.probe(find([data / "stems" / "Punk" / "raw"])[0])
    cut = {stem.name: audio.window(stem, 10 * 44_100, stem.known.frames - 10 * 44_100) for stem in session.stems}
    heard_of = {one.stems[0] for one in hear(scenes.session(44_100, **cut), "PK10")}
    assert {"02 electric bass", "03 distorted electric guitar"} <= heard_of
