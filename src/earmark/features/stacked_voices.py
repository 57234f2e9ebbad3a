"""Esses that several voices make at the same time, as loud as they are in the mix."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.esses import VOICES, Ess, Esses
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.fitted_balance import FittedBalance
from earmark.features.lead_against_rest import gains

TOGETHER_S = 0.12  # between the beginnings of esses of one word. House default


@dataclass(frozen=True, slots=True)
class OneEss:
    """One voice's part of a pile: session time, and its level in the mix."""

    stem: str
    start_s: float
    end_s: float
    level_dbfs: float


@dataclass(frozen=True, slots=True)
class Pile:
    """Esses of two voices and more that begin within 0.12 s, the loudest first.

    `over_loudest_db` is their summed power over that of the loudest alone; `ragged_s` is how far apart they begin.
    """

    esses: tuple[OneEss, ...]
    over_loudest_db: float
    ragged_s: float


@dataclass(frozen=True, kw_only=True)
class StackedVoices(SessionFeature):
    """Every pile of esses, in the balance of the mix.

    Attributes
    ----------
    piles : tuple of Pile
        In order of time.
    words : int
        Esses of all voices, piles counted once.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Esses, FittedBalance)
    piles: tuple[Pile, ...]
    words: int

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Of all voices, or why there is none."""
        voices = [desk.of(stem, Esses) for stem in desk.stems if stem.role in VOICES]
        if len(voices) < 2:
            return Unheard("fewer than two voices are known among the stems; earmark roles names them")
        gain_of = gains(desk)
        if isinstance(gain_of, Unheard):
            return gain_of
        every = sorted(
            (placed(voice, ess, gain_of(voice.stem.name)) for voice in voices for ess in voice.esses),
            key=lambda one: one.start_s,
        )
        groups = list(together(every))
        piles = tuple(pile(group) for group in groups if len({one.stem for one in group}) > 1)
        return cls(session=desk.session, piles=piles, words=len(groups))


def placed(voice: Esses, ess: Ess, gain: tuple[float, float]) -> OneEss:
    """An ess in session time, as loud as the mix has it; -120.0 where the mix has not."""
    power = (gain[0] ** 2 + gain[1] ** 2) / 2
    level_dbfs = max(-120.0, ess.level_dbfs + 10 * float(np.log10(max(power, 1e-12))))
    late_s = voice.stem.start_s
    return OneEss(voice.stem.name, ess.start_s + late_s, ess.end_s + late_s, level_dbfs)


def together(every: Sequence[OneEss]) -> Iterator[list[OneEss]]:
    """Esses that begin within 0.12 s of the first of them."""
    group: list[OneEss] = []
    for one in every:
        if group and one.start_s - group[0].start_s > TOGETHER_S:
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def pile(group: Sequence[OneEss]) -> Pile:
    """One pile in numbers."""
    loudest_first = sorted(group, key=lambda one: -one.level_dbfs)
    total = sum(10 ** (one.level_dbfs / 10) for one in group)
    return Pile(
        tuple(loudest_first),
        10 * float(np.log10(total)) - loudest_first[0].level_dbfs,
        max(one.start_s for one in group) - min(one.start_s for one in group),
    )
