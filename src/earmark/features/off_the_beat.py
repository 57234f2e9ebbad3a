"""Every played stem's beginnings of notes against those of the drums. Slow; only under --deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.onset_times import BEATEN, PLAYED, OnsetTimes
from earmark.model import Stem

NEAR_S = 0.06  # two onsets that belong together; MIREX tolerates 0.05 around one of them
FEWEST = 12  # pairs


@dataclass(frozen=True, slots=True, eq=False)
class Timing:
    """One stem against the drums.

    Attributes
    ----------
    stem : Stem
    drums : tuple of str
        The stems that count as the drums.
    times_s : ndarray of float64, shape (pairs,)
        Session time of each onset that has one of the drums within 60 ms, each being the other's nearest.
    late_s : ndarray of float64, shape (pairs,)
        How much later it is than that; negative is early.
    paired : float
        Share of the stem's onsets that have a partner, 0 to 1.
    """

    stem: Stem
    drums: tuple[str, ...]
    times_s: np.ndarray
    late_s: np.ndarray
    paired: float


@dataclass(frozen=True, kw_only=True)
class OffTheBeat(SessionFeature):
    """The timing of every struck or plucked stem that has 12 onsets and more together with the drums.

    Attributes
    ----------
    stems : tuple of Timing
        In session order.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (OnsetTimes,)
    stems: tuple[Timing, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Each against the drums, or why there is none."""
        drums = [stem for stem in desk.stems if stem.role in BEATEN]
        players = [stem for stem in desk.stems if stem.role in PLAYED]
        if not drums or not players:
            return Unheard("no drums and no player beside them are known among the stems; earmark roles names them")
        beats_s = np.sort(np.concatenate([onsets_s(desk.of(stem, OnsetTimes)) for stem in drums]))
        names = tuple(stem.name for stem in drums)
        timings = [timing(stem, names, onsets_s(desk.of(stem, OnsetTimes)), beats_s) for stem in players]
        return cls(session=desk.session, stems=tuple(one for one in timings if len(one.times_s) >= FEWEST))


def onsets_s(found: OnsetTimes) -> np.ndarray:
    """In session time."""
    return np.asarray(found.times_s + found.stem.start_s)


def timing(stem: Stem, drums: tuple[str, ...], times_s: np.ndarray, beats_s: np.ndarray) -> Timing:
    """Pair each onset with the beat that is nearest to it and to which it is the nearest."""
    if not times_s.size or not beats_s.size:
        return Timing(stem, drums, np.zeros(0), np.zeros(0), 0.0)
    away = times_s[:, None] - beats_s[None, :]
    beat = np.abs(away).argmin(axis=1)
    mutual = np.abs(away).argmin(axis=0)[beat] == np.arange(len(times_s))
    late_s = away[np.arange(len(times_s)), beat]
    together = mutual & (np.abs(late_s) <= NEAR_S)
    return Timing(stem, drums, times_s[together], late_s[together], float(np.mean(together)))
