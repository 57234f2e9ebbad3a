"""MI04 listens to how a voice dies away."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.microphone_use import MicrophoneUse
from earmark.model import Finding
from earmark.rules.microphone.mi04_roomy import example
from hearing import hear

RATE_HZ = 8_000


def sung(room_s: float, phrases: int = 6, gap_s: float = 1.3) -> np.ndarray:
    """Phrases of 1.2 s that die away by 60 dB in this time."""
    length_s = 1.2 + gap_s
    at_s = np.arange(round(phrases * length_s * RATE_HZ)) / RATE_HZ
    since_s = np.maximum(at_s % length_s - 1.2, 0.0)
    noise = np.random.default_rng(9).standard_normal(at_s.size)
    return np.asarray(0.3 * np.sin(2 * np.pi * 300.0 * at_s) * 10 ** (-3.0 * since_s / room_s) + 1e-5 * noise)


def heard(sound: np.ndarray, name: str = "lead_vocal") -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, **{name: sound}), "MI04")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    roomy, dry = example()
    assert len(hear(roomy, "MI04")) == 1
    assert hear(dry, "MI04") == ()


@pytest.mark.parametrize("room_s", [0.7, 1.0, 1.6])
def test_fires_with_about_the_reverberation_time(room_s: float) -> None:
    (found,) = heard(sung(room_s))
    assert found.severity == "note"
    assert found.value == pytest.approx(room_s, rel=0.15)


@pytest.mark.parametrize(("room_s", "count"), [(0.4, 0), (0.6, 1)])
def test_fires_from_half_a_second_on_and_is_quiet_below(room_s: float, count: int) -> None:
    assert len(heard(sung(room_s))) == count


def test_quiet_when_the_phrases_leave_no_room_to_hear_one() -> None:
    assert heard(sung(1.2, gap_s=0.25)) == ()


def test_quiet_on_three_phrases_on_silence_and_on_other_stems() -> None:
    assert heard(sung(1.2, phrases=3)) == ()
    assert heard(np.zeros(RATE_HZ * 5)) == ()
    assert heard(sung(1.2), "organ") == ()


def test_quiet_on_endings_that_are_cut() -> None:
    sound = sung(1.2)
    at_s = np.arange(sound.size) / RATE_HZ
    assert heard(np.where(at_s % 2.5 < 1.25, sound, 0.0)) == ()


def test_every_decay_is_measured() -> None:
    (use,) = measure(scenes.session(RATE_HZ, lead_vocal=sung(0.8)), {MicrophoneUse}, jobs=1).of_kind(MicrophoneUse)
    assert len(use.decays_s) == 6
    assert use.decays_s == pytest.approx([0.8] * 6, rel=0.15)
