"""MX03 holds the moments of a mix against the mix itself."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.mix.mx03_harshness import example
from hearing import hear

RATE_HZ = 16_000
AT_S = np.arange(14 * RATE_HZ) / RATE_HZ
NOISE = 0.05 * np.random.default_rng(5).standard_normal(AT_S.size)
BRIGHT = sum(0.1 * np.sin(2 * np.pi * hz * AT_S) for hz in (2600.0, 3100.0, 3700.0, 4400.0))


def heard(mix: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, mix=mix, keys=NOISE), "MX03")


def between(start_s: float, end_s: float) -> np.ndarray:
    times_s = AT_S
    return (times_s >= start_s) & (times_s < end_s)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    bright, even = example()
    assert len(hear(bright, "MX03")) == 1
    assert hear(even, "MX03") == ()


def test_fires_where_it_is_bright_and_says_for_how_long() -> None:
    (found,) = heard(NOISE + BRIGHT * between(5.0, 8.0))
    assert found.severity == "note"
    assert found.start_s == pytest.approx(5.0, abs=0.4)
    assert found.end_s == pytest.approx(8.0, abs=0.4)


def test_fires_alike_when_the_mix_is_softer() -> None:
    (loud,) = heard(NOISE + BRIGHT * between(5.0, 8.0))
    (soft,) = heard(0.1 * (NOISE + BRIGHT * between(5.0, 8.0)))
    assert soft.value == loud.value


@pytest.mark.parametrize(("times", "count"), [(0.15, 0), (1.0, 1)])
def test_quiet_under_eight_decibels(times: float, count: int) -> None:
    assert len(heard(NOISE + times * BRIGHT * between(5.0, 8.0))) == count


def test_quiet_on_a_mix_that_is_bright_throughout() -> None:
    assert heard(NOISE + BRIGHT) == ()


def test_quiet_on_a_crash_of_half_a_second_and_on_what_is_bright_because_it_is_soft() -> None:
    assert heard(NOISE + BRIGHT * between(5.0, 5.6)) == ()
    soft = np.where(between(5.0, 8.0), 0.05, 1.0)
    assert heard(NOISE * soft + 0.02 * BRIGHT * between(5.0, 8.0)) == ()


def test_quiet_on_silence_and_on_a_stem() -> None:
    assert heard(np.zeros(RATE_HZ * 10)) == ()
    assert hear(scenes.session(RATE_HZ, guitar=NOISE + BRIGHT * between(5.0, 8.0)), "MX03") == ()
