"""The shape of a stem's loudness over time, which gain, polarity and shift leave as it is: a screen for copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope

BELOW_LOUD_DB = 40.0  # house default, as for activity: 40 dB under the 95th percentile
SILENT_DBFS = -90.0  # house default: what never gets louder has no shape
QUANTILES = np.linspace(10.0, 90.0, 17)
SAME_WITHIN_DB = 2.0  # house default; a copy that has lost its first or last second differs by about 1 dB
SAME_LENGTH_WITHIN = 0.2  # house default, of the number of steps that sound
CELL_S = 0.5


@dataclass(frozen=True)
class LoudnessShape:
    """How long a stem sounds, and how its levels spread about their own median.

    Attributes
    ----------
    steps : int
        How many steps of the envelope sound.
    spread_db : ndarray of float64, shape (17,)
        The 10th to 90th percentile of their levels, less the median.
    """

    steps: int
    spread_db: np.ndarray


def shape_of(envelope: StemEnvelope) -> LoudnessShape | None:
    """The shape of one stem; None when it never sounds."""
    gate = gate_dbfs(envelope)
    sounding = envelope.level_dbfs[envelope.level_dbfs > gate]
    if gate < SILENT_DBFS - BELOW_LOUD_DB or not sounding.size:
        return None
    spread = np.percentile(sounding, QUANTILES)
    return LoudnessShape(int(sounding.size), spread - np.median(sounding))


def gate_dbfs(envelope: StemEnvelope) -> float:
    """The level above which a stem counts as sounding: it moves with the stem's gain."""
    loud = float(np.percentile(envelope.level_dbfs, 95)) if envelope.level_dbfs.size else FLOOR_DBFS
    loud = max(loud, float(envelope.level_dbfs.max(initial=FLOOR_DBFS)) - 20.0)
    return loud - BELOW_LOUD_DB


def same_shape(one: LoudnessShape, other: LoudnessShape) -> bool:
    """Whether two shapes could be of one recording at another gain and shift; cheap, and says yes too often."""
    length = abs(one.steps - other.steps) <= SAME_LENGTH_WITHIN * max(one.steps, other.steps) + 2
    return length and float(np.max(np.abs(one.spread_db - other.spread_db))) <= SAME_WITHIN_DB


def shift_between(one: StemEnvelope, other: StemEnvelope) -> float:
    """Seconds of session time by which `other` is later, to one step: the peak of the levels' cross-correlation."""
    first, second = _raised(one), _raised(other)
    size = len(first) + len(second)
    around = np.fft.irfft(np.fft.rfft(second, size) * np.fft.rfft(first, size).conj(), size)
    at = int(np.argmax(around))
    steps = at if at < len(second) else at - size
    return steps * one.step_s + other.stem.start_s - one.stem.start_s


def _raised(envelope: StemEnvelope) -> np.ndarray:
    return np.maximum(envelope.level_dbfs - gate_dbfs(envelope), 0.0)


def same_throughout(
    one: StemEnvelope, other: StemEnvelope, lag_s: float, gain_db: float | None, within_db: float
) -> bool:
    """Whether `other`, `lag_s` later and `gain_db` louder, has the energy of `one` in every half second that sounds.

    Without `gain_db` it is the median of what the half seconds themselves say.

    Energies are summed from the 10 ms levels and read between steps; what lies in the steps at either end of a half
    second may fall on either side. A half second counts when either stem sounds in it; where one has already ended
    or not yet begun it does not.
    """
    begins = max(one.stem.start_s, other.stem.start_s - lag_s)
    ends = min(_end_s(one), _end_s(other) - lag_s)
    edges_s = np.arange(begins, ends + 1e-9, CELL_S)
    if len(edges_s) < 2:
        return False
    mine, at_my_edges = _cells(one, edges_s)
    theirs, at_their_edges = _cells(other, edges_s + lag_s)
    loud = mine > 10.0 ** (gate_dbfs(one) / 10.0)
    gain = (
        10.0 ** (gain_db / 10.0)
        if gain_db is not None
        else float(np.median(theirs[loud] / mine[loud] if loud.any() else 1.0))
    )
    theirs, at_their_edges = theirs / gain, at_their_edges / gain
    counts = np.maximum(mine, theirs) > 10.0 ** (gate_dbfs(one) / 10.0)
    may_differ = (10.0 ** (within_db / 10.0) - 1.0) * np.minimum(mine, theirs) + at_my_edges + at_their_edges
    return bool(counts.any() and np.all(np.abs(mine - theirs)[counts] <= may_differ[counts]))


def _end_s(envelope: StemEnvelope) -> float:
    return envelope.stem.start_s + len(envelope.level_dbfs) * envelope.step_s


def _cells(envelope: StemEnvelope, edges_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean square between the edges (cells,), and of the steps the two edges of each fall into, on the same scale."""
    power = 10.0 ** (envelope.level_dbfs.astype(np.float64) / 10.0)
    knots_s = envelope.stem.start_s + envelope.step_s * np.arange(len(power) + 1)
    energy = np.interp(edges_s, knots_s, np.concatenate([[0.0], np.cumsum(power)]))
    steps = np.clip(((edges_s - envelope.stem.start_s) / envelope.step_s).astype(int), 0, len(power) - 1)
    scale = envelope.step_s / CELL_S
    return np.diff(energy) * scale, (power[steps[:-1]] + power[steps[1:]]) * scale
