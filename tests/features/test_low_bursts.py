"""Bursts of air: where, how strong, how much of all there is; and which of them a drum explains."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.low_bursts import LowBursts
from earmark.features.plosives import Plosives
from earmark.rules.noise.no06_plosives import syllables

RATE_HZ = 16_000


def bursts(sound: np.ndarray, name: str = "vocal") -> LowBursts:
    return measure(scenes.session(RATE_HZ, **{name: sound}), {LowBursts}, jobs=1).stem(name, LowBursts)


def test_a_burst_lies_where_it_was_put_and_is_nearly_all_there_is() -> None:
    (found,) = bursts(syllables(2)).bursts
    assert found.middle_s == pytest.approx(2.27, abs=0.03)
    assert found.share > 0.9
    assert found.end_s - found.start_s < 0.12
    assert 40.0 <= found.edge_hz <= 70.0  # a swell of 35 Hz


def test_a_louder_burst_is_louder_by_as_much() -> None:
    (soft,), (loud,) = (bursts(syllables(2, pop_db=db)).bursts for db in (0.0, 6.0))
    assert loud.level_dbfs - soft.level_dbfs == pytest.approx(6.0, abs=0.1)


def test_other_stems_silence_and_short_ones_have_none() -> None:
    assert bursts(syllables(2), name="guitar").bursts == ()
    assert bursts(np.zeros(RATE_HZ)).bursts == ()
    assert bursts(np.full(20, 0.5)).bursts == ()


def test_a_burst_is_like_the_drum_that_made_it_and_unlike_another() -> None:
    since_s = np.maximum(np.arange(6 * RATE_HZ) / RATE_HZ - 2.24, 0.0)
    drum = np.sin(2 * np.pi * (50.0 * since_s - 1.8 * np.exp(-since_s / 0.03))) * np.exp(-8.0 * since_s) * (since_s > 0)
    late = np.concatenate([np.zeros(100), drum[:-100]])
    likeness = {}
    for name, voice in (("bleed", syllables() + 0.1 * late), ("air", syllables(2))):
        found = measure(scenes.session(RATE_HZ, vocal=voice, kick=drum), {Plosives}, jobs=1).whole(Plosives)
        assert isinstance(found, Plosives)
        (singer,) = found.voices
        (one,) = singer.bursts
        assert one.source == "kick"
        likeness[name] = one.likeness
    assert likeness["bleed"] > 0.9
    assert likeness["air"] < 0.6
