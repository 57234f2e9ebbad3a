"""Every pair of stems that shares sound, together: for rules that say one thing of a whole kit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from earmark.features.feature import Desk, PairFeature, SessionFeature, StemFeature
from earmark.features.pair_lag import PairLag


@dataclass(frozen=True, kw_only=True)
class SharedPairs(SessionFeature):
    """All `PairLag` of a session.

    Attributes
    ----------
    pairs : tuple of PairLag
        In session order; empty where no two stems share sound.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[PairFeature] | type[SessionFeature], ...]] = (PairLag,)
    pairs: tuple[PairLag, ...]

    @classmethod
    def measure(cls, desk: Desk) -> SharedPairs:
        """What was measured already, gathered."""
        return cls(session=desk.session, pairs=desk.pairs(PairLag))
