"""What goes wrong with recordings, in known amounts. Pure: each takes a sound and gives a new one, float32.

Sounds are (samples,) or (channels, samples). Spans are seconds from the sound's first sample.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earmark.scenes.filters import RATE_HZ
from earmark.scenes.signals import amplitude, count, faded

# Levels of the harmonics of hum in a guitar chain, decibels below the fundamental: house default.
HUM_DB = (0.0, -12.0, -6.0, -20.0, -12.0, -26.0, -18.0, -30.0)


def mains(duration_s: float, *, mains_hz: float = 50.0, rate_hz: int = RATE_HZ, seed: int = 0) -> np.ndarray:
    """The phase of a power grid, radians: it wanders as a real one does, by about 0.02 Hz (one sigma)."""
    luck = np.random.default_rng((31, seed))
    knots = int(duration_s / 4) + 3  # a new whim every 4 s
    wander_hz = np.clip(0.02 * luck.standard_normal(knots), -0.05, 0.05)
    at_s = np.arange(count(duration_s, rate_hz)) / rate_hz
    hz = mains_hz + np.interp(at_s, 4.0 * np.arange(knots), wander_hz)
    return np.asarray(2 * np.pi * np.cumsum(hz) / rate_hz + luck.uniform(0, 2 * np.pi))


def add_hum(
    sound: np.ndarray, fundamental_dbfs: float, *, mains_hz: float = 50.0, rate_hz: int = RATE_HZ, seed: int = 0
) -> np.ndarray:
    """Hum of eight harmonics from end to end; the level is the fundamental's peak."""
    phase = mains(sound.shape[-1] / rate_hz, mains_hz=mains_hz, rate_hz=rate_hz, seed=seed)[: sound.shape[-1]]
    hum = sum(amplitude(fundamental_dbfs + db) * np.sin(k * phase) for k, db in enumerate(HUM_DB, start=1))
    return np.asarray(sound + hum, np.float32)


def flipped(sound: np.ndarray) -> np.ndarray:
    """Upside down."""
    return np.asarray(-sound, np.float32)


def delayed(sound: np.ndarray, delay_samples: float) -> np.ndarray:
    """Later by whole or part samples, same length; what leaves at the end is lost. Earlier when negative.

    A phase ramp over a zero-padded spectrum, so that the part of a sample is exact below half the rate.
    """
    length = sound.shape[-1]
    if float(delay_samples).is_integer():
        return _shifted(sound, int(delay_samples))
    padded = length + 2 * int(abs(delay_samples) + 256)
    turns = np.fft.rfftfreq(padded) * delay_samples
    spectrum = np.fft.rfft(np.asarray(sound, np.float64), padded) * np.exp(-2j * np.pi * turns)
    return np.asarray(np.fft.irfft(spectrum, padded)[..., :length], np.float32)


def _shifted(sound: np.ndarray, late_samples: int) -> np.ndarray:
    out = np.zeros(sound.shape, np.float32)
    length = sound.shape[-1]
    if late_samples >= 0:
        out[..., late_samples:] = sound[..., : max(0, length - late_samples)]
    else:
        out[..., :late_samples] = sound[..., -late_samples:]
    return out


def clipped(sound: np.ndarray, drive_db: float, *, ceiling_dbfs: float = 0.0) -> np.ndarray:
    """Turned up by `drive_db` and cut flat at the ceiling, as a converter does."""
    ceiling = amplitude(ceiling_dbfs)
    return np.asarray(np.clip(sound * amplitude(drive_db), -ceiling, ceiling), np.float32)


def with_dc(sound: np.ndarray, offset: float) -> np.ndarray:
    """Moved off the zero line by this much of full scale: 0.01 is -40 dBFS."""
    return np.asarray(sound + np.float32(offset), np.float32)


def turned(
    sound: np.ndarray, gain_db: float, spans_s: Sequence[tuple[float, float]] = (), *, rate_hz: int = RATE_HZ
) -> np.ndarray:
    """Louder or quieter, everywhere or only in these spans (30 ms ramps inside each)."""
    if not spans_s:
        return np.asarray(sound * amplitude(gain_db), np.float32)
    out = np.array(sound, np.float32)
    for start_s, end_s in spans_s:
        here = slice(count(start_s, rate_hz), min(count(end_s, rate_hz), sound.shape[-1]))
        depth = faded(np.ones(out[..., here].shape[-1], np.float32), 0.03, 0.03, rate_hz)
        out[..., here] *= np.float32(10.0) ** (depth * np.float32(gain_db / 20))
    return out


def cut_short(sound: np.ndarray, by_s: float, *, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Without its last seconds, cut hard."""
    return np.array(sound[..., : max(0, sound.shape[-1] - count(by_s, rate_hz))], np.float32)


def dual_mono(sound: np.ndarray) -> np.ndarray:
    """One channel written twice: (2, samples), identical."""
    mono = np.atleast_2d(np.asarray(sound, np.float32)).mean(axis=0)
    return np.stack([mono, mono]).astype(np.float32)


def holed(sound: np.ndarray, spans_s: Sequence[tuple[float, float]], *, rate_hz: int = RATE_HZ) -> np.ndarray:
    """With exact zeros in these spans, no fades: a dropout."""
    out = np.array(sound, np.float32)
    for start_s, end_s in spans_s:
        out[..., count(start_s, rate_hz) : count(end_s, rate_hz)] = 0
    return out


def not_finite(sound: np.ndarray, at_samples: Sequence[int]) -> np.ndarray:
    """With NaN at these samples."""
    out = np.array(sound, np.float32)
    out[..., list(at_samples)] = np.nan
    return out
