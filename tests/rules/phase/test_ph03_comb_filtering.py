from __future__ import annotations

import numpy as np
import pytest

from earmark.actions import LeaveIt, Nudge, StaticGain
from earmark.rules.phase import ph03_comb_filtering as ph03
from earmark.scenes.faults import delayed
from earmark.scenes.signals import noise
from hearing import findings, hear
from kit_take import session, take

RATE_HZ = 16_000
SOURCE = noise(6.0, rms_dbfs=-20, tilt_db_per_octave=-3.0, rate_hz=RATE_HZ, seed=1)


def pair(late_samples: float, gain: float, hiss_dbfs: float = -70.0) -> dict[str, np.ndarray]:
    late = np.float32(gain) * delayed(SOURCE, late_samples)
    return {
        "voice_near": SOURCE + noise(6.0, rms_dbfs=hiss_dbfs, rate_hz=RATE_HZ, seed=2),
        "voice_far": late + noise(6.0, rms_dbfs=hiss_dbfs, rate_hz=RATE_HZ, seed=3),
    }


def ask(late_samples: float, gain: float, hiss_dbfs: float = -70.0) -> tuple[float, ...]:
    return tuple(each.value for each in findings("PH03", rate_hz=RATE_HZ, **pair(late_samples, gain, hiss_dbfs)))


def test_fires_on_a_later_copy_and_names_the_first_gap() -> None:
    (found,) = findings("PH03", rate_hz=RATE_HZ, **pair(16, 0.5))
    assert found.severity == "note"
    assert found.evidence["first_gap_hz"] == pytest.approx(500.0, rel=0.01)
    assert found.evidence["predicted_db"] == pytest.approx(9.5, abs=0.5)
    assert found.evidence["later"] == "voice far"


def test_fires_upside_down_with_the_gap_twice_as_high() -> None:
    (found,) = findings("PH03", rate_hz=RATE_HZ, **pair(16, -0.5))
    assert found.evidence["first_gap_hz"] == pytest.approx(1000.0, rel=0.01)


def test_the_three_to_one_rule_lies_just_above_the_threshold() -> None:
    assert ask(16, 0.34)
    assert not ask(16, 0.27)


def test_quiet_below_a_tenth_of_a_millisecond_and_beyond_ten() -> None:
    assert not ask(1.2, 0.8)
    assert ask(2.4, 0.8)
    assert ask(150, 0.8)
    assert not ask(170, 0.8)


def test_quiet_where_most_of_the_sound_is_not_shared() -> None:
    assert not ask(16, 0.9, hiss_dbfs=-14.0)


def test_quiet_on_two_takes_and_on_silence() -> None:
    other = noise(6.0, rms_dbfs=-20, rate_hz=RATE_HZ, seed=9)
    assert not findings("PH03", rate_hz=RATE_HZ, one=SOURCE, two=other, three=np.zeros(SOURCE.size))


def test_quiet_on_a_kit_as_it_was_miked_for() -> None:
    assert not hear(session(take()), "PH03")


def test_offers_shift_level_and_to_leave_it() -> None:
    (found,) = findings("PH03", rate_hz=RATE_HZ, **pair(16, 0.5))
    options = [option.action for option in ph03.suggest(found)]
    assert isinstance(options[0], Nudge)
    assert options[0].stem == "voice far"
    assert options[0].shift_s == pytest.approx(-0.001, abs=1e-5)
    assert options[1] == StaticGain("voice far", -6.0)
    assert isinstance(options[-1], LeaveIt)
