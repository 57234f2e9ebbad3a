"""Left over right after the K filter, in known amounts."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.features.channel_balance import ChannelBalance
from measuring import measured

RATE_HZ = 8_000
SECONDS = 12
NOISE = 0.05 * np.random.default_rng(7).standard_normal((2, SECONDS * RATE_HZ))


def of(sound: np.ndarray) -> ChannelBalance:
    return measured(ChannelBalance, sound, RATE_HZ)


@pytest.mark.parametrize("left_db", [-6.0, 0.0, 3.5])
def test_a_gain_on_one_side_is_read_with_its_sign(left_db: float) -> None:
    found = of(np.stack([10 ** (left_db / 20) * NOISE[0], NOISE[0]]))
    assert found.median_db == pytest.approx(left_db, abs=0.01)
    assert found.spread_db == pytest.approx(0.0, abs=0.01)
    assert found.correlation == pytest.approx(1.0, abs=1e-4)
    assert found.windows == SECONDS // 3


def test_what_moves_has_its_quartiles_apart() -> None:
    sound = NOISE.copy()
    sound[0, : 6 * RATE_HZ] *= 2.0
    assert of(sound).spread_db == pytest.approx(6.02, abs=0.3)


def test_windows_that_do_not_sound_do_not_count() -> None:
    sound = NOISE.copy()
    sound[0, : 6 * RATE_HZ] *= 2.0
    sound[:, : 6 * RATE_HZ] *= 1e-4
    found = of(sound)
    assert found.windows == 2
    assert found.median_db == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize(
    "sound",
    [NOISE[0], np.zeros_like(NOISE), np.stack([NOISE[0], np.zeros(NOISE.shape[1])]), NOISE[:, :8_000], NOISE[:, :0]],
    ids=["mono", "silence", "one side", "short", "empty"],
)
def test_there_is_nothing_to_say_of_mono_silence_one_side_or_less_than_a_window(sound: np.ndarray) -> None:
    found = of(sound)
    assert (found.windows, found.median_db, found.spread_db) == (0, 0.0, 0.0)


def test_the_k_filter_weighs_what_is_heard() -> None:
    """A 30 Hz rumble on the left, 10 dB above a 1 kHz tone on the right, is not what is heard as louder."""
    time_s = np.arange(SECONDS * 48_000) / 48_000
    sound = np.stack([0.316 * np.sin(2 * np.pi * 30.0 * time_s), 0.1 * np.sin(2 * np.pi * 1_000.0 * time_s)])
    assert measured(ChannelBalance, sound).median_db < 10.0 - 5.0  # BS.1770: about -8.6 dB at 30 Hz, +0.7 at 1 kHz
