"""The thinned copy carries what lies below 400 Hz, where it lies, and nothing that folded."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.decimated import DecimatedCopy
from earmark.features.stem_pass import measure_stem


def copy_of(sound: np.ndarray, rate_hz: int) -> DecimatedCopy:
    stem = scenes.session(rate_hz, stem=sound).stems[0]
    return measure_stem(stem, [DecimatedCopy])[DecimatedCopy]


def sine(freq_hz: float, rate_hz: int, seconds: float = 3.0) -> np.ndarray:
    return 0.25 * np.sin(2 * np.pi * freq_hz * np.arange(round(seconds * rate_hz)) / rate_hz)


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("freq_hz", [50.0, 250.0, 390.0])
def test_low_tones_keep_their_time_and_level(rate_hz: int, freq_hz: float) -> None:
    copy = copy_of(sine(freq_hz, rate_hz), rate_hz)
    got = copy.samples[0]
    at_s = np.arange(got.size) / copy.rate_hz
    inner = slice(100, -100)  # the ends hold half a filter of silence
    assert np.abs(got - 0.25 * np.sin(2 * np.pi * freq_hz * at_s))[inner].max() < 0.25 * 0.002


@pytest.mark.parametrize("freq_hz", [620.0, 950.0, 1_050.0, 9_990.0])
def test_what_would_fold_below_400_hz_is_80_db_down(freq_hz: float) -> None:
    got = copy_of(sine(freq_hz, 48_000), 48_000).samples[0][100:-100]
    assert np.abs(got).max() < 0.25 * 10 ** (-80 / 20)


def test_the_copy_does_not_depend_on_how_the_blocks_fall() -> None:
    sound = np.random.default_rng(3).standard_normal((2, 44_100)).astype(np.float32) * 0.1
    stem = scenes.session(44_100, stem=sound).stems[0]
    copies = []
    for size in (44_100, 997, 13):
        meter = DecimatedCopy.meter(stem)
        for start in range(0, sound.shape[1], size):
            meter.feed(sound[:, start : start + size])
        copies.append(meter.result().samples)
    assert copies[0].shape == (2, 1003)  # every 44 samples from the first to the last
    assert np.abs(copies[0] - copies[1]).max() < 1e-4
    assert np.abs(copies[0] - copies[2]).max() < 1e-4


def test_channels_that_are_alike_are_kept_once() -> None:
    tone = sine(100.0, 48_000)
    assert copy_of(np.stack([tone, tone]), 48_000).samples.shape[0] == 1
    assert copy_of(np.stack([tone, -tone]), 48_000).samples.shape[0] == 2


def test_what_is_not_finite_counts_as_silence() -> None:
    sound = sine(50.0, 48_000)
    sound[60_000] = np.nan
    sound[60_010] = np.inf
    assert np.isfinite(copy_of(sound, 48_000).samples).all()


def test_a_stem_shorter_than_the_filter_gives_a_short_copy() -> None:
    assert copy_of(np.full(7, 0.1), 48_000).samples.shape[1] <= 1
