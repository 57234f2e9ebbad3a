"""Two stems in the same few windows: where their common peak lies, which windows agree, what their sum does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from earmark.features.band_sum import band_sums, shared_power
from earmark.features.drift import drift_of
from earmark.features.low_end import low_end
from earmark.features.ripple import ripple_of
from earmark.features.whitened import Grid, Peak, correlation, peak_of, whitened

REACH_S = 0.05  # 17 m of air
BETA, OTHER_BETA = 0.75, 0.5
FIRM_PROMINENCE = 12.0  # tuned on four spaced microphones and a choir: at 11 single notes still pass for a delay
FIRM_AGREEMENT = 0.6  # share of windows whose own peak lies at the common lag; house default
VOTE_PROMINENCE = 6.0  # a window's own peak, to count; tuned: in unrelated stems 5 is common and 7 is rare
LEAST_VOTING = 3
FIRM_DIFFERENCE_S = 10.0 / 48_000.0  # between the lags at the two betas; house default
SAME_LAG_S = 0.00025  # two windows agree when their lags differ by no more
LEAST_WINDOWS = 4


@dataclass(frozen=True)
class Heard:
    """One stem in the shared windows: plain and whitened spectra, (windows, bins), and where it is clear, (windows,).

    Clear is a window whose energy above 100 Hz is within 25 dB of the stem's best: not the tail of a drum.
    """

    plain: np.ndarray
    white: np.ndarray
    clear: np.ndarray


def compared(
    heard: tuple[Heard, Heard], starts_s: np.ndarray, length_s: float, grid: Grid, *, twice: bool = True
) -> Mapping[str, Any] | None:
    """The numbers of one pair, by the names of `PairLag`; None with fewer than four windows in which both are clear.

    Parameters
    ----------
    heard : pair of Heard
    starts_s : ndarray of float64, shape (windows,)
        Session time of each window.
    length_s : float
        How long each is.
    grid : Grid
    twice : bool
        Whether a firm pair has to have the same peak at the other exponent too.
    """
    both = heard[0].clear & heard[1].clear
    if both.sum() < LEAST_WINDOWS:
        return None
    reach = grid.reach(REACH_S)
    first, second = heard[0].plain[both], heard[1].plain[both]
    crosses = heard[1].white[both] * heard[0].white[both].conj()
    peak = peak_of(crosses.sum(axis=0), grid, reach)
    other = peak_of(_cross(first, second, grid, OTHER_BETA), grid, reach)
    lags_s, agreeing, voting = _votes(crosses, peak, grid, reach)
    powers = shared_power(first, second, grid, peak.lag_s)
    return {
        "lag_s": peak.lag_s,
        "other_lag_s": other.lag_s,
        "polarity": peak.sign,
        "prominence": peak.prominence,
        "agreement": float(agreeing.sum() / max(1, voting.sum())),
        "voting": int(voting.sum()),
        "windows": int(both.sum()),
        "firm": _firm(peak, other if twice else peak, agreeing[voting]),
        "likeness": powers.likeness,
        "gain_db": powers.gain_db,
        "bands": band_sums(first, second, grid, peak.lag_s),
        "low": low_end(first, second, grid),
        "ripple": ripple_of(first, second, grid, peak.lag_s, peak.sign),
        "drift": drift_of(starts_s[both][voting], lags_s[voting]),
        "place_s": _place(starts_s[both], length_s, agreeing, (first, second)),
    }


def _cross(first: np.ndarray, second: np.ndarray, grid: Grid, beta: float) -> np.ndarray:
    return np.asarray(np.einsum("wb,wb->b", whitened(second, grid, beta), whitened(first, grid, beta).conj()))


def _votes(crosses: np.ndarray, peak: Peak, grid: Grid, reach: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each window by itself peaks; which do so at the common lag and with its sign; which peak clearly at all."""
    values = correlation(crosses, grid, reach)
    height = np.abs(values)
    at = np.argmax(height, axis=1)
    rows = np.arange(len(values))
    voting = height[rows, at] > VOTE_PROMINENCE * np.median(height, axis=1)
    lags_s = (at - reach) * grid.lag_step_s
    near = np.abs(lags_s - peak.lag_s) <= SAME_LAG_S
    return lags_s, voting & near & (np.sign(values[rows, at]) == peak.sign), voting


def _firm(peak: Peak, other: Peak, agreeing: np.ndarray) -> bool:
    """`agreeing` of the windows that vote."""
    return bool(
        len(agreeing) >= LEAST_VOTING
        and agreeing.mean() > FIRM_AGREEMENT
        and peak.prominence >= FIRM_PROMINENCE
        and abs(peak.lag_s - other.lag_s) <= FIRM_DIFFERENCE_S
        and peak.sign == other.sign
    )


def _place(
    starts_s: np.ndarray, length_s: float, agreeing: np.ndarray, heard: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    softer = np.minimum(*(np.square(np.abs(one)).sum(axis=1) for one in heard))
    start_s = float(starts_s[int(np.argmax(softer * (agreeing + 1e-3)))])
    return start_s, start_s + length_s
