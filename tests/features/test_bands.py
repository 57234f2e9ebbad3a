"""Band powers: the sum over the bands is the power, a tone lies in its band, at every rate."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.bands import BandPowers
from measuring import fed, measured, sines


def test_a_full_scale_sine_reads_a_half_in_its_band() -> None:
    bands = measured(BandPowers, sines((2, 0)))
    band = int(np.searchsorted(bands.edges_hz, 1000.0)) - 1
    middle = bands.powers[2:-2]
    assert middle.sum(axis=1) == pytest.approx(0.5, rel=1e-3)
    assert middle[:, band - 1 : band + 2].sum(axis=1) == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_the_sum_over_bands_is_the_power_of_the_frame(rate_hz: int) -> None:
    frequencies_hz = np.geomspace(60, 15_000, 12)
    time_s = np.arange(rate_hz) / rate_hz
    chord = sum(0.05 * np.sin(2 * np.pi * hz * time_s + i) for i, hz in enumerate(frequencies_hz))
    bands = measured(BandPowers, chord, rate_hz)
    assert bands.powers.sum(axis=1).mean() == pytest.approx(np.mean(np.square(chord)), rel=0.02)


def test_frames_lie_where_they_say() -> None:
    burst = np.zeros(96_000)
    burst[40_000:40_100] = 0.5 * np.sin(np.arange(100))
    bands = measured(BandPowers, burst)
    frames = np.flatnonzero(bands.powers.sum(axis=1) > 0)
    starts = frames * bands.hop_samples
    assert np.all(starts < 40_100)
    assert np.all(starts + bands.frame_samples > 40_000)
    assert frames.size == bands.frame_samples / bands.hop_samples


@pytest.mark.parametrize(
    ("rate_hz", "frame"), [(8_000, 256), (22_050, 1024), (44_100, 2048), (48_000, 2048), (88_200, 4096), (96_000, 4096)]
)
def test_the_frame_lasts_about_as_long_at_every_rate(rate_hz: int, frame: int) -> None:
    bands = measured(BandPowers, np.zeros(rate_hz), rate_hz)
    assert bands.frame_samples == frame
    assert bands.hop_s == frame / 2 / rate_hz


def test_bands_above_half_the_rate_hold_nothing() -> None:
    noise = np.random.default_rng(1).standard_normal(8_000)
    bands = measured(BandPowers, noise, 8_000)
    above = bands.edges_hz[:-1] > 4_100
    assert above.any()
    assert not bands.powers[:, above].any()
    assert bands.powers[:, ~above].any()


def test_the_power_is_the_mean_over_the_channels() -> None:
    sine = sines((0.5, 0))
    both = measured(BandPowers, np.stack([sine, 0 * sine])).powers
    assert np.allclose(both, measured(BandPowers, sine).powers / 2, rtol=1e-5, atol=0.0)


@pytest.mark.parametrize(("samples", "frames"), [(0, 0), (1, 1), (2_047, 1), (2_048, 1), (2_049, 2), (3_073, 3)])
def test_every_sample_lies_in_a_frame(samples: int, frames: int) -> None:
    bands = measured(BandPowers, np.full(samples, 0.5))
    assert bands.powers.shape == (frames, 42)
    assert np.all(bands.powers.sum(axis=1) > 0)


@pytest.mark.parametrize("lengths", [[1], [2_047, 1, 1], [1_024] * 9, [96_001]])
def test_the_cut_into_blocks_changes_nothing(lengths: list[int]) -> None:
    sound = np.random.default_rng(1).standard_normal((2, 150_000)) * 0.1
    cut, whole = fed(BandPowers, sound, lengths).powers, measured(BandPowers, sound).powers
    assert cut.shape == whole.shape
    assert np.allclose(cut, whole, rtol=1e-4, atol=0.0)


def test_the_lowest_bands_keep_low_tones_apart() -> None:
    def loudest(freq_hz: float) -> int:
        return int(np.argmax(measured(BandPowers, sines((1, 0), freq_hz=freq_hz)).powers.mean(axis=0)))

    assert loudest(45) < loudest(90) < loudest(180)
