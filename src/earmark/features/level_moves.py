"""How loud each phrase of each stem is, and whether the others move with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.kweighting import KWeighted
from earmark.features.loudness import channel_weights
from earmark.features.phrases import Phrases
from earmark.model import Section, Stem

HEARD_POWER = 1e-7  # -70 dB, the absolute gate of BS.1770
SOUNDS_SHARE = 0.5  # of the phrase: less is a stray hit. House default


@dataclass(frozen=True, slots=True)
class Move:
    """One phrase, in session time.

    `others_lu` is how much louder than usual the other stems are meanwhile: the median over those that sound in at
    least half of the phrase, of their loudness here less their own median over this stem's phrases. None when
    fewer than two do.
    """

    start_s: float
    end_s: float
    loudness_lufs: float
    others_lu: float | None
    section: str | None


@dataclass(frozen=True, slots=True)
class StemMoves:
    """The phrases of one stem, in order of time."""

    stem: Stem
    moves: tuple[Move, ...]


@dataclass(frozen=True, kw_only=True)
class LevelMoves(SessionFeature):
    """Every stem's phrases with their loudness, and what the other stems do meanwhile.

    Attributes
    ----------
    stems : tuple of StemMoves
        All readable stems, in session order; without phrases where there are none.

    Notes
    -----
    Each other stem is compared with itself, so no balance between them is needed: a move that all
    make is the arrangement's, whatever their faders do. Loudness is K-weighted [1]_, of the steps that sound.

    References
    ----------
    .. [1] ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak audio level", 2023.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Phrases, KWeighted)
    stems: tuple[StemMoves, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """From the phrases and the K-weighted powers of all stems."""
        tracks = [Track.of(stem, desk.of(stem, KWeighted)) for stem in desk.stems]
        return cls(
            session=desk.session,
            stems=tuple(
                StemMoves(stem, moves_of(desk.of(stem, Phrases), tracks[:i] + tracks[i + 1 :], desk.session.sections))
                for i, stem in enumerate(desk.stems)
            ),
        )


@dataclass(frozen=True, slots=True, eq=False)
class Track:
    """Running sums of a stem's power and of its sounding steps, to read any span at once."""

    start_s: float
    step_s: float
    energy: np.ndarray  # (steps + 1,)
    sounding: np.ndarray  # (steps + 1,)

    @classmethod
    def of(cls, stem: Stem, weighted: KWeighted) -> Track:
        """The running sums of one stem."""
        powers = np.array(channel_weights(len(weighted.powers))) @ weighted.powers.astype(np.float64)
        heard = powers > HEARD_POWER
        return cls(stem.start_s, weighted.step_s, running(np.where(heard, powers, 0.0)), running(heard))

    def levels_db(self, spans_s: np.ndarray) -> np.ndarray:
        """The power of the steps that sound in each span (spans, 2) of session time; NaN where it hardly sounds."""
        at = np.clip(np.rint((spans_s - self.start_s) / self.step_s).astype(int), 0, self.energy.size - 1)
        steps = self.sounding[at[:, 1]] - self.sounding[at[:, 0]]
        energy = self.energy[at[:, 1]] - self.energy[at[:, 0]]
        enough = (steps > 0) & (steps >= SOUNDS_SHARE * (spans_s[:, 1] - spans_s[:, 0]) / self.step_s)
        return np.where(enough, 10 * np.log10(np.maximum(energy, HEARD_POWER) / np.maximum(steps, 1)), np.nan)


def running(values: np.ndarray) -> np.ndarray:
    """Sums from the start on, float64, one longer than the values."""
    return np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])


def moves_of(phrases: Phrases, others: Sequence[Track], sections: Sequence[Section]) -> tuple[Move, ...]:
    """The phrases of one stem in session time."""
    late_s = phrases.stem.start_s
    spans_s = np.array([(phrase.start_s + late_s, phrase.end_s + late_s) for phrase in phrases.phrases]).reshape(-1, 2)
    meanwhile = others_moves(spans_s, others)
    return tuple(
        Move(float(start_s), float(end_s), phrase.loudness_lufs, other, section_at((start_s + end_s) / 2, sections))
        for phrase, (start_s, end_s), other in zip(phrases.phrases, spans_s, meanwhile, strict=True)
    )


def others_moves(spans_s: np.ndarray, others: Sequence[Track]) -> list[float | None]:
    """Per span the median move of the stems that sound in it, or None where fewer than two do."""
    if not len(spans_s):
        return []
    levels = np.array([track.levels_db(spans_s) for track in others]).reshape(len(others), len(spans_s))
    levels = levels[np.isfinite(levels).any(axis=1)]
    moves = levels - np.nanmedian(levels, axis=1, keepdims=True)
    heard = np.isfinite(moves).sum(axis=0) >= 2
    return [float(np.nanmedian(moves[:, i])) if enough else None for i, enough in enumerate(heard)]


def section_at(at_s: float, sections: Sequence[Section]) -> str | None:
    """The name of the section a time lies in."""
    return next((section.name for section in sections if section.start_s <= at_s < section.end_s), None)
