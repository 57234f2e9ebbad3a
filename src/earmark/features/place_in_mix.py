"""Settles where each stem lies in the mix: at the delay all have in common, or, where the sound insists, at its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from earmark.features.mix_lags import FOUND_PROMINENCE, TOGETHER_S
from earmark.features.mix_windows import MixWindows
from earmark.features.null_test import Column, Fit, NormalEquations, normal_equations
from earmark.features.remainder import Remainder, lag_when_alone, remainder
from earmark.features.whitened import Grid, Peak

LEAST_LAG_SAMPLES = 0.25  # nearer to the common delay than this, a stem lies there
SHORT_LAG_MUST_GAIN = 4.0  # 6 dB less left, or a delay under half a millisecond is taken for a filter's phase
LONG_LAG_MUST_GAIN = 1.02  # of what is left; house defaults both
FAINT = 0.25  # a stem fitted softer than this is looked for again without the others


@dataclass(frozen=True)
class Settled:
    """The normal equations, the columns chosen of them, their fit and what it leaves.

    Attributes
    ----------
    equations : NormalEquations
    common, chosen : tuple of int
        Per stem, in order, its column at the common delay, and the column that was settled on.
    fit : Fit
    remainder : Remainder
    left : ndarray of float32, shape (windows, channels, samples)
        The remainder itself.
    common_lag_s : float
    peaks : mapping of int to Peak
        Per stem, where it was found.
    """

    equations: NormalEquations
    common: tuple[int, ...]
    chosen: tuple[int, ...]
    fit: Fit
    remainder: Remainder
    left: np.ndarray
    common_lag_s: float
    peaks: Mapping[int, Peak]


def settle(windows: MixWindows, peaks: Mapping[int, Peak], common_s: float, grid: Grid) -> Settled:
    """Fit once; look again, without the others, for stems that are faint in the fit; fit again if that moved any."""
    settled = _settled(windows, peaks, common_s, grid)
    again = dict(peaks)
    for row, (column, gain) in enumerate(zip(settled.chosen, settled.fit.gains, strict=True)):
        at = settled.equations.columns[column]
        if float(np.abs(gain).max()) < FAINT:
            found = lag_when_alone(windows, settled.left, at, settled.fit.gains[row], grid)
            again[at.stem] = max(again[at.stem], found, key=lambda peak: peak.prominence)
    return settled if again == dict(peaks) else _settled(windows, again, common_s, grid)


def _settled(windows: MixWindows, peaks: Mapping[int, Peak], common_s: float, grid: Grid) -> Settled:
    stems = sorted(peaks)
    own = [index for index in stems if _lies_apart(peaks[index], common_s, grid)]
    columns = [Column(index, common_s) for index in stems] + [Column(index, peaks[index].lag_s) for index in own]
    equations = normal_equations(windows, columns)
    chosen = _chosen(equations, len(stems), [stems.index(index) for index in own], common_s)
    fit = equations.solve(chosen)
    described, left = remainder(windows, [columns[column] for column in chosen], fit.gains, grid)
    return Settled(equations, tuple(range(len(stems))), tuple(chosen), fit, described, left, common_s, peaks)


def _lies_apart(peak: Peak, common_s: float, grid: Grid) -> bool:
    return peak.prominence >= FOUND_PROMINENCE and abs(peak.lag_s - common_s) * grid.rate_hz > LEAST_LAG_SAMPLES


def _chosen(equations: NormalEquations, stems: int, own: Sequence[int], common_s: float) -> list[int]:
    """All at their own delay; then back to the common one, the least needed first, whoever does not need their own."""
    chosen = list(range(stems))
    for at, row in enumerate(own):
        chosen[row] = stems + at
    apart = set(own)
    while apart:
        left = max(equations.solve(chosen).energy, 1e-10 * equations.mix_energy)
        grows = {row: equations.solve(_put(chosen, row, row)).energy / left for row in apart}
        needless = [row for row in apart if grows[row] < _must_gain(equations, chosen[row], common_s)]
        if not needless:
            break
        row = min(needless, key=lambda one: grows[one])
        chosen = _put(chosen, row, row)
        apart.remove(row)
    return chosen


def _must_gain(equations: NormalEquations, column: int, common_s: float) -> float:
    apart_s = abs(equations.columns[column].lag_s - common_s)
    return LONG_LAG_MUST_GAIN if apart_s > TOGETHER_S else SHORT_LAG_MUST_GAIN


def _put(chosen: Sequence[int], row: int, column: int) -> list[int]:
    return [column if at == row else one for at, one in enumerate(chosen)]
