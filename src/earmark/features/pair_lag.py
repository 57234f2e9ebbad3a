"""Delay, polarity and likeness of two stems that share sound: two microphones, or one with the other's bleed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from earmark.features.band_sum import BandSum, band_sums, shared_power
from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, PairFeature, StemFeature
from earmark.features.finite import finite
from earmark.features.places import Places, choose_places
from earmark.features.whitened import LOW_HZ, Grid, Peak, correlation, grid_of, mono, peak_of, spectra, whitened
from earmark.model import Stem

WINDOW_S = 0.34  # at least; 0.34 to 0.37 s at 44.1, 48 and 96 kHz
EACH, MOST = 16, 32  # windows per pair, windows per session
REACH_S = 0.05  # 17 m of air
CLEAR_BELOW_DB = 25.0  # house default
BETA, OTHER_BETA = 0.75, 0.5
SCREEN_PROMINENCE = 7.0  # tuned: unrelated stems of seven real multitracks give 4 to 9.5, related ones 12.9 and more
FIRM_PROMINENCE = 12.0  # tuned on four spaced microphones and a choir: at 11 single notes still pass for a delay
FIRM_AGREEMENT = 0.6  # share of windows whose own peak lies at the common lag; house default
VOTE_PROMINENCE = 6.0  # a window's own peak, to count; tuned: in unrelated stems 5 is common and 7 is rare
LEAST_VOTING = 3
FIRM_DIFFERENCE_S = 10.0 / 48_000.0  # between the lags at the two betas; house default
SAME_LAG_S = 0.00025  # two windows agree when their lags differ by no more
LEAST_WINDOWS = 4


@dataclass(frozen=True, kw_only=True)
class PairLag(PairFeature):
    """How two stems that share sound lie to each other in time and sign.

    Only pairs whose whitened correlation stands out are given; between unrelated stems there is none.
    Pairs at different sampling rates are left out.

    Attributes
    ----------
    lag_s : float
        Above 0: the second stem is later. Searched within 50 ms.
    other_lag_s : float
        The same at the other exponent (0.5 instead of 0.75); a tonal or noisy pair disagrees with itself.
    polarity : int
        +1 or -1: the sign of the peak at `lag_s`.
    prominence : float
        Height of the peak over the median height of the correlation.
    agreement : float
        Of the windows that by themselves have a clear peak: the share, 0 to 1, of those whose peak lies within
        0.25 ms of `lag_s` and has its sign.
    voting : int
        How many windows have a clear peak.
    windows : int
        In how many windows both sound; at least four, each about 0.35 s long.
    firm : bool
        Whether lag and polarity may be relied on: three voting windows, agreement over 60 %, prominence of 12 and
        lags at the two exponents within 10 samples at 48 kHz. One of them alone is fooled: by a shared noise
        floor, or by bass notes.
    likeness : float
        Normalised correlation from 40 Hz to 8 kHz once the lag is taken out, -1 to 1.
    gain_db : float
        RMS level of the second stem over the first in those windows.
    bands : tuple of BandSum
        40-250 Hz, 250-1000 Hz, 1-4 kHz: what the sum of the two does, as they stand and with one of them flipped.
    place_s : tuple of float
        Start and end, in session time, of the agreeing window where both are loudest.
    opposed, related : tuple of int
        For each of the two stems: with how many others it is firmly related, and with how many of these at
        opposite polarity.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    lag_s: float
    other_lag_s: float
    polarity: int
    prominence: float
    agreement: float
    voting: int
    windows: int
    firm: bool
    likeness: float
    gain_db: float
    bands: tuple[BandSum, ...]
    place_s: tuple[float, float]
    opposed: tuple[int, int] = (0, 0)
    related: tuple[int, int] = (0, 0)

    @classmethod
    def measure(cls, desk: Desk) -> Iterable[PairLag]:
        """Every pair that shares sound, in session order."""
        rates = {stem.known.rate_hz for stem in desk.stems}
        groups = ([stem for stem in desk.stems if stem.known.rate_hz == rate] for rate in sorted(rates))
        found = [pair for group in groups if len(group) > 1 for pair in _pairs(cls, desk, group)]
        order = {stem.name: index for index, stem in enumerate(desk.stems)}
        return counted(sorted(found, key=lambda pair: [order[stem.name] for stem in pair.stems]))


@dataclass(frozen=True)
class Heard:
    """One stem in the shared windows: plain and whitened spectra, (windows, bins), and where it is clear, (windows,).

    Clear is a window whose energy above 100 Hz is within 25 dB of the stem's best: not the tail of a drum.
    """

    plain: np.ndarray
    white: np.ndarray
    clear: np.ndarray


def counted(pairs: Sequence[PairLag]) -> list[PairLag]:
    """The pairs, each with how often its two stems are related and opposed among all of them."""
    related: dict[str, int] = {}
    opposed: dict[str, int] = {}
    for pair in (pair for pair in pairs if pair.firm):
        for stem in pair.stems:
            related[stem.name] = related.get(stem.name, 0) + 1
            opposed[stem.name] = opposed.get(stem.name, 0) + (pair.polarity < 0)
    return [
        replace(
            pair,
            related=(related.get(pair.stems[0].name, 0), related.get(pair.stems[1].name, 0)),
            opposed=(opposed.get(pair.stems[0].name, 0), opposed.get(pair.stems[1].name, 0)),
        )
        for pair in pairs
    ]


def _pairs(kind: type[PairLag], desk: Desk, stems: Sequence[Stem]) -> Iterator[PairLag]:
    grid = grid_of(stems[0].known.rate_hz, WINDOW_S)
    every_pair = ~np.eye(len(stems), dtype=bool)
    envelopes = [desk.of(stem, StemEnvelope) for stem in stems]
    places = choose_places(envelopes, grid.samples / grid.rate_hz, wanted=every_pair, each=EACH, most=MOST)
    if not len(places.start_s):
        return
    heard = [_listen(desk, stem, places, places.sounding[index], grid) for index, stem in enumerate(stems)]
    for first, second in _candidates(heard, grid):
        both = heard[first].clear & heard[second].clear
        if pair := _pair(kind, (stems[first], stems[second]), (heard[first], heard[second]), both, places, grid):
            yield pair


def _listen(desk: Desk, stem: Stem, places: Places, sounding: np.ndarray, grid: Grid) -> Heard:
    plain = np.zeros((len(places.start_s), grid.bins), np.complex64)
    if sounding.any():
        starts_s = places.start_s[sounding]
        plain[sounding] = spectra(mono(np.stack([finite(desk.read(stem, s, grid.samples)) for s in starts_s])), grid)
    energy = np.square(np.abs(plain[:, grid.frequencies_hz >= LOW_HZ])).sum(axis=1, dtype=np.float64)
    clear = energy > energy.max() * 10.0 ** (-CLEAR_BELOW_DB / 10.0)
    return Heard(plain, whitened(plain, grid, BETA) * clear[:, None], clear)


def _candidates(heard: Sequence[Heard], grid: Grid) -> Iterator[tuple[int, int]]:
    """Pairs whose summed whitened correlation has a peak that stands out; one short transform per pair."""
    reach = grid.reach(REACH_S)
    for first, one in enumerate(heard):
        for second in range(first + 1, len(heard)):
            cross = np.einsum("wb,wb->b", heard[second].white, one.white.conj())
            height = np.abs(correlation(cross, grid, reach))
            if height.max() > SCREEN_PROMINENCE * float(np.median(height)) > 0.0:
                yield first, second


def _pair(
    kind: type[PairLag],
    stems: tuple[Stem, Stem],
    heard: tuple[Heard, Heard],
    both: np.ndarray,
    places: Places,
    grid: Grid,
) -> PairLag | None:
    if both.sum() < LEAST_WINDOWS:
        return None
    reach = grid.reach(REACH_S)
    first, second = heard[0].plain[both], heard[1].plain[both]
    crosses = heard[1].white[both] * heard[0].white[both].conj()
    peak = peak_of(crosses.sum(axis=0), grid, reach)
    other = peak_of(_cross(first, second, grid, OTHER_BETA), grid, reach)
    agreeing, voting = _votes(crosses, peak, grid, reach)
    powers = shared_power(first, second, grid, peak.lag_s)
    return kind(
        stems=stems,
        lag_s=peak.lag_s,
        other_lag_s=other.lag_s,
        polarity=peak.sign,
        prominence=peak.prominence,
        agreement=float(agreeing.sum() / max(1, voting.sum())),
        voting=int(voting.sum()),
        windows=int(both.sum()),
        firm=_firm(peak, other, agreeing[voting]),
        likeness=powers.likeness,
        gain_db=powers.gain_db,
        bands=band_sums(first, second, grid, peak.lag_s),
        place_s=_place(places, both, agreeing, (first, second)),
    )


def _cross(first: np.ndarray, second: np.ndarray, grid: Grid, beta: float) -> np.ndarray:
    return np.asarray(np.einsum("wb,wb->b", whitened(second, grid, beta), whitened(first, grid, beta).conj()))


def _votes(crosses: np.ndarray, peak: Peak, grid: Grid, reach: int) -> tuple[np.ndarray, np.ndarray]:
    """Which windows, by themselves, peak at the common lag and with its sign; and which peak clearly anywhere."""
    values = correlation(crosses, grid, reach)
    height = np.abs(values)
    at = np.argmax(height, axis=1)
    rows = np.arange(len(values))
    voting = height[rows, at] > VOTE_PROMINENCE * np.median(height, axis=1)
    near = np.abs((at - reach) * grid.lag_step_s - peak.lag_s) <= SAME_LAG_S
    return voting & near & (np.sign(values[rows, at]) == peak.sign), voting


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
    places: Places, both: np.ndarray, agreeing: np.ndarray, heard: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    softer = np.minimum(*(np.square(np.abs(one)).sum(axis=1) for one in heard))
    best = int(np.argmax(softer * (agreeing + 1e-3)))
    start_s = float(places.start_s[both][best])
    return start_s, start_s + places.length_s
