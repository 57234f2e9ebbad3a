"""The grid all meters of the pass share: steps of 10 ms in whole samples, and blocks cut to it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

STEPS_PER_TENTH = 10
STEPS_PER_BLOCK = 100


def step_samples(rate_hz: int) -> int:
    """10 ms in whole samples: exact at every rate that 100 divides, else the nearest."""
    return max(1, round(rate_hz / 100))


def block_samples(rate_hz: int) -> int:
    """What the pass reads at once: 100 steps, about a second, so that no meter has to copy."""
    return STEPS_PER_BLOCK * step_samples(rate_hz)


class Pieces:
    """Cuts blocks of any length into pieces whose length is a multiple of `size_samples`.

    Blocks that fit are handed on as they are, without a copy; only what is left over is kept.
    """

    def __init__(self, channels: int, size_samples: int) -> None:
        self._size = size_samples
        self._kept = np.zeros((channels, size_samples), np.float32)
        self._held = 0

    def feed(self, block: np.ndarray) -> Iterator[np.ndarray]:
        """Pieces of (channels, k * size_samples), in order; only valid until the next one."""
        at = 0
        if self._held:
            at = min(self._size - self._held, block.shape[1])
            self._keep(block[:, :at])
            if self._held < self._size:
                return
            self._held = 0
            yield self._kept
        whole = (block.shape[1] - at) // self._size * self._size
        if whole:
            yield block[:, at : at + whole]
        self._keep(block[:, at + whole :])

    def rest(self) -> np.ndarray:
        """(channels, fewer than size_samples): what did not fill a piece."""
        return self._kept[:, : self._held]

    def _keep(self, tail: np.ndarray) -> None:
        self._kept[:, self._held : self._held + tail.shape[1]] = tail
        self._held += tail.shape[1]


def joined(parts: list[np.ndarray], empty: tuple[int, ...], dtype: type = np.float32) -> np.ndarray:
    """The parts in order along the last axis, or an empty array of this shape when there are none."""
    return np.concatenate(parts, axis=-1).astype(dtype, copy=False) if parts else np.zeros(empty, dtype)
