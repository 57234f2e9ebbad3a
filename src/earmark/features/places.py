"""Chooses the few windows in which stems are read again, so that each stem, or each pair, is heard often enough."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope

SOUNDING_BELOW_LOUD_DB = 40.0  # house default: within 40 dB of the stem's own loud places (its 95th percentile)
NEVER_SOUNDING_DBFS = -90.0  # house default: below this even the loudest place of a stem counts as silence
SPARSE = 16  # with fewer windows than this end to end, windows overlap by half


@dataclass(frozen=True)
class Places:
    """Windows on the session's timeline, in order of time.

    Attributes
    ----------
    start_s : ndarray of float64, shape (windows,)
        Where each begins.
    length_s : float
        How long each is.
    level_dbfs : ndarray of float32, shape (stems, windows)
        Mean level of each stem in each window; -120.0 where the stem is silent or not there.
    sounding : ndarray of bool, shape (stems, windows)
        Whether the stem is within 40 dB of its own loud places.
    """

    start_s: np.ndarray
    length_s: float
    level_dbfs: np.ndarray
    sounding: np.ndarray


def choose_places(
    envelopes: Sequence[StemEnvelope],
    length_s: float,
    *,
    wanted: np.ndarray,
    each: int,
    most: int,
    filled: bool = False,
) -> Places:
    """The windows that serve most of what is wanted, one after another.

    Parameters
    ----------
    envelopes : sequence of StemEnvelope
        One per stem.
    length_s : float
        Length of a window.
    wanted : ndarray of bool, shape (stems, stems)
        Which pairs are to be heard together; the diagonal asks for a stem by itself.
    each : int
        How many windows each wanted pair is to have, where there are so many.
    most : int
        How many windows there may be in all.
    filled : bool, default False
        Whether to go on, once all is served, until there are `most`, evenly over the session.

    Returns
    -------
    Places
        At most `most` windows; none when nothing wanted ever sounds.
    """
    starts_s = _grid(envelopes, length_s)
    levels_dbfs = np.array([_levels(envelope, starts_s, length_s) for envelope in envelopes])
    weight = np.array([_weight(row) for row in levels_dbfs]).reshape(len(envelopes), len(starts_s))
    picked = np.sort(_greedy(weight, wanted, each, most)).astype(int)
    if filled:
        picked = _filled(picked, len(starts_s), most)
    return Places(starts_s[picked], length_s, levels_dbfs[:, picked], weight[:, picked] > 0.0)


def _grid(envelopes: Sequence[StemEnvelope], length_s: float) -> np.ndarray:
    first_s = min(envelope.stem.start_s for envelope in envelopes)
    last_s = max(envelope.stem.start_s + envelope.stem.known.duration_s for envelope in envelopes)
    step_s = length_s if (last_s - first_s) / length_s >= SPARSE else length_s / 2.0
    count = int(max(0.0, last_s - first_s - length_s) / step_s + 1e-6) + 1
    return np.asarray(first_s + step_s * np.arange(count))


def _levels(envelope: StemEnvelope, starts_s: np.ndarray, length_s: float) -> np.ndarray:
    power = 10.0 ** (envelope.level_dbfs.astype(np.float64) / 10.0)
    summed = np.concatenate([[0.0], np.cumsum(power)])
    edges = np.arange(len(summed)) * envelope.step_s + envelope.stem.start_s
    ends = np.interp(starts_s + length_s, edges, summed)
    mean = (ends - np.interp(starts_s, edges, summed)) * envelope.step_s / length_s
    return np.asarray(10.0 * np.log10(np.maximum(mean, 10.0 ** (FLOOR_DBFS / 10.0))), np.float32)


def _weight(level_dbfs: np.ndarray) -> np.ndarray:
    loud_dbfs = float(np.percentile(level_dbfs, 95)) if level_dbfs.size else FLOOR_DBFS
    loud_dbfs = max(loud_dbfs, float(level_dbfs.max(initial=FLOOR_DBFS)) - 20.0)  # a stem that plays only once
    if loud_dbfs < NEVER_SOUNDING_DBFS:
        return np.zeros(level_dbfs.shape)
    return np.clip((level_dbfs - loud_dbfs) / SOUNDING_BELOW_LOUD_DB + 1.0, 0.0, 1.0)


def _greedy(weight: np.ndarray, wanted: np.ndarray, each: int, most: int) -> np.ndarray:
    """Pick the window that serves most of what is still wanted, until all is served or `most` are picked."""
    missing = wanted * float(each)
    free = np.ones(weight.shape[1], bool)
    picked: list[int] = []
    while len(picked) < most and free.any():
        served = np.einsum("iw,iw->w", (missing > 0.0) @ weight, weight) * free
        best = int(np.argmax(served))
        if served[best] <= 0.0:
            break
        picked.append(best)
        free[best] = False
        both = weight[:, best] > 0.0
        missing -= np.outer(both, both)
    return np.array(picked)


def _filled(picked: np.ndarray, count: int, most: int) -> np.ndarray:
    """`picked` and others of `count`, those first that are farthest from what there is."""
    chosen = list(picked)
    while len(chosen) < min(most, count):
        away = np.min(np.abs(np.arange(count)[:, None] - np.array([*chosen, -count])[None, :]), axis=1)
        chosen.append(int(np.argmax(away)))
    return np.sort(np.array(chosen, int))
