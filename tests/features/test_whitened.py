from __future__ import annotations

import numpy as np
import pytest

from earmark.features.whitened import Grid, grid_of, mono, peak_of, spectra, whitened


@pytest.mark.parametrize(
    ("rate_hz", "samples"), [(8_000, 4_096), (22_050, 8_192), (44_100, 16_384), (48_000, 16_384), (96_000, 32_768)]
)
def test_a_window_is_a_power_of_two_and_no_shorter_than_asked(rate_hz: int, samples: int) -> None:
    assert grid_of(rate_hz, 0.34) == Grid(rate_hz, samples)


def noises(count: int, samples: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, samples)).astype(np.float32)


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.75, 1.0])
def test_whitening_leaves_unit_energy_between_the_corners_and_zero_for_silence(beta: float) -> None:
    grid = grid_of(48_000, 0.34)
    windows = np.concatenate([1e-4 * noises(2, grid.samples), np.zeros((1, grid.samples), np.float32)])
    white = whitened(spectra(windows, grid), grid, beta)
    assert np.square(np.abs(white)).sum(axis=1) == pytest.approx([1.0, 1.0, 0.0], abs=1e-4)
    assert not white[:, grid.frequencies_hz < 100.0].any()


def test_full_whitening_leaves_no_magnitude_to_tell_apart() -> None:
    grid = grid_of(16_000, 0.34)
    white = np.abs(whitened(spectra(noises(1, grid.samples), grid), grid, 1.0))[0, grid.frequencies_hz >= 100.0]
    assert white.max() == pytest.approx(white.min(), rel=1e-3)


def test_the_energy_of_a_spectrum_is_that_of_the_tapered_window() -> None:
    grid = Grid(16_000, 8_192)
    windows = noises(1, grid.samples)
    within = np.square(np.abs(spectra(windows, grid))).sum()
    share = grid.bins / (grid.samples / 2)
    assert within == pytest.approx(share * np.square(windows * np.hanning(grid.samples)).sum(), rel=0.05)


def test_a_peak_between_samples_is_placed_between_them() -> None:
    grid = Grid(16_000, 8_192)
    delay_s = 0.00317
    cross = np.exp(-2j * np.pi * grid.frequencies_hz * delay_s) * (grid.frequencies_hz >= 100.0)
    peak = peak_of(-cross, grid, grid.reach(0.05))
    assert peak.lag_s == pytest.approx(delay_s, abs=1e-7)
    assert peak.sign == -1
    assert peak.prominence > 50.0


def test_silence_has_no_peak() -> None:
    grid = Grid(16_000, 8_192)
    assert peak_of(np.zeros(grid.bins, np.complex64), grid, 100).prominence == 0.0


def test_mono_is_the_mean_or_the_loudest_where_the_mean_cancels() -> None:
    left, right = noises(2, 64)
    assert np.allclose(mono(np.stack([left, right])[None]), (left + right) / 2)
    assert np.allclose(mono(np.stack([-0.9 * left, left])[None]), left)
