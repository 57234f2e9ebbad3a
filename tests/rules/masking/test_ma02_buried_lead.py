"""MA02 names the phrases in which the lead sinks, in the balance there is, against its own habit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt
from earmark.model import Finding, Section, Session
from earmark.rules.masking.ma02_buried_lead import example, suggest
from hearing import hear

RATE_HZ = 16_000


def gains(*dbs: float) -> np.ndarray:
    """One gain every 2.5 s."""
    return np.repeat(10 ** (np.array(dbs) / 20), round(2.5 * RATE_HZ))


def at_s(count: int) -> np.ndarray:
    return np.arange(count * round(2.5 * RATE_HZ)) / RATE_HZ


def voice(*dbs: float, dbfs: float = -20.0) -> np.ndarray:
    times = at_s(len(dbs))
    return gains(*dbs) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * 1_000 * times) * (times % 2.5 < 1.8)


def keys(*dbs: float, dbfs: float = -26.0, freq_hz: float = 1_000.0) -> np.ndarray:
    return gains(*dbs) * 10 ** (dbfs / 20) * np.sin(2 * np.pi * freq_hz * at_s(len(dbs)))


def after_faders(confirmed: bool = False, **stems: np.ndarray) -> Session:
    session = replace(scenes.session(RATE_HZ, **stems), balance="post-fader")
    known = (replace(stem, role_confirmed=confirmed) for stem in session.stems)
    return replace(session, stems=tuple(known))


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "MA02")


FLAT = (0.0,) * 8
THIRD = (0.0, 0.0, 8.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    swelling, steady = example()
    assert [round(found.start_s or 0.0, 1) for found in heard(swelling)] == [5.0, 12.5]
    assert heard(steady) == ()


def test_fires_where_something_swells_over_the_voice_and_names_it() -> None:
    (found,) = heard(after_faders(lead_vocal=voice(*FLAT), keys=keys(*THIRD), bass=keys(*FLAT, freq_hz=60.0)))
    assert found.severity == "note"
    assert found.value == pytest.approx(-8.0, abs=0.5)
    assert found.start_s == pytest.approx(5.0, abs=0.05)
    assert found.evidence["culprit"] == "keys"
    assert found.stems == ("lead vocal",)


def test_fires_as_a_question_once_the_role_is_confirmed() -> None:
    (found,) = heard(after_faders(confirmed=True, lead_vocal=voice(*FLAT), keys=keys(*THIRD)))
    assert found.severity == "question"


def test_fires_when_the_voice_itself_drops() -> None:
    (found,) = heard(after_faders(lead_vocal=voice(0, 0, 0, -6, 0, 0, 0, 0), keys=keys(*FLAT)))
    assert found.value == pytest.approx(-6.0, abs=0.5)


@pytest.mark.parametrize(("db", "count"), [(3.5, 0), (4.5, 1)])
def test_fires_from_four_decibels_on_and_is_quiet_below(db: float, count: int) -> None:
    session = after_faders(lead_vocal=voice(*FLAT), keys=keys(0, 0, db, 0, 0, 0, 0, 0))
    assert len(heard(session)) == count


def test_quiet_while_the_voice_stays_well_over_everything() -> None:
    assert heard(after_faders(lead_vocal=voice(*FLAT, dbfs=-12.0), keys=keys(*THIRD))) == ()


def test_quiet_on_a_voice_that_is_soft_throughout() -> None:
    assert heard(after_faders(lead_vocal=voice(*FLAT, dbfs=-40.0), keys=keys(*FLAT))) == ()


def test_quiet_when_what_swells_is_far_from_the_voices_bands() -> None:
    session = after_faders(lead_vocal=voice(*FLAT), keys=keys(*FLAT), bass=keys(*THIRD, dbfs=-10.0, freq_hz=60.0))
    assert heard(session) == ()


def test_quiet_without_a_balance() -> None:
    assert heard(scenes.session(RATE_HZ, lead_vocal=voice(*FLAT), keys=keys(*THIRD))) == ()


def test_quiet_when_a_whole_section_is_denser() -> None:
    dense = (0.0,) * 5 + (6.0,) * 4
    session = after_faders(lead_vocal=voice(*([0.0] * 9)), keys=keys(*dense))
    named = replace(session, sections=(Section("Verse", 0.0, 12.4), Section("Chorus", 12.4, 30.0)))
    assert heard(named) == ()


def test_the_lead_is_lifted_by_half_of_what_it_misses_or_the_culprit_steps_back() -> None:
    (found,) = heard(after_faders(lead_vocal=voice(*FLAT), keys=keys(0, 0, 4.4, 0, 0, 0, 0, 0)))
    up, down, _, leave = suggest(found)
    assert isinstance(up.action, GainCurve)
    assert isinstance(down.action, GainCurve)
    assert (up.action.stem, up.action.lane) == ("lead vocal", "fader")
    assert max(db for *_, db in up.action.wishes) == pytest.approx(2.2, abs=0.2)
    assert down.action.stem == "keys"
    assert -2.0 <= min(db for *_, db in down.action.wishes) <= -1.0
    assert isinstance(leave.action, LeaveIt)


def test_the_lift_is_never_over_two_and_a_half() -> None:
    (found,) = heard(after_faders(lead_vocal=voice(0, 0, 0, -12, 0, 0, 0, 0), keys=keys(*FLAT)))
    option = next(suggest(found))
    assert isinstance(option.action, GainCurve)
    assert max(db for *_, db in option.action.wishes) == 2.5
