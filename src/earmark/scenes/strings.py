"""Plucked strings: a digital waveguide, solved in the frequency domain, so that it is in tune and quick."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from earmark.scenes.filters import RATE_HZ
from earmark.scenes.signals import count, faded

ALIAS_DB = 80.0  # by how much the echo of the FFT's wrap-around is pushed down


@lru_cache(maxsize=256)
def pluck(
    frequency_hz: float,
    duration_s: float,
    *,
    ring_s: float = 3.0,
    brightness: float = 0.6,
    pick_at: float = 0.17,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:
    """One string, picked once, damped at the end. Peak 1.0. Read-only: it is kept and given again.

    `ring_s` is the time to fall by 60 dB; `brightness` 0..1 is how much treble pick and string keep;
    `pick_at` is where along the string it is picked, which takes away every 1/`pick_at`th harmonic.
    """
    samples = count(duration_s, rate_hz)
    size = 1 << int(np.ceil(np.log2(samples)))
    grow = ALIAS_DB / 20 * np.log(10) / size  # evaluate outside the unit circle: the wrapped tail shrinks
    log_z = grow + 2j * np.pi * np.arange(size // 2 + 1) / size
    period = rate_hz / frequency_hz
    loop = 10.0 ** (-3 * period / (rate_hz * ring_s)) * _loss(log_z, period, brightness)
    string = _picked(log_z, period, pick_at, brightness) * _stiff(log_z, rate_hz) / (1 - loop)
    sound = np.fft.irfft(string, size)[:samples] * np.exp(grow * np.arange(samples))
    out = faded(np.asarray(sound / np.abs(sound).max(), np.float32), 0.0005, 0.03, rate_hz)
    out.flags.writeable = False
    return out


def _loss(log_z: np.ndarray, period: float, brightness: float) -> np.ndarray:
    """Once along the string and back: a two-tap low-pass, and the delay that is left after its own."""
    far = (1 - brightness) / 2
    return np.asarray((1 - far + far * np.exp(-log_z)) * np.exp(-log_z * (period - far)))


def _stiff(log_z: np.ndarray, rate_hz: int) -> np.ndarray:
    """Treble arrives first, as on a stiff string: 7 ms for the lowest tones, so that no note is a row of spikes."""
    hz = log_z.imag * rate_hz / (2 * np.pi)
    early_turns = 0.007 * (hz - 300 * np.log1p(hz / 300))  # its slope, the lead in seconds: 7 ms * hz / (hz + 300)
    return np.asarray(np.exp(2j * np.pi * (early_turns - 0.007 * hz)))


def _picked(log_z: np.ndarray, period: float, pick_at: float, brightness: float) -> np.ndarray:
    """A soft pick, heard where the string is picked and, upside down, at its mirror; a pickup hears 1/f of it."""
    softness = 0.25 + 0.55 * (1 - brightness)
    back = np.exp(-log_z)
    pick = (1 - softness) ** 2 / ((1 - softness * back) ** 2 * (1 - 0.99 * back))
    no_offset = (1 - back) / (1 - 0.997 * back)
    return np.asarray(pick * no_offset * (1 - 0.95 * np.exp(-log_z * pick_at * period)))


def strum(
    frequencies_hz: tuple[float, ...],
    duration_s: float,
    *,
    spread_s: float = 0.012,
    brightness: float = 0.6,
    ring_s: float = 3.0,
    rate_hz: int = RATE_HZ,
) -> np.ndarray:
    """Several strings picked one after the other; the first of `frequencies_hz` first."""
    chord = np.zeros(count(duration_s, rate_hz), np.float32)
    for string, frequency_hz in enumerate(frequencies_hz):
        late = count(string * spread_s, rate_hz)
        if late < chord.size:
            sound = pluck(frequency_hz, duration_s, ring_s=ring_s, brightness=brightness, rate_hz=rate_hz)
            chord[late:] += sound[: chord.size - late]
    return faded(chord / np.float32(len(frequencies_hz) ** 0.5), 0.0, 0.03, rate_hz)
