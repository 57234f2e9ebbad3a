from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.actions import LeaveIt
from earmark.model import Session, SoundFile, Stem
from earmark.rules.phase import ph06_one_side_flipped as ph06
from earmark.scenes.faults import delayed
from earmark.scenes.signals import noise
from hearing import findings, hear
from kit_take import take

RATE_HZ = 48_000


def hiss(seed: int) -> np.ndarray:
    return noise(4.0, rms_dbfs=-20, tilt_db_per_octave=-3.0, rate_hz=RATE_HZ, seed=seed)


def overheads(sign: float) -> np.ndarray:
    """Two microphones a hand's breadth apart, with some of what only the far side hears in the right one."""
    left = take()["overhead L"]
    right = 0.8 * delayed(left, 24) + 0.5 * take()["overhead R"]
    return np.stack([left, np.float32(sign) * right])


def test_fires_on_a_stem_that_is_its_own_opposite() -> None:
    (found,) = findings("PH06", guitar=np.stack([hiss(1), -0.7 * hiss(1)]))
    assert found.severity == "question"
    assert found.value == -1.0
    assert "15.1 dB softer" in found.message  # 20 log10 ((1 + 0.7) / (1 - 0.7))


def test_fires_on_two_overheads_a_hands_breadth_apart() -> None:
    (found,) = findings("PH06", overheads=overheads(-1.0))
    assert found.severity == "question"


def test_fires_on_the_mix_too() -> None:
    (found,) = findings("PH06", mix=np.stack([hiss(1), -hiss(1)]), bass=hiss(2))
    assert found.stems == ("mix",)


def test_quiet_on_overheads_as_they_were_miked() -> None:
    assert not findings("PH06", overheads=overheads(1.0))


def test_quiet_on_unrelated_sides_mono_and_silence() -> None:
    silent = np.zeros((2, 4 * RATE_HZ))
    assert not findings("PH06", pad=np.stack([hiss(1), hiss(2)]), bass=hiss(3), dead=silent)
    assert not findings("PH06", left_only=np.stack([hiss(1), 0 * hiss(1)]))


@pytest.mark.parametrize(("middle", "fires"), [(0.35, True), (0.95, False)])
def test_the_threshold_lies_between_wide_and_opposite(middle: float, fires: bool) -> None:
    """Middle m and side 1 correlate by (m^2 - 1) / (m^2 + 1): -0.78 at 0.35, -0.05 at 0.95."""
    m, s = np.float32(middle) * hiss(1), hiss(2)
    assert bool(findings("PH06", pad=np.stack([m + s, m - s]))) is fires


def test_quiet_when_the_low_end_is_upright_and_the_width_lies_above() -> None:
    low = noise(4.0, rms_dbfs=-20, band_hz=(40, 500), rate_hz=RATE_HZ, seed=1)
    high = noise(4.0, rms_dbfs=-26, band_hz=(2000, 9000), rate_hz=RATE_HZ, seed=2)
    assert not findings("PH06", pad=np.stack([low + high, low - high]))


def test_the_place_is_in_session_time() -> None:
    from dataclasses import replace

    session = scenes.session(RATE_HZ, pad=np.stack([hiss(1), -hiss(1)]))
    later = replace(session, stems=(replace(session.stems[0], start_s=100.0),))
    (found,) = hear(later, "PH06")
    assert found.start_s is not None
    assert 100.0 <= found.start_s <= 104.0


def test_offers_to_flip_one_side_alone_and_to_leave_it() -> None:
    (found,) = findings("PH06", guitar=np.stack([hiss(1), -hiss(1)]))
    flip, leave = ph06.suggest(found)
    assert "one side" in flip.text
    assert isinstance(leave.action, LeaveIt)


@pytest.mark.real_audio
def test_real_stereo_is_upright_and_fires_with_one_side_turned(data: Path) -> None:
    files = [*(data / "stems" / "Rock" / "stems").glob("*.flac"), *(data / "song-cc0").glob("*.mp3")]
    for path in sorted(files):
        session = audio.probe(Session("real", None, (Stem(path.stem, SoundFile(path)),)))
        assert not hear(session, "PH06")
        sound = audio.window(session.stems[0], 0, min(session.stems[0].known.frames, 30 * RATE_HZ))
        turned = scenes.session(session.stems[0].known.rate_hz, stem=np.stack([sound[0], -sound[1]]))
        assert [found.severity for found in hear(turned, "PH06")] == ["question"], path.stem
