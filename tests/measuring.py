"""Measures one sound in memory: what the tests of features are written with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from earmark.features.feature import Metered, StemFeature
from earmark.features.stem_pass import measure_stem
from earmark.scenes.stage import stem

Kind = TypeVar("Kind", bound=StemFeature)
Fed = TypeVar("Fed", bound=Metered)


def measured(kind: type[Kind], sound: np.ndarray, rate_hz: int = 48_000) -> Kind:
    """One feature of (samples,) or (channels, samples)."""
    feature = measure_stem(stem("stem", sound, rate_hz), [kind])[kind]
    assert isinstance(feature, kind)
    return feature


def fed(kind: type[Fed], sound: np.ndarray, lengths: Sequence[int], rate_hz: int = 48_000) -> Fed:
    """One metered feature, fed in blocks of these lengths and then of what is left, from one buffer used again."""
    voice = stem("stem", sound, rate_hz)
    samples = np.atleast_2d(np.asarray(sound, np.float32))
    meter = kind.meter(voice)
    first = 0
    for length in (*lengths, samples.shape[1] - sum(lengths)):
        buffer = samples[:, first : first + length].copy()
        meter.feed(buffer)
        buffer[:] = 7.0  # whoever kept the buffer instead of a copy is found out
        first += length
    return meter.result()


def sines(*parts: tuple[float, float], freq_hz: float = 1000.0, rate_hz: int = 48_000) -> np.ndarray:
    """(samples,): a sine of these (seconds, peak dBFS), phase continuous."""
    gains = np.concatenate([np.full(round(seconds * rate_hz), 10 ** (dbfs / 20)) for seconds, dbfs in parts])
    return gains * np.sin(2 * np.pi * freq_hz * np.arange(gains.size) / rate_hz)


def twice(mono: np.ndarray) -> np.ndarray:
    """The same on both sides."""
    return np.stack([mono, mono])
