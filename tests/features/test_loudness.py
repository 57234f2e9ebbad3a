"""Loudness reads what EBU Tech 3341 and 3342 and ITU-R BS.2217 ask for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.features.engine import measure
from earmark.features.loudness import Loudness, channel_weights
from earmark.session import find
from measuring import measured, sines, twice

OFF = -400.0  # dBFS of a stretch of silence


def loudness(sound: np.ndarray, rate_hz: int = 48_000) -> Loudness:
    return measured(Loudness, sound, rate_hz)


# --- EBU Tech 3341, table 1 ----------------------------------------------------------------


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 88_200, 96_000, 192_000])
def test_case_1_reads_minus_23_at_every_rate(rate_hz: int) -> None:
    read = loudness(twice(sines((20, -23), rate_hz=rate_hz)), rate_hz)
    assert read.integrated_lufs == pytest.approx(-23.0, abs=0.1)
    assert read.momentary_max_lufs == pytest.approx(-23.0, abs=0.1)
    assert read.short_term_max_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("case", "parts", "lufs"),
    [
        (2, [(20, -33)], -33.0),
        (3, [(10, -36), (60, -23), (10, -36)], -23.0),
        (4, [(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23.0),
        (5, [(20, -26), (20.1, -20), (20, -26)], -23.0),
    ],
)
def test_cases_2_to_5_are_gated(case: int, parts: list[tuple[float, float]], lufs: float) -> None:
    assert loudness(twice(sines(*parts))).integrated_lufs == pytest.approx(lufs, abs=0.1), case


def test_case_6_weighs_five_channels() -> None:
    left, centre, surround = (sines((20, dbfs)) for dbfs in (-28, -24, -30))
    assert loudness(np.stack([left, left, centre, surround, surround])).integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_6_with_a_low_frequency_channel_that_does_not_count() -> None:
    left, centre, surround = (sines((20, dbfs)) for dbfs in (-28, -24, -30))
    loud = sines((20, -3), freq_hz=60.0)
    read = loudness(np.stack([left, left, centre, loud, surround, surround]))
    assert read.integrated_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_9_holds_still_after_three_seconds() -> None:
    read = loudness(twice(sines(*[(1.34, -20), (1.66, -30)] * 5)))
    assert read.short_term_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("delay", range(20))
def test_case_10_short_term_maximum_wherever_the_tone_begins(delay: int) -> None:
    read = loudness(twice(sines((delay * 0.15, OFF), (3, -23), (1, OFF))))
    assert read.short_term_max_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_11_short_term_maxima_in_turn() -> None:
    parts = [[(i * 0.15, OFF), (3.0, -38.0 + i), (3 - i * 0.15, OFF)] for i in range(20)]
    for i in range(20):
        read = loudness(twice(sines(*[part for each in parts[max(0, i - 1) : i + 1] for part in each])))
        assert read.short_term_max_lufs == pytest.approx(-38.0 + i, abs=0.1)


def test_case_12_momentary_holds_still_after_a_second() -> None:
    read = loudness(twice(sines(*[(0.18, -20), (0.22, -30)] * 25)))
    assert read.momentary_lufs[6:] == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("delay", range(20))
def test_case_13_momentary_maximum_wherever_the_tone_begins(delay: int) -> None:
    read = loudness(twice(sines((delay * 0.02, OFF), (0.4, -23), (1, OFF))))
    assert read.momentary_max_lufs == pytest.approx(-23.0, abs=0.1)


def test_case_14_momentary_maxima_in_turn() -> None:
    parts = [[(i * 0.02, OFF), (0.4, -38.0 + i), (0.4 - i * 0.02, OFF)] for i in range(20)]
    for i in range(20):
        read = loudness(twice(sines(*[part for each in parts[: i + 1] for part in each])))
        assert read.momentary_max_lufs == pytest.approx(-38.0 + i, abs=0.1)


# --- EBU Tech 3342 -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels_dbfs", "range_lu"),
    [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)],
)
def test_the_range_of_stepped_tones(levels_dbfs: tuple[float, ...], range_lu: float) -> None:
    read = loudness(twice(sines(*[(20, dbfs) for dbfs in levels_dbfs])))
    assert read.loudness_range_lu == pytest.approx(range_lu, abs=0.1)  # EBU allows 1 LU


# --- the gates, the channels, what is not there ----------------------------------------------


@pytest.mark.parametrize(("lufs", "read"), [(-70.3, None), (-69.7, -69.7)])
def test_the_absolute_gate_lies_at_minus_70(lufs: float, read: float | None) -> None:
    assert loudness(twice(sines((10, lufs)))).integrated_lufs == (read and pytest.approx(read, abs=0.05))


def test_the_relative_gate_lies_10_below_the_mean_of_what_is_above_the_first() -> None:
    def beside(dbfs: float) -> float | None:
        return loudness(twice(sines((30, -20), (30, dbfs)))).integrated_lufs

    gate_lufs = 10 * np.log10(0.5 * 10**-2.0 + 0.5 * 10**-3.28) - 10  # of -20 and -32.8
    assert gate_lufs == pytest.approx(-32.8, abs=0.02)
    assert beside(-33.4) == pytest.approx(-20.0, abs=0.1)  # left out
    assert beside(-32.4) == pytest.approx(-22.8, abs=0.1)  # counted


def test_one_channel_reads_3_lu_below_the_same_on_both_sides() -> None:
    mono = sines((5, -23))
    one, two = loudness(mono).integrated_lufs, loudness(twice(mono)).integrated_lufs
    assert one is not None
    assert two is not None
    assert two - one == pytest.approx(10 * np.log10(2), abs=1e-4)


def test_every_channel_counts_once_where_no_layout_has_so_many() -> None:
    assert channel_weights(3) == (1.0, 1.0, 1.0)
    assert channel_weights(7) == (1.0,) * 7
    assert channel_weights(8)[3] == 0.0


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 37_800, 44_056])
def test_odd_rates_read_as_common_ones(rate_hz: int) -> None:
    read = loudness(twice(sines((8, -23), rate_hz=rate_hz)), rate_hz)
    assert read.integrated_lufs == pytest.approx(-23.0, abs=0.5)  # the standard's curve bends a little with the rate


def test_silence_reads_nothing() -> None:
    read = loudness(np.zeros((2, 5 * 48_000)))
    assert (read.integrated_lufs, read.loudness_range_lu) == (None, None)
    assert (read.momentary_max_lufs, read.short_term_max_lufs) == (None, None)
    assert np.all(read.short_term_lufs == -120.0)


def test_a_stem_shorter_than_the_window_reads_nothing() -> None:
    assert loudness(sines((0.39, -23))).momentary_max_lufs is None
    assert loudness(sines((2.9, -23))).short_term_max_lufs is None
    assert loudness(sines((2.9, -23))).momentary_max_lufs is not None
    assert loudness(np.zeros((1, 1))).integrated_lufs is None


def test_a_rate_that_cannot_carry_the_curve_reads_nothing() -> None:
    assert loudness(0.1 * np.ones(4_000), 400).integrated_lufs is None


def test_not_a_number_does_not_spread() -> None:
    sound = twice(sines((20, -23)))
    whole = loudness(sound).integrated_lufs
    sound[0, 100_000] = np.nan
    sound[1, 400_000] = np.inf
    assert loudness(sound).integrated_lufs == pytest.approx(whole, abs=0.001)


# --- recordings of the same signals, read by an independent meter -----------------------------


READINGS = {
    "seq-3341-1-16bit": -22.954,
    "seq-3341-2-16bit": -32.960,
    "seq-3341-3-16bit-v02": -23.014,
    "seq-3341-4-16bit-v02": -23.014,
    "seq-3341-5-16bit-v02": -22.979,
    "seq-3341-7_seq-3342-5-16bit": -22.986,
    "1kHz_sine_-20LUFS-16bit": -19.954,
    "1kHz_sine_-26LUFS-16bit": -25.954,
    "1kHz_sine_-40LUFS-16bit": -39.993,
}
RANGES = {
    "seq-3342-1-16bit": 10.0,
    "seq-3342-2-16bit": 5.0,
    "seq-3342-3-16bit": 20.0,
    "seq-3342-4-16bit": 15.0,
    "seq-3341-7_seq-3342-5-16bit": 4.98,
}


@pytest.mark.real_audio
@pytest.mark.parametrize("name", sorted({*READINGS, *RANGES}))
def test_the_vectors_read_as_on_an_independent_meter(data: Path, name: str) -> None:
    (session,) = find([data / "loudness" / f"{name}.flac"])
    read = measure(probe(session), {Loudness}).stem(name, Loudness)
    if name in READINGS:
        assert read.integrated_lufs == pytest.approx(READINGS[name], abs=0.002)
    if name in RANGES:
        assert read.loudness_range_lu == pytest.approx(RANGES[name], abs=0.1)
