from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.model import Finding
from earmark.rules.phase import ph08_clock_drift as ph08
from earmark.scenes.faults import delayed
from earmark.scenes.filters import filtered, low_pass
from earmark.scenes.signals import noise
from hearing import findings, hear
from kit_take import session, take

RATE_HZ = 16_000
SECONDS = 60.0


@cache
def source() -> np.ndarray:
    wide = noise(SECONDS, rms_dbfs=-20, tilt_db_per_octave=-3.0, rate_hz=RATE_HZ, seed=1)
    return filtered(wide, lambda hz: low_pass(hz, 1500), RATE_HZ)


def recorder(ppm: float, hiss_dbfs: float = -60.0) -> np.ndarray:
    """The source on a machine whose clock is slow by so much: each second of it comes a little later."""
    at = np.arange(source().size)
    slow = np.interp(at * (1.0 - ppm * 1e-6), at, source())
    return np.asarray(slow, np.float32) + noise(SECONDS, rms_dbfs=hiss_dbfs, rate_hz=RATE_HZ, seed=2)


def ask(ppm: float, hiss_dbfs: float = -60.0) -> tuple[Finding, ...]:
    return findings("PH08", rate_hz=RATE_HZ, console=source(), recorder=recorder(ppm, hiss_dbfs))


@pytest.mark.parametrize("ppm", [30.0, -50.0, 100.0])
def test_fires_with_the_rate_and_the_slower_one(ppm: float) -> None:
    (found,) = ask(ppm)
    assert found.severity == "question"
    assert found.value == pytest.approx(abs(ppm), rel=0.1)
    assert found.evidence["slow"] == ("recorder" if ppm > 0 else "console")


def test_fires_under_noise_of_its_own() -> None:
    (found,) = ask(40.0, hiss_dbfs=-24.0)
    assert found.value == pytest.approx(40.0, rel=0.15)


def test_a_little_drift_is_a_note() -> None:
    (found,) = ask(14.0)
    assert found.severity == "note"


def test_quiet_on_one_clock_whatever_the_lag() -> None:
    assert not ask(0.0)
    late = delayed(source(), 200) + noise(SECONDS, rms_dbfs=-60, rate_hz=RATE_HZ, seed=3)
    assert not findings("PH08", rate_hz=RATE_HZ, console=source(), recorder=late)


def test_quiet_below_half_a_millisecond_over_the_song() -> None:
    assert not ask(5.0)


def test_quiet_on_a_stretch_that_was_moved() -> None:
    moved = recorder(0.0).copy()
    half = moved.size // 2
    moved[half:] = np.roll(moved, 40)[half:]
    assert not findings("PH08", rate_hz=RATE_HZ, console=source(), recorder=moved)


def test_quiet_on_a_live_kit_on_unrelated_stems_and_on_silence() -> None:
    assert not hear(session(take()), "PH08")
    other = noise(SECONDS, rms_dbfs=-20, rate_hz=RATE_HZ, seed=9)
    assert not findings("PH08", rate_hz=RATE_HZ, one=source(), two=other, silent=np.zeros(other.size))


def test_offers_to_resample_to_ask_and_to_leave_it() -> None:
    (found,) = ask(100.0)
    options = list(ph08.suggest(found))
    assert [type(option.action) for option in options] == [Repair, AskTheBand, LeaveIt]
    assert isinstance(options[0].action, Repair)
    assert "0.99989" in options[0].action.how
