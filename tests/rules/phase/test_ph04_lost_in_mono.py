from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.actions import LeaveIt
from earmark.model import Session, SoundFile, Stem
from earmark.rules.phase import ph04_lost_in_mono as ph04
from earmark.scenes.filters import filtered
from earmark.scenes.signals import noise
from hearing import findings, hear

RATE_HZ = 48_000


def hiss(seed: int, band_hz: tuple[float, float] | None = None) -> np.ndarray:
    return noise(4.0, rms_dbfs=-20, band_hz=band_hz, tilt_db_per_octave=-3.0, rate_hz=RATE_HZ, seed=seed)


def wide(middle: float, side: float, band_hz: tuple[float, float] | None = None) -> np.ndarray:
    """Middle and side of unrelated noise, the side in one band."""
    m, s = np.float32(middle) * hiss(1), np.float32(side) * hiss(2)
    s = s if band_hz is None else filtered(s, lambda hz: ((hz >= band_hz[0]) & (hz < band_hz[1])) * 1.0, RATE_HZ)
    return np.stack([m + s, m - s])


def test_fires_on_a_mix_whose_low_end_is_opposite() -> None:
    (found,) = findings("PH04", mix=wide(0.5, 2.0, (20, 120)), bass=hiss(3))
    assert found.severity == "question"
    assert found.stems == ("mix",)
    assert found.band_hz == (20.0, 120.0)


def test_fires_as_a_note_on_a_stem_and_as_a_question_on_one_called_a_mix() -> None:
    (stem,) = findings("PH04", pad=wide(0.2, 1.0))
    (mix,) = findings("PH04", rough_mix=wide(0.2, 1.0))
    assert (stem.severity, mix.severity) == ("note", "question")


@pytest.mark.parametrize(("side", "fires"), [(2.1, True), (1.6, False)])
def test_the_middle_bands_are_asked_about_from_minus_six(side: float, fires: bool) -> None:
    """Middle 1 and side s keep 1 / (1 + s^2): -7.3 dB at 2.1, -5.5 dB at 1.6."""
    assert bool(findings("PH04", pad=wide(1.0, side, (500, 2000)))) is fires


@pytest.mark.parametrize(("side", "fires"), [(1.25, True), (1.0, False)])
def test_the_lowest_band_is_asked_about_just_under_unrelated(side: float, fires: bool) -> None:
    """-4.1 dB at 1.25, -3.0 dB at 1."""
    assert bool(findings("PH04", pad=wide(1.0, side, (20, 120)))) is fires


def test_quiet_on_unrelated_sides_identical_sides_and_one_side() -> None:
    assert not findings("PH04", reverb=np.stack([hiss(1), hiss(2)]))
    assert not findings("PH04", bass=np.stack([hiss(1), hiss(1)]))
    assert not findings("PH04", guitar=np.stack([hiss(1), 0 * hiss(1)]))


def test_quiet_on_mono_silence_and_a_band_that_hardly_sounds() -> None:
    assert not findings("PH04", bass=hiss(1), pad=np.zeros((2, 4 * RATE_HZ)))
    soft = np.stack([hiss(1), hiss(1)]) + 0.003 * np.stack([hiss(2, (6000, 16000)), -hiss(2, (6000, 16000))])
    assert not findings("PH04", pad=soft)


def test_a_place_that_passes_is_no_finding() -> None:
    steady, passing = wide(1.0, 0.1), wide(0.2, 2.0)
    once = steady.copy()
    once[:, :RATE_HZ] = passing[:, :RATE_HZ]
    assert not findings("PH04", pad=once)


def test_offers_to_narrow_the_band_and_to_leave_it() -> None:
    (found,) = findings("PH04", pad=wide(1.0, 3.0, (20, 120)))
    narrow, leave = ph04.suggest(found)
    assert "20 to 120 Hz" in narrow.text
    assert isinstance(leave.action, LeaveIt)


@pytest.mark.real_audio
def test_quiet_on_real_mixes_and_stereo_stems(data: Path) -> None:
    files = [*(data / "stems" / "Rock" / "stems").glob("*.flac"), data / "stems" / "Rock" / "mix.flac"]
    files += [*(data / "clean").glob("*.ogg"), *(data / "song-cc0").glob("*.mp3")]
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in sorted(files))
    assert not hear(audio.probe(Session("real", None, stems)), "PH04")
