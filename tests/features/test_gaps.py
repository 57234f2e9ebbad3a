"""A gap is found to the sample, with its level on both sides and how fast it falls and rises."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.gaps import Gaps
from measuring import measured

RATE_HZ = 44_100


def tone(seconds: float = 5.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return 0.2 * np.sin(2 * np.pi * 331.7 * at_s) + 0.05 * np.sin(2 * np.pi * 1_203.0 * at_s)


def holed(start: int, length: int, fade: int = 0) -> np.ndarray:
    sound = tone()
    sound[start : start + length] = 0.0
    sound[start - fade : start] *= np.linspace(1, 0, fade)
    sound[start + length : start + length + fade] *= np.linspace(0, 1, fade)
    return sound


@pytest.mark.parametrize("length", [221, 500, 4_410, 44_100, 150_000])
def test_a_gap_is_found_to_the_sample(length: int) -> None:
    found = measured(Gaps, holed(30_000, length), RATE_HZ)
    assert found.start_samples[0] == pytest.approx(30_000, abs=1)
    assert found.length_samples[0] == pytest.approx(length, abs=2)
    assert found.inside_dbfs[0] == -120.0
    assert found.before_dbfs[0] == pytest.approx(found.loud_dbfs, abs=1.0)
    assert found.fall_s[0] <= 0.0005
    assert found.rise_s[0] <= 0.0005


@pytest.mark.parametrize("fade_ms", [15, 20, 50, 100])
def test_a_fade_shows_and_a_cut_does_not(fade_ms: int) -> None:
    faded = measured(Gaps, holed(30_000, 8_820, fade_ms * 44), RATE_HZ)
    assert 8.5 < faded.faded_db[0] < 16
    for short in (0, 88):
        assert measured(Gaps, holed(30_000, 8_820, short), RATE_HZ).faded_db[0] < 4.0


def test_two_milliseconds_of_fade_take_half_of_that() -> None:
    found = measured(Gaps, holed(30_000, 8_820, 88), RATE_HZ)
    assert found.fall_s[0] == pytest.approx(0.0005, abs=0.0006)
    assert measured(Gaps, holed(30_000, 8_820, 440), RATE_HZ).fall_s[0] > found.fall_s[0]


def test_one_silent_channel_of_two_is_no_gap_and_both_are() -> None:
    whole, gone = tone(), holed(30_000, 4_410)
    assert measured(Gaps, np.stack([whole, gone]), RATE_HZ).screened == 0
    assert measured(Gaps, np.stack([gone, gone]), RATE_HZ).screened == 1


def test_pauses_ends_and_silence_are_no_gaps() -> None:
    assert measured(Gaps, holed(30_000, 160_000), RATE_HZ).screened == 0  # more than 3.5 s
    assert measured(Gaps, np.concatenate([np.zeros(20_000), tone(), np.zeros(20_000)]), RATE_HZ).screened == 0
    assert measured(Gaps, np.zeros(30_000), RATE_HZ).screened == 0
    assert measured(Gaps, np.zeros(0), RATE_HZ).loud_dbfs == -120.0


def test_two_clicks_in_silence_have_no_gap_between_them() -> None:
    sound = np.zeros(RATE_HZ)
    sound[10_000] = sound[20_000] = 0.5
    assert measured(Gaps, sound, RATE_HZ).screened == 0
