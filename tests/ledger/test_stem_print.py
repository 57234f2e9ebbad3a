"""A stem is known again after a bounce, and told from every other."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.errors import LedgerError
from earmark.ledger.stem_print import Change, StemPrint, compare
from ledger.played import RATE_HZ, envelope, performance, prints, rebounced


def print_of(sound: np.ndarray, rate_hz: int = RATE_HZ, start_s: float = 0.0) -> StemPrint:
    felt = envelope("stem", sound, rate_hz)
    return StemPrint.of_levels(felt.level_dbfs, felt.step_s, start_s)


def change(then: np.ndarray, now: np.ndarray) -> Change:
    found = compare(print_of(then), print_of(now))
    assert found is not None
    return found


@pytest.mark.parametrize("late_samples", [0, 1, 240, 500, 33_333, 153_600, -153_600, 400_000])
def test_a_shift_is_found_to_five_milliseconds_through_another_equaliser(late_samples: int) -> None:
    song = performance(1)
    found = change(song, rebounced(song, -2.0, late_samples, high_shelf_db=5.0, low_cut_hz=90.0))
    assert found.shift_s == pytest.approx(late_samples / RATE_HZ, abs=0.005)


@pytest.mark.parametrize("gain_db", [-20.0, -1.0, 0.0, 1.0, 6.0])
def test_a_gain_is_found_to_a_fifth_of_a_decibel(gain_db: float) -> None:
    song = performance(2)
    assert change(song, rebounced(song, gain_db, 500)).gain_db == pytest.approx(gain_db, abs=0.2)


def test_noise_coming_up_in_the_pauses_is_no_gain() -> None:
    song = performance(3)
    hiss = 0.003 * np.random.default_rng(3).standard_normal(song.size).astype(np.float32)
    assert change(song, song + hiss).gain_db == pytest.approx(0.0, abs=0.3)


def test_another_performance_of_the_same_notes_is_not_the_same() -> None:
    assert compare(print_of(performance(4)), print_of(performance(5))) is None


def test_silence_is_nobody() -> None:
    nothing = np.zeros(RATE_HZ, np.float32)
    assert compare(print_of(nothing), print_of(performance(6))) is None
    assert compare(print_of(performance(6)), print_of(nothing)) is None
    assert compare(print_of(nothing), print_of(nothing)) is None


def test_a_file_without_a_frame_is_nobody() -> None:
    empty = StemPrint.of_levels(np.zeros(0, np.float32))
    assert compare(empty, empty) is None


def test_a_steady_tone_has_no_place_but_a_gain() -> None:
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(5 * RATE_HZ) / RATE_HZ).astype(np.float32)
    found = change(0.1 * tone, 0.2 * tone)
    assert found.shift_s == 0.0
    assert found.gain_db == pytest.approx(6.02, abs=0.3)


def test_a_loop_that_repeats_itself_is_taken_to_have_moved_the_least() -> None:
    bar = performance(7, 2.0)
    loop = np.tile(bar, 10)
    assert change(loop, np.roll(loop, 480)).shift_s == pytest.approx(0.01, abs=0.005)


def test_a_long_pause_does_not_hide_the_performance() -> None:
    song = performance(8, 6.0)
    pause = np.zeros(60 * RATE_HZ, np.float32)
    moved = np.concatenate([pause, rebounced(song, 3.0, 9_600, high_shelf_db=4.0), pause])
    found = change(np.concatenate([pause, song, pause]), moved)
    assert found.shift_s == pytest.approx(0.2, abs=0.005)
    assert found.gain_db == pytest.approx(3.0, abs=0.5)


def test_a_stem_that_begins_later_in_the_session_has_moved_by_as_much() -> None:
    song = performance(9)
    found = compare(print_of(song, start_s=1.0), print_of(song, start_s=4.5))
    assert found is not None
    assert found.shift_s == pytest.approx(3.5, abs=1e-6)


def test_a_rate_that_ten_milliseconds_do_not_divide_does_not_drift() -> None:
    slow = performance(10)[::2]
    felt = envelope("stem", slow, 11_025)
    assert felt.step_s != 0.01
    now = StemPrint.of_levels(felt.level_dbfs, felt.step_s)
    assert now.levels.size == pytest.approx(slow.size / 11_025 * 100, abs=1)


def test_a_print_survives_the_disk() -> None:
    kept = print_of(performance(11), start_s=2.25)
    back = StemPrint.unpack(kept.pack())
    assert back.digest == kept.digest
    assert back.start_s == 2.25
    np.testing.assert_array_equal(back.levels, kept.levels)


def test_a_print_is_within_a_grain_of_the_levels() -> None:
    level_db = np.linspace(-130.0, 12.0, 400)
    np.testing.assert_allclose(StemPrint.of_levels(level_db).level_db, np.clip(level_db, -120.0, 7.5), atol=0.2501)


@pytest.mark.parametrize("packed", [b"", b"nonsense\n", b"{}\n\x00", b'{"start_s": "x"}\n'])
def test_what_is_no_print_is_refused_in_words(packed: bytes) -> None:
    with pytest.raises(LedgerError, match="print in the ledger begins"):
        StemPrint.unpack(packed)


def test_prints_go_by_the_names_of_stems() -> None:
    assert set(prints({"kick": performance(12, 2.0), "vox": performance(13, 2.0)})) == {"kick", "vox"}


# --- real recordings -----------------------------------------------------------


def real(file: Path) -> tuple[np.ndarray, int]:
    sound, rate_hz = soundfile.read(file, dtype="float32", always_2d=True)
    return sound.mean(axis=1), rate_hz


@pytest.mark.real_audio
def test_processed_stems_are_the_raw_tracks_and_sit_where_they_were(data: Path) -> None:
    for song in ("Hendrix", "Rock"):
        for raw in sorted((data / "stems" / song / "raw").glob("*.flac")):
            wet = data / "stems" / song / "stems" / raw.name
            found = compare(print_of(*real(raw)), print_of(*real(wet)))
            assert found is not None, raw.name
            assert abs(found.shift_s) < 0.005, raw.name
            assert found.likeness > 0.75, raw.name


@pytest.mark.real_audio
def test_no_two_real_stems_are_taken_for_each_other(data: Path) -> None:
    tracks = [print_of(*real(file)) for file in sorted((data / "stems").glob("*/raw/*.flac"))]
    assert len(tracks) > 30
    assert [pair for pair in combinations(tracks, 2) if compare(*pair) is not None] == []
