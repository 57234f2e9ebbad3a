"""Many, or many alike on a grid, are a layer of the sound; a handful is not."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.rules.repetition import even, layered, sure

STREWN = np.sort(np.random.default_rng(1).uniform(0, 60, 40))


def test_a_handful_is_never_a_layer() -> None:
    assert layered(np.arange(7) * 0.5, np.full(7, 0.1), 60.0) == ""


def test_many_in_a_short_time_are_a_layer_and_over_a_long_time_are_not() -> None:
    assert "more than two a second" in layered(STREWN, STREWN + 1, 15.0)
    assert layered(STREWN, STREWN + 1, 60.0) == ""


def test_even_ones_of_one_height_are_a_layer_and_of_many_heights_are_not() -> None:
    at_s = np.arange(12) * 0.5
    assert "evenly spaced" in layered(at_s, np.full(12, 0.1), 60.0)
    assert layered(at_s, np.geomspace(0.01, 1.0, 12), 60.0) == ""


def test_a_grid_with_holes_is_even_and_strewn_places_are_not() -> None:
    assert even(np.delete(np.arange(20) * 0.5, [3, 4, 9]))
    assert not even(STREWN)


def test_the_further_over_the_limit_the_surer() -> None:
    assert sure(8.0, 8.0) == pytest.approx(0.7)
    assert sure(8.0, 8.0) < sure(20.0, 8.0) < sure(800.0, 8.0) <= 0.98
