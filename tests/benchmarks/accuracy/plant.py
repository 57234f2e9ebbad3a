"""What a plant is: a session with a fault of known place and size, the same session without it, and the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from earmark.model import Session


class NotPlantable(Exception):
    """The material drawn has no place for this fault; draw again."""


@dataclass(frozen=True, slots=True)
class Truth:
    """One fault. Places are seconds of the session; None where it is true of the whole stem."""

    code: str
    stems: tuple[str, ...]  # a finding names one of them, or with `all_stems` every one
    strength: float  # in the measure of audible.TABLE
    place_s: tuple[float, float] | None = None
    band_hz: tuple[float, float] | None = None
    value: float | None = None  # what the finding's own value ought to be, in its unit
    all_stems: bool = False


@dataclass(frozen=True, slots=True)
class Plant:
    """One case: with the fault, and without."""

    origin: str  # song or scene
    session: Session
    clean: Session
    truths: tuple[Truth, ...]
    detail: dict[str, object] = field(default_factory=dict)


# code -> how to plant it; the folder is for faults that exist only in files
Planter = Callable[[np.random.Generator, Path], Plant]
PLANTERS: dict[str, Planter] = {}


def plants(*codes: str) -> Callable[[Planter], Planter]:
    """Register the planter of these codes."""

    def keep(planter: Planter) -> Planter:
        for code in codes:
            PLANTERS[code] = planter
        return planter

    return keep


def rng_of(code: str, seed: int) -> np.random.Generator:
    """The luck of one case."""
    return np.random.default_rng((*code.encode(), seed))


def log_uniform(rng: np.random.Generator, low: float, high: float) -> float:
    """Even over the logarithm."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def db(ratio: float) -> float:
    """Of an amplitude ratio."""
    return float(20 * np.log10(max(ratio, 1e-12)))


def factor(level_db: float) -> float:
    """An amplitude ratio."""
    return float(10.0 ** (level_db / 20))


def rms(sound: np.ndarray) -> float:
    """Of all channels and samples."""
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if sound.size else 0.0
