"""Whether a stem runs at another speed than the rest: what its length says, and what its onsets say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.one_pack import common_end_s
from earmark.model import Stem

SPEEDS = (48_000 / 44_100, 44_100 / 48_000, 1.001, 1 / 1.001)  # how many times too fast
SAME_LENGTH_S = 0.003  # once the speed is taken out: a few samples; house default
SAME_LENGTH_LOSSY_S = 0.08  # the padding of a codec, see one_pack
QUIET_DBFS = -70.0  # below this a step is as quiet as it gets, so that noise has no onsets
ELSE = np.arange(0.85, 1.15, 0.003)  # speeds at which two parts agree by chance
NEAR_STEPS = 2  # onsets within 20 ms agree
FIRST_STEPS = 100  # common to all speeds: what begins in the first second
FULL_RISE_DB = 6.0
LEAST_STEPS = 1_000  # 10 s


@dataclass(frozen=True)
class OddLength:
    """A stem whose length is that of the others at another speed.

    Attributes
    ----------
    stem : Stem
    speed : float
        How many times too fast it would run: 1.0884 is 44.1 kHz played as 48.
    remainder_s : float
        By how much its length, at the speed taken out, differs from the others'.
    agrees_as_sent, agrees_at_speed : float or None
        How the onsets of the stem agree with those of all others, as it is and once the speed is taken out: what
        sounds around them, within 20 ms, in standard deviations over what does at a hundred other speeds. 3 and less
        is chance. None where there are less than 10 s to compare.
    """

    stem: Stem
    speed: float
    remainder_s: float
    agrees_as_sent: float | None
    agrees_at_speed: float | None


@dataclass(frozen=True, kw_only=True)
class Speeds(SessionFeature):
    """The stems that may run at another speed than those that end together.

    Attributes
    ----------
    odd : tuple of OddLength
    common_s : float or None
        The length of the others; None where there is none in common.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    odd: tuple[OddLength, ...]
    common_s: float | None

    @classmethod
    def measure(cls, desk: Desk) -> Speeds:
        """Every stem against the length that most have."""
        within_s = SAME_LENGTH_LOSSY_S if any(stem.known.lossy for stem in desk.stems) else SAME_LENGTH_S
        common_s = common_end_s(desk.stems, within_s=within_s)
        odd = () if common_s is None else tuple(odd_lengths(desk, common_s, within_s))
        return cls(session=desk.session, odd=odd, common_s=common_s)


def odd_lengths(desk: Desk, common_s: float, within_s: float) -> Iterator[OddLength]:
    """Each stem whose length fits another speed; the stems that end together are what it is held against."""
    for stem in desk.stems:
        length_s = stem.start_s + stem.known.duration_s
        speed = min(SPEEDS, key=lambda each: abs(length_s * each - common_s))
        remainder_s = length_s * speed - common_s
        if abs(remainder_s) <= within_s and abs(length_s - common_s) > 2.0 * within_s:
            others = [desk.of(other, StemEnvelope) for other in desk.stems if other is not stem]
            as_sent, at_speed = agreement(desk.of(stem, StemEnvelope), others, speed)
            yield OddLength(stem, speed, remainder_s, as_sent, at_speed)


def agreement(stem: StemEnvelope, others: Sequence[StemEnvelope], speed: float) -> tuple[float | None, float | None]:
    """How the stem's onsets agree with the sum of the others', as it is and slowed down by `speed`."""
    size = max(envelope.level_dbfs.size for envelope in (stem, *others))
    if size < LEAST_STEPS:
        return None, None
    around = np.zeros(size)
    for envelope in others:
        around[: envelope.level_dbfs.size] += onsets(envelope.level_dbfs)
    around = np.maximum.reduce([np.roll(around, shift) for shift in range(-NEAR_STEPS, NEAR_STEPS + 1)])
    own = onsets(stem.level_dbfs)
    products = [product(own, around, each) for each in (1.0, speed)]
    by_chance = np.array([product(own, around, each) for each in ELSE if far_from(each, (1.0, speed))])
    spread = float(by_chance.std())
    if spread == 0.0:
        return 0.0, 0.0
    as_sent, at_speed = ((each - float(by_chance.mean())) / spread for each in products)
    return as_sent, at_speed


def far_from(speed: float, others: Sequence[float]) -> bool:
    """Whether a speed is another than these, by more than 0.5 %."""
    return all(abs(speed - other) > 0.005 for other in others)


def onsets(level_dbfs: np.ndarray) -> np.ndarray:
    """By how much each 10 ms step is louder than the one before, 0 to 1 for 6 dB and more; none in the first second."""
    level = np.maximum(level_dbfs.astype(np.float64), QUIET_DBFS)
    rises = np.clip(np.diff(level, prepend=level[:1]) / FULL_RISE_DB, 0.0, 1.0)
    rises[:FIRST_STEPS] = 0.0
    return rises


def product(own: np.ndarray, around: np.ndarray, speed: float) -> float:
    """Mean of what is around at the stem's onsets, played slower by `speed`, over the mean of all."""
    at = np.round(np.arange(own.size) * speed).astype(int)
    inside = at < around.size
    weight = own[inside]
    return float(weight @ around[at[inside]] / max(weight.sum(), 1e-9) / max(around.mean(), 1e-9))
