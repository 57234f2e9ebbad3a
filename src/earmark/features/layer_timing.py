"""A sample laid over a drum: how each of its strokes lies against the drum's own, and whether the two add up."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, PairFeature, StemFeature
from earmark.features.finite import finite
from earmark.features.own_hits import LEAST_HITS, SKINS, STEP_S, beginnings, family_of, on_one_clock
from earmark.features.whitened import mono
from earmark.model import Stem

WINDOW_S = 0.14
BEFORE_S = 0.025  # from where the window opens to the 10 ms step of the stroke
TOGETHER_S = 0.045  # two strokes no further apart are one
MOST_HITS = 24
REACH_S = 0.03  # how far a stroke is looked for around its step
LOW_HZ = (40.0, 250.0)
BEST_WITHIN_S = 0.005
STEADY_SHARE = 0.8  # of the louder stem's strokes that the other has too; house default


@dataclass(frozen=True, kw_only=True)
class LayerTiming(PairFeature):
    """Two stems on one drum whose strokes come together, stroke by stroke.

    Given for pairs of one drum (kick, snare, each tom by its name) in which four strokes in five of the one with
    fewer have a stroke of the other within 45 ms.

    Attributes
    ----------
    same : tuple of float
        For each of the two: how alike its own strokes are, the median of the correlation of each with their mean at
        its best lag, 0 to 1. A sample that is the same every time reads 0.99 and more, a drum less.
    at_s : ndarray of float64, shape (strokes,)
        Session time of each stroke.
    offset_s : ndarray of float64, shape (strokes,)
        By how much the second's stroke lies later, against how the two lie on average; between samples, from the
        lag of each stroke against the mean stroke of its stem. Its median is 0.
    spread_s : float
        Between which the offsets lie, 10th to 90th percentile, once a steady drift is taken out.
    drift_s : float
        By how much later the second is at the last stroke than at the first, by a straight line.
    standing : float
        Correlation of the two from 40 to 250 Hz as they stand, -1 to 1.
    best, best_lag_s : float
        The largest correlation in magnitude there within 5 ms, with its sign, and the lag: above 0 the second is
        later than it would lie best.
    gain_db : float
        RMS level of the second over the first in those windows.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    same: tuple[float, float]
    at_s: np.ndarray
    offset_s: np.ndarray
    spread_s: float
    drift_s: float
    standing: float
    best: float
    best_lag_s: float
    gain_db: float

    @classmethod
    def measure(cls, desk: Desk) -> Iterable[LayerTiming]:
        """Every pair of skins of one drum whose strokes come together."""
        skins = [stem for stem in desk.stems if stem.role in SKINS]
        for first, second in itertools.combinations(skins, 2):
            if family_of(first) == family_of(second) and first.known.rate_hz == second.known.rate_hz:
                strokes_s = together(*(desk.of(stem, StemEnvelope) for stem in (first, second)))
                if len(strokes_s) >= LEAST_HITS:
                    yield timing(cls, desk, (first, second), strokes_s)


def together(one: StemEnvelope, two: StemEnvelope) -> np.ndarray:
    """Session times at which both begin a stroke; none where too many of one have none of the other."""
    start_s = min(one.stem.start_s, two.stem.start_s)
    rows = on_one_clock([one, two])
    first, second = (start_s + STEP_S * beginnings(row - np.percentile(row, 99.5)) for row in rows)
    if min(len(first), len(second)) < LEAST_HITS:
        return np.zeros(0)
    fewer, more = (first, second) if len(first) <= len(second) else (second, first)
    away = np.abs(fewer[:, None] - more[None, :])
    near = away.min(axis=1) <= TOGETHER_S
    if near.mean() < STEADY_SHARE:
        return np.zeros(0)
    earlier = np.minimum(fewer, more[np.argmin(away, axis=1)])[near]
    return np.asarray(earlier[np.unique(np.linspace(0, len(earlier) - 1, MOST_HITS).round().astype(int))])


def timing(kind: type[LayerTiming], desk: Desk, stems: tuple[Stem, Stem], strokes_s: np.ndarray) -> LayerTiming:
    """Read both around each stroke, and hold each stroke against the mean of its stem."""
    rate_hz = stems[0].known.rate_hz
    count = int(WINDOW_S * rate_hz)
    starts_s = strokes_s - BEFORE_S
    heard = [mono(np.stack([finite(desk.read(stem, s, count)) for s in starts_s])).astype(np.float64) for stem in stems]
    lags, same = zip(*(against_mean(each, rate_hz) for each in heard), strict=True)
    offset_s = lags[1] - lags[0]
    offset_s = offset_s - np.median(offset_s)
    slope, level = np.polyfit(strokes_s - strokes_s[0], offset_s, 1)
    left = offset_s - slope * (strokes_s - strokes_s[0]) - level
    standing, best, best_lag_s = low_end(heard[0], heard[1], rate_hz)
    powers = [float(np.square(each).sum()) for each in heard]
    return kind(
        stems=stems,
        same=(same[0], same[1]),
        at_s=strokes_s,
        offset_s=offset_s,
        spread_s=float(np.percentile(left, 90) - np.percentile(left, 10)),
        drift_s=float(slope * (strokes_s[-1] - strokes_s[0])),
        standing=standing,
        best=best,
        best_lag_s=best_lag_s,
        gain_db=float(10.0 * np.log10(max(powers[1], 1e-20) / max(powers[0], 1e-20))),
    )


def against_mean(windows: np.ndarray, rate_hz: int) -> tuple[np.ndarray, float]:
    """The lag of each window (windows, samples) against the mean of all, in seconds, and how alike they are.

    The mean is that of the windows moved onto the loudest, then onto the mean itself, twice. Lags are those of
    half whitened spectra: the stick counts as much as the ring, whose pitch depends on how hard the drum was hit.
    """
    size = 2 * windows.shape[1]
    spectra = np.fft.rfft(windows, size)
    hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    lags = _moved_onto_mean(spectra * _half_white(spectra, hz), size, rate_hz)[0]
    return lags / rate_hz, _moved_onto_mean(spectra, size, rate_hz)[1]


def _half_white(spectra: np.ndarray, hz: np.ndarray) -> np.ndarray:
    """Weights (windows, bins) that take half of the magnitude out from 80 Hz to 6 kHz, and the rest away."""
    magnitude = np.abs(spectra)
    return np.asarray(
        (magnitude + 1e-3 * magnitude.max(axis=1, keepdims=True) + 1e-30) ** -0.5 * ((hz >= 80.0) & (hz < 6000.0))
    )


def _moved_onto_mean(spectra: np.ndarray, size: int, rate_hz: int) -> tuple[np.ndarray, float]:
    """Lags in samples against the mean of all, and the median correlation with it."""
    reach = int(REACH_S * rate_hz)
    turns = 2j * np.pi * np.fft.rfftfreq(size)
    energy = np.sqrt(np.square(np.abs(spectra)).sum(axis=1)) + 1e-12
    template = spectra[int(np.argmax(energy))]
    for _ in range(3):
        lags, _ = _lags(spectra, template, size, reach)
        template = (spectra * np.exp(turns[None, :] * lags[:, None]) / energy[:, None]).mean(axis=0)
    lags, heights = _lags(spectra, template, size, reach)
    norm = np.sqrt(np.square(np.abs(template)).sum()) + 1e-12
    return lags, float(np.clip(np.median(heights * size / 2.0 / (energy * norm)), 0.0, 1.0))


def _lags(spectra: np.ndarray, template: np.ndarray, size: int, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Where each correlates most with the template, between samples, and how much."""
    around = np.fft.irfft(spectra * template.conj()[None, :], size)
    near = np.concatenate([around[:, -reach:], around[:, : reach + 1]], axis=1)
    at = np.clip(np.argmax(near, axis=1), 1, near.shape[1] - 2)
    rows = np.arange(len(near))
    left, top, right = near[rows, at - 1], near[rows, at], near[rows, at + 1]
    bend = left - 2.0 * top + right
    part = np.clip(np.divide(0.5 * (left - right), bend, out=np.zeros_like(top), where=bend < 0.0), -0.5, 0.5)
    return at - reach + part, top - 0.25 * (left - right) * part


def low_end(first: np.ndarray, second: np.ndarray, rate_hz: int) -> tuple[float, float, float]:
    """Correlation from 40 to 250 Hz as the two stand; the largest within 5 ms, and at which lag."""
    size = 2 * first.shape[1]
    hz = np.fft.rfftfreq(size, 1.0 / rate_hz)
    inside = (hz >= LOW_HZ[0]) & (hz < LOW_HZ[1])
    one, two = (
        np.fft.rfft(each * np.hanning(2 * each.shape[1])[each.shape[1] :], size) * inside for each in (first, second)
    )
    root = np.sqrt(float(np.square(np.abs(one)).sum()) * float(np.square(np.abs(two)).sum()))
    if root <= 0.0:
        return 0.0, 0.0, 0.0
    around = np.fft.irfft((two * one.conj()).sum(axis=0), size) * size / (2.0 * root)
    reach = int(BEST_WITHIN_S * rate_hz)
    near = np.clip(np.concatenate([around[-reach:], around[: reach + 1]]), -1.0, 1.0)
    at = int(np.argmax(np.abs(near)))
    return float(near[reach]), float(near[at]), (at - reach) / rate_hz
