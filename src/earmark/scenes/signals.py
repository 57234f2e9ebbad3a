"""The plainest sounds: tones, noises, silence, and how sounds are laid on a tape. Mono float32, (samples,)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earmark.scenes.filters import RATE_HZ, filtered


def count(duration_s: float, rate_hz: int = RATE_HZ) -> int:
    """Samples in this many seconds."""
    return round(duration_s * rate_hz)


def clock_s(duration_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The time of every sample, float64."""
    return np.arange(count(duration_s, rate_hz)) / rate_hz


def amplitude(level_db: float) -> float:
    """Decibels as a factor: 0 dB is 1.0."""
    return float(10.0 ** (level_db / 20))


def level_dbfs(sound: np.ndarray) -> float:
    """RMS as the peak of a sine of equal power: a full-scale sine reads 0. -inf for silence."""
    flat = np.ravel(sound)
    rms = float(np.sqrt(np.einsum("i,i->", flat, flat, dtype=np.float64) / flat.size)) if flat.size else 0.0
    return float(20 * np.log10(rms * np.sqrt(2))) if rms else float("-inf")


def silence(duration_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Nothing but zeros."""
    return np.zeros(count(duration_s, rate_hz), np.float32)


def tone(
    frequency_hz: float, duration_s: float, *, peak_dbfs: float = -12.0, rate_hz: int = RATE_HZ, phase_rad: float = 0.0
) -> np.ndarray:
    """One sine."""
    turns = 2 * np.pi * frequency_hz * clock_s(duration_s, rate_hz) + phase_rad
    return np.asarray(amplitude(peak_dbfs) * np.sin(turns), np.float32)


def noise(
    duration_s: float,
    *,
    rms_dbfs: float = -20.0,
    band_hz: tuple[float, float] | None = None,
    tilt_db_per_octave: float = 0.0,
    rate_hz: int = RATE_HZ,
    seed: int = 0,
) -> np.ndarray:
    """Gaussian noise, white unless tilted (-3 is pink), in one band or all. The level is `level_dbfs`."""
    white = np.random.default_rng(seed).standard_normal(count(duration_s, rate_hz), dtype=np.float32)
    if band_hz or tilt_db_per_octave:
        white = filtered(white, lambda hz: _colour(hz, band_hz, tilt_db_per_octave), rate_hz)
    return np.asarray(white * np.float32(amplitude(rms_dbfs - level_dbfs(white))))


def _colour(hz: np.ndarray, band_hz: tuple[float, float] | None, tilt_db_per_octave: float) -> np.ndarray:
    octaves = np.log2(np.maximum(hz, 10.0) / 1000)
    gain = 10.0 ** (tilt_db_per_octave * octaves / 20)
    return np.asarray(gain if band_hz is None else gain * ((hz >= band_hz[0]) & (hz <= band_hz[1])))


def place(hits: Sequence[tuple[float, float, np.ndarray]], duration_s: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """A tape of this length with (start_s, gain, sound) laid on it, summed; what runs over the end is cut."""
    tape = np.zeros(count(duration_s, rate_hz), np.float32)
    for start_s, gain, sound in hits:
        first = max(0, round(start_s * rate_hz))
        part = sound[: max(0, tape.size - first)]
        tape[first : first + part.size] += np.float32(gain) * part
    return tape


def faded(sound: np.ndarray, in_s: float = 0.005, out_s: float = 0.02, rate_hz: int = RATE_HZ) -> np.ndarray:
    """The sound with raised-cosine ends, so that neither clicks."""
    shaped = np.array(sound, np.float32)
    for edge_s, at_end in ((in_s, False), (out_s, True)):
        length = min(shaped.shape[-1], count(edge_s, rate_hz))
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype(np.float32)
        if length and at_end:
            shaped[..., -length:] *= ramp[::-1]
        elif length:
            shaped[..., :length] *= ramp
    return shaped


def at_peak(sound: np.ndarray, peak_dbfs: float) -> np.ndarray:
    """The sound scaled so that its largest sample is at this level; silence stays silence."""
    peak = float(np.abs(sound).max(initial=0.0))
    return np.asarray(sound if peak == 0.0 else sound * (amplitude(peak_dbfs) / peak), np.float32)
