"""Sound as pixels: spectrograms on a scale of octaves, waveforms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

COLUMNS, ROWS = 480, 144
RANGE_DB = 84.0  # from the loudest of the picture down to black; house default
SHADES = 64
# from silence to the loudest: readable on paper and on a screen, and by those who do not tell red from green
AT = (0.0, 0.35, 0.6, 0.82, 1.0)
COLOURS = ((10, 12, 30), (58, 34, 110), (178, 54, 96), (244, 142, 58), (255, 246, 196))
CLEAR, FIRST, SECOND, MIDDLE = 0, 1, 2, 3
WAVES = np.array([(0, 0, 0, 0), (47, 128, 196, 255), (214, 120, 32, 255), (128, 128, 128, 160)], np.uint8)
HEADROOM = 0.92


def palette() -> np.ndarray:
    """The shades of a spectrogram, uint8 (shades, 4)."""
    steps = np.linspace(0.0, 1.0, SHADES)
    channels = [np.interp(steps, AT, [colour[channel] for colour in COLOURS]) for channel in range(3)]
    return np.stack([*channels, np.full(SHADES, 255.0)], axis=1).round().astype(np.uint8)


PALETTE = palette()


def spectrogram(sound: np.ndarray, size: int, rate_hz: int, hz: tuple[float, float]) -> np.ndarray:
    """Shades, uint8 (ROWS, COLUMNS), the highest frequency on top; silence is shade 0 throughout.

    Parameters
    ----------
    sound : ndarray of float32, shape (samples,)
        Half a window longer at either end than what is shown.
    size : int
        Length of the window, Hann.
    rate_hz : int
    hz : tuple of float
        Lowest and highest frequency, octaves evenly spaced between them.
    """
    starts = np.linspace(0, max(0, sound.size - size), COLUMNS).astype(int)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, (0, max(0, size - sound.size))), size)[starts]
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(size).astype(np.float32), axis=1)))
    rows = in_octaves(power.T, rate_hz / size, hz)
    top = float(rows.max())
    if top <= 0.0:
        return np.zeros((ROWS, COLUMNS), np.uint8)
    level_db = 10.0 * np.log10(np.maximum(rows / top, 1e-12))
    return np.asarray(np.clip((1.0 + level_db / RANGE_DB) * (SHADES - 1), 0, SHADES - 1).round()[::-1], np.uint8)


def in_octaves(power: np.ndarray, bin_hz: float, hz: tuple[float, float]) -> np.ndarray:
    """The strongest bin of each row, (ROWS, columns), the lowest row first."""
    edges = np.geomspace(*hz, ROWS + 1) / bin_hz
    first = np.clip(np.round(edges[:-1]).astype(int), 0, len(power) - 1)
    last = np.clip(np.round(edges[1:]).astype(int), first + 1, len(power))
    return np.stack([power[low:high].max(axis=0) for low, high in zip(first, last, strict=True)])


def waves(sounds: Sequence[np.ndarray]) -> np.ndarray:
    """Traces, uint8 (ROWS, COLUMNS), one above the other, each as large as it fits; indices into `WAVES`."""
    height = ROWS // len(sounds)
    return np.concatenate([trace(sound, height, FIRST + index) for index, sound in enumerate(sounds)])


def trace(sound: np.ndarray, rows: int, colour: int) -> np.ndarray:
    """One waveform, uint8 (rows, COLUMNS), joined from sample to sample."""
    fine = np.interp(np.linspace(0, sound.size - 1, COLUMNS * 8 + 1), np.arange(sound.size), sound)
    peak = float(np.max(np.abs(fine))) or 1.0
    middle = 0.5 * (rows - 1)
    at = middle - fine / peak * middle * HEADROOM
    windows = np.lib.stride_tricks.sliding_window_view(at, 9)[::8]
    top, bottom = np.floor(windows.min(axis=1)), np.ceil(windows.max(axis=1))
    row = np.arange(rows)[:, np.newaxis]
    pixels = np.where((row >= top) & (row <= bottom), colour, CLEAR).astype(np.uint8)
    line = pixels[round(middle)]
    line[line == CLEAR] = MIDDLE
    return pixels
