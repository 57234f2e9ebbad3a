"""MI01 holds a phrase against the voice's own others."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import HighPass
from earmark.features.microphone_use import MicrophoneUse, PhraseTone
from earmark.model import Finding
from earmark.rules.microphone.mi01_proximity_boom import check, example, suggest
from hearing import hear

VOICE, GUITAR = scenes.session(lead_vocal=np.zeros(480), guitar=np.zeros(480)).stems


def heard(low: list[float], high: float = 0.0, stem=VOICE) -> tuple[Finding, ...]:
    """What is said of phrases with these low ends; the third with another high end, too."""
    phrases = tuple(PhraseTone(2.0 * i, 2.0 * i + 1, -20.0, db, high if i == 2 else 0.0) for i, db in enumerate(low))
    return tuple(check(MicrophoneUse(stem=stem, phrases=phrases, decays_s=())))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    near, steady = example()
    (found,) = hear(near, "MI01")
    assert found.start_s == pytest.approx(8.0, abs=0.1)
    assert hear(steady, "MI01") == ()


@pytest.mark.parametrize(("db", "count"), [(5.0, 0), (7.0, 1)])
def test_fires_from_six_decibels_on_and_is_quiet_below(db: float, count: int) -> None:
    assert len(heard([0.0, 0.5, db, -0.5, 0.0, 0.3])) == count


def test_fires_and_offers_a_high_pass_over_that_phrase_alone() -> None:
    (found,) = heard([0.0, 0.5, 9.0, -0.5, 0.0, 0.3])
    assert found.severity == "note"
    (high_pass,) = [option.action for option in suggest(found) if isinstance(option.action, HighPass)]
    assert high_pass.span_s == (4.0, 5.0)


def test_quiet_on_a_voice_whose_phrases_differ_anyway() -> None:
    assert heard([0.0, -4.0, 8.0, 4.0, -3.0, 3.5]) == ()


def test_quiet_where_the_high_end_has_changed_as_well() -> None:
    assert heard([0.0, 0.5, 9.0, -0.5, 0.0, 0.3], high=-9.0) == ()


def test_quiet_on_four_phrases_and_on_other_stems() -> None:
    assert heard([0.0, 0.5, 9.0, -0.5]) == ()
    assert heard([0.0, 0.5, 9.0, -0.5, 0.0, 0.3], stem=GUITAR) == ()
