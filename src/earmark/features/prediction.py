"""Linear prediction across a break: where the past stops leading on, and where the future stops leading back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

ORDER = 24  # house default; Essentia's ClickDetector takes 12, twice that follows a bright chord too
FIT_S, ZONE_S = 0.02, 0.002
REACH_S = FIT_S + ZONE_S
DRAWN_S = 0.002
LEAST_POWER = 2.0**-32 / 12  # of the error: rounding to 16 bits


@dataclass(frozen=True, slots=True)
class Errors:
    """Prediction errors about one place, forwards and backwards, each at the sample it belongs to.

    `wave` is what was looked at, `weights` the predictor, nearest past first; `ahead[k]` and `back[k]` belong to
    `wave[k + ORDER]`; `inner` are those within 2 ms of the place.
    """

    wave: np.ndarray
    weights: np.ndarray
    ahead: np.ndarray
    back: np.ndarray
    inner: slice

    @property
    def before(self) -> np.ndarray:
        """Forward errors before the place."""
        return self.ahead[: self.inner.start]

    @property
    def after(self) -> np.ndarray:
        """Forward errors behind it that no longer lean on it."""
        return self.ahead[self.inner.stop + ORDER :]

    @property
    def peak(self) -> float:
        """The largest at the place."""
        return largest(self.ahead[self.inner])


@dataclass(frozen=True, slots=True)
class Course:
    """What a linear predictor says of one place. Positions count from the first sample given.

    `first` is the first sample that the past does not lead to, `last` the last that the future does not lead back
    to; `last` is `first - 1` at a clean cut. `height` is how far the wave is off its course, `over_before` and
    `over_after` the largest error here over the largest on either side, `left_over` the RMS error left once the
    place is drawn over, relative to that beside it.
    """

    first: int
    last: int
    height: float
    over_before: float
    over_after: float
    left_over: float


def course_of(sound: np.ndarray, centre: int, rate_hz: int, least_over: float) -> Course | None:
    """Look at `sound` (samples,), where `centre` bends most; it reaches at least 25 ms to both sides.

    None where the error is less than `least_over` times the largest on both sides.

    Notes
    -----
    The predictor is fitted by least squares (covariance method) to the 20 ms on both sides without the 2 ms about
    the centre. The same coefficients serve backwards: a stationary process looks alike from both ends.
    """
    zone, reach = round(ZONE_S * rate_hz), round(REACH_S * rate_hz)
    found = errors(sound[centre - reach - ORDER : centre + reach + ORDER + 1].astype(np.float64), reach, zone)
    least = float(np.sqrt(LEAST_POWER))
    over_before, over_after = (found.peak / max(largest(side), least) for side in (found.before, found.after))
    if max(over_before, over_after) < least_over:
        return None
    first, last = extent(found)
    height, left_over = off_course(found, first, last, round(DRAWN_S * rate_hz))
    shift = centre - reach
    return Course(first + shift, last + shift, height, over_before, over_after, left_over)


def errors(wave: np.ndarray, reach: int, zone: int) -> Errors:
    """The errors of the predictor that fits both sides."""
    weights = predictor(wave, reach - zone, reach + zone)
    inner = slice(reach - zone, reach + zone + 1)
    return Errors(wave, weights, residual(wave, weights), residual(wave[::-1], weights)[::-1], inner)


def predictor(wave: np.ndarray, before: int, behind: int) -> np.ndarray:
    """Coefficients (ORDER,), nearest past first, fitted to the first `before` errors and to those from `behind` on."""
    rows = np.lib.stride_tricks.sliding_window_view(wave, ORDER + 1)
    used = np.concatenate([rows[:before], rows[behind + 1 + ORDER : len(wave) - ORDER]])
    past, now = used[:, :-1], used[:, -1]
    gram = past.T @ past
    gram[np.diag_indices(ORDER)] += len(used) * LEAST_POWER + 1e-9 * np.trace(gram) / ORDER
    return np.asarray(np.linalg.solve(gram, past.T @ now))[::-1]


def residual(wave: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What the prediction leaves of `wave[ORDER:]`, without the last ORDER samples."""
    return np.convolve(wave, np.concatenate([[1.0], -weights]), mode="valid")[: len(wave) - 2 * ORDER]


def extent(found: Errors) -> tuple[int, int]:
    """First and last position out of line: seen forwards, and seen backwards."""
    inner = found.inner
    usual = max(largest(found.before), largest(found.after))
    usual_back = max(largest(found.back[: inner.start - ORDER]), largest(found.back[inner.stop :]))
    first = inner.start + edge(np.abs(found.ahead[inner]), usual)
    last = inner.stop - 1 - edge(np.abs(found.back[inner])[::-1], usual_back)
    return first, last


def edge(heights: np.ndarray, usual: float) -> int:
    """The first that is well above all that is usual, else the largest."""
    above = heights > max(1.5 * usual, 0.01 * float(heights.max()))
    return int(np.argmax(above if above.any() else heights))


def off_course(found: Errors, first: int, last: int, most: int) -> tuple[float, float]:
    """How far the wave is off its course at most, and the RMS error left once that is drawn over, over that beside.

    A jump, and what is longer than `most`, is not drawn over: its height is the error of its first sample.
    """
    scale = float(np.sqrt(np.mean(np.concatenate([found.before, found.after]) ** 2) + LEAST_POWER))
    count = last - first + 1
    if not 0 < count <= most:
        left = found.ahead[first : first + ORDER]
        return float(np.abs(found.ahead[first])), float(np.sqrt(np.mean(left**2))) / scale
    offsets, left = drawn_over(found.ahead[first : first + count + ORDER], found.weights, count)
    return largest(offsets), float(np.sqrt(np.sum(left**2) / ORDER)) / scale


def drawn_over(ahead: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """What to take off `count` samples so that the errors `ahead` (count + ORDER,) become least, and what is left.

    The least squares interpolator of Janssen, Veldhuis and Vries 1986.
    """
    table = np.zeros((ahead.size, count))
    for column in range(count):
        table[column, column] = 1.0
        table[column + 1 : column + 1 + ORDER, column] = -weights
    offsets = np.linalg.lstsq(table, ahead, rcond=None)[0]
    return offsets, ahead - table @ offsets


def largest(heights: np.ndarray) -> float:
    """The largest magnitude; 0.0 of none."""
    return float(np.abs(heights).max(initial=0.0))
