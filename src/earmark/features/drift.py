"""Whether the lag between two stems grows or shrinks steadily: two clocks that do not run alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ON_LINE_S = 0.00025  # a window's lag this near the line is on it: as near as two windows have to be to agree
LEAST_ON_LINE = 6  # house default
LEAST_APART_S = 2.0  # two windows nearer to each other do not say how steep a line is


@dataclass(frozen=True)
class Drift:
    """The straight line through the lags of single windows that most of them lie on.

    Attributes
    ----------
    ppm : float
        Its slope in millionths: above 0 the second stem falls behind. 0.0 where no line was found.
    share : float
        How many of the voting windows lie within 0.25 ms of it, 0 to 1.
    windows : int
        How many that is.
    span_s : float
        From the first of these windows to the last.
    error_ppm : float
        Standard error of the slope; a step of the lag axis is counted as at least 20 microseconds of it.
    flat_share : float
        How many lie as near to the best line without slope.
    """

    ppm: float
    share: float
    windows: int
    span_s: float
    error_ppm: float
    flat_share: float


NO_DRIFT = Drift(0.0, 0.0, 0, 0.0, 0.0, 0.0)


def drift_of(at_s: np.ndarray, lags_s: np.ndarray) -> Drift:
    """The line through most of the points.

    Parameters
    ----------
    at_s : ndarray of float64, shape (windows,)
        When each window begins.
    lags_s : ndarray of float64, shape (windows,)
        Where it peaks.

    Notes
    -----
    Every pair of points more than two seconds apart proposes a line, the one with the most points within 0.25 ms
    wins, and least squares through these points gives the slope (Fischler and Bolles, "Random sample consensus",
    CACM 24, 1981; here every sample is tried).
    """
    if len(at_s) < LEAST_ON_LINE:
        return NO_DRIFT
    one, two = np.triu_indices(len(at_s), 1)
    apart = at_s[two] - at_s[one]
    far = apart >= LEAST_APART_S
    if not far.any():
        return NO_DRIFT
    slopes = (lags_s[two] - lags_s[one])[far] / apart[far]
    starts = lags_s[one][far] - slopes * at_s[one][far]
    near = np.abs(lags_s[None, :] - starts[:, None] - slopes[:, None] * at_s[None, :]) <= ON_LINE_S
    on = near[int(np.argmax(near.sum(axis=1)))]
    flat = np.abs(lags_s[None, :] - lags_s[:, None]) <= ON_LINE_S
    return _through(at_s[on], lags_s[on], len(at_s), int(flat.sum(axis=1).max()))


def _through(at_s: np.ndarray, lags_s: np.ndarray, voting: int, flat: int) -> Drift:
    if len(at_s) < LEAST_ON_LINE:
        return NO_DRIFT
    centred = at_s - at_s.mean()
    spread = float(np.vdot(centred, centred))
    slope = float(np.vdot(centred, lags_s)) / spread
    left = lags_s - lags_s.mean() - slope * centred
    scatter_s = max(float(np.sqrt(np.vdot(left, left) / (len(at_s) - 2))), 2e-5)
    return Drift(
        ppm=slope * 1e6,
        share=len(at_s) / voting,
        windows=len(at_s),
        span_s=float(at_s.max() - at_s.min()),
        error_ppm=scatter_s / float(np.sqrt(spread)) * 1e6,
        flat_share=flat / voting,
    )
