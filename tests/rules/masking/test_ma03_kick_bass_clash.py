"""MA03 listens on the hits alone, in the balance there is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import BellCut, LeaveIt, Pan, StaticGain
from earmark.model import Finding, Session
from earmark.rules.masking.ma03_kick_bass_clash import example, suggest
from hearing import hear

RATE_HZ = 8_000
AT_S = np.arange(8 * RATE_HZ) / RATE_HZ
NOISE = 1e-5 * np.random.default_rng(4).standard_normal(AT_S.size)


def kick(dbfs: float = -20.0, freq_hz: float = 60.0) -> np.ndarray:
    since_s = AT_S % 0.5
    return 10 ** (dbfs / 20) * np.exp(-20.0 * since_s) * np.sin(2 * np.pi * freq_hz * since_s) + NOISE


def bass(dbfs: float, freq_hz: float = 65.0) -> np.ndarray:
    tone = sum(0.5**k * np.sin(2 * np.pi * freq_hz * (k + 1) * AT_S) for k in range(3))
    return 10 ** (dbfs / 20) * tone + NOISE[::-1]


def after_faders(**stems: np.ndarray) -> Session:
    return replace(scenes.session(RATE_HZ, **stems), balance="post-fader")


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "MA03")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    covered, clear = example()
    assert [found.stems for found in heard(covered)] == [("kick", "bass")]
    assert heard(clear) == ()


def test_fires_where_the_bass_is_louder_at_the_same_pitch_and_counts_the_hits() -> None:
    (found,) = heard(after_faders(kick=kick(), bass=bass(-12.0)))
    assert found.severity == "note"
    assert (found.value, found.evidence["hits"]) == (100, 16)
    assert found.band_hz is not None
    assert found.band_hz[0] <= 60.0 <= found.band_hz[1] < 200.0


def test_fires_on_the_kit_where_no_stem_is_a_kick() -> None:
    (found,) = heard(after_faders(drum_set=kick(), bass=bass(-12.0)))
    assert found.stems == ("drum set", "bass")


@pytest.mark.parametrize(("of_four", "count"), [(2, 0), (3, 1)])
def test_fires_beyond_half_of_the_hits_and_is_quiet_at_half(of_four: int, count: int) -> None:
    within_s = (AT_S + 0.1) % 2.0
    loud = np.where(within_s < 0.5 * of_four, 1.0, 0.06)
    assert len(heard(after_faders(kick=kick(), bass=bass(-12.0) * loud))) == count


def test_quiet_while_the_kick_stands_over_the_bass() -> None:
    assert heard(after_faders(kick=kick(), bass=bass(-35.0))) == ()


def test_quiet_when_the_bass_is_loud_but_far_above_the_kick() -> None:
    assert heard(after_faders(kick=kick(freq_hz=45.0), bass=bass(-12.0, freq_hz=400.0))) == ()


def test_quiet_when_the_bass_rests_on_the_hits() -> None:
    between = (AT_S % 0.5 > 0.2) & (AT_S % 0.5 < 0.45)
    assert heard(after_faders(kick=kick(), bass=bass(-12.0) * between)) == ()


def test_quiet_on_seven_hits_on_silence_and_without_a_balance() -> None:
    few = kick() * (AT_S < 3.4)
    assert heard(after_faders(kick=few, bass=bass(-12.0))) == ()
    assert heard(after_faders(kick=0 * kick(), bass=0 * kick())) == ()
    assert heard(scenes.session(RATE_HZ, kick=kick(), bass=bass(-12.0))) == ()


def test_level_comes_before_the_equaliser_and_nobody_is_asked_to_pan_the_low_end() -> None:
    (found,) = heard(after_faders(kick=kick(), bass=bass(-12.0)))
    actions = [option.action for option in suggest(found)]
    assert isinstance(actions[0], StaticGain)
    assert -2.0 <= actions[0].gain_db <= -0.5
    assert isinstance(actions[-2], BellCut)
    assert isinstance(actions[-1], LeaveIt)
    assert not any(isinstance(action, Pan) for action in actions)
