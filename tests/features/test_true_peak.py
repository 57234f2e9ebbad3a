"""True peak reads sines within 0.05 dB to 0.4 of the rate, and EBU Tech 3341's signals as they are defined."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.true_peak import TruePeak
from measuring import fed, measured

RATE_HZ = 48_000
EBU_DB = (-0.4, 0.2)  # Tech 3341: what a meter may read off


def faded_sine(turns_per_sample: float, phase_deg: float, amplitude: float, count: int = RATE_HZ // 4) -> np.ndarray:
    fade = 0.5 - 0.5 * np.cos(np.pi * np.arange(480) / 480)  # 10 ms
    window = np.concatenate([fade, np.ones(count - 960), fade[::-1]])
    return amplitude * window * np.sin(2 * np.pi * turns_per_sample * np.arange(count) + np.radians(phase_deg))


def dbtp(sound: np.ndarray, rate_hz: int = RATE_HZ) -> float:
    read = measured(TruePeak, sound, rate_hz).true_peak_dbtp
    assert read is not None
    return read


def by_fourier(sound: np.ndarray, factor: int = 64) -> float:
    """An independent reading: the whole sound, zero-padded on both sides, drawn between its samples by its spectrum."""
    padded = np.pad(sound, 4096)
    spectrum = np.fft.rfft(padded)
    drawn = np.fft.irfft(np.pad(spectrum, (0, (factor - 1) * padded.size // 2)), factor * padded.size) * factor
    return float(20 * np.log10(np.abs(drawn).max()))


@pytest.mark.parametrize("seed", range(40))
def test_any_sine_to_two_fifths_of_the_rate_at_any_phase_within_a_twentieth_of_a_db(seed: int) -> None:
    draw = np.random.default_rng(seed)
    turns, phase, level_db = draw.uniform(0.005, 0.4), draw.uniform(0, 360), draw.uniform(-60, 3)
    read = dbtp(faded_sine(turns, phase, 10 ** (level_db / 20)))
    assert read == pytest.approx(level_db, abs=0.05), (turns, phase)


@pytest.mark.parametrize(
    ("case", "parts_of_rate", "phase_deg", "amplitude", "expected_dbtp"),
    [
        (15, 4, 0.0, 0.50, -6.0),
        (16, 4, 45.0, 0.50, -6.0),
        (17, 6, 60.0, 0.50, -6.0),
        (18, 8, 67.5, 0.50, -6.0),
        (19, 4, 45.0, 1.41, 3.0),
    ],
)
def test_cases_15_to_19(
    case: int, parts_of_rate: int, phase_deg: float, amplitude: float, expected_dbtp: float
) -> None:
    read = dbtp(faded_sine(1 / parts_of_rate, phase_deg, amplitude, RATE_HZ))
    assert EBU_DB[0] <= read - expected_dbtp <= EBU_DB[1], case


def burst_at_four_times() -> np.ndarray:
    """One period of fs/4 at 1.00 inside fs/6 at 0.50, phase-continuous, low-passed; all at 4 fs."""
    around = 0.5 * np.sin(2 * np.pi * np.arange(24 * 400) / 24)  # fs/6: 24 samples at 4 fs
    within = np.sin(2 * np.pi * np.arange(16) / 16)  # fs/4: 16 samples
    at = np.arange(-256, 257)
    low_pass = np.sinc(at / 4 * 0.95) * np.kaiser(at.size, 9.0)
    return np.convolve(np.concatenate([around, within, around]), low_pass / low_pass.sum(), "same")


@pytest.mark.parametrize("offset", range(4))
def test_cases_20_to_23(offset: int) -> None:
    burst = burst_at_four_times()
    fade = np.minimum(1.0, np.minimum(np.arange(burst.size), np.arange(burst.size)[::-1]) / 2000)
    read = dbtp((burst * fade)[offset::4])
    assert EBU_DB[0] <= read - 0.0 <= EBU_DB[1]


@pytest.mark.parametrize("seed", range(8))
def test_band_limited_noise_reads_as_its_spectrum_draws_it(seed: int) -> None:
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(6_000))
    spectrum[int(0.8 * spectrum.size) :] = 0.0  # 0.4 of the rate
    noise = np.fft.irfft(spectrum)
    noise *= np.hanning(noise.size) / np.abs(noise).max()
    assert dbtp(noise) == pytest.approx(by_fourier(noise), abs=0.05)


def test_an_over_between_two_samples_is_seen_though_no_sample_is_over() -> None:
    sound = faded_sine(1 / 4, 45.0, 1.2)
    assert np.abs(sound).max() < 0.86
    assert dbtp(sound) == pytest.approx(20 * np.log10(1.2), abs=0.01)


def test_each_channel_has_its_own_and_the_highest_says_where() -> None:
    quiet, loud = faded_sine(0.01, 0.0, 0.1), np.zeros(12_000)
    loud[7_000:7_480] = 0.7 * np.hanning(480) * np.sin(2 * np.pi * 0.05 * np.arange(480))
    read = measured(TruePeak, np.stack([quiet, loud]))
    assert read.channels_dbtp[0] == pytest.approx(-20.0, abs=0.02)
    assert read.channels_dbtp[1] == read.true_peak_dbtp == pytest.approx(-3.1, abs=0.1)
    assert read.at_s == pytest.approx(7_240 / RATE_HZ, abs=20 / RATE_HZ)


def test_the_rims_of_a_stem_count() -> None:
    inside = np.zeros(4_000)
    inside[2_000:2_004] = [0.5, 0.9, 0.9, 0.5]
    for first in (2_000, 1_990):
        rim = inside[first : first + 4_000]
        assert dbtp(rim) == pytest.approx(dbtp(inside), abs=1e-4)
        assert dbtp(rim[::-1].copy()) == pytest.approx(dbtp(inside), abs=1e-4)


def test_a_step_at_the_seam_of_two_blocks_is_no_peak() -> None:
    steady = np.full(3 * RATE_HZ, 0.5)
    sound = steady * np.minimum(1.0, np.minimum(np.arange(steady.size), np.arange(steady.size)[::-1]) / 4_800)
    assert dbtp(sound) == pytest.approx(20 * np.log10(0.5), abs=0.001)


@pytest.mark.parametrize("lengths", [[1, 1, 1], [5_000], [47_999, 2, 1_000], [11_999, 13]])
def test_the_cut_into_blocks_moves_nothing(lengths: list[int]) -> None:
    sound = np.random.default_rng(9).standard_normal(60_000).astype(np.float32) * 0.2
    sound[12_000] = 0.9
    read, whole = fed(TruePeak, sound, lengths), measured(TruePeak, sound)
    assert read.true_peak_dbtp == pytest.approx(whole.true_peak_dbtp, abs=0.001)
    assert read.at_s == whole.at_s


def test_silence_has_no_peak_and_one_sample_has() -> None:
    silent = measured(TruePeak, np.zeros((2, 500)))
    assert (silent.true_peak_dbtp, silent.channels_dbtp, silent.at_s) == (None, (None, None), None)
    assert dbtp(np.array([0.5])) == pytest.approx(20 * np.log10(0.5), abs=0.01)
