"""Who covers whom in the balance of the mix: an excitation pattern per stem, and all others' against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers, band_edges_hz
from earmark.features.excitation import CELL_S, active_cells, cell_edges_s, cells, spreading
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.fitted_balance import FittedBalance
from earmark.features.lead_against_rest import gains, reach
from earmark.model import Section, Stem

IMPORTANT_DB = 12.0  # under the strongest excitation of the cell; house default
OFFSET_DB = 5.5  # Johnston's, for a masker that is noise-like, as a sum of several instruments is
COVERED = 0.5  # of a cell's important bands; house default
LEAST_SHARE = 0.1  # of the active time: below that nothing is noted of a pair; house default
LEAST_ACTIVE_S = 2.0  # of a section
WHOLE = "the song"


@dataclass(frozen=True, slots=True)
class Covering:
    """One stem under another in one section of the song.

    Attributes
    ----------
    stem, by : Stem
        The one that is covered, and the one that covers it most.
    section : str
        Its name; `the song` where the session names none.
    start_s, end_s : float
        From the first to the last cell of 0.1 s in which it is so, in session time.
    share : float
        Of the covered stem's active time in the section, 0 to 1.
    active_s : float
        How long it is active there.
    band_hz : tuple of float
        The bands in which it mostly is so.
    narrow_hz : tuple of float
        The three neighbouring bands in which it is so most often.
    depth_db : float
        Median by which the others' excitation lies over what would just cover it, in those bands.
    part : float
        The culprit's median part of the others' excitation there, 0 to 1.
    alike : float
        How alike the two spectra move from cell to cell, -1 to 1: 0 for different notes, over 0.5 for a part
        that is doubled.
    """

    stem: Stem
    by: Stem
    section: str
    start_s: float
    end_s: float
    share: float
    active_s: float
    band_hz: tuple[float, float]
    narrow_hz: tuple[float, float]
    depth_db: float
    part: float
    alike: float


@dataclass(frozen=True, kw_only=True)
class MaskingMap(SessionFeature):
    """Every pair of stems of which one covers the other for a tenth of its time in a section.

    Attributes
    ----------
    coverings : tuple of Covering
        By stem in session order, section, and share.
    balance : str
        `post-fader` or `fitted`.

    Notes
    -----
    In cells of 0.1 s and the 42 bands of `BandPowers`, K-weighted, at the gains of the balance. A stem's excitation is
    its band powers spread over the Bark scale by Schroeder's function [1]_. A band of a stem is covered where all
    others' excitation, less 5.5 dB [2]_, is over its own power; only the bands within 12 dB of its strongest excitation
    count, and a cell is covered where half of them are. The culprit of a cell is the stem that is the strongest
    masker in most of them. The sum of all excitations is taken once and each stem's own subtracted, the two strongest
    stems are kept per cell and band: the work is linear in the number of stems.

    Ranks are to be relied on, absolute audibility is not: in music, models of partial loudness are known to be
    off [3]_.

    References
    ----------
    .. [1] M. R. Schroeder, B. S. Atal and J. L. Hall, "Optimizing digital speech coders by exploiting masking
       properties of the human ear", JASA 66(6), 1979.
    .. [2] J. D. Johnston, "Transform coding of audio signals using perceptual noise criteria", IEEE JSAC 6(2), 1988.
    .. [3] Z. Ma, J. D. Reiss and D. A. A. Black, "Partial loudness in multitrack mixing", AES 53rd International
       Conference, 2014.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (BandPowers, FittedBalance)
    coverings: tuple[Covering, ...]
    balance: str

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """The map, or why there is none."""
        if len(desk.stems) < 2:
            return Unheard("one stem alone is covered by nobody")
        gain_of = gains(desk)
        if isinstance(gain_of, Unheard):
            return gain_of
        edges_s = cell_edges_s(desk.stems)
        heard = [desk.of(stem, BandPowers) for stem in desk.stems]
        powers = [cells(bands, gain_of(bands.stem.name), edges_s) for bands in heard]
        sections = desk.session.sections or (Section(WHOLE, float(edges_s[0]), float(edges_s[-1])),)
        crowd = Crowd.of(powers)
        coverings = tuple(
            covering
            for index in range(len(powers))
            for covering in coverings_of(index, desk.stems, powers, crowd, edges_s, sections)
        )
        source = "post-fader" if desk.session.balance == "post-fader" else "fitted"
        return cls(session=desk.session, coverings=coverings, balance=source)


@dataclass(frozen=True, slots=True, eq=False)
class Crowd:
    """All stems together: (cells, 42) each.

    `first` and `second` are the two largest excitations, `who` and `next_one` whose they are.
    """

    total: np.ndarray
    first: np.ndarray
    who: np.ndarray
    second: np.ndarray
    next_one: np.ndarray

    @classmethod
    def of(cls, powers: Sequence[np.ndarray]) -> Crowd:
        """One stem after the other."""
        shape = powers[0].shape
        total, first, second = np.zeros(shape, np.float64), np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        who, next_one = np.full(shape, -1, np.int16), np.full(shape, -1, np.int16)
        for index, power in enumerate(powers):
            excited = power @ spreading()
            total += excited
            new, runner_up = excited > first, excited > second
            second = np.where(new, first, np.where(runner_up, excited, second))
            next_one = np.where(new, who, np.where(runner_up, np.int16(index), next_one))
            first, who = np.where(new, excited, first), np.where(new, np.int16(index), who)
        return cls(total, first, who, second, next_one)

    def without(self, index: int, excited: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """All others' excitation, the strongest of them, and whose it is."""
        others = np.maximum(self.total - excited, self.first * (self.who != index)).astype(np.float32)
        own = self.who == index
        return others, np.where(own, self.second, self.first), np.where(own, self.next_one, self.who)


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """One stem against all others: which cells and bands of it are covered, how deep, and by whom.

    `hit` is bool (cells, 42) and only set in covered cells; `over` is the others' excitation over what would
    just cover, `part` the strongest masker's part of it, `whose` that masker; `culprit` is the one of the cell, or -1.
    """

    active: np.ndarray
    hit: np.ndarray
    over: np.ndarray
    part: np.ndarray
    whose: np.ndarray
    culprit: np.ndarray

    @classmethod
    def of(cls, index: int, own: np.ndarray, crowd: Crowd, stems: int) -> Covered:
        """Hold one stem against the crowd."""
        excited = own @ spreading()
        active = active_cells(own)
        others, strongest, whose = crowd.without(index, excited)
        important = (excited >= excited.max(axis=1, keepdims=True) * 10 ** (-IMPORTANT_DB / 10)) & active[:, None]
        over = others * np.float32(10 ** (-OFFSET_DB / 10)) / np.maximum(own, np.float32(1e-30))
        hit = important & (over > 1.0)
        covered = hit.sum(axis=1) >= np.maximum(1, COVERED * important.sum(axis=1))
        hit &= covered[:, None]
        part = strongest / np.maximum(others, np.float32(1e-30))
        return cls(active, hit, over, part, whose, culprits(hit, whose, stems))


def coverings_of(
    index: int,
    stems: Sequence[Stem],
    powers: Sequence[np.ndarray],
    crowd: Crowd,
    edges_s: np.ndarray,
    sections: Sequence[Section],
) -> Iterator[Covering]:
    """What covers one stem, section by section, the one that does most of it first."""
    found = Covered.of(index, powers[index], crowd, len(stems))
    for section in sections:
        inside = (edges_s[:-1] >= section.start_s - CELL_S / 2) & (edges_s[:-1] < section.end_s - CELL_S / 2)
        sounding = int((found.active & inside).sum())
        if sounding * CELL_S < LEAST_ACTIVE_S:
            continue
        counts = np.bincount(found.culprit[inside & (found.culprit >= 0)], minlength=len(stems))
        for other in np.argsort(-counts, kind="stable"):
            if counts[other] >= LEAST_SHARE * sounding:
                likeness = alike(powers[index][inside], powers[other][inside])
                pair = (stems[index], stems[other])
                yield described(pair, found, inside & (found.culprit == other), sounding, edges_s, section, likeness)


def described(
    pair: tuple[Stem, Stem],
    found: Covered,
    here: np.ndarray,
    sounding: int,
    edges_s: np.ndarray,
    section: Section,
    likeness: float,
) -> Covering:
    """One pair in one section; `here` are the cells in which the one covers the other."""
    often = found.hit[here].sum(axis=0)
    busy = often >= 0.5 * often.max()
    mostly = found.hit[here] & busy
    where = np.flatnonzero(here)
    peak = int(np.argmax(np.convolve(often, np.ones(3), "valid")))
    return Covering(
        stem=pair[0],
        by=pair[1],
        section=section.name,
        start_s=float(edges_s[where[0]]),
        end_s=float(edges_s[where[-1] + 1]),
        share=len(where) / sounding,
        active_s=sounding * CELL_S,
        band_hz=reach(band_edges_hz(), busy),
        narrow_hz=(float(band_edges_hz()[peak]), float(band_edges_hz()[peak + 3])),
        depth_db=10 * float(np.log10(np.median(found.over[here][mostly]))),
        part=float(np.median(found.part[here][mostly])),
        alike=likeness,
    )


def culprits(hit: np.ndarray, whose: np.ndarray, stems: int) -> np.ndarray:
    """Int (cells,): the stem that is the strongest masker in most bands of each covered cell; -1 elsewhere."""
    rows, _ = np.nonzero(hit)
    votes = np.bincount(rows * stems + whose[hit], minlength=len(hit) * stems).reshape(len(hit), stems)
    return np.where(votes.any(axis=1), votes.argmax(axis=1), -1)


def alike(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of how two spectra move, level and long-term tone taken out, over the cells where both sound."""
    both = active_cells(one) & active_cells(other)
    if both.sum() * CELL_S < LEAST_ACTIVE_S / 2:
        return 0.0
    moves = [movement(power[both] @ spreading()) for power in (one, other)]
    size = float(np.sqrt(np.square(moves[0]).sum() * np.square(moves[1]).sum()))
    return float((moves[0] * moves[1]).sum()) / size if size > 0.0 else 0.0


def movement(excited: np.ndarray) -> np.ndarray:
    """Excitation in dB, 30 dB deep per cell, without the mean of each cell and of each band."""
    floor = np.maximum(excited.max(axis=1, keepdims=True) * 1e-3, 1e-30)
    level = 10.0 * np.log10(np.maximum(excited, floor))
    level -= level.mean(axis=1, keepdims=True)
    return np.asarray(level - level.mean(axis=0, keepdims=True))
