"""MI02 holds a phrase against the voice's own others, as long as it is as loud."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.microphone_use import MicrophoneUse, PhraseTone
from earmark.model import Finding
from earmark.rules.microphone.mi02_off_axis_dullness import check, example
from hearing import hear

VOICE, GUITAR = scenes.session(lead_vocal=np.zeros(480), guitar=np.zeros(480)).stems


def heard(high: list[float], lufs: float = -20.0, stem=VOICE) -> tuple[Finding, ...]:
    """What is said of phrases with these high ends; the third at another loudness."""
    phrases = tuple(PhraseTone(2.0 * i, 2.0 * i + 1, lufs if i == 2 else -20.0, 0.0, db) for i, db in enumerate(high))
    return tuple(check(MicrophoneUse(stem=stem, phrases=phrases, decays_s=())))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    away, steady = example()
    (found,) = hear(away, "MI02")
    assert found.start_s == pytest.approx(8.0, abs=0.1)
    assert hear(steady, "MI02") == ()


@pytest.mark.parametrize(("db", "count"), [(-5.0, 0), (-7.0, 1)])
def test_fires_from_six_decibels_on_and_is_quiet_below(db: float, count: int) -> None:
    assert len(heard([0.0, 0.5, db, -0.5, 0.0, 0.3])) == count


def test_quiet_on_a_phrase_that_is_soft_and_therefore_dull() -> None:
    assert heard([0.0, 0.5, -9.0, -0.5, 0.0, 0.3], lufs=-30.0) == ()


def test_quiet_on_a_voice_whose_phrases_differ_anyway_and_on_a_brighter_one() -> None:
    assert heard([0.0, -4.0, -8.0, 4.0, -3.0, 3.5]) == ()
    assert heard([0.0, 0.5, 9.0, -0.5, 0.0, 0.3]) == ()


def test_quiet_on_four_phrases_and_on_other_stems() -> None:
    assert heard([0.0, 0.5, -9.0, -0.5]) == ()
    assert heard([0.0, 0.5, -9.0, -0.5, 0.0, 0.3], stem=GUITAR) == ()
