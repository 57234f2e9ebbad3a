"""Every limit of docs/curves.md, over random wishes and one by one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.suggestions.curves import (
    CAP_DB,
    HOME_GAP_S,
    LONGEST_RAMP_S,
    SAME_SIGN_SHARE,
    SHORTEST_RAMP_S,
    STEP_DB,
    Ride,
    Wish,
    level_at,
    ride,
)

TINY = 2e-6  # times are rounded to the microsecond


@st.composite
def wished(draw: st.DrawFn) -> list[Wish]:
    """Phrases in order, some touching or overlapping, wishing anything."""
    at_s, wishes = draw(st.floats(0.0, 5.0)), []
    for _ in range(draw(st.integers(1, 25))):
        length_s = draw(st.floats(0.02, 6.0))
        wishes.append((at_s, at_s + length_s, draw(st.sampled_from([0.0, 0.0, 0.4, 1.0, -1.0]) | st.floats(-9.0, 9.0))))
        at_s = max(0.0, at_s + length_s + draw(st.floats(-0.2, 1.5)))
    return draw(st.permutations(wishes))


def mid_phrase(wish: Wish) -> list[float]:
    start_s, end_s, _ = wish
    return [start_s + (end_s - start_s) * share for share in (0.0, 0.1, 0.5, 0.9, 1.0)]


@settings(max_examples=120, deadline=None)
@given(wished())
def test_values_are_steps_of_half_a_decibel_within_three(wishes: list[Wish]) -> None:
    shaped = ride(wishes)
    for _, db in shaped.points:
        assert db in {step / 2 for step in range(-6, 7)}
    assert shaped.static_db in {step / 2 for step in range(-6, 7)}


@settings(max_examples=120, deadline=None)
@given(wished())
def test_the_curve_is_pinned_to_nothing_outside_and_time_runs_forward(wishes: list[Wish]) -> None:
    points = ride(wishes).points
    if points:
        assert points[0][1] == points[-1][1] == 0.0
        assert points[0][0] >= 0.0
    assert all(before[0] < after[0] for before, after in pairwise(points))


@settings(max_examples=120, deadline=None)
@given(wished())
def test_ramps_take_80_to_300_ms(wishes: list[Wish]) -> None:
    for (start_s, from_db), (end_s, to_db) in pairwise(ride(wishes).points):
        if from_db != to_db:
            assert 0.08 - TINY <= end_s - start_s <= 0.3 + TINY


@settings(max_examples=120, deadline=None)
@given(wished())
def test_no_phrase_hears_the_level_move(wishes: list[Wish]) -> None:
    points = ride(wishes).points
    for wish in wishes:
        levels = {round(level_at(points, at_s), 3) for at_s in mid_phrase(wish)}  # a microsecond moves it less
        assert len(levels) == 1


@settings(max_examples=120, deadline=None)
@given(wished())
def test_at_most_four_points_a_phrase(wishes: list[Wish]) -> None:
    shaped = ride(wishes)
    assert len(shaped.points) <= 4 * shaped.phrases <= 4 * len(wishes)


@settings(max_examples=120, deadline=None)
@given(wished())
def test_no_curve_where_most_want_the_same(wishes: list[Wish]) -> None:
    for sign in (1, -1):
        if sum(1 for *_, db in wishes if sign * db >= 0.5) > 0.6 * len(wishes):
            assert ride(wishes).points == ()


@settings(max_examples=60, deadline=None)
@given(wished())
def test_the_order_of_the_wishes_does_not_matter(wishes: list[Wish]) -> None:
    assert ride(wishes) == ride(reversed(wishes))


@pytest.mark.parametrize(
    "said",
    [
        f"in steps of {STEP_DB} dB, is taken out",
        f"nothing under {STEP_DB} dB",
        f"only in gaps of at least {1000 * SHORTEST_RAMP_S:.0f} ms",
        f"{1000 * SHORTEST_RAMP_S:.0f} to {1000 * LONGEST_RAMP_S:.0f} ms",
        f"gaps over {HOME_GAP_S} s",
        f"±{CAP_DB:.0f} dB; the card names",
        f"more than {100 * SAME_SIGN_SHARE:.0f} %",
        "at most 4 per phrase",
    ],
)
def test_the_page_about_curves_says_the_numbers_that_are_used(said: str) -> None:
    assert said in (Path(__file__).parents[2] / "docs" / "curves.md").read_text(encoding="utf-8")


def phrases(*dbs: float, length_s: float = 2.0, gap_s: float = 1.0) -> list[Wish]:
    step_s = length_s + gap_s
    return [(1.0 + i * step_s, 1.0 + i * step_s + length_s, db) for i, db in enumerate(dbs)]


def test_one_phrase_of_several_is_lifted_and_let_go_again() -> None:
    shaped = ride(phrases(0.0, 2.0, 0.0, 0.0))
    assert [at_s for at_s, _ in shaped.points] == pytest.approx([3.7, 4.0, 6.0, 6.3])
    assert [db for _, db in shaped.points] == [0.0, 2.0, 2.0, 0.0]
    assert shaped.static_db == 0.0
    assert shaped.phrases == 1


def test_what_most_want_is_one_number_and_the_rest_is_relative_to_it() -> None:
    shaped = ride(phrases(1.0, 1.0, 0.0, 1.0, -1.0, -2.0, 1.0))
    assert shaped.static_db == 1.0
    assert level_at(shaped.points, 1.5) == 0.0
    assert level_at(shaped.points, 1.0 + 2 * 3.0 + 1.0) == -1.0
    assert level_at(shaped.points, 1.0 + 5 * 3.0 + 1.0) == -3.0


def test_what_all_want_is_no_curve_but_a_number() -> None:
    assert ride(phrases(1.0, 1.5, 1.0, 0.0)) == Ride(static_db=1.0)


def test_exactly_sixty_per_cent_may_still_ride() -> None:
    assert ride(phrases(2.0, 2.0, 2.0, 0.0, 0.0)).points
    assert not ride(phrases(2.0, 2.0, 2.0, 2.0, 0.0)).points


def test_a_wish_over_three_is_held_at_three_and_named() -> None:
    shaped = ride(phrases(0.0, 4.5, 0.0, 0.0))
    assert level_at(shaped.points, 5.0) == 3.0
    assert shaped.beyond == ((4.0, 6.0, 4.5),)


def test_half_a_decibel_moves_and_less_does_not() -> None:
    assert ride(phrases(0.0, 0.5, 0.0)).points
    assert ride(phrases(0.0, 0.49, 0.0)).points == ()


def test_phrases_without_a_gap_are_held_together_at_their_mean() -> None:
    shaped = ride([(1.0, 2.0, 2.0), (2.05, 3.05, 1.0), (5.0, 9.0, 0.0), (11.0, 14.0, 0.0)])
    assert level_at(shaped.points, 1.5) == level_at(shaped.points, 2.5) == 1.5
    assert shaped.phrases == 1


def test_short_gaps_go_straight_to_the_next_value() -> None:
    shaped = ride([(1.0, 2.0, 2.0), (2.2, 3.0, -2.0), (5.0, 9.0, 0.0)])
    assert (2.0, 2.0) in [(round(at_s, 9), db) for at_s, db in shaped.points]
    assert (2.2, -2.0) in shaped.points


def test_a_phrase_at_the_very_start_keeps_its_level() -> None:
    assert ride([(0.0, 2.0, 2.0), (3.0, 9.0, 0.0)]).points == ()


def test_nothing_wished_is_nothing_drawn() -> None:
    assert ride([]) == Ride()
    assert ride([(1.0, 1.0, 3.0)]) == Ride()


def test_the_level_between_points_is_a_straight_line_in_decibels() -> None:
    points = ((1.0, 0.0), (2.0, 2.0), (3.0, 0.0))
    assert level_at(points, 1.5) == pytest.approx(1.0)
    assert level_at(points, 2.75) == pytest.approx(0.5)
    assert level_at(points, 0.0) == level_at(points, 4.0) == level_at((), 1.0) == 0.0
