"""Esses are found where they are, as loud as they are, and only in voices."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.esses import Esses
from earmark.rules.noise.no07_sibilance import syllables


def esses(sound: np.ndarray, rate_hz: int = 48_000, name: str = "vocal") -> Esses:
    return measure(scenes.session(rate_hz, **{name: sound}), {Esses}, jobs=1).stem(name, Esses)


def test_every_ess_lies_where_it_was_put() -> None:
    found = esses(syllables()).esses
    assert [ess.start_s for ess in found] == pytest.approx([place + 0.16 for place in range(8)], abs=0.03)
    assert [ess.end_s for ess in found] == pytest.approx([place + 0.28 for place in range(8)], abs=0.03)
    assert all(6500.0 < ess.centre_hz < 8000.0 for ess in found)  # 4.5 to 10 kHz, evenly


def test_a_louder_ess_is_louder_by_as_much() -> None:
    found = esses(syllables((3, 9.0)))
    assert found.habit_dbfs is not None
    assert found.esses[3].level_dbfs - found.habit_dbfs == pytest.approx(9.0, abs=0.7)


def test_the_level_of_vowels_is_their_power() -> None:
    vowel_dbfs = 10 * np.log10(0.5 * 0.01 * sum(1 / k**2 for k in range(1, 8)))
    assert esses(syllables()).vowel_dbfs == pytest.approx(vowel_dbfs, abs=0.5)


def test_other_stems_and_silence_have_none() -> None:
    assert esses(syllables(), name="hihat").esses == ()
    assert esses(np.zeros(48_000)).habit_dbfs is None


def test_noise_without_a_vowel_beside_it_is_no_ess() -> None:
    at_s = np.arange(6 * 48_000) / 48_000
    cymbals = np.diff(np.random.default_rng(1).standard_normal(at_s.size), prepend=0.0) * 0.02 * (at_s % 1 < 0.1)
    assert esses(cymbals).esses == ()
