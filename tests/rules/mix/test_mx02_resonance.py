"""MX02 tells a frequency that rings from the notes of a song."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.mix.mx02_resonance import example
from hearing import hear

RATE_HZ = 16_000
AT_S = np.arange(24 * RATE_HZ) / RATE_HZ
NOISE = 0.01 * np.random.default_rng(4).standard_normal(AT_S.size)


def melody(steps: tuple[int, ...] = (0, 2, 4, 5, 7, 9, 11, 12)) -> np.ndarray:
    step = np.array(steps)[(AT_S / 0.75).astype(int) % len(steps)]
    phase = 2 * np.pi * np.cumsum(220.0 * 2 ** (step / 12)) / RATE_HZ
    return np.asarray(sum(0.1 * np.sin(k * phase) / k for k in range(1, 7)) + NOISE)


def ringing(dbfs: float, hz: float = 3150.0) -> np.ndarray:
    return 10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * AT_S)


def heard(mix: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, mix=mix, keys=NOISE), "MX02")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    rings, plain = example()
    assert len(hear(rings, "MX02")) == 1
    assert hear(plain, "MX02") == ()


@pytest.mark.parametrize("hz", [1234.0, 3150.0, 5000.0])
def test_fires_once_at_the_frequency_that_rings(hz: float) -> None:
    (found,) = heard(melody() + ringing(-36.0, hz))
    assert found.severity == "note"
    assert found.evidence["hz"] == pytest.approx(hz, rel=0.01)


def test_fires_only_where_it_rings_through_most_of_the_song() -> None:
    assert heard(melody() + ringing(-36.0) * (AT_S < 5.0)) == ()
    assert len(heard(melody() + ringing(-36.0) * (AT_S % 2.0 < 1.2))) == 1


def test_quiet_on_a_melody_that_keeps_coming_back_to_one_note() -> None:
    assert heard(melody((0, 0, 7, 0, 4, 0, 5, 0))) == ()


def test_quiet_on_a_held_note_on_noise_and_on_silence() -> None:
    assert heard(melody((0,))) == ()
    assert heard(NOISE) == ()
    assert heard(np.zeros(RATE_HZ * 3)) == ()


def test_quiet_on_a_ring_under_the_surroundings() -> None:
    assert heard(melody() + ringing(-70.0)) == ()
