"""Delay, polarity and likeness of two stems that share sound: two microphones, or one with the other's bleed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from earmark.features.band_sum import BandSum
from earmark.features.drift import NO_DRIFT, Drift
from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, PairFeature, StemFeature
from earmark.features.finite import finite
from earmark.features.kit_pairs import Kit, kit_of
from earmark.features.low_end import NOTHING_LOW, LowEnd
from earmark.features.pair_windows import BETA, REACH_S, Heard, compared
from earmark.features.places import Places, choose_places
from earmark.features.ripple import NO_RIPPLE, Ripple
from earmark.features.whitened import LOW_HZ, Grid, correlation, grid_of, mono, spectra, whitened
from earmark.model import Stem

WINDOW_S = 0.34  # at least; 0.34 to 0.37 s at 44.1, 48 and 96 kHz
EACH, MOST = 16, 32  # windows per pair, windows per session
CLEAR_BELOW_DB = 25.0  # house default
SCREEN_PROMINENCE = 7.0  # tuned: unrelated stems of seven real multitracks give 4 to 9.5, related ones 12.9 and more


@dataclass(frozen=True, kw_only=True)
class PairLag(PairFeature):
    """How two stems that share sound lie to each other in time and sign.

    Only pairs whose whitened correlation stands out are given; between unrelated stems there is none.
    Pairs at different sampling rates are left out. Microphones around one drum kit are compared by the strokes of
    one drum alone, and those on two different drums, which share only bleed, are left out.

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
    low : LowEnd
        The two from 30 to 120 Hz: phase, and what it costs the sum.
    ripple : Ripple
        The comb that the lag makes of the sum, predicted and as it is.
    drift : Drift
        Whether the lag changes steadily over the song.
    hits : int
        How many strokes of one drum this was heard on; 0 for a pair that is no drum kit's.
    struck : str
        Which drum: "kick", "snare", "toms rack tom"; empty as above.
    late_s : tuple of float or None
        For each of the two stems: by how much it lies later than the kit's microphones on other drums, by the way
        there and back; None where fewer than two of them say so.
    opposed, related : tuple of int
        For each of the two stems: with how many others it is firmly related, and with how many of these at
        opposite polarity.
    """

    VERSION: ClassVar[int] = 2
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
    low: LowEnd = NOTHING_LOW
    ripple: Ripple = NO_RIPPLE
    drift: Drift = NO_DRIFT
    hits: int = 0
    struck: str = ""
    late_s: tuple[float | None, float | None] = (None, None)
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
    kit = kit_of(desk, stems)
    for (one, two), numbers in kit.numbers.items():
        late_s = (kit.late_s.get(one), kit.late_s.get(two))
        yield kind(stems=(stems[one], stems[two]), late_s=late_s, **numbers)
    yield from _pairs_at_large(kind, desk, stems, kit)


def _pairs_at_large(kind: type[PairLag], desk: Desk, stems: Sequence[Stem], kit: Kit) -> Iterator[PairLag]:
    grid = grid_of(stems[0].known.rate_hz, WINDOW_S)
    wanted = ~np.eye(len(stems), dtype=bool)
    for one, two in kit.kinds:
        wanted[one, two] = wanted[two, one] = False
    if not wanted.any():
        return
    envelopes = [desk.of(stem, StemEnvelope) for stem in stems]
    places = choose_places(envelopes, grid.samples / grid.rate_hz, wanted=wanted, each=EACH, most=MOST)
    if not len(places.start_s):
        return
    heard = [_listen(desk, stem, places, places.sounding[index], grid) for index, stem in enumerate(stems)]
    for first, second in _candidates(heard, grid, wanted):
        numbers = compared((heard[first], heard[second]), places.start_s, places.length_s, grid)
        if numbers:
            yield kind(stems=(stems[first], stems[second]), **numbers)


def _listen(desk: Desk, stem: Stem, places: Places, sounding: np.ndarray, grid: Grid) -> Heard:
    plain = np.zeros((len(places.start_s), grid.bins), np.complex64)
    if sounding.any():
        starts_s = places.start_s[sounding]
        plain[sounding] = spectra(mono(np.stack([finite(desk.read(stem, s, grid.samples)) for s in starts_s])), grid)
    energy = np.square(np.abs(plain[:, grid.frequencies_hz >= LOW_HZ])).sum(axis=1, dtype=np.float64)
    clear = energy > energy.max() * 10.0 ** (-CLEAR_BELOW_DB / 10.0)
    return Heard(plain, whitened(plain, grid, BETA) * clear[:, None], clear)


def _candidates(heard: Sequence[Heard], grid: Grid, wanted: np.ndarray) -> Iterator[tuple[int, int]]:
    """Pairs whose summed whitened correlation has a peak that stands out; one short transform per pair."""
    reach = grid.reach(REACH_S)
    for first, one in enumerate(heard):
        for second in range(first + 1, len(heard)):
            if not wanted[first, second]:
                continue
            cross = np.einsum("wb,wb->b", heard[second].white, one.white.conj())
            height = np.abs(correlation(cross, grid, reach))
            if height.max() > SCREEN_PROMINENCE * float(np.median(height)) > 0.0:
                yield first, second
