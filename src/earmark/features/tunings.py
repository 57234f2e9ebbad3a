"""Every stem's tuning against that of the others. Slow; only under --deep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.tuning import Tuning, apart_cents
from earmark.model import Stem

LEAST_SHARPNESS, LEAST_S = 0.6, 5.0  # below that a tuning is no number to compare. House defaults


@dataclass(frozen=True, slots=True)
class OwnTuning:
    """One stem with a tuning, and what the others have.

    Attributes
    ----------
    stem : Stem
    offset_cents, error_cents, sharpness : float
        As in `Tuning`.
    against : str
        The stem whose tuning is the middle of the others.
    from_others_cents : float
        How much higher it lies than that middle, -50 to 50.
    others_spread_cents : float
        The largest distance of any of the others from their middle; 0.0 for one.
    others_error_cents : float
        Standard error of that middle stem's tuning.
    others : int
        How many others there are.
    """

    stem: Stem
    offset_cents: float
    error_cents: float
    sharpness: float
    against: str
    from_others_cents: float
    others_spread_cents: float
    others_error_cents: float
    others: int


@dataclass(frozen=True, kw_only=True)
class Tunings(SessionFeature):
    """The stems that have a tuning: resultant over 0.6, more than 5 s of notes.

    Attributes
    ----------
    stems : tuple of OwnTuning
        In session order.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Tuning,)
    stems: tuple[OwnTuning, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Each against the middle of all others."""
        tuned = [desk.of(stem, Tuning) for stem in desk.stems]
        tuned = [one for one in tuned if one.sharpness >= LEAST_SHARPNESS and one.heard_s >= LEAST_S]
        if len(tuned) < 2:
            return Unheard("fewer than two stems have a tuning that can be told")
        return cls(session=desk.session, stems=tuple(against(one, tuned) for one in tuned))


def against(one: Tuning, tuned: Sequence[Tuning]) -> OwnTuning:
    """One stem against the middle of the others: the one that is nearest to all the rest."""
    others = [other for other in tuned if other is not one]
    away = np.abs([[apart_cents(offset(a), offset(b)) for b in others] for a in others])
    nearest = int(np.argmin(away.sum(axis=1)))
    return OwnTuning(
        stem=one.stem,
        offset_cents=offset(one),
        error_cents=one.error_cents,
        sharpness=one.sharpness,
        against=others[nearest].stem.name,
        from_others_cents=apart_cents(offset(one), offset(others[nearest])),
        others_spread_cents=float(away[nearest].max()),
        others_error_cents=others[nearest].error_cents,
        others=len(others),
    )


def offset(one: Tuning) -> float:
    """Its offset; a stem that is tuned has one."""
    return one.offset_cents or 0.0
