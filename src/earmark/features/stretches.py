"""Where two bounces of a stem differ, and how: new sound, none any more, another level, moved, or altered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from earmark.features.alignment import Alignment, align
from earmark.features.null_cells import NullCells
from earmark.model import Stem

How = Literal["new", "gone", "level", "moved", "altered"]

JOINED_S = 0.5  # less than this unchanged between two places: they are one; house default
PAUSE_S = 5.0  # a pause longer than this parts them too; house default
SAME_BUT_LEVEL = 0.9995  # correlation of a stretch that only changed its level: -30 dB is left over; house default
ALTERED = 0.5  # below this it is other sound; house default
WORTH_MOVING_S = 1.0  # shorter stretches cannot be told from a repetition; house default
REACH_S = 2.0
WINDOWS = 6
MOVED = 0.99  # correlation at another place; a repetition played by hand stays below; house default
SILENT_DB = -60.0  # of the other: house default
MOST = 0.8  # share of a stretch that has to be silent: its first and last tenth may hold the edge; house default


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch that differs: in session time of the new one.

    `moved_samples` is beyond what all of the stem moved, `gain_db` beyond what all of it changed.
    """

    start_s: float
    end_s: float
    how: How
    moved_samples: int = 0
    gain_db: float = 0.0


def stretches_of(
    cells: NullCells, differs: np.ndarray, sounds: np.ndarray, found: Alignment, old: Stem, new: Stem
) -> tuple[Stretch, ...]:
    """Every stretch in which `differs` is set, in order; pauses inside one, where nothing `sounds`, are part of it."""
    spans = runs(differs, sounds & ~differs, cells.step_s)
    return tuple(stretch(cells, first, last, found, old, new) for first, last in spans)


def runs(differs: np.ndarray, same: np.ndarray, step_s: float) -> Iterator[tuple[int, int]]:
    """First cell and the one after the last, of runs parted by half a second that is the same, or by a long pause."""
    at = np.flatnonzero(differs)
    unchanged_s = np.diff(np.cumsum(same)[at]) * step_s
    gaps_s = (np.diff(at) - 1) * step_s
    breaks = np.flatnonzero((unchanged_s > JOINED_S - 0.5 * step_s) | (gaps_s > PAUSE_S))
    firsts, lasts = at[np.concatenate([[0], breaks + 1])], at[np.append(breaks, -1)] + 1
    yield from zip(firsts.tolist(), lasts.tolist(), strict=True)


def stretch(cells: NullCells, first: int, last: int, found: Alignment, old: Stem, new: Stem) -> Stretch:
    """One stretch, and what became of it."""
    start_s, end_s = (new.start_s + cells.start_s + at * cells.step_s for at in (first, last))
    before, after = cells.old[first:last] * found.gain**2, cells.new[first:last]
    silent = 10.0 ** (SILENT_DB / 10.0)
    for how, there, gone in (("gone", before, after), ("new", after, before)):
        if np.mean(gone <= silent * there) >= MOST:
            return Stretch(start_s, end_s, "gone" if how == "gone" else "new")
    own, theirs = float(before.sum()), float(after.sum())
    shared = found.gain * float(cells.shared[first:last].sum())
    likeness = shared / np.sqrt(own * theirs)
    if likeness >= SAME_BUT_LEVEL:
        return Stretch(start_s, end_s, "level", gain_db=round(10.0 * float(np.log10(theirs / own)), 2))
    if likeness < MOVED and (moved := moved_by(start_s, end_s, found, old, new)):
        return Stretch(start_s, end_s, "moved", moved_samples=moved)
    return Stretch(start_s, end_s, "altered" if likeness >= ALTERED else "new")


def moved_by(start_s: float, end_s: float, found: Alignment, old: Stem, new: Stem) -> int:
    """Samples by which this stretch moved beyond all of the stem; 0 where it is not the same sound elsewhere."""
    rate_hz = new.known.rate_hz
    if end_s - start_s < WORTH_MOVING_S:
        return 0
    first, last = (round((at - new.start_s) * rate_hz) - found.lag_samples for at in (start_s, end_s - 0.4))
    starts = np.linspace(first, max(first, last), WINDOWS).astype(int)
    local = align(old, new, starts, (found.lag_samples,), REACH_S)
    if local is None or local.correlation < MOVED or local.alike < 0.5:
        return 0
    return local.lag_samples - found.lag_samples
