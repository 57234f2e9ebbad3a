"""Features that misbehave, for the tests of the engine; a module of its own, so that worker processes find it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from earmark.features.feature import CloserLook, Derived, Metered, StemFeature
from earmark.model import Stem


@dataclass(frozen=True, kw_only=True)
class Odd(Metered):
    """Counts frames; what else it does, its subclasses say."""

    frames: int

    @classmethod
    def meter(cls, stem: Stem) -> OddMeter:
        return OddMeter(cls, stem)

    @classmethod
    def misbehave(cls, stem: Stem) -> None:
        """Nothing, here."""


class OddMeter:
    def __init__(self, kind: type[Odd], stem: Stem) -> None:
        self.kind, self.stem, self.frames = kind, stem, 0

    def feed(self, block: np.ndarray) -> None:
        self.frames += block.shape[1]
        self.kind.misbehave(self.stem)

    def result(self) -> Odd:
        return self.kind(stem=self.stem, frames=self.frames)


@dataclass(frozen=True, kw_only=True)
class Breaks(Odd):
    """Divides by zero on the stem called "bad"."""

    @classmethod
    def misbehave(cls, stem: Stem) -> None:
        if stem.name == "bad":
            raise ZeroDivisionError("nothing to divide by")


@dataclass(frozen=True, kw_only=True)
class Dies(Odd):
    """Takes its whole process along on the stem called "bad"."""

    @classmethod
    def misbehave(cls, stem: Stem) -> None:
        if stem.name == "bad":
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass(frozen=True, kw_only=True)
class NeverEnds(Odd):
    """Says its process id in a file of the folder WAITING names, and sleeps."""

    @classmethod
    def misbehave(cls, stem: Stem) -> None:
        folder = Path(os.environ["WAITING"])
        (folder / str(os.getpid())).touch()
        time.sleep(600)


@dataclass(frozen=True, kw_only=True)
class Halves(Derived):
    """Half the frames."""

    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Odd,)
    frames: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Halves:
        (odd,) = needs
        assert isinstance(odd, Odd)
        return cls(stem=stem, frames=odd.frames / 2)


@dataclass(frozen=True, kw_only=True)
class Looks(CloserLook):
    """Reads the first and the last ten samples, and ten beyond each rim."""

    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Odd,)
    windows: tuple[np.ndarray, ...]

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> list[tuple[int, int]]:
        (odd,) = needs
        assert isinstance(odd, Odd)
        return [(-10, 20), (odd.frames - 10, 20)]

    @classmethod
    def measure(cls, stem, spans, read, *needs):  # type: ignore[no-untyped-def]
        return cls(stem=stem, windows=tuple(read(*span) for span in spans))
