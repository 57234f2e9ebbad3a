"""What the engine hands to the rules: everything measured of one session."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np

from earmark import audio
from earmark.features.feature import OfPair, OfSession, OfStem, PairFeature, SessionFeature, StemFeature, Unheard
from earmark.features.finite import finite
from earmark.model import Session, Stem


@dataclass
class Measurements:
    """Everything measured of one session, by kind of feature.

    `remarks` are sentences a person has to know of how it was measured.
    """

    session: Session
    of_stems: dict[str, Mapping[type, StemFeature]] = field(default_factory=dict)
    of_mix: Mapping[type, StemFeature] = field(default_factory=dict)
    of_pairs: dict[type, tuple[PairFeature, ...]] = field(default_factory=dict)
    of_session: dict[type, SessionFeature | Unheard] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    def of_kind(self, kind: type) -> tuple[Any, ...]:
        """All features of one stem or pair kind, in session order; the mix is not among them."""
        if issubclass(kind, PairFeature):
            return self.of_pairs.get(kind, ())
        rows = (self.of_stems.get(stem.name, {}) for stem in self.session.stems)
        return tuple(row[kind] for row in rows if kind in row)

    def stem(self, name: str, kind: type[OfStem]) -> OfStem:
        """One stem's feature (or the mix's, under its own name); KeyError when it was not measured."""
        row = self.of_stems.get(name, self.of_mix)
        return cast(OfStem, row[kind])

    def whole(self, kind: type[OfSession]) -> OfSession | Unheard:
        """One session feature, or why there is none."""
        return cast("OfSession | Unheard", self.of_session[kind])


@dataclass
class MeasuredDesk:
    """The `Desk` that pair and session features are shown."""

    session: Session
    stems: Sequence[Stem]
    mix: Stem | None
    measured: Measurements

    def of(self, stem: Stem, kind: type[OfStem]) -> OfStem:
        """A stem's feature, measured because it is in NEEDS."""
        row = self.measured.of_mix if stem is self.mix else self.measured.of_stems[stem.name]
        return cast(OfStem, row[kind])

    def whole(self, kind: type[OfSession]) -> OfSession | Unheard:
        """A session feature, measured because it is in NEEDS."""
        return self.measured.whole(kind)

    def pairs(self, kind: type[OfPair]) -> tuple[OfPair, ...]:
        """The pairs of one kind, measured because a session feature has the kind in NEEDS."""
        return cast("tuple[OfPair, ...]", self.measured.of_pairs[kind])

    def read(self, stem: Stem, start_s: float, count: int) -> np.ndarray:
        """Float32 (channels, count) from a session time on, at the stem's own rate; zeros outside, and for NaN."""
        start = round((start_s - stem.start_s) * stem.known.rate_hz)
        return finite(audio.window(stem, start, count))
