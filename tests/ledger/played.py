"""Performances made up of notes, bounced again in every way that must not matter to memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.ledger import StemPrint, prints_of
from earmark.model import FileFacts, Finding, Samples, Stem

RATE_HZ = 48_000


def performance(seed: int, seconds: float = 20.0) -> np.ndarray:
    """Notes of random pitch, level and distance, as somebody might play them; float32, shape (samples,)."""
    dice = np.random.default_rng(seed)
    sound = np.zeros(int(seconds * RATE_HZ), np.float32)
    at_s = 0.3
    while at_s < seconds - 0.6:
        note = _note(dice)
        start = int(at_s * RATE_HZ)
        stretch = sound[start : start + note.size]
        stretch += note[: stretch.size]
        at_s += dice.uniform(0.12, 0.9)
    return sound + 1e-4 * dice.standard_normal(sound.size).astype(np.float32)


def _note(dice: np.random.Generator) -> np.ndarray:
    time_s = np.arange(int(0.6 * RATE_HZ)) / RATE_HZ
    pitch_hz = dice.uniform(80.0, 400.0)
    tone = sum(np.sin(2 * np.pi * k * pitch_hz * time_s) / k for k in range(1, 6))
    fall = np.exp(-time_s / dice.uniform(0.05, 0.3)) * np.minimum(time_s / 0.004, 1.0)
    return np.asarray(dice.uniform(0.02, 0.2) * tone * fall, np.float32)


def rebounced(
    sound: np.ndarray, gain_db: float = 0.0, late_samples: int = 0, high_shelf_db: float = 0.0, low_cut_hz: float = 0.0
) -> np.ndarray:
    """The same performance, equalised, turned up and begun later (earlier when negative)."""
    spectrum = np.fft.rfft(sound)
    frequency_hz = np.fft.rfftfreq(sound.size, 1.0 / RATE_HZ)
    tilt = frequency_hz**2 / (frequency_hz**2 + 1000.0**2)
    shape = 10.0 ** (high_shelf_db * tilt / 20.0) * frequency_hz / np.hypot(frequency_hz, max(low_cut_hz, 1e-3))
    shaped = np.fft.irfft(spectrum * shape, sound.size) * 10.0 ** (gain_db / 20.0)
    moved = shaped[-late_samples:] if late_samples < 0 else np.concatenate([np.zeros(late_samples), shaped])
    return moved.astype(np.float32)


def envelope(name: str, sound: np.ndarray, rate_hz: int = RATE_HZ, start_s: float = 0.0) -> StemEnvelope:
    """The feature the line makes of this sound."""
    facts = FileFacts(rate_hz=rate_hz, channels=1, frames=sound.size)
    stem = Stem(name, Samples(sound[np.newaxis], rate_hz), start_s=start_s, facts=facts)
    meter = StemEnvelope.meter(stem)
    meter.feed(sound[np.newaxis])
    return meter.result()


def prints(stems: Mapping[str, np.ndarray], start_s: float = 0.0) -> dict[str, StemPrint]:
    """The prints of a session, through the feature."""
    return prints_of(envelope(name, sound, start_s=start_s) for name, sound in stems.items())


def finding(
    stem: str = "gtr",
    start_s: float | None = 4.0,
    length_s: float = 0.8,
    *,
    code: str = "NO01",
    value: float = -70.0,
    unit: str = "dBFS",
    worse_by: float | None = 3.0,
    card: str = "",
    band_hz: tuple[float, float] | None = None,
) -> Finding:
    """A finding with only what matters to memory."""
    return Finding(
        code=code,
        name={"NO01": "hum", "LV01": "clipped"}.get(code, "something"),
        severity="question",
        stems=(stem,),
        value=value,
        unit=unit,
        message=f"{stem} hums at 50 Hz.",
        doubt="A bass note at 49 Hz looks alike.",
        confidence=0.9,
        start_s=start_s,
        end_s=None if start_s is None else start_s + length_s,
        band_hz=band_hz,
        worse_by=worse_by,
        card=card,
    )
