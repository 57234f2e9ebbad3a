"""Stems that end together were exported together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.one_pack import common_end_s
from earmark.model import Stem


def of_lengths(*lengths_s: float, starts_s: tuple[float, ...] = ()) -> tuple[Stem, ...]:
    stems = scenes.session(1_000, **{f"s{n}": np.zeros(round(1_000 * s)) for n, s in enumerate(lengths_s)}).stems
    starts = starts_s or (0.0,) * len(stems)
    return tuple(replace(stem, start_s=start_s) for stem, start_s in zip(stems, starts, strict=True))


def test_more_than_half_of_them_have_to_agree() -> None:
    assert common_end_s(of_lengths(2.0, 2.05, 1.0)) == pytest.approx(2.05)
    assert common_end_s(of_lengths(2.0, 2.0, 1.0, 3.0)) is None
    assert common_end_s(of_lengths(2.0, 2.1, 2.2)) is None


def test_one_stem_is_no_pack_and_empty_files_do_not_count() -> None:
    assert common_end_s(of_lengths(2.0)) is None
    assert common_end_s(of_lengths(2.0, 0.0)) is None
    assert common_end_s(()) is None
    assert common_end_s(of_lengths(2.0, 2.0, 0.0, 0.0)) == 2.0


def test_it_is_the_end_on_the_timeline_that_counts() -> None:
    assert common_end_s(of_lengths(2.0, 1.5, starts_s=(0.0, 0.5))) == 2.0
