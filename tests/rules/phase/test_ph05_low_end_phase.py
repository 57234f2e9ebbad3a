from __future__ import annotations

import numpy as np
import pytest

from earmark.actions import InvertPolarity, LeaveIt
from earmark.model import Finding
from earmark.rules.phase import ph05_low_end_phase as ph05
from earmark.scenes.signals import noise
from hearing import findings, hear
from kit_take import session, take

RATE_HZ = 16_000
SECONDS = 8.0


def bass(turn_deg: float = 0.0, gain: float = 1.0, hiss: int = 1) -> np.ndarray:
    """A plucked bass line whose low partials are turned: the fundamental by all of it, the third by a ninth."""
    at_s = np.arange(int(SECONDS * RATE_HZ)) / RATE_HZ
    pitch_hz = np.array([41.2, 55.0, 49.0, 65.4])[(at_s / 0.5).astype(int) % 4]
    phase = 2 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    tone = sum(np.sin(k * phase - np.radians(turn_deg) / k**2) / k for k in range(1, 40))
    floor = noise(SECONDS, rms_dbfs=-75, rate_hz=RATE_HZ, seed=hiss)
    return np.asarray(gain * 0.1 * tone * np.exp(-3.0 * (at_s % 0.5)), np.float32) + floor


def ask(turn_deg: float, gain: float = 1.0) -> tuple[Finding, ...]:
    return findings("PH05", rate_hz=RATE_HZ, bass_DI=bass(), bass_amp=bass(turn_deg, gain, hiss=2))


def test_fires_on_an_amplifier_a_third_of_a_turn_behind() -> None:
    (found,) = ask(120.0)
    assert found.severity == "question"
    assert found.value == pytest.approx(115.0, abs=12.0)
    assert "bass amp is" in found.message
    assert "behind bass DI" in found.message


def test_fires_as_a_note_between_sixty_and_ninety_degrees() -> None:
    (found,) = ask(80.0)
    assert found.severity == "note"


def test_fires_whatever_the_level_and_says_which_is_ahead() -> None:
    (found,) = ask(-120.0, gain=0.1)
    assert "ahead of" in found.message


def test_quiet_below_sixty_degrees() -> None:
    assert not ask(0.0)
    assert not ask(45.0)


def test_quiet_on_a_plain_flip_which_has_a_rule_of_its_own() -> None:
    assert not findings("PH05", rate_hz=RATE_HZ, bass_DI=bass(), bass_amp=-bass(hiss=2))


def test_quiet_on_unrelated_low_ends_on_silence_and_without_low_end() -> None:
    other = noise(SECONDS, rms_dbfs=-20, rate_hz=RATE_HZ, seed=4)
    assert not findings("PH05", rate_hz=RATE_HZ, bass=bass(), synth=other, silent=np.zeros(other.size))
    thin = noise(SECONDS, rms_dbfs=-20, band_hz=(400, 6000), rate_hz=RATE_HZ, seed=5)
    assert not findings("PH05", rate_hz=RATE_HZ, one=thin, two=np.roll(thin, 20))


def test_quiet_on_a_whole_kit_where_distance_turns_every_low_end() -> None:
    assert not hear(session(take()), "PH05")


def test_offers_flip_shift_and_to_leave_it() -> None:
    (found,) = ask(120.0)
    options = [option.action for option in ph05.suggest(found)]
    assert options[0] == InvertPolarity("bass amp")
    assert isinstance(options[-1], LeaveIt)
