"""PK09 finds the stem that stops while it sounds, and no fade, no hiss and no excerpt that ends softly."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.pack.pk09_cut_tail import example
from earmark.session import find
from hearing import hear

RATE_HZ = 8_000
AT_S = np.arange(3 * RATE_HZ) / RATE_HZ
TONE = 0.5 * np.sin(2 * np.pi * 220.0 * AT_S)
RUNG = TONE * np.exp(-5.0 * AT_S)  # -130 dB at the end
SONGS = ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"]


def heard(sound: np.ndarray, **others: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, keys=sound, **others), "PK09")


def test_fires_on_a_note_that_is_cut_while_it_rings() -> None:
    (found,) = hear(example()[0], "PK09")
    assert (found.severity, found.stems) == ("question", ("keys",))
    assert found.value == pytest.approx(20 * np.log10(0.3 / 2**0.5), abs=0.2)
    assert "stops with its last sample" in found.message
    assert found.end_s == pytest.approx(2.0)


def test_fires_as_a_note_on_a_file_alone_which_may_be_an_excerpt() -> None:
    assert [one.severity for one in heard(TONE)] == ["note"]
    assert [one.severity for one in heard(TONE, bass=RUNG)] == ["question"]
    assert [one.severity for one in heard(TONE, bass=RUNG[:16_000])] == ["note"]


def test_fires_on_a_cut_that_an_encoder_has_smeared() -> None:
    (found,) = heard(np.where(AT_S < 2.97, TONE, 1e-3 * TONE))
    assert "within the last 50 ms" in found.message


def test_fires_30_db_below_the_loud_places_and_not_below_that() -> None:
    ringing = {db: TONE * np.where(AT_S < 2.0, 1.0, 10 ** (-db / 20)) for db in (28.0, 32.0)}
    assert {db: len(heard(sound)) for db, sound in ringing.items()} == {28.0: 1, 32.0: 0}


def test_fires_as_a_note_on_a_decay_that_the_end_of_the_file_interrupts() -> None:
    struck = TONE * np.exp(-30.0 * (AT_S % 0.5))  # 26 dB in 0.1 s, and the file ends 0.08 s behind a stroke
    (found,) = heard(struck[: int(2.58 * RATE_HZ)], bass=RUNG[: int(2.58 * RATE_HZ)])
    assert found.severity == "note"
    assert "as it decays" in found.message


def test_quiet_on_tails_that_ring_out_and_on_fades() -> None:
    faded = TONE * np.clip((3.0 - AT_S) / 0.2, 0.0, 1.0)
    assert heard(RUNG) == heard(faded) == heard(np.where(AT_S < 2.5, TONE, 0.0)) == hear(example()[1], "PK09") == ()


def test_quiet_on_an_offset_up_to_the_end() -> None:
    assert heard(RUNG + 0.02) == heard(RUNG - 0.02, bass=RUNG) == ()
    assert len(heard(TONE + 0.02)) == 1


def test_quiet_on_hiss_up_to_the_end() -> None:
    hiss = 0.01 * np.random.default_rng(1).standard_normal(AT_S.size)
    assert heard(np.where(AT_S < 2.0, TONE, 0.0) + hiss) == ()


def test_quiet_on_silence_on_very_soft_files_and_on_the_tracks_of_a_daw() -> None:
    assert heard(np.zeros(9_000)) == heard(1e-3 * TONE) == ()
    assert hear(replace(example()[0], kind="ardour"), "PK09") == ()


@settings(max_examples=15, deadline=None)
@given(st.floats(-20.0, 6.0), st.booleans(), st.sampled_from([1, 2]))
def test_gain_polarity_and_sides_change_nothing(gain_db: float, upside_down: bool, channels: int) -> None:
    gain = 10.0 ** (gain_db / 20.0) * (-1.0 if upside_down else 1.0)
    assert len(heard(np.stack([gain * TONE] * channels))) == 1
    assert heard(np.stack([gain * RUNG] * channels)) == ()


@pytest.mark.real_audio
def test_three_stems_of_a_real_song_end_with_signal(data: Path) -> None:
    found = hear(audio.probe(find([data / "song-cc0"])[0]), "PK09")
    assert [one.stems[0] for one in found] == ["clav", "horns", "leadguitar"]
    assert {one.severity for one in found} == {"question"}


@pytest.mark.real_audio
@pytest.mark.parametrize("song", SONGS)
def test_nothing_is_asked_about_real_songs_that_fade_or_end_in_hiss(data: Path, song: str) -> None:
    folders = [data / "stems" / song / kind for kind in ("raw", "stems")]
    for folder in filter(Path.is_dir, folders):
        found = hear(audio.probe(find([folder])[0]), "PK09")
        # one processed guitar ends at -34 dBFS, in a fade that is not done
        assert [one.stems[0] for one in found] == (
            ["04 clean electric guitar"] if folder.parts[-2:] == ("Rock", "stems") else []
        )
        assert all(one.severity == "note" for one in found)


@pytest.mark.real_audio
@pytest.mark.parametrize(("song", "end_s"), [("80sRock", 20.0), ("Punk", 15.0), ("Country1", 20.0)])
def test_a_real_pack_that_is_cut_in_the_middle_is_heard(data: Path, song: str, end_s: float) -> None:
    session = audio.probe(find([data / "stems" / song / "raw"])[0])
    cut = {stem.name: audio.window(stem, 0, round(end_s * 44_100)) for stem in session.stems}
    found = hear(scenes.session(44_100, **cut), "PK09")
    assert {"02 electric bass", "03 " + {"Country1": "acoustic"}.get(song, "distorted electric") + " guitar"} <= {
        one.stems[0] for one in found
    }
