"""The limits of dips over esses and plosives, over random wishes and one by one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.suggestions.curves import Wish, level_at
from earmark.suggestions.dips import EDGE_S, ESSES, MOST_A_MINUTE, PLOSIVES, DipLimits, dips

TINY = 2e-6
KINDS = pytest.mark.parametrize("limits", [ESSES, PLOSIVES], ids=["esses", "plosives"])
WISHES = st.lists(
    st.tuples(st.floats(0.0, 150.0), st.floats(0.0, 0.5), st.floats(-14.0, 3.0)).map(
        lambda wish: (wish[0], wish[0] + wish[1], wish[2])
    ),
    max_size=60,
)


def each(points: tuple[tuple[float, float], ...]) -> list[tuple[float, float, float]]:
    """Start, end and depth of every dip: four points each."""
    assert len(points) % 4 == 0
    return [(points[i][0], points[i + 3][0], points[i + 1][1]) for i in range(0, len(points), 4)]


@KINDS
@settings(max_examples=60, deadline=None)
@given(wishes=WISHES)
def test_depth_and_length_are_within_the_limits_and_in_steps(limits: DipLimits, wishes: list[Wish]) -> None:
    for start_s, end_s, db in each(dips(wishes, limits).points):
        assert -limits.most_db <= db <= -limits.least_db
        assert db * 2 == round(db * 2)
        assert limits.shortest_s - TINY <= end_s - start_s <= limits.longest_s + TINY
        assert start_s >= 0.0


@KINDS
@settings(max_examples=60, deadline=None)
@given(wishes=WISHES)
def test_time_runs_forward_and_every_dip_comes_home(limits: DipLimits, wishes: list[Wish]) -> None:
    points = dips(wishes, limits).points
    assert all(before[0] < after[0] for before, after in pairwise(points))
    assert all(points[i][1] == points[i + 3][1] == 0.0 for i in range(0, len(points), 4))


@KINDS
@settings(max_examples=60, deadline=None)
@given(wishes=WISHES)
def test_at_most_twelve_in_any_minute_and_the_rest_is_said(limits: DipLimits, wishes: list[Wish]) -> None:
    shaped = dips(wishes, limits)
    starts_s = [start_s for start_s, _, _ in each(shaped.points)]
    assert all(sum(1 for at_s in starts_s if first <= at_s < first + 60.0) <= 12 for first in starts_s)
    assert shaped.phrases == len(starts_s)
    if shaped.beyond:
        assert len(starts_s) >= 12


def test_twenty_esses_in_a_minute_keep_the_twelve_deepest() -> None:
    shaped = dips([(3.0 * i, 3.0 * i + 0.1, -2.0 - 0.1 * i) for i in range(20)], ESSES)
    assert next(start_s for start_s, _, _ in each(shaped.points)) == pytest.approx(24.0 - EDGE_S)
    assert len(shaped.beyond) == 8


def test_a_dip_holds_over_its_ess_and_leaves_the_vowels() -> None:
    points = dips([(10.0, 10.1, -4.0)], ESSES).points
    assert [level_at(points, at_s) for at_s in (9.98, 10.0, 10.05, 10.1, 10.12)] == [0.0, -4.0, -4.0, -4.0, 0.0]


def test_of_two_that_overlap_the_deeper_is_kept() -> None:
    assert each(dips([(1.0, 1.1, -3.0), (1.05, 1.15, -5.0)], ESSES).points)[0][2] == -5.0


@KINDS
def test_nothing_comes_of_nothing(limits: DipLimits) -> None:
    assert dips([], limits).points == ()
    assert dips([(1.0, 1.0, -5.0), (2.0, 2.1, 5.0), (3.0, 3.1, -limits.least_db + 0.1)], limits).points == ()


@pytest.mark.parametrize(
    "said",
    [
        f"{ESSES.least_db:.0f} to {ESSES.most_db:.0f} dB | {PLOSIVES.least_db:.0f} to {PLOSIVES.most_db:.0f} dB",
        f"{1000 * ESSES.shortest_s:.0f} to {1000 * ESSES.longest_s:.0f} ms",
        f"{1000 * PLOSIVES.shortest_s:.0f} to {1000 * PLOSIVES.longest_s:.0f} ms",
        f"ramps | {1000 * EDGE_S:.0f} ms",
        f"at most {MOST_A_MINUTE} in any minute",
    ],
)
def test_the_page_about_curves_says_the_numbers_that_are_used(said: str) -> None:
    assert said in (Path(__file__).parents[2] / "docs" / "curves.md").read_text(encoding="utf-8")
