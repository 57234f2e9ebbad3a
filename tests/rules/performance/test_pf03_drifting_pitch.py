"""PF03 holds a line against its own tuning, whatever that is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from earmark import scenes
from earmark.features.pitches import Note, Pitches
from earmark.model import Finding
from earmark.rules.performance.pf03_drifting_pitch import check, example
from hearing import hear

VOICE = scenes.session(lead_vocal=np.zeros(480)).stems[0]
SCALE = np.array([57, 59, 61, 62, 64, 62, 61, 59])


def sung(
    cents: Callable[[float], float], count: int = 64, spread_cents: float = 10.0, bends: float = 8.0
) -> tuple[Finding, ...]:
    """What is said of a voice with a note every half second, each this many cents off, and bent a little at random."""
    draw = np.random.default_rng(12)
    starts_s = [0.5 * number + 2.0 * (number // 8) for number in range(count)]  # eight notes, a breath
    notes = tuple(
        Note(
            at_s,
            at_s + 0.4,
            SCALE[number % 8] + (cents(at_s / 192) + bends * draw.standard_normal()) / 100,
            spread_cents,
        )
        for number, at_s in enumerate(starts_s)
    )
    return tuple(check(Pitches(stem=VOICE, listened=True, time_s=np.zeros(0), f0_hz=np.zeros(0), notes=notes)))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    rising, steady = example()
    (found,) = hear(rising, "PF03")
    assert found.value == pytest.approx(50.0, abs=6.0)
    assert "up" in found.message
    assert hear(steady, "PF03") == ()


@pytest.mark.parametrize(("cents", "way"), [(150.0, "up"), (-150.0, "down")])
def test_fires_on_a_drift_and_says_which_way(cents: float, way: str) -> None:
    (found,) = sung(lambda part: cents * part)
    assert (found.severity, found.aspect) == ("note", "drift")
    assert f" {way} " in found.message
    assert found.value == pytest.approx(150.0 * 45.9 / 192, abs=6.0)


def test_fires_on_one_phrase_that_lies_off() -> None:
    (found,) = sung(lambda part: -40.0 if 6.0 <= 192 * part < 12.0 else 0.0)
    assert found.aspect == "phrase"
    assert found.value == pytest.approx(40.0, abs=8.0)
    assert found.start_s == pytest.approx(6.0)


@pytest.mark.parametrize("tuning", [-31.8, 0.0, 49.0])
def test_quiet_on_another_tuning_than_440(tuning: float) -> None:
    assert sung(lambda part: tuning) == ()


def test_quiet_on_a_drift_of_fifteen_cents() -> None:
    assert sung(lambda part: 15.0 * 192 / 45.9 * part) == ()


def test_quiet_on_a_voice_that_bends_everything() -> None:
    assert sung(lambda part: 90.0 * part, bends=45.0) == ()


def test_quiet_on_few_notes_and_on_vibrato_alone() -> None:
    assert sung(lambda part: 90.0 * part, count=16) == ()
    assert sung(lambda part: 90.0 * part, spread_cents=90.0) == ()


def test_quiet_on_drums_which_nobody_tracks() -> None:
    rising, _ = example()
    assert hear(scenes.session(22_050, drums=rising.stems[0].source.samples), "PF03") == ()  # type: ignore[union-attr]
