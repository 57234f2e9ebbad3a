"""Bleed is followed in level and waveform; two stems that only keep time are not."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.bleed import Bleed
from earmark.features.engine import measure
from earmark.rules.noise.no09_bleed import noisy_drums, resting_voice

RATE_HZ = 16_000


def bleed(**stems: np.ndarray) -> Bleed:
    found = measure(scenes.session(RATE_HZ, **stems), {Bleed}, jobs=1).whole(Bleed)
    assert isinstance(found, Bleed)
    return found


def into(voice: np.ndarray, source: np.ndarray, gain: float, late: int) -> np.ndarray:
    return np.asarray(voice + gain * np.concatenate([np.zeros(late), source[: source.size - late]]))


@pytest.mark.parametrize("late", [0, 37, 300])
@pytest.mark.parametrize("gain", [0.2, -0.05])
def test_gain_lag_and_place_are_read(late: int, gain: float) -> None:
    drums, voice = noisy_drums(RATE_HZ), resting_voice(RATE_HZ)
    (pair,) = bleed(vocal=into(voice, drums, gain, late), drums=drums).pairs
    assert (pair.stem.name, pair.source.name) == ("vocal", "drums")
    assert pair.transfer_db == pytest.approx(-20 * np.log10(abs(gain)), abs=1.0)
    assert pair.lag_s == pytest.approx(late / RATE_HZ, abs=5e-5)
    assert pair.prominence > 30.0
    assert (pair.place_s[0] % 2.0) + 0.05 >= 1.0  # while the voice rests


def test_who_is_meant_to_hear_all_is_not_compared() -> None:
    drums = noisy_drums(RATE_HZ)
    assert bleed(overheads=drums, room=drums, drums=drums).compared == 0
    assert bleed(snare=drums, kick=drums, vocal=drums).compared == 4  # each with the voice, and back


def test_stems_that_are_not_related_are_not_like_each_other() -> None:
    found = bleed(vocal=resting_voice(RATE_HZ), drums=noisy_drums(RATE_HZ), guitar=noisy_drums(RATE_HZ, seed=9))
    assert all(pair.prominence < 9.0 for pair in found.pairs)
