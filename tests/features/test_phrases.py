"""Phrases begin and end where the sound does, and their loudness is that of a loudness meter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import scenes
from earmark.features.phrases import Phrases, active_spans
from earmark.features.stem_pass import measure_stem

RATE_HZ = 48_000


def of(sound: np.ndarray, rate_hz: int = RATE_HZ) -> Phrases:
    return measure_stem(scenes.session(rate_hz, vox=sound).stems[0], [Phrases])[Phrases]


def sung(*spans: tuple[float, float, float], seconds: float = 12.0, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A 1 kHz tone at these spans (start_s, end_s, peak in dBFS) over a little noise."""
    at_s = np.arange(round(seconds * rate_hz)) / rate_hz
    sound = 1e-4 * np.random.default_rng(5).standard_normal(at_s.size)
    for start_s, end_s, dbfs in spans:
        inside = (at_s >= start_s) & (at_s < end_s)
        sound[inside] += 10 ** (dbfs / 20) * np.sin(2 * np.pi * 1_000 * at_s[inside])
    return sound


def test_each_phrase_is_found_where_it_lies() -> None:
    got = of(sung((1.0, 2.5, -20.0), (3.0, 5.0, -26.0), (8.0, 11.0, -20.0)))
    assert [phrase.start_s for phrase in got.phrases] == pytest.approx([1.0, 3.0, 8.0], abs=0.031)
    assert [phrase.end_s for phrase in got.phrases] == pytest.approx([2.5, 5.0, 11.0], abs=0.031)


def test_loudness_is_what_bs_1770_says_of_the_tone() -> None:
    """Tech 3341, case 1, as one channel: a stereo tone of -23 dBFS reads -23.0, one channel of it 3.01 less."""
    got = of(sung((1.0, 4.0, -23.0)))
    assert got.phrases[0].loudness_lufs == pytest.approx(-26.01, abs=0.15)
    both = of(np.stack([sung((1.0, 4.0, -23.0))] * 2))
    assert both.phrases[0].loudness_lufs == pytest.approx(-23.0, abs=0.15)


def test_a_breath_inside_does_not_make_a_phrase_softer() -> None:
    whole, parted = of(sung((1.0, 4.0, -20.0))), of(sung((1.0, 2.4, -20.0), (2.5, 4.0, -20.0)))
    assert len(parted.phrases) == 1
    assert parted.phrases[0].loudness_lufs == pytest.approx(whole.phrases[0].loudness_lufs, abs=0.2)


def test_the_peak_is_the_largest_sample_of_the_phrase() -> None:
    sound = sung((1.0, 2.0, -20.0), (4.0, 5.0, -20.0))
    sound[round(4.5 * RATE_HZ)] = -0.9
    quiet, loud = of(sound).phrases
    assert loud.peak_dbfs == pytest.approx(20 * np.log10(0.9), abs=0.01)
    assert quiet.peak_dbfs == pytest.approx(-20.0, abs=0.1)


def test_gain_moves_the_loudness_and_nothing_else() -> None:
    sound = sung((1.0, 2.5, -14.0), (3.0, 5.0, -17.0))
    here, there = of(sound), of(sound / 2)
    assert [p.start_s for p in here.phrases] == [p.start_s for p in there.phrases]
    moved = [b.loudness_lufs - a.loudness_lufs for a, b in zip(here.phrases, there.phrases, strict=True)]
    assert moved == pytest.approx([-6.02, -6.02], abs=0.05)


@pytest.mark.parametrize("sound", [np.zeros(RATE_HZ), np.zeros(3), sung((0.5, 0.6, -20.0), seconds=2.0)])
def test_silence_and_single_blips_are_no_phrase(sound: np.ndarray) -> None:
    assert of(sound).phrases == ()


def test_below_the_rate_of_a_loudness_meter_there_are_none() -> None:
    assert of(sung((1.0, 3.0, -20.0), rate_hz=4_000), rate_hz=4_000).phrases == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), max_size=400))
def test_spans_are_long_apart_and_begin_and_end_in_sound(active: list[bool]) -> None:
    spans = list(active_spans(np.array(active, bool)))
    for first, end in spans:
        assert end - first >= 30
        assert active[first]
        assert active[end - 1]
    for (_, end), (first, _) in pairwise(spans):
        assert first - end >= 15
