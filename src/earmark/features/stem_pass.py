"""One stem, read once: its blocks go by every meter, then comes what is derived, then the closer looks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np

from earmark import audio
from earmark.errors import AudioError
from earmark.features.feature import CloserLook, Derived, FileHeader, Meter, Metered, StemFeature
from earmark.features.finite import finite
from earmark.features.grid import block_samples
from earmark.features.needs import in_order
from earmark.model import Stem

HEAP_BYTES = 24 << 20


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of listening to one stem.

    `prints` is one number per second of decoded sound, uint64, empty where nothing was read for it.
    `trouble` is why the stem could not be read after all.
    """

    features: Mapping[type, StemFeature]
    prints: np.ndarray
    trouble: str | None = None


class NotMeasured(Exception):
    """A measurement broke down: a defect of earmark, not of the stem. Becomes an AudioError that names the stem."""


def measure_stem(stem: Stem, wanted: Collection[type]) -> Mapping[type, StemFeature]:
    """Every wanted stem feature of one readable stem, and those they need."""
    return listen(stem, [kind for kind in in_order(wanted) if issubclass(kind, StemFeature)]).features


def listen(
    stem: Stem, kinds: Collection[type], given: Mapping[type, StemFeature] | None = None, *, prints: bool = False
) -> Heard:
    """Measure these kinds, which are in order and have their needs among them or in `given`."""
    done = {FileHeader: FileHeader(stem=stem), **(given or {})}
    try:
        printed = read_past(stem, [kind for kind in kinds if issubclass(kind, Metered)], done, prints)
        for kind in kinds:
            look_closer(stem, kind, done)
    except AudioError as refused:
        return Heard(
            {FileHeader: FileHeader(stem=unreadable(stem, str(refused)))}, np.zeros(0, np.uint64), str(refused)
        )
    return Heard({kind: frozen(feature) for kind, feature in done.items()}, printed)


def read_past(stem: Stem, kinds: Collection[type[Metered]], done: dict[type, StemFeature], prints: bool) -> np.ndarray:
    """The pass: each block is read once and shown to every meter. What is no sound is 0 for all but its counter."""
    meters = {kind: kind.meter(stem) for kind in kinds}
    raw = [meter for kind, meter in meters.items() if hears_not_finite(kind)]
    clean = [meter for kind, meter in meters.items() if not hears_not_finite(kind)]
    printed = []
    if meters or prints:
        for block in audio.blocks(stem, block_samples(stem.known.rate_hz)):
            if prints:
                printed.append(print_of(block))
            show(block, raw)
            show(finite(block), clean)
    done.update({kind: meter.result() for kind, meter in meters.items()})
    return np.array(printed, np.uint64)


def show(block: np.ndarray, meters: Collection[Meter[Any]]) -> None:
    """One block to all of them."""
    for meter in meters:
        meter.feed(block)


def look_closer(stem: Stem, kind: type, done: dict[type, StemFeature]) -> None:
    """What is derived, and what reads again where others point."""
    needs = [done[need] for need in getattr(kind, "NEEDS", ())]
    if issubclass(kind, Derived):
        done[kind] = kind.derive(stem, *needs)
    elif issubclass(kind, CloserLook):
        spans = tuple(kind.candidates(stem, *needs))
        done[kind] = kind.measure(stem, spans, lambda start, count: finite(audio.window(stem, start, count)), *needs)


def hears_not_finite(kind: type) -> bool:
    """Whether the kind counts NaN itself and wants the blocks as they are."""
    return bool(getattr(kind, "HEARS_NOT_FINITE", False))


def unreadable(stem: Stem, trouble: str) -> Stem:
    """The stem as it turned out to be when it was read."""
    return replace(stem, facts=replace(stem.known, trouble=trouble, frames=0))


def frozen(feature: StemFeature) -> StemFeature:
    """The feature with its arrays locked, since everybody is shown the same ones."""
    for value in vars(feature).values():
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    return feature


def print_of(block: np.ndarray) -> int:
    """A number that changes when any sample of the block does, or its place: the same on every machine."""
    words = np.ascontiguousarray(block).view(np.uint32).ravel()
    return int((words * weights(words.size)).sum(dtype=np.uint64))


@cache
def weights(count: int) -> np.ndarray:
    """Odd uint32 factors, all different: multiplying by one of them loses nothing."""
    return np.arange(1, 2 * count, 2, dtype=np.uint32) * np.uint32(2_654_435_761)  # Knuth's, for hashing


def hold_the_heap() -> None:
    """Keep glibc from giving every block's memory back to the system and fetching it anew.

    Freeing one large array raises the size above which it does so; without this the page faults cost
    more than the measuring (2 to 5 times, measured). Nothing happens where there is another allocator.
    """
    np.empty(HEAP_BYTES, np.uint8)
