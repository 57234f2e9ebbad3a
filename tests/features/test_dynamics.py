"""Peaks above loudness, from signals whose both are known."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.dynamics import Dynamics
from earmark.features.engine import measure
from measuring import sines, twice


def of(mix: np.ndarray | None = None, **stems: np.ndarray) -> Dynamics:
    found = measure(scenes.session(mix=mix, **stems), {Dynamics}, jobs=1).whole(Dynamics)
    assert isinstance(found, Dynamics)
    return found


@pytest.mark.parametrize("level_dbfs", [-3.0, -30.0])
def test_a_stereo_sine_has_its_peak_at_its_loudness_at_any_level(level_dbfs: float) -> None:
    """EBU Tech 3341: a stereo 1 kHz sine of x dBFS peak reads x LUFS."""
    (file,) = of(tone=twice(sines((4.0, level_dbfs)))).files
    assert file.median_db == pytest.approx(0.0, abs=0.1)
    assert file.windows == 11  # 3 s windows every 0.1 s in 4 s


def test_one_side_alone_reads_three_decibels_less_loudness() -> None:
    (file,) = of(tone=sines((4.0, -10.0))).files
    assert file.median_db == pytest.approx(3.01, abs=0.1)


def test_the_flattest_place_is_found() -> None:
    peaks = sines((4.0, -20.0), (4.0, -16.0))
    peaks[np.arange(500, 4 * 48_000, 24_000)] = 0.9
    (file,) = of(tone=twice(peaks)).files
    assert file.lowest_db == pytest.approx(0.0, abs=0.1)
    assert file.lowest_at_s >= 3.6


def test_quiet_places_do_not_count() -> None:
    (file,) = of(tone=twice(sines((5.0, -50.0), (4.0, -10.0)))).files
    assert file.windows < 45


def test_the_mix_comes_last_and_what_is_short_or_silent_is_left_out() -> None:
    tone = sines((4.0, -10.0))
    found = of(mix=tone, bass=tone, silence=np.zeros(4 * 48_000), blip=tone[:48_000])
    assert [file.stem.name for file in found.files] == ["bass", "mix"]
