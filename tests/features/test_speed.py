"""Speeds finds the stem whose length is that of the others at another speed, and asks its onsets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.speed import SPEEDS, OddLength, Speeds
from earmark.model import Session
from earmark.rules.file.fi11_wrong_speed import struck

RATE_HZ = 8_000
SECONDS = 22.0
BEATS_S = np.cumsum(np.random.default_rng(4).uniform(0.15, 0.8, 40))


def part(speed: float = 1.0, *, seed: int, beats_s: np.ndarray = BEATS_S) -> np.ndarray:
    return struck(beats_s / speed, round(SECONDS * RATE_HZ / speed), RATE_HZ, seed)


def odd(session: Session) -> tuple[OddLength, ...]:
    speeds = measure(session, {Speeds}, jobs=1).whole(Speeds)
    assert isinstance(speeds, Speeds)
    return speeds.odd


@pytest.mark.parametrize("speed", SPEEDS)
def test_each_speed_is_told_by_the_length(speed: float) -> None:
    (found,) = odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=part(speed, seed=3)))
    assert (found.stem.name, found.speed) == ("c", speed)
    assert abs(found.remainder_s) < 1e-3


@pytest.mark.parametrize("speed", SPEEDS[:2])
def test_onsets_agree_only_at_the_speed_they_were_played_at(speed: float) -> None:
    (found,) = odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=part(speed, seed=3)))
    assert found.agrees_as_sent is not None
    assert found.agrees_at_speed is not None
    assert found.agrees_as_sent < 3.0
    assert found.agrees_at_speed > 8.0


def test_a_part_that_is_so_long_by_chance_agrees_as_it_is() -> None:
    short = part(seed=3)[: round(SECONDS * RATE_HZ / SPEEDS[0])]
    (found,) = odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=short))
    assert found.agrees_as_sent is not None
    assert found.agrees_at_speed is not None
    assert found.agrees_as_sent > 8.0
    assert found.agrees_at_speed < 3.0


def test_a_part_on_no_beat_agrees_with_nothing() -> None:
    other = np.cumsum(np.random.default_rng(9).uniform(0.15, 0.8, 40))
    (found,) = odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=part(SPEEDS[0], seed=3, beats_s=other)))
    assert max(found.agrees_as_sent or 0.0, found.agrees_at_speed or 0.0) < 4.0


def test_lengths_that_fit_no_speed_are_left_to_others() -> None:
    sounds = {"a": part(seed=1), "b": part(seed=2)}
    assert odd(scenes.session(RATE_HZ, **sounds, c=part(1.07, seed=3))) == ()
    assert odd(scenes.session(RATE_HZ, **sounds, c=part(seed=3))) == ()


def test_where_no_length_is_common_nothing_is_compared() -> None:
    assert odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(1.3, seed=2))) == ()


def test_too_little_to_compare_gives_no_number() -> None:
    short = {name: struck(BEATS_S, 8 * RATE_HZ, RATE_HZ, seed) for seed, name in enumerate("ab")}
    fast = struck(BEATS_S / SPEEDS[0], round(8 * RATE_HZ / SPEEDS[0]), RATE_HZ, 3)
    (found,) = odd(scenes.session(RATE_HZ, **short, c=fast))
    assert (found.agrees_as_sent, found.agrees_at_speed) == (None, None)


def test_silence_agrees_with_nothing() -> None:
    silent = np.zeros(round(SECONDS * RATE_HZ / SPEEDS[0]))
    (found,) = odd(scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=silent))
    assert (found.agrees_as_sent, found.agrees_at_speed) == (0.0, 0.0)


def test_files_placed_by_their_stamps_are_held_against_the_timeline() -> None:
    session = scenes.session(RATE_HZ, a=part(seed=1), b=part(seed=2), c=part(SPEEDS[0], seed=3))
    late = replace(session.stems[2], start_s=SECONDS - SECONDS / SPEEDS[0])
    assert odd(replace(session, stems=(*session.stems[:2], late))) == ()
