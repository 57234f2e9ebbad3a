from __future__ import annotations

import numpy as np
import pytest

from earmark.features.reference_gain import reference_gains


def reference(stereo: list[float], mono: list[float] = []) -> tuple[list[float], float]:  # noqa: B006 (never changed)
    gains = {n: np.array([gain, gain]) for n, gain in enumerate(stereo + mono)}
    found, share = reference_gains(gains, {n: n >= len(stereo) for n in gains})
    return [found[n] for n in gains], share


def test_most_stems_at_one_make_it_one() -> None:
    assert reference([1.0, 1.001, 0.999, 0.447]) == ([1.0] * 4, 0.75)


def test_a_gain_that_all_share_is_the_reference() -> None:
    found, share = reference([0.5, 0.5, 0.5, 1.0])
    assert found == pytest.approx([0.5] * 4)
    assert share == 0.75


def test_mono_stems_are_held_against_half_power_per_side() -> None:
    found, share = reference([1.0, 1.0], [0.7071, 0.7071, 0.35])
    assert found == pytest.approx([1.0, 1.0, 0.7071, 0.7071, 0.7071], abs=1e-3)
    assert share == 0.8


def test_one_of_two_at_one_leaves_one_as_the_reference() -> None:
    assert reference([1.0, 0.447])[0] == [1.0, 1.0]


def test_the_only_mono_stem_is_held_against_what_it_may_be() -> None:
    assert reference([1.0, 1.0, 1.0], [0.35])[0][3] == pytest.approx(0.7071, abs=1e-3)


def test_a_missing_stem_does_not_make_the_others_look_scattered() -> None:
    assert reference([1.0, 1.0, 0.0, 0.0, 0.0])[1] == 1.0


def test_gains_of_all_kinds_leave_few_at_the_reference() -> None:
    assert reference([0.2, 0.5, 1.0, 1.9, 3.1])[1] <= 0.2
