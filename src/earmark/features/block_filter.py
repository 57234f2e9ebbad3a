"""Runs a recursive filter as matrix products, so that numpy can do it: float32 samples, float64 states."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

ROW = 50  # samples per row; divides every block of the pass
MOST_ROWS_AT_ONCE = 32
STILL = 1e-12  # a state that has faded this far is 0


@dataclass(frozen=True, slots=True)
class Matrices:
    """One filter cut to rows of 50 samples: y = x @ direct + state @ free; state' = x @ drive + state @ carry.

    `group` and `over` run the state through the rows of one group and through the groups of one block;
    `group_from`, `over_from` are what the state before them adds.
    """

    direct: np.ndarray
    free: np.ndarray
    drive: np.ndarray
    rows: int
    group: np.ndarray
    group_from: np.ndarray
    over: np.ndarray
    over_from: np.ndarray


class BlockFilter:
    """A cascade of second-order sections over blocks of one length, one channel."""

    def __init__(self, sections: np.ndarray, block_samples: int) -> None:
        self._m = matrices(tuple(map(tuple, sections.tolist())), block_samples)
        self._state = np.zeros(self._m.free.shape[0])
        self._out = np.zeros((block_samples // ROW, ROW), np.float32)
        self._tail = np.zeros_like(self._out)

    def filtered(self, block: np.ndarray) -> np.ndarray:
        """Float32 (block_samples,) from float32 (block_samples,); the buffer is used again."""
        if np.abs(self._state).max() < STILL and float(np.vecdot(block, block)) == 0.0:
            self._state[:] = 0.0
            self._out[:] = 0.0
            return np.ravel(self._out)
        rows = block.reshape(-1, ROW)
        np.matmul(rows, self._m.direct, out=self._out)
        np.matmul(self._states(rows), self._m.free, out=self._tail)
        self._out += self._tail
        return np.ravel(self._out)

    def _states(self, rows: np.ndarray) -> np.ndarray:
        """Float32 (rows, order): the state before each row."""
        m, order = self._m, self._state.size
        driven = (rows @ m.drive).astype(np.float64).reshape(-1, m.rows * order)
        inside = driven @ m.group  # each group as if it began at rest
        before = (inside[:, -order:].reshape(-1) @ m.over + self._state @ m.over_from).reshape(-1, order)
        self._state = before[-1]
        inside += before[:-1] @ m.group_from
        each = inside.reshape(-1, m.rows + 1, order)[:, :-1]
        return np.asarray(each.reshape(-1, order), np.float32)


@cache
def matrices(sections: tuple[tuple[float, ...], ...], block_samples: int) -> Matrices:
    """The matrices of one cascade. The state is turned so that `free` has orthonormal rows: it then holds what
    will still come out, and float32 rounding of it is rounding of the sound and no more.
    """
    a, b, c, d = state_space(sections)
    powers = [np.eye(len(a))]
    for _ in range(ROW):
        powers.append(powers[-1] @ a)
    free = np.stack([power @ c for power in powers[:ROW]], axis=1)
    orthonormal, turn = np.linalg.qr(free.T)
    drive = np.stack([b @ powers[ROW - 1 - row] for row in range(ROW)]) @ turn.T
    carry = np.linalg.solve(turn.T, powers[ROW] @ turn.T)
    rows = rows_at_once(block_samples // ROW)
    group, group_from, through = scan(carry, rows)
    over, over_from, _ = scan(through, block_samples // ROW // rows)
    response = np.array([d, *(b @ free)[: ROW - 1]])
    direct = np.array([np.pad(response[: ROW - row], (row, 0)) for row in range(ROW)])
    in_single = [np.ascontiguousarray(each, np.float32) for each in (direct, orthonormal.T, drive)]
    return Matrices(in_single[0], in_single[1], in_single[2], rows, group, group_from, over, over_from)


def state_space(sections: tuple[tuple[float, ...], ...]) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """State' = state @ a + x * b; y = state @ c + x * d, of transposed direct form II sections in a row."""
    order = 2 * len(sections)
    a, b = np.zeros((order, order)), np.zeros(order)
    from_state, from_input = np.zeros(order), 1.0  # of the signal between the sections
    for first, (b0, b1, b2, a1, a2) in zip(range(0, order, 2), sections, strict=True):
        out_state, out_input = b0 * from_state, b0 * from_input
        out_state[first] += 1.0
        for row, (forward, back) in enumerate(((b1, a1), (b2, a2))):
            a[:, first + row] = forward * from_state - back * out_state
            b[first + row] = forward * from_input - back * out_input
        a[first + 1, first] += 1.0
        from_state, from_input = out_state, out_input
    return a, b, from_state, from_input


def scan(carry: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What the inputs of so many steps, and the state before them, add to the state before and after each."""
    order = len(carry)
    powers = [np.eye(order)]
    for _ in range(steps):
        powers.append(powers[-1] @ carry)
    inputs = np.zeros((steps, order, steps + 1, order))
    for after in range(1, steps + 1):
        for step in range(after):
            inputs[step, :, after] = powers[after - 1 - step]
    return inputs.reshape(steps * order, -1), np.stack(powers, axis=1).reshape(order, -1), powers[-1]


def rows_at_once(rows: int) -> int:
    """The largest divisor of `rows` that is not above 32."""
    return max(size for size in range(1, MOST_ROWS_AT_ONCE + 1) if rows % size == 0)
