"""Magnitude curves, and a sound seen through one. They move no sound in time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

RATE_HZ = 48_000


def filtered(sound: np.ndarray, gain_at: Callable[[np.ndarray], np.ndarray], rate_hz: int = RATE_HZ) -> np.ndarray:
    """The sound with its spectrum multiplied by `gain_at(frequencies in hertz)`; float32, last axis is time."""
    length = sound.shape[-1]
    gain = np.asarray(gain_at(np.fft.rfftfreq(length, 1 / rate_hz)), np.float32)
    return np.asarray(np.fft.irfft(np.fft.rfft(np.asarray(sound, np.float32)) * gain, length), np.float32)


def bell(hz: np.ndarray, centre_hz: float, gain_db: float, octaves: float) -> np.ndarray:
    """A bump of this height, falling to a seventh of its decibels one `octaves` away."""
    distance = np.log2(np.maximum(hz, 1.0) / centre_hz) / octaves
    return np.asarray(10.0 ** (gain_db * np.exp(-2 * distance**2) / 20))


def low_pass(hz: np.ndarray, corner_hz: float) -> np.ndarray:
    """12 dB an octave, -3 dB at the corner."""
    return np.asarray(1 / np.sqrt(1 + (hz / corner_hz) ** 4))


def high_pass(hz: np.ndarray, corner_hz: float) -> np.ndarray:
    """12 dB an octave, -3 dB at the corner; nothing passes at 0 Hz."""
    return np.asarray(1 / np.sqrt(1 + (corner_hz / np.maximum(hz, 1e-3)) ** 4))
