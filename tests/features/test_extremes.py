"""Levels: what each number means, at every length, rate and cut, and that what is no sound is counted and silenced."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.features.engine import measure
from earmark.features.extremes import Levels
from earmark.features.flat_tops import FlatTops
from earmark.features.loudness import Loudness
from earmark.features.true_peak import TruePeak
from earmark.session import find
from measuring import fed, measured

RATE_HZ = 48_000
NOISE = 0.1 * np.random.default_rng(2).standard_normal((2, 3 * RATE_HZ + 1_234))


def test_the_arrays_are_minimum_maximum_sum_and_square_of_every_tenth() -> None:
    levels = measured(Levels, NOISE)
    samples = NOISE.astype(np.float32)
    assert levels.step_s == 0.1
    assert levels.counts.tolist() == [4_800] * 30 + [1_234]
    for step, first in enumerate(range(0, samples.shape[1], 4_800)):
        part = samples[:, first : first + 4_800].astype(np.float64)
        assert np.array_equal(levels.minima[:, step], part.min(axis=1))
        assert np.array_equal(levels.maxima[:, step], part.max(axis=1))
        assert levels.sums[:, step] == pytest.approx(part.sum(axis=1), abs=1e-3)
        assert levels.squares[:, step] == pytest.approx(np.square(part).sum(axis=1), rel=1e-5)


@pytest.mark.parametrize("lengths", [[1], [4_799, 2], [48_000, 1], [3] * 100])
def test_the_cut_into_blocks_changes_nothing(lengths: list[int]) -> None:
    sound = np.clip(3 * NOISE, -0.3, 0.3) / 0.3
    cut, whole = fed(Levels, sound, lengths), measured(Levels, sound)
    for name, value in vars(whole).items():
        if name != "stem":
            assert np.array_equal(getattr(cut, name), value), name


def test_peak_and_rms_of_a_full_scale_sine() -> None:
    sine = np.sin(2 * np.pi * 1_000 * np.arange(RATE_HZ) / RATE_HZ)
    levels = measured(Levels, sine)
    assert levels.sample_peak_dbfs == pytest.approx(0.0, abs=1e-6)
    assert levels.rms_dbfs == pytest.approx(-3.0103, abs=1e-4)


def test_silence_and_an_empty_stem_have_no_levels() -> None:
    for levels in (measured(Levels, np.zeros((2, 9_999))), measured(Levels, np.zeros((2, 0)))):
        assert (levels.sample_peak_dbfs, levels.rms_dbfs, levels.zero_share) == (None, None, 1.0)
        assert levels.dc == (0.0, 0.0)
        assert (levels.largest_step, levels.largest_step_s) == (0.0, None)


def test_dc_is_the_signed_mean_of_each_channel() -> None:
    levels = measured(Levels, NOISE - NOISE.mean(axis=1, keepdims=True) + np.array([[0.25], [-1e-4]]))
    assert levels.dc == pytest.approx((0.25, -1e-4), abs=1e-7)


def test_a_zero_frame_is_zero_in_every_channel() -> None:
    sound = NOISE.copy()
    sound[:, :30_000] = 0.0
    sound[0, 50_000:60_000] = 0.0
    assert measured(Levels, sound).zero_share == pytest.approx(30_000 / sound.shape[1])


@pytest.mark.parametrize("at", [1, 4_800, 48_000, 96_000, 145_233])
def test_the_largest_step_is_found_at_seams_too(at: int) -> None:
    sound = np.zeros((2, NOISE.shape[1]))
    sound[1, at:] = 0.5
    levels = measured(Levels, sound)
    assert levels.largest_step == 0.5
    assert levels.largest_step_s == at / RATE_HZ


# --- what is no sound -------------------------------------------------------------------------


@pytest.mark.parametrize("strange", [np.nan, np.inf, -np.inf, 3e38, -1e10])
def test_what_is_no_number_is_counted_placed_and_silenced(strange: float) -> None:
    sound, clean = NOISE.copy(), NOISE.copy()
    sound[0, 70_000:70_003] = sound[1, 99_999] = strange
    clean[0, 70_000:70_003] = clean[1, 99_999] = 0.0
    hurt, whole = measured(Levels, sound), measured(Levels, clean)
    assert (hurt.not_finite, hurt.first_not_finite_s) == (4, 70_000 / RATE_HZ)
    assert (whole.not_finite, whole.first_not_finite_s) == (0, None)
    for name in ("minima", "maxima", "sums", "squares", "dc", "rms_dbfs", "largest_step"):
        assert np.array_equal(getattr(hurt, name), getattr(whole, name)), name
    for kind, name in ((Loudness, "integrated_lufs"), (TruePeak, "true_peak_dbtp")):
        assert getattr(measured(kind, sound), name) == getattr(measured(kind, clean), name)


def test_a_stem_of_nothing_but_nan_is_silent() -> None:
    levels = measured(Levels, np.full((1, 50_000), np.nan))
    assert levels.not_finite == 50_000
    assert levels.sample_peak_dbfs is None


def test_samples_above_full_scale_are_sound() -> None:
    levels = measured(Levels, 1_000.0 * NOISE)
    assert levels.not_finite == 0
    assert levels.sample_peak_dbfs == pytest.approx(20 * np.log10(1_000 * np.abs(NOISE).max()), abs=1e-3)


# --- flat tops --------------------------------------------------------------------------------


def with_runs(*runs: tuple[int, int, float]) -> np.ndarray:
    sound = 0.1 * NOISE[:1].copy()
    for start, length, level in runs:
        sound[0, start : start + length] = level
    return sound


def test_runs_are_found_at_seams_and_rims_with_place_length_level_and_drop() -> None:
    end = NOISE.shape[1]
    sound = with_runs((0, 3, 1.0), (4_798, 5, -1.0), (47_999, 4, 1.0), (100_000, 2, 1.0), (end - 3, 3, -1.0))
    levels = measured(Levels, sound)
    assert levels.run_starts_samples.tolist() == [0, 4_798, 47_999, end - 3]
    assert levels.run_lengths_samples.tolist() == [3, 5, 4, 3]
    assert levels.run_levels.tolist() == [1.0, -1.0, 1.0, -1.0]
    assert levels.run_drops.min() > 0.5
    assert levels.touches == (17,)
    assert (levels.run_count, levels.clipped_samples, levels.longest_run_samples) == ((4,), (15,), (5,))


def test_a_higher_top_makes_the_lower_ones_no_ceiling() -> None:
    assert measured(Levels, with_runs((1_000, 9, 0.95), (90_000, 3, 1.0))).run_starts_samples.tolist() == [90_000]
    assert measured(Levels, with_runs((1_000, 9, 1.0), (90_000, 3, 0.95))).run_starts_samples.tolist() == [1_000]


def test_runs_are_only_looked_for_above_minus_one_dbfs() -> None:
    assert measured(Levels, with_runs((1_000, 9, 0.88))).run_count == (0,)
    assert measured(Levels, with_runs((1_000, 9, 0.90))).run_count == (1,)


def test_two_sides_of_a_square_are_two_runs() -> None:
    square = np.repeat([1.0, -1.0] * 100, 10)
    assert measured(Levels, square).run_count == (200,)


def test_the_ends_of_a_long_square_wave_are_counted_though_not_all_are_kept() -> None:
    levels = measured(Levels, np.tile(np.repeat([1.0, -1.0], 4), 12_000))
    assert levels.clipped_samples == (96_000,)
    assert levels.run_count == (24_000,)
    assert levels.run_starts_samples.size == 20_000


@pytest.mark.real_audio
@pytest.mark.parametrize(
    ("path", "touches", "runs", "longest"),
    [
        ("stems/80sRock/raw/01 drum set.flac", (770,), (89,), (40,)),
        ("stems/Hendrix/raw/01 drum set.flac", (5,), (0,), (0,)),
        ("stems/Beatles/raw/07 male singer.flac", (3,), (0,), (0,)),
        ("stems/Rock/mix.flac", (22, 23), (3, 3), (10, 8)),
    ],
)
def test_the_flat_tops_of_recordings(
    data: Path, path: str, touches: tuple[int, ...], runs: tuple[int, ...], longest: tuple[int, ...]
) -> None:
    (session,) = find([data / path])
    levels = measure(probe(session), {Levels}).of_kind(Levels)[0]
    assert (levels.touches, levels.run_count, levels.longest_run_samples) == (touches, runs, longest)


@pytest.mark.real_audio
def test_runs_of_two_on_the_clipped_drums(data: Path) -> None:
    import soundfile

    sound, _ = soundfile.read(data / "stems/80sRock/raw/01 drum set.flac", dtype="float32")
    tops = FlatTops(2.0**-15, 0.9)
    tops.feed(np.pad(sound, 1), -1, 1.0)
    assert tops.runs(least=2).drops.size == 102


@pytest.mark.real_audio
@pytest.mark.parametrize(
    ("path", "dc"),
    [
        ("Punk/raw/01 drum set", 0.00102),
        ("Hendrix/raw/01 drum set", -0.00091),
        ("80sRock/raw/01 drum set", 0.00065),
        ("Rock/raw/02 electric bass", -0.00033),
    ],
)
def test_the_offsets_of_recordings(data: Path, path: str, dc: float) -> None:
    (session,) = find([data / "stems" / f"{path}.flac"])
    assert measure(probe(session), {Levels}).of_kind(Levels)[0].dc == pytest.approx((dc,), abs=5e-6)
