"""PF04 names a stem beside the others, only where each has a tuning that can be told."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.tuning import Tuning, error_cents
from earmark.features.tunings import Tunings, against
from earmark.model import Finding
from earmark.rules.performance.pf04_out_of_tune_with import check, example, suggest
from hearing import hear


def heard(sharpness: float = 0.9, seconds: float = 30.0, **cents: float) -> tuple[Finding, ...]:
    """What is said of stems with these tunings."""
    session = scenes.session(**{name: np.zeros(480) for name in cents})
    tuned = [
        Tuning(
            stem=stem,
            offset_cents=offset,
            sharpness=sharpness,
            error_cents=error_cents(sharpness, seconds),
            heard_s=seconds,
        )
        for stem, offset in zip(session.stems, cents.values(), strict=True)
    ]
    return tuple(check(Tunings(session=session, stems=tuple(against(one, tuned) for one in tuned))))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    high, level = example()
    (found,) = hear(high, "PF04")
    assert found.stems[0] == "bass"
    assert found.value == pytest.approx(30.0, abs=4.0)
    assert hear(level, "PF04") == ()


def test_fires_once_for_the_one_beside_the_others_and_says_which_way() -> None:
    (found,) = heard(bass=-30.0, keys=0.0, guitar=3.0)
    assert found.severity == "note"
    assert found.stems == ("bass", "keys")
    assert "below" in found.message


def test_fires_once_for_two_stems_alone() -> None:
    (found,) = heard(bass=20.0, keys=0.0)
    assert found.stems == ("bass", "keys")
    assert "not known" in found.doubt


def test_fires_across_the_edge_of_the_semitone_by_the_short_way() -> None:
    (found,) = heard(bass=45.0, keys=-35.0, guitar=-33.0)
    assert found.value == 20


@pytest.mark.parametrize(("cents", "count"), [(14.0, 0), (17.0, 1)])
def test_quiet_up_to_fifteen_cents(cents: float, count: int) -> None:
    assert len(heard(bass=cents, keys=0.0, guitar=1.0)) == count


def test_quiet_when_the_others_do_not_agree_among_themselves() -> None:
    assert heard(bass=20.0, keys=0.0, guitar=-12.0) == ()


def test_quiet_when_all_are_tuned_to_432() -> None:
    assert heard(bass=-31.8, keys=-30.0, guitar=-33.0) == ()


def test_quiet_when_a_tuning_is_hardly_known() -> None:
    assert heard(sharpness=0.6, seconds=5.0, bass=22.0, keys=0.0) == ()


def test_the_shift_goes_the_other_way() -> None:
    (found,) = heard(bass=-30.0, keys=0.0, guitar=0.0)
    _, shift, leave = suggest(found)
    assert isinstance(shift.action, Repair)
    assert "+30 cents" in shift.text
    assert isinstance(leave.action, LeaveIt)
