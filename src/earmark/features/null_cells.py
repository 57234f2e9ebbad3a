"""Two stems, one taken from the other in step: what is left every tenth of a second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earmark import audio
from earmark.features.finite import finite
from earmark.features.grid import block_samples
from earmark.model import Stem

CELLS_PER_BLOCK = 10


@dataclass(frozen=True, slots=True)
class NullCells:
    """Mean squares per cell over all channels, float64, shape (cells,), from the first frame of either stem on.

    Attributes
    ----------
    start_s : float
        Where the first cell begins, in the time of the second stem's file; below 0 when the first begins earlier.
    step_s : float
        Length of a cell: a tenth of a second in whole samples.
    old, new : ndarray
        Power of the first stem and of the second; digital silence is 0.
    shared : ndarray
        Mean product of the two: negative where they are upside down to each other.
    """

    start_s: float
    step_s: float
    old: np.ndarray
    new: np.ndarray
    shared: np.ndarray

    def left(self, gain: float) -> np.ndarray:
        """Power left of the second when the first, times `gain`, is taken from it; shape (cells,)."""
        return np.maximum(self.new - 2.0 * gain * self.shared + gain * gain * self.old, 0.0)


def null_cells(old: Stem, new: Stem, lag_samples: int) -> NullCells:
    """Read both once, the first moved by `lag_samples`, which may have more channels than the other if that has one."""
    rate_hz = new.known.rate_hz
    size = block_samples(rate_hz) // CELLS_PER_BLOCK * CELLS_PER_BLOCK
    first = min(0, lag_samples)
    last = max(new.known.frames, old.known.frames + lag_samples)
    count = -(-(last - first) // size)
    rows = [
        cells_of(one, two)
        for one, two in zip(pieces(old, first - lag_samples, size, count), pieces(new, first, size, count), strict=True)
    ]
    powers = np.concatenate(rows, axis=1) if rows else np.zeros((3, 0))
    return NullCells(first / rate_hz, size / CELLS_PER_BLOCK / rate_hz, *powers)


def cells_of(one: np.ndarray, two: np.ndarray) -> np.ndarray:
    """Old power, new power and mean product, float64 (3, cells), of one block of each."""
    first, second = (
        each.astype(np.float64).reshape(len(each), CELLS_PER_BLOCK, -1) for each in np.broadcast_arrays(one, two)
    )
    pairs = ((first, first), (second, second), (first, second))
    return np.stack([np.einsum("ckn,ckn->k", a, b) for a, b in pairs]) / (first.shape[0] * first.shape[2])


def same_sound(old: Stem, new: Stem) -> bool:
    """Whether both decode to the same samples, frame for frame; stops at the first that differs."""
    facts, others = old.known, new.known
    if (facts.rate_hz, facts.channels, facts.frames) != (others.rate_hz, others.channels, others.frames):
        return False
    size = block_samples(facts.rate_hz)
    pairs = zip(audio.blocks(old, size), audio.blocks(new, size), strict=False)
    heard = 0
    for one, two in pairs:
        if not np.array_equal(one, two, equal_nan=True):
            return False
        heard += one.shape[1]
    return heard == facts.frames


def pieces(stem: Stem, first: int, size: int, count: int) -> Iterator[np.ndarray]:
    """`count` blocks of (channels, size) from frame `first` on, zeros outside the stem, each read once and in order."""
    blocks = audio.blocks(stem, size)
    held = np.zeros((stem.known.channels, max(0, -first)), np.float32)
    skip = max(0, first)
    for _ in range(count):
        while held.shape[1] < size and (block := next(blocks, None)) is not None:
            skipped = min(skip, block.shape[1])
            skip -= skipped
            held = np.concatenate([held, finite(block)[:, skipped:]], axis=1)
        yield padded(held[:, :size], size)
        held = held[:, size:]


def padded(block: np.ndarray, size: int) -> np.ndarray:
    """The block, with zeros up to `size`."""
    return np.pad(block, ((0, 0), (0, size - block.shape[1]))) if block.shape[1] < size else block
