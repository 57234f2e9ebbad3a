"""What of another stem is heard in a microphone while its own source rests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.whitened import Grid, Peak, grid_of, mono, peak_of, spectra, whitened
from earmark.model import Stem

KIT = frozenset({"kick", "snare", "toms", "hihat", "overheads", "room", "drums", "percussion"})
MEANT_TO_HEAR_ALL = frozenset({"overheads", "room", "drums", "mix", "fx"})
STEP_S = 0.02
RESTING_DB = 6.0  # under its loud steps (P95), and among its softer half: the own source rests, or plays softly
PLAYING_DB = 30.0  # within this of its loud steps, the other plays
LEAST_STEPS = 50  # 1 s in all
LEAST_FOLLOWING = 0.05  # rank correlation of the levels: enough to choose whom to look for
SOURCES = 2  # of one stem: the pairs that are read
WINDOW_S = 0.34
WINDOWS = 6
REACH_S = 0.03  # ten metres of air
BETA = 0.75
LOWEST_HZ = 62.5
FIRST_LOOK, FIRST_PROMINENCE = 2, 8.0  # unrelated stems of seven real songs: 6.5 and less


@dataclass(frozen=True, slots=True)
class BleedPair:
    """One stem in the microphone of another.

    Attributes
    ----------
    stem, source : Stem
        Whose microphone, and who is heard in it.
    under_db : float
        How far the source at its loud level lies, as heard here, under the stem's own loud level (P95 of 20 ms):
        above 0, softer.
    transfer_db : float
        How far what the two share lies under the source's stem, octave by octave from 62.5 Hz to 8 kHz: the direct
        sound, without what the room adds later.
    following : float
        Rank correlation of the two levels, 20 ms, while the stem rests and the source plays: -1 to 1.
    prominence : float
        Height of the whitened correlation's peak over its median; 4 to 10 for unrelated sounds.
    lag_s : float
        How much later than the source it is heard.
    place_s : tuple of float
        Start and end, session time, of the window in which the source is loudest.
    """

    stem: Stem
    source: Stem
    under_db: float
    transfer_db: float
    following: float
    prominence: float
    lag_s: float
    place_s: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Bleed(SessionFeature):
    """Pairs of stems of which one follows the other while its own source rests.

    Attributes
    ----------
    pairs : tuple of BleedPair
        In session order, at most two sources per stem. Microphones of one drum kit, overheads, rooms and whole kits as
        hearers are left out: they are meant to hear each other.
    compared : int
        How many pairs of stems were looked at.

    Notes
    -----
    The levels say whom to look for (over the softer half of the stem's steps, 6 dB under its loud level and the source
    within 30 dB of its own); the waveforms decide (generalised cross-correlation with phase transform raised to 0.75,
    over six windows of a third of a second in which the stem stays 6 dB under its loud level).
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    pairs: tuple[BleedPair, ...]
    compared: int

    @classmethod
    def measure(cls, desk: Desk) -> Self:
        """Every pair whose levels go together, read again."""
        levels = {stem.name: Timeline.of(desk.of(stem, StemEnvelope)) for stem in desk.stems}
        hearers = [stem for stem in desk.stems if stem.role not in MEANT_TO_HEAR_ALL]
        found = [pair for stem in hearers for pair in heard_in(desk, stem, levels)]
        compared = sum(may_be_heard(stem, other) for stem in hearers for other in desk.stems)
        return cls(session=desk.session, pairs=tuple(found), compared=compared)


@dataclass(frozen=True, slots=True, eq=False)
class Timeline:
    """Levels of one stem every 20 ms of session time from `first` on, and its loud level."""

    first: int
    dbfs: np.ndarray
    loud_dbfs: float

    @classmethod
    def of(cls, envelope: StemEnvelope) -> Timeline:
        """The envelope, two steps in one."""
        power = 10.0 ** (envelope.level_dbfs[: envelope.level_dbfs.size // 2 * 2].reshape(-1, 2) / 10.0)
        dbfs = np.asarray(10 * np.log10(power.mean(axis=1)), np.float32)
        heard = dbfs[dbfs > FLOOR_DBFS + 1.0]
        loud_dbfs = float(np.percentile(heard, 95)) if heard.size else FLOOR_DBFS
        return cls(round(envelope.stem.start_s / STEP_S), dbfs, loud_dbfs)

    def over(self, first: int, end: int) -> np.ndarray:
        """Levels of these steps of session time; silence where the stem is not there."""
        out = np.full(end - first, FLOOR_DBFS, np.float32)
        begin, stop = max(first, self.first), min(end, self.first + self.dbfs.size)
        if begin < stop:
            out[begin - first : stop - first] = self.dbfs[begin - self.first : stop - self.first]
        return out


def heard_in(desk: Desk, stem: Stem, levels: dict[str, Timeline]) -> Iterator[BleedPair]:
    """The sources that a stem follows, and whose waveform is in it."""
    own = levels[stem.name]
    if own.loud_dbfs <= FLOOR_DBFS:
        return
    others = [other for other in desk.stems if may_be_heard(stem, other)]
    followed = [(following(own, levels[other.name]), other) for other in others]
    likely = sorted((pair for pair in followed if pair[0] >= LEAST_FOLLOWING), key=lambda pair: -pair[0])[:SOURCES]
    for how_much, other in likely:
        yield from heard(desk, (stem, other), (own, levels[other.name]), how_much)


def may_be_heard(stem: Stem, other: Stem) -> bool:
    """Another stem at the same rate that is not of the same kit."""
    same_kit = stem.role in KIT and other.role in KIT
    return other is not stem and other.role != "mix" and other.known.rate_hz == stem.known.rate_hz and not same_kit


def both(own: Timeline, other: Timeline) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The levels of both over the stem's time, and where the stem rests while the other plays."""
    first, end = own.first, own.first + own.dbfs.size
    mine, theirs = own.over(first, end), other.over(first, end)
    sounding = mine > FLOOR_DBFS + 1.0
    half_dbfs = float(np.median(mine[sounding])) if sounding.any() else FLOOR_DBFS
    resting = sounding & (mine <= min(half_dbfs, own.loud_dbfs - RESTING_DB))
    return mine, theirs, resting & (theirs > other.loud_dbfs - PLAYING_DB)


def following(own: Timeline, other: Timeline) -> float:
    """Rank correlation of the levels where the stem rests and the other plays."""
    mine, theirs, where = both(own, other)
    if np.count_nonzero(where) < LEAST_STEPS:
        return 0.0
    ranks = np.array([np.argsort(np.argsort(levels[where])) for levels in (mine, theirs)], float)
    ranks -= ranks.mean(axis=1, keepdims=True)
    return float(ranks[0] @ ranks[1] / np.sqrt(ranks[0] @ ranks[0] * (ranks[1] @ ranks[1])))


def heard(
    desk: Desk, stems: tuple[Stem, Stem], levels: tuple[Timeline, Timeline], how_much: float
) -> Iterator[BleedPair]:
    """What the windows of both say; after the two loudest, only where these agree.

    Yields
    ------
    BleedPair
        At most one.
    """
    grid = grid_of(stems[0].known.rate_hz, WINDOW_S)
    starts_s = windows(levels, grid.samples / grid.rate_hz)
    if len(starts_s) < FIRST_LOOK or peak_in(desk, stems, starts_s[:FIRST_LOOK], grid)[0].prominence < FIRST_PROMINENCE:
        return
    peak, transfer_db = peak_in(desk, stems, starts_s, grid)
    yield BleedPair(
        stem=stems[0],
        source=stems[1],
        under_db=levels[0].loud_dbfs - levels[1].loud_dbfs + transfer_db,
        transfer_db=transfer_db,
        following=how_much,
        prominence=peak.prominence,
        lag_s=peak.lag_s,
        place_s=(starts_s[0], starts_s[0] + grid.samples / grid.rate_hz),
    )


def peak_in(desk: Desk, stems: tuple[Stem, Stem], starts_s: Sequence[float], grid: Grid) -> tuple[Peak, float]:
    """Lag and prominence of the source in the stem, and how far what they share lies under the source."""
    mine, theirs = (
        spectra(mono(np.stack([desk.read(stem, at_s, grid.samples) for at_s in starts_s])), grid) for stem in stems
    )
    cross = np.sum(whitened(mine, grid, BETA) * np.conj(whitened(theirs, grid, BETA)), axis=0)
    peak = peak_of(cross, grid, grid.reach(REACH_S))
    return peak, under_source_db(mine * np.exp(2j * np.pi * grid.frequencies_hz * peak.lag_s), theirs, grid)


def under_source_db(mine: np.ndarray, theirs: np.ndarray, grid: Grid) -> float:
    """How far what the two share lies under the source: per octave, since a room and a microphone colour it."""
    edges = np.unique(np.clip(np.round(LOWEST_HZ * 2.0 ** np.arange(9) / grid.bin_hz), 1, grid.bins).astype(int))
    shared = total = 1e-15
    for first, end in pairwise(edges):
        power = float(np.vdot(theirs[:, first:end], theirs[:, first:end]).real)
        total += power
        shared += abs(np.vdot(theirs[:, first:end], mine[:, first:end])) ** 2 / power if power > 0.0 else 0.0
    return 10 * float(np.log10(total / shared))


def windows(levels: tuple[Timeline, Timeline], length_s: float) -> list[float]:
    """Session times at which the stem rests throughout while the source plays, apart from each other, loudest first."""
    mine, theirs, _ = both(*levels)
    steps = int(np.ceil(length_s / STEP_S))
    if mine.size <= steps:
        return []
    quiet = np.lib.stride_tricks.sliding_window_view(mine, steps).max(axis=1) < levels[0].loud_dbfs - RESTING_DB
    energy = np.convolve(10.0 ** (theirs / 10.0), np.ones(steps), "valid") * quiet
    enough = steps * 10.0 ** ((levels[1].loud_dbfs - PLAYING_DB) / 10.0)
    found: list[float] = []
    while len(found) < WINDOWS and energy.max() > enough:
        top = int(np.argmax(energy))
        found.append((levels[0].first + top) * STEP_S)
        energy[max(0, top - steps) : top + steps] = 0.0
    return found
