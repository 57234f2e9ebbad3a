"""Gaps lie between own sounds: phrases with their breath, strokes with their decay."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.open_gaps import OpenGaps
from earmark.rules.noise.no14_open_gaps import tom

RATE_HZ = 16_000
AT_S = np.arange(12 * RATE_HZ) / RATE_HZ


def gaps(sound: np.ndarray, name: str = "vocal") -> OpenGaps:
    return measure(scenes.session(RATE_HZ, **{name: sound}), {OpenGaps}, jobs=1).stem(name.replace("_", " "), OpenGaps)


def voice(room_dbfs: float) -> np.ndarray:
    room = 10 ** (room_dbfs / 20) * np.random.default_rng(4).standard_normal(AT_S.size)
    return np.asarray(0.3 * np.sin(2 * np.pi * 200.0 * AT_S) * (AT_S % 4.0 < 1.5) + room)


@pytest.mark.parametrize("room_dbfs", [-70.0, -50.0, -35.0])
def test_gaps_lie_between_phrases_whatever_the_room(room_dbfs: float) -> None:
    found = gaps(voice(room_dbfs)).gaps
    assert [gap.start_s for gap in found] == pytest.approx([1.5, 5.5, 9.5], abs=0.06)
    assert [gap.end_s for gap in found] == pytest.approx([4.0, 8.0, 12.0], abs=0.06)
    assert [gap.level_dbfs for gap in found] == pytest.approx([room_dbfs] * 3, abs=0.5)


def test_a_breath_before_a_phrase_belongs_to_it() -> None:
    breath = 0.01 * np.random.default_rng(5).standard_normal(AT_S.size) * ((AT_S % 4.0 > 3.6) & (AT_S % 4.0 < 3.98))
    assert gaps(voice(-70.0) + breath).gaps[0].end_s == pytest.approx(3.6, abs=0.1)


def test_digital_silence_is_no_part_of_a_gap() -> None:
    sound = voice(-50.0)
    sound[(AT_S > 2.0) & (AT_S < 4.0)] = 0.0
    assert [gap.start_s for gap in gaps(sound).gaps] == pytest.approx([5.5, 9.5], abs=0.06)


def test_a_tom_closes_when_its_decay_is_lost_and_opens_before_the_stroke() -> None:
    found = gaps(tom(-15.0), "rack_tom")
    assert found.sounds == 4
    for gap, stroke_s in zip(found.gaps, (1.0, 4.0, 7.0), strict=False):
        assert stroke_s < gap.start_s < stroke_s + 0.8
        assert stroke_s + 2.9 < gap.end_s < stroke_s + 3.0


def test_other_stems_and_silence_have_none() -> None:
    assert gaps(voice(-50.0), "guitar").gaps == ()
    assert gaps(np.zeros(RATE_HZ)).gaps == ()
    assert gaps(np.full(50, 0.1)).gaps == ()
