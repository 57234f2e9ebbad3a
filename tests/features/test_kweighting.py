"""The matrix products give what the recursion gives, at every rate, wherever blocks are cut."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.kweighting import KWeighted, k_filter
from measuring import fed, measured

PRINTED_AT_48_KHZ = (  # BS.1770-5, tables 1 and 2: b0 b1 b2 a1 a2
    (1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
    (1.0, -2.0, 1.0, -1.99004745483398, 0.99007225036621),
)


def recursion(sound: np.ndarray, rate_hz: int) -> np.ndarray:
    """Both sections, sample by sample in float64: the oracle."""
    for b0, b1, b2, a1, a2 in k_filter(rate_hz):
        s1 = s2 = 0.0
        out = np.empty(sound.size)
        for n, x in enumerate(sound.tolist()):
            y = b0 * x + s1
            s1 = b1 * x - a1 * y + s2
            s2 = b2 * x - a2 * y
            out[n] = y
        sound = out
    return sound


def hard(rate_hz: int, seconds: float = 1.6, seed: int = 3) -> np.ndarray:
    """Noise on a large offset that drops by 60 dB: whatever a filter forgets slowly is heard in the quiet part."""
    count = round(seconds * rate_hz)
    noise = 0.2 * np.random.default_rng(seed).standard_normal(count)
    return (noise * np.where(np.arange(count) < count // 2, 1.0, 1e-3) + 0.3).astype(np.float32)


def test_the_coefficients_are_the_printed_ones_at_48_khz() -> None:
    assert k_filter(48_000) == pytest.approx(np.array(PRINTED_AT_48_KHZ), abs=1e-9)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 22_050, 37_813, 44_100, 48_000, 96_000, 192_000])
def test_every_10_ms_is_that_of_the_recursion(rate_hz: int) -> None:
    sound = hard(rate_hz, 1.6 if rate_hz < 90_000 else 1.1)
    read = measured(KWeighted, sound, rate_hz)
    step = round(read.step_s * rate_hz)
    exact = recursion(sound.astype(np.float64), rate_hz)[: read.powers.shape[1] * step].reshape(-1, step)
    assert read.powers.shape[1] == sound.size // step
    off_db = np.abs(10 * np.log10(read.powers[0] / np.mean(np.square(exact), axis=1)))
    loud = off_db.size // 2 - 1
    assert off_db[:loud].max() < 1e-5
    assert off_db.max() < 0.005  # 60 dB below the offset float32 itself begins to show
    whole_db = 10 * np.log10(read.powers[0].mean() / np.mean(np.square(exact)))
    assert abs(whole_db) < 1e-5


@pytest.mark.parametrize("lengths", [[1], [479, 1, 48_000], [47_999, 2], [100_000], [7] * 50])
def test_the_cut_into_blocks_changes_nothing(lengths: list[int]) -> None:
    sound = np.stack([hard(48_000, 2.5), hard(48_000, 2.5, seed=4)])
    assert np.array_equal(fed(KWeighted, sound, lengths).powers, measured(KWeighted, sound).powers)


def test_channels_do_not_mix() -> None:
    sound = np.stack([hard(48_000), 0 * hard(48_000)])
    read = measured(KWeighted, sound)
    assert not read.powers[1].any()
    assert np.array_equal(read.powers[0], measured(KWeighted, sound[0]).powers[0])


def test_silence_after_sound_is_silence_once_the_filter_has_rung_out() -> None:
    sound = np.concatenate([hard(48_000, 1.0), np.zeros(5 * 48_000)])
    powers = measured(KWeighted, sound).powers[0]
    assert powers[100] > 0.0
    assert not powers[-100:].any()


def test_the_whole_scales_with_the_square_of_the_gain() -> None:
    sound = hard(48_000)
    one, ten = measured(KWeighted, sound).powers, measured(KWeighted, 10 * sound).powers
    assert np.abs(10 * np.log10(ten / one) - 20.0).max() < 0.005
