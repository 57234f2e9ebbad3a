import numpy as np
import pytest

from earmark import scenes
from earmark.features.null_cells import null_cells, pieces, same_sound

RATE_HZ = 48_000


def stem(sound: np.ndarray):
    return scenes.session(RATE_HZ, take=sound.astype(np.float32)).stems[0]


@pytest.mark.parametrize("first", [-70_000, -1, 0, 1, 48_000, 100_001])
def test_pieces_are_the_sound_from_any_frame_on_with_zeros_around(first):
    sound = np.random.default_rng(3).normal(0, 0.1, 130_000).astype(np.float32)
    size, count = 48_000, 5
    told = np.concatenate([piece[0].copy() for piece in pieces(stem(sound), first, size, count)])
    around = np.zeros(size * count + 400_000, np.float32)
    around[100_000 : 100_000 + sound.size] = sound
    np.testing.assert_array_equal(told, around[100_000 + first : 100_000 + first + size * count])


@pytest.mark.parametrize("lag", [-30_000, 0, 12_345])
def test_nothing_is_left_of_a_copy_at_its_own_lag_and_gain(lag):
    sound = np.random.default_rng(4).normal(0, 0.1, 200_000)
    new = -0.5 * (np.concatenate([np.zeros(lag), sound]) if lag > 0 else sound[-lag:])
    cells = null_cells(stem(sound), stem(new), lag)
    assert cells.start_s == pytest.approx(min(0, lag) / RATE_HZ)
    overlap = cells.start_s + cells.step_s * np.arange(cells.old.size) >= 0.0
    assert cells.left(-0.5)[overlap].max() < 1e-12
    assert cells.left(0.5)[overlap].max() > 1e-3


def test_powers_are_mean_squares_over_the_channels():
    cells = null_cells(stem(np.full(48_000, 0.5)), stem(np.full((2, 48_000), 0.25)), 0)
    np.testing.assert_allclose([cells.old, cells.new, cells.shared], [[0.25] * 10, [0.0625] * 10, [0.125] * 10])


def test_the_same_sound_is_told_by_its_samples_and_its_length():
    sound = np.random.default_rng(5).normal(0, 0.1, 100_000)
    assert same_sound(stem(sound), stem(sound))
    assert not same_sound(stem(sound), stem(sound[:-1]))
    assert not same_sound(stem(sound), stem(np.append(sound[:-1], 0.0)))
