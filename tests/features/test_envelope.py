"""The envelope is the level of every 10 ms, and never below its floor."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.envelope import StemEnvelope
from measuring import fed, measured, sines


def test_a_full_scale_sine_reads_minus_3() -> None:
    envelope = measured(StemEnvelope, sines((1, 0)))
    assert envelope.step_s == 0.01
    assert envelope.level_dbfs.shape == (100,)
    assert envelope.level_dbfs == pytest.approx(-3.0103, abs=1e-3)


def test_the_level_is_the_mean_power_of_the_channels() -> None:
    sine = sines((1, 0))
    assert measured(StemEnvelope, np.stack([sine, 0 * sine])).level_dbfs == pytest.approx(-6.0206, abs=1e-3)


def test_silence_and_whispers_read_the_floor() -> None:
    assert np.all(measured(StemEnvelope, np.zeros(9_600)).level_dbfs == -120.0)
    assert np.all(measured(StemEnvelope, sines((0.1, -140))).level_dbfs == -120.0)
    assert measured(StemEnvelope, np.zeros(0)).level_dbfs.size == 0


def test_a_step_begins_where_the_sound_does() -> None:
    burst = np.zeros(48_000)
    burst[480 * 37 : 480 * 40] = 0.5
    envelope = measured(StemEnvelope, burst)
    assert np.flatnonzero(envelope.level_dbfs > -119).tolist() == [37, 38, 39]


def test_the_last_shorter_step_is_measured_over_what_it_has() -> None:
    envelope = measured(StemEnvelope, np.full(480 * 2 + 7, 0.5))
    assert envelope.level_dbfs == pytest.approx([-6.0206] * 3, abs=1e-3)


@pytest.mark.parametrize(("rate_hz", "step_samples"), [(11_025, 110), (22_050, 220), (44_100, 441), (192_000, 1_920)])
def test_steps_are_whole_samples_at_every_rate(rate_hz: int, step_samples: int) -> None:
    envelope = measured(StemEnvelope, np.full(10 * step_samples, 0.5), rate_hz)
    assert envelope.step_s == step_samples / rate_hz
    assert envelope.level_dbfs.size == 10


@pytest.mark.parametrize("lengths", [[1, 1], [479, 2], [47_999], [48_001]])
def test_the_cut_into_blocks_changes_nothing(lengths: list[int]) -> None:
    sound = np.random.default_rng(1).standard_normal((2, 100_100)) * 0.1
    assert np.array_equal(fed(StemEnvelope, sound, lengths).level_dbfs, measured(StemEnvelope, sound).level_dbfs)
