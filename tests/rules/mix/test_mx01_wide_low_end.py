"""MX01 hears the low end of a mix, never of a stem."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.mix_spectra import low_powers
from earmark.line import Request, walk
from earmark.model import Finding
from earmark.rules.mix.mx01_wide_low_end import example
from hearing import hear, on_disk

RATE_HZ = 8_000
AT_S = np.arange(6 * RATE_HZ) / RATE_HZ
LOW = 0.2 * np.sin(2 * np.pi * 60.0 * AT_S)


def sides(over_db: float) -> np.ndarray:
    """A low tone in the middle and another at this level in the sides."""
    side = 10 ** (over_db / 20) * 0.2 * np.sin(2 * np.pi * 80.0 * AT_S)
    return np.stack([LOW + side, LOW - side])


def heard(mix: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, mix=mix, bass=LOW), "MX01")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    wide, narrow = example()
    assert [found.stems for found in hear(wide, "MX01")] == [("mix",)]
    assert hear(narrow, "MX01") == ()


def test_fires_and_says_what_mono_loses() -> None:
    (found,) = heard(sides(0.0))
    assert found.severity == "note"
    assert found.value == pytest.approx(0.0, abs=0.2)
    assert found.evidence["mono_loss_db"] == pytest.approx(3.0, abs=0.2)


def test_fires_on_a_mix_that_is_upside_down_on_one_side() -> None:
    (found,) = heard(np.stack([LOW, -LOW]))
    assert found.value > 30.0


@pytest.mark.parametrize(("over_db", "count"), [(-13.0, 0), (-11.0, 1)])
def test_fires_from_minus_twelve_on_and_is_quiet_below(over_db: float, count: int) -> None:
    assert len(heard(sides(over_db))) == count


def test_quiet_when_only_what_is_high_is_wide() -> None:
    high = 0.2 * np.sin(2 * np.pi * 500.0 * AT_S)
    assert heard(np.stack([LOW + high, LOW - high])) == ()


def test_quiet_on_silence_on_mono_and_without_a_low_end() -> None:
    assert heard(np.zeros((2, RATE_HZ * 3))) == ()
    assert heard(LOW) == ()
    assert heard(1e-4 * np.stack([LOW, -LOW])) == ()


def test_a_wide_stem_is_not_judged_like_a_mix() -> None:
    assert hear(scenes.session(RATE_HZ, synth=np.stack([LOW, -LOW])), "MX01") == ()


def test_it_speaks_at_the_stages_of_a_mix_alone(tmp_path) -> None:
    folder = on_disk(tmp_path, scenes.session(RATE_HZ, song_mix=np.stack([LOW, -LOW]).astype(np.float32)))
    (raw,) = walk(Request(paths=(folder,), stage="intake", select=("MX",), cached=False))
    assert raw.findings == ()
    assert "MX01" in {silent.code for silent in raw.not_listened_for}
    (printed,) = walk(Request(paths=(folder,), stage="print", select=("MX01",), cached=False))
    assert [found.code for found in printed.findings] == ["MX01"]


def test_powers_are_those_of_middle_and_side() -> None:
    middle, side = low_powers(sides(-6.0).astype(np.float32), RATE_HZ)
    assert middle == pytest.approx(0.02, rel=0.02)
    assert 10 * np.log10(side / middle) == pytest.approx(-6.0, abs=0.1)
