"""Whether two stems rise and fall alike: from their levels every 10 ms, whatever the rate, the gain or the format."""

from __future__ import annotations

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.loudness_shape import gate_dbfs

STEP_S = 0.01
JUMP_DB = 6.0  # one edit may not outweigh a whole song; house default
SMOOTH = np.array([0.25, 0.5, 0.25])  # a move by half a step reads one hit in two frames
ABOVE_GATE_DB = 10.0  # the quietest of what sounds tells of noise and reverb; house default
AS_GOOD_AS_BEST = 0.98  # loops repeat themselves: the smallest move is believed; house default


def alike(one: StemEnvelope, other: StemEnvelope) -> tuple[float, float]:
    """By how many seconds `other` lies later in its file, to a step, and how alike they are, 0 to 1.

    Normalised cross-correlation of the rises and falls: 1.0 for a copy, 0 for unrelated, steady or silent ones.
    """
    first, second = rises(one), rises(other)
    energy = float(np.sqrt(np.vdot(first, first) * np.vdot(second, second)))
    if energy <= 0.0:
        return 0.0, 0.0
    size = 1 << (first.size + second.size - 1).bit_length()
    cross = np.fft.irfft(np.fft.rfft(first, size).conj() * np.fft.rfft(second, size), size) / energy
    good = np.flatnonzero(cross >= AS_GOOD_AS_BEST * cross.max())
    shifts = np.where(good > size // 2, good - size, good)
    shift = int(shifts[np.argmin(np.abs(shifts))])
    return shift * STEP_S, float(np.clip(cross[shift], 0.0, 1.0))


def rises(envelope: StemEnvelope) -> np.ndarray:
    """Differences of the levels where it sounds, smoothed and limited, dB per 10 ms, shape (steps - 1,)."""
    level_db = np.maximum(in_steps(envelope), gate_dbfs(envelope))
    if level_db.size < 2:
        return np.zeros(0)
    return np.asarray(np.clip(np.convolve(np.diff(level_db), SMOOTH, "same"), -JUMP_DB, JUMP_DB))


def in_steps(envelope: StemEnvelope) -> np.ndarray:
    """Levels every 10 ms exactly, also of a rate that 100 does not divide; float64, shape (steps,)."""
    level_db = envelope.level_dbfs.astype(np.float64)
    middles = np.arange(max(1, int(level_db.size * envelope.step_s / STEP_S))) * STEP_S / envelope.step_s
    return np.asarray(np.interp(middles, np.arange(level_db.size), level_db)) if level_db.size else level_db


def gain_between_db(one: StemEnvelope, other: StemEnvelope, shift_s: float) -> float:
    """The median difference of level where both sound, `other` taken `shift_s` later; 0.0 where they never do."""
    first, second = in_steps(one), in_steps(other)
    shift = round(shift_s / STEP_S)
    first, second = first[max(0, -shift) :], second[max(0, shift) :]
    count = min(first.size, second.size)
    first, second = first[:count], second[:count]
    both = (first > max(gate_dbfs(one) + ABOVE_GATE_DB, FLOOR_DBFS)) & (
        second > max(gate_dbfs(other) + ABOVE_GATE_DB, FLOOR_DBFS)
    )
    return float(np.median(second[both] - first[both])) if both.any() else 0.0
