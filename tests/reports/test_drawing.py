import numpy as np
import pytest

from earmark.reports.drawing import CLEAR, COLUMNS, FIRST, PALETTE, ROWS, SECOND, SHADES, spectrogram, waves
from earmark.reports.picture import share_hz

RATE_HZ = 48_000
HZ = (30.0, 20_000.0)


def tone(hz: float, seconds: float = 2.0) -> np.ndarray:
    return (0.1 * np.sin(2 * np.pi * hz * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


@pytest.mark.parametrize("hz", [100.0, 1000.0, 10_000.0])
def test_a_tone_is_brightest_at_its_own_height(hz):
    pixels = spectrogram(tone(hz), 16_384, RATE_HZ, HZ)
    assert pixels.shape == (ROWS, COLUMNS)
    row = int(np.argmax(pixels.astype(int).sum(axis=1)))
    assert 1.0 - (row + 0.5) / ROWS == pytest.approx(share_hz(hz, HZ), abs=1.5 / ROWS)


def test_a_tone_that_begins_in_the_middle_is_drawn_from_there_on():
    sound = np.concatenate([np.zeros(RATE_HZ, np.float32), tone(1000.0, 1.0)])
    lit = spectrogram(sound, 1024, RATE_HZ, HZ).max(axis=0)
    assert not lit[: COLUMNS // 2 - 10].any()
    assert (lit[COLUMNS // 2 + 10 :] == SHADES - 1).all()


@pytest.mark.parametrize("sound", [np.zeros(48_000, np.float32), np.zeros(5, np.float32)])
def test_silence_is_dark(sound):
    assert not spectrogram(sound, 4096, RATE_HZ, HZ).any()


def test_shades_grow_lighter():
    assert (np.diff(PALETTE[:, :3].astype(int).sum(axis=1)) > 0).all()
    assert len(PALETTE) == SHADES


def test_a_wave_goes_up_where_the_sound_does():
    pixels = waves([np.repeat([0.0, 0.5, -0.5], 100).astype(np.float32)])
    heights = [np.flatnonzero(pixels[:, column] == FIRST).mean() / ROWS for column in (COLUMNS // 2, COLUMNS - 10)]
    assert heights[0] < 0.1
    assert heights[1] > 0.9


def test_two_waves_lie_above_each_other_and_each_is_as_large_as_it_fits():
    pixels = waves([tone(100.0, 0.03), 0.001 * tone(100.0, 0.03)])
    assert pixels.shape == (ROWS, COLUMNS)
    above, below = (np.flatnonzero((pixels == colour).any(axis=1)) for colour in (FIRST, SECOND))
    assert above.max() < below.min()
    assert above.size == pytest.approx(below.size, abs=1)
    assert above.size > 0.85 * ROWS / 2


def test_a_silent_wave_is_a_line():
    assert np.unique(waves([np.zeros(100, np.float32)])).size == 2
    assert CLEAR in waves([np.zeros(100, np.float32)])
