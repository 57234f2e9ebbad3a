"""What a measurement is: a frozen class with numbers in it and a way to come by them. No opinions.

Five kinds, cheapest first. `VERSION` goes up whenever the numbers change, which empties the cache.

- `Metered`: fed every block of a stem, once, in the pass.
- `Derived`: computed from other features of the same stem; reads nothing.
- `CloserLook`: reads again, but only in the spans that other features of the stem point at.
- `PairFeature`: one per pair of stems that turns out to share sound.
- `SessionFeature`: one for the whole session.

`NEEDS` names the features that must be there first; the engine computes exactly the closure
of what the selected rules' `check` functions are annotated with, and nothing else.
All times inside a `StemFeature` count from the stem's first frame; the engine of rules adds
`stem.start_s`. Pair and session features speak session time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self, TypeAlias, TypeVar

import numpy as np

from earmark.model import Session, Stem

Measured = TypeVar("Measured", covariant=True)
OfStem = TypeVar("OfStem", bound="StemFeature")
OfSession = TypeVar("OfSession", bound="SessionFeature")
OfPair = TypeVar("OfPair", bound="PairFeature")
Span: TypeAlias = tuple[int, int]  # first sample, number of samples


class Meter(Protocol[Measured]):
    """Collects one `Metered` feature while the pass goes by."""

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples). The buffer is used again: copy what you keep."""

    def result(self) -> Measured:
        """The feature, after the last block."""


class ReadWindow(Protocol):
    """Reads `count` samples of a stem from `start` on; zeros outside the stem."""

    def __call__(self, start: int, count: int) -> np.ndarray:
        """Float32 (channels, count)."""


class Desk(Protocol):
    """What pair and session features may look at: the session, its measured stems, windows."""

    session: Session
    stems: Sequence[Stem]  # those that could be read, without the mix
    mix: Stem | None  # the mix, where there is one and it could be read

    def of(self, stem: Stem, kind: type[OfStem]) -> OfStem:
        """A feature of one stem, or of the mix, already measured because it is in NEEDS."""

    def whole(self, kind: type[OfSession]) -> OfSession | Unheard:
        """A session feature already measured because it is in NEEDS."""

    def pairs(self, kind: type[OfPair]) -> tuple[OfPair, ...]:
        """All pair features of a kind, already measured because it is in NEEDS of a session feature."""

    def read(self, stem: Stem, start_s: float, count: int) -> np.ndarray:
        """Float32 (channels, count) of one stem from a session time on, at the stem's own rate."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """In place of a feature that could not be measured, and why; becomes `NotListenedFor`."""

    because: str


@dataclass(frozen=True, kw_only=True)
class StemFeature:
    """Something measured of one stem. `check` is called once per stem."""

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = ()
    stem: Stem


@dataclass(frozen=True, kw_only=True)
class Metered(StemFeature):
    """Measured in the pass."""

    @classmethod
    def meter(cls, stem: Stem) -> Meter[Self]:
        """A fresh meter for this stem (`stem.known` gives rate and channels)."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Derived(StemFeature):
    """Computed from features of the same stem, in the order of `NEEDS`."""

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """The feature, from what `NEEDS` names."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class CloserLook(StemFeature):
    """Re-reads the waveform where other features point."""

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The places worth reading again; may be none."""
        raise NotImplementedError

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """The feature, from the candidate spans."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class PairFeature:
    """Something measured between two stems. `check` is called once per pair that is given."""

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = ()
    stems: tuple[Stem, Stem]

    @classmethod
    def measure(cls, desk: Desk) -> Iterable[Self]:
        """Every pair worth judging, each once; its own screen comes first."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class SessionFeature:
    """Something measured of the session as a whole. `check` is called once."""

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[PairFeature] | type[SessionFeature], ...]] = ()
    session: Session

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """The feature, or why there is none."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class FileHeader(StemFeature):
    """The file facts alone (`stem.known`), given for every stem, readable or not. Reads nothing."""


@dataclass(frozen=True, kw_only=True)
class PackHeaders(SessionFeature):
    """The file facts of the whole session (`session.stems`, `session.mix`). Reads nothing."""

    @classmethod
    def measure(cls, desk: Desk) -> PackHeaders:
        """The session as it was probed."""
        return cls(session=desk.session)
