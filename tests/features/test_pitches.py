"""Notes, tunings and beginnings of notes, on sounds whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest

from earmark import scenes
from earmark.audio import probe
from earmark.features.engine import measure
from earmark.features.feature import StemFeature, Unheard
from earmark.features.off_the_beat import OffTheBeat
from earmark.features.onset_times import OnsetTimes
from earmark.features.pitches import Pitches
from earmark.features.tuning import Tuning, apart_cents, circular_mean
from earmark.features.tunings import Tunings
from earmark.model import Session
from earmark.session import find

RATE_HZ = 22_050
Kind = TypeVar("Kind", bound=StemFeature)


def tone(hz: float, seconds: float = 2.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 0.1 * sum(np.sin(2 * np.pi * hz * k * at_s) / k for k in (1, 2, 3))


def only(session: Session, kind: type[Kind]) -> Kind:
    (feature,) = measure(session, {kind}, jobs=1).of_kind(kind)
    return feature


def as_role(session: Session, role: str) -> Session:
    return replace(session, stems=tuple(replace(stem, role=role) for stem in session.stems))


@pytest.mark.parametrize(("name", "hz"), [("bass", 41.2), ("bass", 98.0), ("lead_vocal", 233.1), ("trumpet", 880.0)])
def test_a_steady_tone_is_one_note_within_three_cents(name: str, hz: float) -> None:
    (note,) = only(scenes.session(RATE_HZ, **{name: tone(hz)}), Pitches).notes
    assert 100 * note.pitch == pytest.approx(6900 + 1200 * np.log2(hz / 440), abs=3.0)
    assert note.duration_s == pytest.approx(2.0, abs=0.2)


def test_two_tones_are_two_notes_with_the_border_between_them() -> None:
    pitches = only(scenes.session(RATE_HZ, lead_vocal=np.concatenate([tone(220.0), tone(262.0)])), Pitches)
    assert [round(note.pitch) for note in pitches.notes] == [57, 60]
    assert pitches.notes[1].start_s == pytest.approx(2.0, abs=0.07)


def test_silence_noise_and_stems_of_other_roles_have_no_notes() -> None:
    noise = 0.1 * np.random.default_rng(2).standard_normal(2 * RATE_HZ)
    assert only(scenes.session(RATE_HZ, bass=np.zeros(RATE_HZ)), Pitches).notes == ()
    assert only(scenes.session(RATE_HZ, lead_vocal=noise), Pitches).notes == ()
    assert not only(scenes.session(RATE_HZ, guitar=tone(220.0)), Pitches).listened


@pytest.mark.parametrize("cents", [-40.0, -12.0, 0.0, 25.0])
@pytest.mark.parametrize("name", ["bass", "piano"])
def test_a_tuning_is_told_to_three_cents_by_notes_and_by_peaks(name: str, cents: float) -> None:
    notes = [tone(110.0 * 2 ** ((step + cents / 100) / 12), 1.5) for step in (0, 4, 7, 5)]
    tuning = only(scenes.session(RATE_HZ, **{name: np.concatenate(notes)}), Tuning)
    assert tuning.offset_cents == pytest.approx(cents, abs=3.0)
    assert tuning.sharpness > 0.9


def test_the_circular_mean_knows_that_a_semitone_is_a_circle() -> None:
    offset, sharpness = circular_mean(np.array([60.49, 60.51]), np.ones(2))
    assert abs(offset or 0.0) == pytest.approx(50.0)
    assert sharpness > 0.99
    assert circular_mean(np.array([60.0, 60.5]), np.ones(2))[1] == pytest.approx(0.0, abs=1e-9)
    assert circular_mean(np.zeros(0), np.zeros(0)) == (None, 0.0)
    assert apart_cents(45.0, -45.0) == pytest.approx(-10.0)


def test_one_tuned_stem_alone_is_compared_with_nobody() -> None:
    session = scenes.session(RATE_HZ, bass=tone(110.0, 6.0), drums=tone(50.0, 6.0))
    assert isinstance(measure(session, {Tunings}, jobs=1).whole(Tunings), Unheard)


def strokes(times_s: np.ndarray, hz: float) -> np.ndarray:
    sound = 1e-5 * np.random.default_rng(3).standard_normal(10 * RATE_HZ)
    at_s = np.arange(round(0.3 * RATE_HZ)) / RATE_HZ
    for time_s in times_s:
        first = round(time_s * RATE_HZ)
        sound[first : first + at_s.size] += 0.5 * np.exp(-20 * at_s) * np.sin(2 * np.pi * hz * at_s)
    return sound


def test_strokes_are_found_each_once_and_within_five_ms_of_each_other() -> None:
    played_s = 0.3 + 0.45 * np.arange(20)
    found = only(scenes.session(RATE_HZ, snare=strokes(played_s, 200.0)), OnsetTimes)
    assert len(found.times_s) == 20
    late_ms = 1000 * (found.times_s - played_s)
    assert np.ptp(late_ms) < 10.0
    assert np.median(late_ms) == pytest.approx(25.0, abs=15.0)


def test_a_bass_that_plays_late_is_late_by_so_much() -> None:
    beats_s = 0.3 + 0.45 * np.arange(20)
    session = scenes.session(RATE_HZ, kick=strokes(beats_s, 60.0), bass=strokes(beats_s + 0.03, 110.0))
    timings = measure(session, {OffTheBeat}, jobs=1).whole(OffTheBeat)
    assert isinstance(timings, OffTheBeat)
    (timing,) = timings.stems
    assert timing.paired == 1.0
    assert np.median(timing.late_s) == pytest.approx(0.03, abs=0.006)


@pytest.mark.real_audio
def test_a_singer_is_followed_as_closely_as_the_tracker_is_known_to(data) -> None:
    session = as_role(probe(find([data / "voice" / "vocadito_1.wav"])[0]), "lead-vocal")
    pitches = only(session, Pitches)
    truth = np.loadtxt(data / "voice" / "vocadito_1_f0.csv", delimiter=",")
    voiced = truth[truth[:, 1] > 0.0]
    frame = np.abs(pitches.time_s[None, :] - voiced[:, :1]).argmin(axis=1)
    near = np.abs(pitches.time_s[frame] - voiced[:, 0]) < 0.03
    found = pitches.f0_hz[frame]
    off_cents = 1200 * np.abs(np.log2(np.maximum(found, 1.0) / voiced[:, 1]))
    assert np.mean(near & (off_cents < 50.0)) > 0.94  # 0.953 are known for librosa's pYIN on this recording
    assert np.median(off_cents[near & (found > 0)]) < 7.0


@pytest.mark.real_audio
def test_a_guitar_tuned_to_432_reads_so_within_seven_cents(data) -> None:
    session = as_role(probe(find([data / "voice" / "Guitar-A4-432-1.ogg"])[0]), "acoustic-guitar")
    assert only(session, Tuning).offset_cents == pytest.approx(-31.8, abs=7.0)
