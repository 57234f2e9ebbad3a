"""A step between takes keeps its limits: docs/curves.md."""

from __future__ import annotations

from earmark.actions import GainCurve
from earmark.model import Option
from earmark.suggestions.curves import level_at
from earmark.suggestions.options import shape
from earmark.suggestions.steps import steps


def test_a_step_is_flat_with_edges_of_ten_ms_inside_it() -> None:
    assert steps([(2.0, 5.0, -2.2)]).points == ((2.0, 0.0), (2.01, -2.0), (4.99, -2.0), (5.0, 0.0))


def test_nothing_moves_outside_and_nothing_under_half_a_decibel() -> None:
    points = steps([(2.0, 5.0, 1.0), (7.0, 8.0, 0.4)]).points
    assert level_at(points, 1.99) == level_at(points, 5.01) == level_at(points, 7.5) == 0.0


def test_beyond_three_decibels_it_stops_and_says_so() -> None:
    ride = steps([(2.0, 5.0, 7.0)])
    assert max(db for _, db in ride.points) == 3.0
    assert ride.beyond == ((2.0, 5.0, 7.0),)
    option = Option(GainCurve("vox", "region", ((2.0, 5.0, 7.0),), kind="step"), "level it", "a", "b")
    (shaped,) = shape(option)
    assert "1 take, +3.0 dB" in shaped.text
    assert "+7.0" in shaped.text


def test_takes_that_overlap_are_not_moved_twice() -> None:
    assert steps([(2.0, 5.0, 1.0), (4.0, 6.0, 2.0)]).phrases == 1


def test_a_take_shorter_than_its_edges_stays() -> None:
    assert steps([(2.0, 2.015, 2.0)]).points == ()
