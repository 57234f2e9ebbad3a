"""PF02 holds a player against the drums and against their own habit, never against a grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.off_the_beat import OffTheBeat, Timing
from earmark.model import Finding
from earmark.rules.performance.pf02_off_the_drums import check, example, suggest
from hearing import hear

SESSION = scenes.session(bass=np.zeros(480))
JITTER_MS = 5.0


def heard(late_ms: np.ndarray, paired: float = 0.9) -> tuple[Finding, ...]:
    """What is said of a bass with these distances from the drums, a note every 0.4 s."""
    bass = SESSION.stems[0]
    timing = Timing(bass, ("kick",), 0.4 * np.arange(len(late_ms)), late_ms / 1000, paired)
    return tuple(check(OffTheBeat(session=SESSION, stems=(timing,))))


def played(count: int = 40, spread_ms: float = JITTER_MS, habit_ms: float = 0.0) -> np.ndarray:
    return habit_ms + spread_ms * np.random.default_rng(3).standard_normal(count)


def pushed(ms: float, count: int = 40) -> np.ndarray:
    return played(count) + np.where((np.arange(count) >= 20) & (np.arange(count) < 28), ms, 0.0)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    late, steady = example()
    (found,) = hear(late, "PF02")
    assert found.value == pytest.approx(45.0, abs=8.0)
    assert found.start_s == pytest.approx(8.2, abs=0.2)
    assert found.end_s == pytest.approx(11.1, abs=0.3)
    assert hear(steady, "PF02") == ()


@pytest.mark.parametrize(("ms", "way"), [(45.0, "later"), (-45.0, "earlier")])
def test_fires_on_a_passage_and_says_which_way(ms: float, way: str) -> None:
    (found,) = heard(pushed(ms))
    assert (found.severity, found.aspect) == ("note", "passage")
    assert way in found.message
    assert found.value == pytest.approx(45.0, abs=4.0)


@pytest.mark.parametrize(("spread_ms", "count"), [(20.0, 0), (45.0, 1)])
def test_fires_on_a_stem_that_is_loose_throughout_and_is_quiet_on_one_that_is_not(spread_ms: float, count: int) -> None:
    assert len(heard(played(spread_ms=spread_ms))) == count


@pytest.mark.parametrize(("ms", "count"), [(18.0, 0), (34.0, 1)])
def test_quiet_just_under_25_ms(ms: float, count: int) -> None:
    assert len(heard(pushed(ms))) == count


def test_quiet_on_a_player_who_always_plays_late() -> None:
    assert heard(played(habit_ms=45.0)) == ()


def test_quiet_with_few_notes_or_a_part_of_its_own() -> None:
    assert heard(pushed(45.0)[12:30]) == ()
    assert heard(pushed(45.0), paired=0.3) == ()


def test_quiet_without_drums() -> None:
    late, _ = example()
    assert hear(replace(late, stems=late.stems[1:]), "PF02") == ()


def test_a_passage_is_moved_back_and_nothing_else() -> None:
    (found,) = heard(pushed(45.0))
    move, *_, leave = suggest(found)
    assert isinstance(move.action, Repair)
    assert "by -4" in move.text
    assert isinstance(leave.action, LeaveIt)
