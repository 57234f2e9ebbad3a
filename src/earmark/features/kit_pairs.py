"""Pairs of microphones around one drum kit, heard only while the drum sounds alone that they are to be compared by."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk
from earmark.features.finite import finite
from earmark.features.own_hits import CLOSE, FAR, SKINS, OwnHits, family_of, own_hits
from earmark.features.pair_windows import BETA, Heard, compared
from earmark.features.whitened import Grid, grid_of, mono, peak_of, whitened
from earmark.model import Stem

WINDOW_S = 0.16  # at least; 0.17 to 0.19 s at 44.1 and 48 kHz: three periods of 40 Hz and more
MOST_HITS = 12  # of one drum
BEFORE_S = 0.02  # the window opens this long before the 10 ms step of the stroke
OPEN_S, OPENS_S, CLOSES_S = 0.004, 0.006, 0.10
SHARED_PROMINENCE = 7.0  # as for pairs at large
REACH_S = 0.05
CLEAR_PROMINENCE = 12.0  # of the bleed of one drum in another's microphone, to count for what is late
RECIPROCAL_S = 0.0007  # how far the microphones of other drums may disagree about what is late: 24 cm; house default


@dataclass
class Kit:
    """What the kit's own strokes say, by the indices of two stems.

    `numbers` are those of `PairLag`; `kinds` is every pair of kit microphones, found or not; `late_s` is by how
    much a microphone is later than those on other drums.
    """

    numbers: dict[tuple[int, int], Mapping[str, Any]] = field(default_factory=dict)
    kinds: set[tuple[int, int]] = field(default_factory=set)
    late_s: dict[int, float] = field(default_factory=dict)


def kit_of(desk: Desk, stems: Sequence[Stem]) -> Kit:
    """The kit among stems of one rate; an empty one where no close microphone has strokes of its own.

    Two microphones are compared by the strokes of a drum that one of them is on; two overheads, or two of the room,
    by those of the drum with most strokes. Microphones on two different drums share nothing but bleed and are no
    pair; but there and back, snare to kick and kick to snare, is one distance, so half the difference of the two
    lags is by how much one of the microphones is late.
    """
    found = own_hits(stems, [desk.of(stem, StemEnvelope) for stem in stems])
    inside = [index for index, stem in enumerate(stems) if stem.role in (*CLOSE, *FAR)]
    kit = Kit()
    leading = leaders(found)
    if len(inside) < 2 or not leading:
        return kit
    kit.kinds = {(one, two) for one, two in itertools.combinations(inside, 2)}
    bleed: dict[tuple[int, int], float] = {}
    for hits in sorted(leading, key=lambda each: -len(each.at_s)):
        heard = _listen(desk, stems, inside, hits)
        for pair in _pairs(stems, inside, hits.family):
            if pair not in kit.numbers and (numbers := _compare(heard, pair, hits, stems)):
                kit.numbers[pair] = numbers
        bleed |= _bleed(heard, stems, inside, hits)
    kit.late_s = _late(bleed, stems)
    return kit


def leaders(found: Sequence[OwnHits]) -> list[OwnHits]:
    """For each skin, the microphone whose strokes stand out most; at most twelve strokes each."""
    best: dict[str, OwnHits] = {}
    for hits in found:
        if hits.stem.role in SKINS:
            known = best.get(hits.family)
            if known is None or float(hits.margin_db.sum()) > float(known.margin_db.sum()):
                best[hits.family] = hits
    return [_fewer(hits) for hits in best.values()]


def _fewer(hits: OwnHits) -> OwnHits:
    kept = np.sort(np.argsort(-hits.margin_db, kind="stable")[:MOST_HITS])
    return OwnHits(hits.stem, hits.family, hits.at_s[kept], hits.margin_db[kept])


def struck(windows: np.ndarray, grid: Grid) -> np.ndarray:
    """Spectra (windows, bins) of strokes: the taper opens before the stick and closes over the ring."""
    at_s = np.arange(grid.samples) / grid.rate_hz
    opening = np.clip((at_s - OPEN_S) / OPENS_S, 0.0, 1.0)
    closing = np.clip((at_s[-1] - at_s) / CLOSES_S, 0.0, 1.0)
    taper = np.square(np.sin(np.pi / 2 * opening) * np.sin(np.pi / 2 * closing))
    taper = np.asarray(taper * np.sqrt(1.0 / np.square(taper).sum()), np.float32)
    return np.stack([np.fft.rfft(window * taper)[: grid.bins].astype(np.complex64) for window in windows])


@dataclass(frozen=True)
class Strokes:
    """The strokes of one drum as every microphone of the kit hears them."""

    grid: Grid
    starts_s: np.ndarray
    heard: Mapping[int, Heard]


def _listen(desk: Desk, stems: Sequence[Stem], inside: Sequence[int], hits: OwnHits) -> Strokes:
    grid = grid_of(stems[0].known.rate_hz, WINDOW_S)
    starts_s = hits.at_s - BEFORE_S
    heard = {}
    for index in inside:
        windows = mono(np.stack([finite(desk.read(stems[index], s, grid.samples)) for s in starts_s]))
        plain = struck(windows, grid)
        heard[index] = Heard(plain, whitened(plain, grid, BETA), np.square(np.abs(plain)).sum(axis=1) > 0.0)
    return Strokes(grid, starts_s, heard)


def _pairs(stems: Sequence[Stem], inside: Sequence[int], family: str) -> Iterator[tuple[int, int]]:
    """The pairs that the strokes of one drum speak for."""
    for one, two in itertools.combinations(inside, 2):
        first, second = stems[one], stems[two]
        own = [each.role in SKINS and family_of(each) == family for each in (first, second)]
        far = [each.role in FAR for each in (first, second)]
        if all(own) or (any(own) and any(far)) or (all(far) and first.role == second.role):
            yield one, two


def _compare(strokes: Strokes, pair: tuple[int, int], hits: OwnHits, stems: Sequence[Stem]) -> Mapping[str, Any] | None:
    length_s = strokes.grid.samples / strokes.grid.rate_hz
    numbers = compared(
        (strokes.heard[pair[0]], strokes.heard[pair[1]]), strokes.starts_s, length_s, strokes.grid, twice=False
    )
    if numbers is None or numbers["prominence"] < SHARED_PROMINENCE:
        return None
    return {**numbers, "hits": len(hits.at_s), "struck": hits.family}


def _bleed(
    strokes: Strokes, stems: Sequence[Stem], inside: Sequence[int], hits: OwnHits
) -> Iterator[tuple[tuple[int, int], float]]:
    """How long the drum takes from each of its own microphones to each on another drum: ((own, other), lag)."""
    skins = [index for index in inside if stems[index].role in SKINS]
    own = [index for index in skins if family_of(stems[index]) == hits.family]
    reach = strokes.grid.reach(REACH_S)
    for here, there in itertools.product(own, (index for index in skins if index not in own)):
        cross = np.einsum("wb,wb->b", strokes.heard[there].white, strokes.heard[here].white.conj())
        peak = peak_of(cross, strokes.grid, reach)
        if peak.prominence >= CLEAR_PROMINENCE:
            yield (here, there), peak.lag_s


def _late(bleed: Mapping[tuple[int, int], float], stems: Sequence[Stem]) -> dict[int, float]:
    """By how much each microphone is later than those on other drums, where at least two of them agree."""
    late: dict[int, list[float]] = {}
    for (here, there), lag_s in bleed.items():
        if (there, here) in bleed:
            late.setdefault(here, []).append((bleed[there, here] - lag_s) / 2.0)
    return {
        index: float(np.median(each))
        for index, each in late.items()
        if len(each) >= 2 and np.percentile(np.abs(np.array(each) - np.median(each)), 60) <= RECIPROCAL_S
    }
