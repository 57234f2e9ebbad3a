"""FI11 is sure where length and onsets say the same, asks where only the length does, and is silent against them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import Finding, Samples, Session
from earmark.rules.file.fi11_wrong_speed import example, struck, suggest
from earmark.session import find
from hearing import hear

RATE_HZ = 8_000
SECONDS = 22.0
BEATS_S = np.cumsum(np.random.default_rng(4).uniform(0.15, 0.8, 40))
FAST = 48_000 / 44_100


def part(seed: int, speed: float = 1.0, beats_s: np.ndarray = BEATS_S) -> np.ndarray:
    return struck(beats_s / speed, round(SECONDS * RATE_HZ / speed), RATE_HZ, seed)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, **stems), "FI11")


def test_fires_as_a_fault_where_length_and_onsets_agree() -> None:
    (found,) = heard(drums=part(1), bass=part(2), keys=part(3, FAST))
    assert (found.severity, found.stems, found.unit) == ("fault", ("keys",), "%")
    assert found.value == pytest.approx(8.844, abs=0.001)
    assert found.evidence["semitones"] == pytest.approx(1.467, abs=0.001)  # 12 log2(48000 / 44100)
    assert "44.1 kHz sound is when it is played at 48" in found.message


def test_fires_the_other_way_round() -> None:
    (found,) = heard(drums=part(1), bass=part(2), keys=part(3, 1 / FAST))
    assert found.severity == "fault"
    assert "48 kHz sound is when it is played at 44.1" in found.message
    assert "faster" in found.message


def test_fires_as_a_question_where_only_the_length_says_it() -> None:
    free = np.cumsum(np.random.default_rng(9).uniform(0.15, 0.8, 40))
    (found,) = heard(drums=part(1), bass=part(2), keys=part(3, FAST, free))
    assert found.severity == "question"
    assert "nothing but the length says so" in found.doubt


@pytest.mark.parametrize(("speed", "said"), [(1.001, "0.1 % too fast"), (1 / 1.001, "0.1 % too slow")])
def test_fires_as_a_question_on_film_speed(speed: float, said: str) -> None:
    (found,) = heard(drums=part(1), bass=part(2), keys=part(3, speed))
    assert found.severity == "question"
    assert said in found.message


def test_quiet_where_the_part_is_only_trimmed_to_that_length() -> None:
    assert heard(drums=part(1), bass=part(2), keys=part(3)[: round(SECONDS * RATE_HZ / FAST)]) == ()


def test_quiet_on_parts_of_one_length_or_of_any_other() -> None:
    assert heard(drums=part(1), bass=part(2), keys=part(3)) == hear(example()[1], "FI11") == ()
    assert heard(drums=part(1), bass=part(2), keys=part(3, 1.05)) == ()
    assert heard(drums=part(1), keys=part(3, FAST)) == ()


def test_quiet_on_the_tracks_of_a_daw() -> None:
    session = scenes.session(RATE_HZ, drums=part(1), bass=part(2), keys=part(3, FAST))
    assert hear(replace(session, kind="ardour"), "FI11") == ()


def test_the_speed_is_offered_as_a_number() -> None:
    options = list(suggest(hear(example()[0], "FI11")[0]))
    assert "91.875 %" in options[1].text


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Beatles", "Rock", "Country1", "Hendrix", "80sRock", "Punk", "SpeedMetal"])
def test_real_songs_run_at_one_speed(data: Path, song: str) -> None:
    assert hear(audio.probe(find([data / "stems" / song / "raw"])[0]), "FI11") == ()


@pytest.mark.real_audio
def test_a_real_guitar_with_another_rate_in_its_header_is_a_fault(data: Path) -> None:
    session = audio.probe(find([data / "stems" / "Beatles" / "raw"])[0])
    guitar = next(stem for stem in session.stems if stem.name.startswith("05"))
    samples = audio.window(guitar, 0, guitar.known.frames)
    fast = replace(guitar, source=Samples(samples, 48_000), facts=replace(guitar.known, rate_hz=48_000))
    stems = tuple(fast if stem is guitar else stem for stem in session.stems)
    (found,) = hear(Session("song", None, stems), "FI11")
    assert (found.severity, found.stems) == ("fault", (guitar.name,))
    assert found.value == pytest.approx(8.844, abs=0.001)


@pytest.mark.real_audio
def test_a_short_bass_of_a_real_song_runs_at_its_speed(data: Path) -> None:
    assert hear(audio.probe(find([data / "song-cc0"])[0]), "FI11") == ()
