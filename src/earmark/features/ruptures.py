"""Where a waveform breaks: samples out of line, a jump to another course, a value held, a block said twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.exact_copies import MOST_LAG, held_run, repeated_block
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.gaps import Gaps, levels_dbfs
from earmark.features.prediction import Course, course_of
from earmark.features.sharpness import ORDER as BENDS
from earmark.features.sharpness import Sharpness
from earmark.model import Stem

STANDS_OUT = 2.5  # screen, tuned on data: of 46 real stems 18 have no step at all that stands out so far
LEAST_BEND = 0.016  # as much as a lone sample at -51 dBFS leaves, or a jump of 0.005
NEAR_S = 0.02  # what a step is held against, on either side
MOST_PLACES = 400
SOUNDING_DBFS = -60.0  # house default, as everywhere: below it a step is a pause
CONTEXT_SAMPLES = 2 * MOST_LAG + 256  # a block and the one before it
CONTEXT_S = 0.03  # more than the predictor needs
LEAST_OVER = 3.0  # screen: what stands out less to the predictor is left out
SILENT_S = 0.001


@dataclass(frozen=True, kw_only=True)
class Ruptures(CloserLook):
    """Places where the wave does something its own past and its own future do not lead to.

    Each is looked at with a linear predictor of order 24, fitted to the 20 ms on both sides of it (Vaseghi and
    Rayner 1990; Godsill and Rayner 1998), run forwards and backwards: what the past does not lead to begins at
    `at_samples`; what the future does not lead back to ends at `at_samples + length_samples`.

    Attributes
    ----------
    screened : int
        How many places stood out, of which at most 400 were looked at. Those whose largest prediction error is less
        than 3 times the largest on both sides are left out.
    at_samples : ndarray of int64, shape (places,)
        The first sample out of line, from the stem's first frame; in order.
    length_samples : ndarray of int64, shape (places,)
        Samples that are out of line: 1 or more for a click, 0 or less for a jump from one course to another.
    channels : ndarray of int64, shape (places,)
        The channel in which it stands out most.
    heights : ndarray of float64, shape (places,)
        How far the wave lies off its course at most, full scale 1.0: off the line drawn across a click, off the
        prediction at a jump.
    over_before, over_after : ndarray of float64, shape (places,)
        Largest prediction error at the place over the largest in the 20 ms before, and after.
    left_over : ndarray of float64, shape (places,)
        RMS prediction error that is left where a click of up to 2 ms is drawn over, relative to that beside it;
        nothing is drawn over a jump.
    before_dbfs, after_dbfs : ndarray of float64, shape (places,)
        RMS of the 20 ms on either side in that channel; -120.0 for silence.
    silent_before, silent_after : ndarray of bool, shape (places,)
        Whether one of the two sides is digitally silent for 1 ms next to the place.
    held_start_samples, held_samples : ndarray of int64, shape (places,)
        A run of 16 or more samples of one and the same value, neither 0 nor a top, that ends or begins here;
        `held_samples` is 0 where there is none.
    copy_start_samples, copy_samples, copy_lag_samples : ndarray of int64, shape (places,)
        A stretch that begins or ends here and is the same to the last bit as what came 32 to 4096 samples before
        it; `copy_samples` is 0 where there is none.
    at_gap : ndarray of bool, shape (places,)
        Whether it is the edge of one of the stem's gaps.
    sounding_s : float
        How long the stem sounds: its steps of 2.5 ms above -60 dBFS.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Sharpness, Gaps)
    screened: int
    at_samples: np.ndarray
    length_samples: np.ndarray
    channels: np.ndarray
    heights: np.ndarray
    over_before: np.ndarray
    over_after: np.ndarray
    left_over: np.ndarray
    before_dbfs: np.ndarray
    after_dbfs: np.ndarray
    silent_before: np.ndarray
    silent_after: np.ndarray
    held_start_samples: np.ndarray
    held_samples: np.ndarray
    copy_start_samples: np.ndarray
    copy_samples: np.ndarray
    copy_lag_samples: np.ndarray
    at_gap: np.ndarray
    sounding_s: float

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The places that stand out, with what lies around them; the most outstanding where there are too many."""
        sharpness = needs[0]
        assert isinstance(sharpness, Sharpness)
        around = round(CONTEXT_S * stem.known.rate_hz)
        for step in most_outstanding(sharpness):
            yield int(step) * sharpness.step_samples - around, 2 * around + sharpness.step_samples

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """Look at each place; the same one seen twice counts once."""
        sharpness, gaps = needs
        assert isinstance(sharpness, Sharpness)
        assert isinstance(gaps, Gaps)
        rows: dict[int, dict[str, float]] = {}
        for start, count in spans:
            row = place(read, start, count, sharpness.step_samples, stem.known.rate_hz)
            if row and row["heights"] > rows.get(int(row["at_samples"]), {"heights": 0.0})["heights"]:
                rows[int(row["at_samples"])] = row
        ordered = [rows[at] for at in sorted(rows)]
        return cls(
            stem=stem,
            screened=int(outstanding(sharpness).size),
            at_gap=at_edge(np.array(sorted(rows), np.int64), gaps, sharpness.step_samples),
            sounding_s=float(np.count_nonzero(levels_dbfs(sharpness) > SOUNDING_DBFS)) * sharpness.step_s,
            **{name: np.array([row[name] for row in ordered], kind) for name, kind in COLUMNS.items()},
        )


COLUMNS: dict[str, type] = {
    "at_samples": np.int64,
    "length_samples": np.int64,
    "channels": np.int64,
    "heights": np.float64,
    "over_before": np.float64,
    "over_after": np.float64,
    "left_over": np.float64,
    "before_dbfs": np.float64,
    "after_dbfs": np.float64,
    "silent_before": np.bool_,
    "silent_after": np.bool_,
    "held_start_samples": np.int64,
    "held_samples": np.int64,
    "copy_start_samples": np.int64,
    "copy_samples": np.int64,
    "copy_lag_samples": np.int64,
}


def most_outstanding(sharpness: Sharpness) -> np.ndarray:
    """Those steps, or the sharpest of them where there are too many, in order."""
    steps = outstanding(sharpness)
    if steps.size <= MOST_PLACES:
        return steps
    heights = sharpness.sharpest.max(axis=0)[steps]
    return np.sort(steps[np.argsort(-heights, kind="stable")[:MOST_PLACES]])


def outstanding(sharpness: Sharpness) -> np.ndarray:
    """Steps that bend more sharply than all others within 20 ms, or with one partner within 20 ms, in a channel."""
    near = max(3, round(NEAR_S / sharpness.step_s))
    found = [standing_out(row, near) for row in sharpness.sharpest]
    steps = np.flatnonzero(np.any(found, axis=0)) if found else np.zeros(0, np.int64)
    heights = sharpness.sharpest.max(axis=0)[steps] if steps.size else np.zeros(0)
    # one place that lies across two steps is looked at in the sharper one
    beside_sharper = np.zeros(steps.size, bool)
    beside_sharper[:-1] = (np.diff(steps) == 1) & (heights[:-1] <= heights[1:])
    beside_sharper[1:] |= (np.diff(steps) == 1) & (heights[1:] < heights[:-1])
    return steps[~beside_sharper & (steps > 0)]  # before the very first there is nothing to depart from


def at_edge(at_samples: np.ndarray, gaps: Gaps, within: int) -> np.ndarray:
    """Bool (places,): whether one of the gaps begins or ends within so many samples."""
    edges = np.concatenate([gaps.start_samples, gaps.start_samples + gaps.length_samples])
    return np.asarray(np.any(np.abs(at_samples[:, None] - edges[None, :]) <= within, axis=1))


def standing_out(sharpest: np.ndarray, near: int) -> np.ndarray:
    """Bool (steps,): alone or as one of two, each sharper by `STANDS_OUT` than what lies on its outer side."""
    before, after = beside(sharpest, near), beside(sharpest[::-1], near)[::-1]
    sharp = sharpest >= LEAST_BEND
    left, right = sharp & (sharpest > STANDS_OUT * before), sharp & (sharpest > STANDS_OUT * after)
    alone = left & right
    first, last = np.flatnonzero(left & ~alone), np.flatnonzero(right & ~alone)
    at = np.searchsorted(last, first, side="right")
    first, at = first[at < last.size], at[at < last.size]
    partner = last[at]
    paired = partner - first <= near
    paired &= np.array([valley(sharpest[a : b + 1]) for a, b in zip(first, partner, strict=True)], bool)
    alone[first[paired]] = True
    alone[partner[paired]] = True
    return alone


def valley(sharpest: np.ndarray) -> bool:
    """Whether all between the first and the last, and not next to them, is lower than both by `STANDS_OUT`."""
    between = sharpest[2:-2].max(initial=0.0)
    return bool(STANDS_OUT * between < min(sharpest[0], sharpest[-1]))


def beside(sharpest: np.ndarray, near: int) -> np.ndarray:
    """The largest of the steps from `near` to 2 before each; 0.0 where there are none."""
    padded = np.concatenate([np.zeros(near, sharpest.dtype), sharpest])
    largest = padded[: sharpest.size].copy()
    for back in range(1, near - 1):
        np.maximum(largest, padded[back : back + sharpest.size], out=largest)
    return largest


def place(read: ReadWindow, start: int, count: int, step: int, rate_hz: int) -> dict[str, float]:
    """Everything measured at the sharpest bend of one step; nothing where it does not stand out to the predictor."""
    sound, around = read(start, count), (count - step) // 2
    bends = np.abs(np.diff(sound[:, around - BENDS : around + step], BENDS))
    channel, within = np.unravel_index(int(np.argmax(bends)), bends.shape)
    centre = around + int(within) - 1
    course = course_of(sound[channel], centre, rate_hz, LEAST_OVER)
    if course is None:
        return {}
    found = {"channels": int(channel), **beside_it(sound[channel], start, course, rate_hz)}
    at, wide = start + course.first, CONTEXT_SAMPLES
    return found | copies(read(at - wide, 2 * wide)[channel], at - wide, {wide, wide + centre - course.first})


def beside_it(sound: np.ndarray, start: int, course: Course, rate_hz: int) -> dict[str, float]:
    """One place of one channel, and what lies on either side."""
    at, behind = course.first, max(course.last + 1, course.first)
    silent, near = round(SILENT_S * rate_hz), round(NEAR_S * rate_hz)
    return {
        "at_samples": start + at,
        "length_samples": course.last + 1 - course.first,
        "heights": course.height,
        "over_before": course.over_before,
        "over_after": course.over_after,
        "left_over": course.left_over,
        "before_dbfs": rms_dbfs(sound[max(0, at - near) : at]),
        "after_dbfs": rms_dbfs(sound[behind : behind + near]),
        "silent_before": not sound[max(0, at - silent) : at].any(),
        "silent_after": not sound[behind : behind + silent].any(),
    }


def copies(sound: np.ndarray, start: int, places: Collection[int]) -> dict[str, float]:
    """What is held or repeated at any of these positions."""
    held = max((held_run(sound, at) for at in places), key=lambda found: found.length)
    again = max((repeated_block(sound, at) for at in places), key=lambda found: found.length)
    return {
        "held_start_samples": start + held.first,
        "held_samples": held.length,
        "copy_start_samples": start + again.first,
        "copy_samples": again.length,
        "copy_lag_samples": again.lag,
    }


def rms_dbfs(sound: np.ndarray) -> float:
    """20 log10 of the RMS, never below -120.0."""
    power = float(np.mean(np.square(sound, dtype=np.float64))) if sound.size else 0.0
    return max(-120.0, 10.0 * float(np.log10(power + 1e-30)))
