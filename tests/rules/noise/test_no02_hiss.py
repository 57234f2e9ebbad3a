"""NO02 hears hiss where it is bare, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.actions import LeaveIt
from earmark.model import Finding
from earmark.rules.choice import choose
from earmark.rules.noise.no02_hiss import example, suggest
from hearing import findings, hear

RATE_HZ = 16_000
AT_S = np.arange(6 * RATE_HZ) / RATE_HZ


def line() -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 220.0 * AT_S) * np.exp(-12.0 * (AT_S % 2.0))


def noise(dbfs: float, seed: int = 2) -> np.ndarray:
    return 10 ** (dbfs / 20) * np.random.default_rng(seed).standard_normal(AT_S.size)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO02", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    bare, covered = example()
    (found,) = hear(bare, "NO02")
    assert found.value == pytest.approx(-62.6, abs=1.0)  # of 0-8 kHz, from 1 kHz to a third of the rate
    assert hear(covered, "NO02") == ()


def test_fires_alike_upside_down() -> None:
    (found,) = heard(guitar=-(line() + noise(-60.0)))
    assert found.value == pytest.approx(-62.6, abs=1.0)


def test_fires_only_where_the_others_rest_too() -> None:
    pad = 0.05 * np.sin(2 * np.pi * 330.0 * AT_S)
    pad[round(3.2 * RATE_HZ) : 4 * RATE_HZ] = 0.0
    (found,) = heard(guitar=line() + noise(-60.0), pad=pad)
    assert (found.start_s, found.end_s) == pytest.approx((3.2, 4.0), abs=0.12)


def test_fires_just_over_the_threshold_and_not_just_under() -> None:
    assert heard(guitar=0.3 * line() + noise(-71.0))
    assert heard(guitar=0.3 * line() + noise(-74.0)) == ()


def test_quiet_before_the_first_sound_and_behind_the_last() -> None:
    sound = 0.3 * np.sin(2 * np.pi * 220.0 * AT_S) * ((AT_S > 2.0) & (AT_S < 4.0))
    assert heard(guitar=sound + noise(-60.0)) == ()


def test_quiet_on_hum_and_on_a_held_tone_in_the_pause() -> None:
    assert heard(guitar=line() + 1e-3 * np.sin(2 * np.pi * 2000.0 * AT_S) + noise(-95.0)) == ()
    assert heard(guitar=line() + 1e-3 * np.sin(2 * np.pi * 50.0 * AT_S) + noise(-95.0)) == ()


def test_quiet_on_silence_a_constant_and_a_short_stem() -> None:
    for sound in (np.zeros(RATE_HZ), np.full(RATE_HZ, 0.3), np.full(100, 0.5), line()):
        assert heard(guitar=sound) == ()


def test_quiet_while_raw_stems_have_just_come_in() -> None:
    silent = {each.code for each in choose(example()[0], "intake").silent}
    assert "NO02" in silent
    assert "NO02" not in {each.code for each in choose(example()[0], "mix").silent}


def test_the_options_end_with_leaving_it() -> None:
    (found,) = hear(example()[0], "NO02")
    assert isinstance(list(suggest(found))[-1].action, LeaveIt)
