"""MX04 counts the esses that several voices make at once, as loud as the mix has them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt
from earmark.model import Finding, Session
from earmark.rules.mix.mx04_stacked_esses import example, suggest
from hearing import hear

RATE_HZ = 24_000
AT_S = np.arange(12 * RATE_HZ) / RATE_HZ
SINCE_S = AT_S % 1.2


def voice(root_hz: float, late_s: float = 0.0, gain_db: float = 0.0, words: int = 10, seed: int = 1) -> np.ndarray:
    """A vowel and an ess every 1.2 s; the ess in the first `words` only."""
    draw = np.random.default_rng(seed)
    times_s, since_s = AT_S, SINCE_S
    vowel = 0.1 * (SINCE_S < 0.6) * sum(np.sin(2 * np.pi * k * root_hz * AT_S) / k for k in (1, 2, 3))
    hiss = 0.03 * np.diff(draw.standard_normal(AT_S.size + 2), n=2) * (times_s < 1.2 * words)
    said = vowel + hiss * (since_s >= 0.6 + late_s) * (since_s < 0.72 + late_s)
    return np.asarray(10 ** (gain_db / 20) * said + 1e-5 * draw.standard_normal(AT_S.size))


def after_faders(**stems: np.ndarray) -> Session:
    return replace(scenes.session(RATE_HZ, **stems), balance="post-fader")


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "MX04")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    stacked, clean = example()
    assert len(heard(stacked)) == 1
    assert heard(clean) == ()


def test_fires_once_for_all_places_and_says_how_much_they_add() -> None:
    (found,) = heard(
        after_faders(lead_vocal=voice(220.0), backing_1=voice(277.0, 0.03, seed=2), backing_2=voice(330.0, seed=3))
    )
    assert found.severity == "note"
    assert len(found.stems) == 3
    assert found.value == pytest.approx(4.8, abs=0.7)
    assert found.evidence["places"] == pytest.approx(10, abs=1)


@pytest.mark.parametrize(("gain_db", "count"), [(-8.0, 0), (0.0, 1)])
def test_fires_on_two_that_are_equally_loud_and_is_quiet_on_a_soft_second(gain_db: float, count: int) -> None:
    second = voice(277.0, gain_db=gain_db, seed=2)
    assert len(hear(after_faders(lead_vocal=voice(220.0), backing_vocal=second), "MX04", threshold_db=2.5)) == count


def test_quiet_when_the_esses_do_not_fall_together() -> None:
    assert heard(after_faders(lead_vocal=voice(220.0), backing_vocal=voice(277.0, 0.2, seed=2))) == ()


def test_quiet_when_two_places_alone_fall_together() -> None:
    assert heard(after_faders(lead_vocal=voice(220.0), backing_vocal=voice(277.0, words=2, seed=2))) == ()


def test_quiet_without_a_balance_and_on_one_voice() -> None:
    both = {"lead_vocal": voice(220.0), "backing_vocal": voice(277.0, seed=2)}
    assert heard(scenes.session(RATE_HZ, **both)) == ()
    assert heard(after_faders(lead_vocal=voice(220.0), guitar=voice(277.0, seed=2))) == ()


def test_the_loudest_voice_keeps_its_ess() -> None:
    stems = {
        "lead_vocal": voice(220.0, gain_db=1.0),
        "backing_1": voice(277.0, seed=2),
        "backing_2": voice(330.0, seed=3),
    }
    (found,) = heard(after_faders(**stems))
    *dips, _, leave = suggest(found)
    assert {option.action.stem for option in dips if isinstance(option.action, GainCurve)} == {"backing 1", "backing 2"}
    assert all(option.action.kind == "esses" for option in dips if isinstance(option.action, GainCurve))
    assert isinstance(leave.action, LeaveIt)
