"""Computes exactly the features that are asked for: the pass, then what is derived, closer looks, pairs, session."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import numpy as np

from earmark import audio
from earmark.features.feature import (
    CloserLook,
    Derived,
    FileHeader,
    Metered,
    OfSession,
    OfStem,
    PairFeature,
    SessionFeature,
    StemFeature,
    Unheard,
)
from earmark.model import Session, Stem

BLOCK_S = 1.0
Progress = Callable[[str, int, int], None]  # what, done, of how many


def in_order(wanted: Iterable[type]) -> list[type]:
    """`wanted` and all that they need, needs first."""
    ordered: list[type] = []

    def visit(kind: type) -> None:
        for need in getattr(kind, "NEEDS", ()):
            visit(need)
        if kind not in ordered:
            ordered.append(kind)

    for kind in wanted:
        visit(kind)
    return ordered


@dataclass
class Measurements:
    """Everything measured of one session, by kind of feature."""

    session: Session
    of_stems: dict[str, dict[type, StemFeature]] = field(default_factory=dict)
    of_pairs: dict[type, tuple[PairFeature, ...]] = field(default_factory=dict)
    of_session: dict[type, SessionFeature | Unheard] = field(default_factory=dict)

    def of_kind(self, kind: type) -> tuple[Any, ...]:
        """All features of one stem or pair kind, in session order; the mix is not among them."""
        if issubclass(kind, PairFeature):
            return self.of_pairs.get(kind, ())
        rows = (self.of_stems.get(stem.name, {}) for stem in self.session.stems)
        return tuple(row[kind] for row in rows if kind in row)

    def stem(self, name: str, kind: type[OfStem]) -> OfStem:
        """One stem's feature (or the mix's, under its own name); KeyError when it was not measured."""
        return cast(OfStem, self.of_stems[name][kind])

    def whole(self, kind: type[OfSession]) -> OfSession | Unheard:
        """One session feature, or why there is none."""
        return cast("OfSession | Unheard", self.of_session[kind])


def measure_stem(stem: Stem, wanted: Collection[type]) -> dict[type, StemFeature]:
    """Every wanted stem feature of one readable stem, with one read and its closer looks."""
    kinds = [kind for kind in in_order(wanted) if issubclass(kind, StemFeature)]
    done: dict[type, StemFeature] = {FileHeader: FileHeader(stem=stem)}
    meters = {kind: kind.meter(stem) for kind in kinds if issubclass(kind, Metered)}
    if meters:
        for block in audio.blocks(stem, max(1, int(stem.known.rate_hz * BLOCK_S))):
            for meter in meters.values():
                meter.feed(block)
    done.update({kind: meter.result() for kind, meter in meters.items()})
    for kind in kinds:
        needs = [done[need] for need in kind.NEEDS]
        if issubclass(kind, Derived):
            done[kind] = kind.derive(stem, *needs)
        elif issubclass(kind, CloserLook):
            spans = tuple(kind.candidates(stem, *needs))
            done[kind] = kind.measure(stem, spans, lambda start, count: audio.window(stem, start, count), *needs)
    return done


@dataclass
class MeasuredDesk:
    """The `Desk` that pair and session features are shown."""

    session: Session
    stems: Sequence[Stem]
    mix: Stem | None
    measured: Measurements

    def of(self, stem: Stem, kind: type[OfStem]) -> OfStem:
        """A stem's feature, measured because it is in NEEDS."""
        return self.measured.stem(stem.name, kind)

    def whole(self, kind: type[OfSession]) -> OfSession | Unheard:
        """A session feature, measured because it is in NEEDS."""
        return self.measured.whole(kind)

    def read(self, stem: Stem, start_s: float, count: int) -> np.ndarray:
        """Float32 (channels, count) from a session time on, at the stem's own rate; zeros outside."""
        start = round((start_s - stem.start_s) * stem.known.rate_hz)
        return audio.window(stem, start, count)


def readable(stem: Stem | None) -> bool:
    """Whether there is any sound to measure."""
    return stem is not None and stem.known.trouble is None and stem.known.frames > 0


def measure(
    session: Session,
    wanted: Collection[type],
    *,
    jobs: int | None = None,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Measurements:
    """Measure a probed session. Unreadable stems get their `FileHeader` and nothing else."""
    kinds = in_order(wanted)
    measured = Measurements(session)
    voices = [*session.stems, *([session.mix] if session.mix else [])]
    for done, stem in enumerate(voices):
        if progress:
            progress("listening", done, len(voices))
        measured.of_stems[stem.name] = (
            measure_stem(stem, kinds) if readable(stem) else {FileHeader: FileHeader(stem=stem)}
        )
    mix = session.mix if readable(session.mix) else None
    desk = MeasuredDesk(session, tuple(s for s in session.stems if readable(s)), mix, measured)
    for kind in kinds:
        if issubclass(kind, PairFeature):
            measured.of_pairs[kind] = tuple(kind.measure(desk))
        elif issubclass(kind, SessionFeature):
            measured.of_session[kind] = kind.measure(desk)
    return measured
