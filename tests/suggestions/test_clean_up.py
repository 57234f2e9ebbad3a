"""The limits of the clean-up of gaps, over random wishes and one by one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.suggestions.clean_up import (
    DEEPEST_DB,
    EARLY_S,
    LONGEST_CLOSE_S,
    OPENING_S,
    SHORTEST_CLOSE_S,
    SHORTEST_GAP_S,
    clean_up,
)
from earmark.suggestions.curves import Wish, level_at

TINY = 2e-6
WISHES = st.lists(
    st.tuples(st.floats(0.0, 60.0), st.floats(0.0, 6.0), st.floats(-60.0, 6.0)).map(
        lambda wish: (wish[0], wish[0] + wish[1], wish[2])
    ),
    max_size=30,
)


@settings(max_examples=80, deadline=None)
@given(WISHES)
def test_it_never_mutes_and_never_lifts(wishes: list[Wish]) -> None:
    assert all(-DEEPEST_DB <= db <= 0.0 and db * 2 == round(db * 2) for _, db in clean_up(wishes).points)


@settings(max_examples=80, deadline=None)
@given(WISHES)
def test_it_closes_slowly_opens_early_and_only_in_gaps_over_a_second(wishes: list[Wish]) -> None:
    points = clean_up(wishes).points
    ends_s = {round(end_s - EARLY_S, 6) for _, end_s, _ in wishes}
    for i in range(0, len(points), 4):
        (leaves_s, _), (closed_s, down_db), (opens_s, _), (open_s, home_db) = points[i : i + 4]
        assert SHORTEST_CLOSE_S - TINY <= closed_s - leaves_s <= LONGEST_CLOSE_S + TINY
        assert open_s - opens_s == pytest.approx(OPENING_S, abs=TINY)
        assert open_s + EARLY_S - leaves_s > SHORTEST_GAP_S - TINY
        assert open_s in ends_s
        assert down_db < 0.0 == home_db
    assert all(before[0] <= after[0] for before, after in pairwise(points))


def test_a_gap_is_down_in_its_middle_and_open_at_its_ends() -> None:
    points = clean_up([(2.0, 6.0, -12.0)]).points
    levels = [level_at(points, at_s) for at_s in (1.9, 2.0, 2.3, 4.0, 5.9, 5.995, 6.0)]
    assert levels == pytest.approx([0.0, 0.0, -12.0, -12.0, -12.0, 0.0, 0.0])


@pytest.mark.parametrize(
    "wish", [(1.0, 2.0, -12.0), (1.0, 1.0, -12.0), (1.0, 5.0, 0.0), (1.0, 5.0, 6.0), (5.0, 1.0, -12.0)]
)
def test_nothing_comes_of_short_gaps_and_of_no_wish(wish: Wish) -> None:
    assert clean_up([wish]).points == ()
    assert clean_up([]).points == ()


@pytest.mark.parametrize(
    "said",
    [
        f"never over {DEEPEST_DB:.0f}",
        f"over {SHORTEST_GAP_S:.0f} s",
        f"over {1000 * SHORTEST_CLOSE_S:.0f} to {1000 * LONGEST_CLOSE_S:.0f} ms",
        f"in {1000 * OPENING_S:.0f} ms, done {1000 * EARLY_S:.0f} ms before the next sound",
    ],
)
def test_the_page_about_curves_says_the_numbers_that_are_used(said: str) -> None:
    assert said in (Path(__file__).parents[2] / "docs" / "curves.md").read_text(encoding="utf-8")
