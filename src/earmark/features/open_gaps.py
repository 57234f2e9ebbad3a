"""The gaps of a voice or a tom: where it rests, and how loud the open microphone is there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.esses import VOICES
from earmark.features.feature import Derived, StemFeature
from earmark.features.phrases import smoothed_dbfs
from earmark.features.runs import runs_of
from earmark.model import Stem

TOMS = frozenset({"toms"})
SHORTEST_GAP_S = 1.0
CLOSES_DB = 30.0  # under the loud steps, or under the hit: the decay is over
LEAST_DEPTH_DB = 12.0  # what lies less than this under the loud steps may be sung
OVER_REST_DB = 3.0  # over the louder tenth of what rests: singing begins. House default
OPENS_OVER_DB = 5.0  # over where it closes, a stretch must reach: else it is no phrase
BREATH_S = 0.6  # a breath before a phrase belongs to it
OVER_FLOOR_DB = 6.0
HIT_RISE_DB, HIT_RISE_S = 6.0, 0.03
HIT_REACH_DB = 40.0  # under the loudest hit; what is softer is no hit of any drum
LEAST_STEP_DB = 4.0  # between the softest own hit and the loudest of another drum
RESTS_S = 0.2  # between the hits of one drum that are counted


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap, seconds from the stem's first frame, from where the last sound has decayed to where the next begins."""

    start_s: float
    end_s: float
    level_dbfs: float  # RMS over the gap; a full-scale sine reads -3.01


@dataclass(frozen=True, kw_only=True)
class OpenGaps(Derived):
    """Gaps of more than a second in which the microphone is open.

    Attributes
    ----------
    gaps : tuple of Gap
        In order of time. Digital silence is no part of one: it is clean already. Empty for stems that are neither
        voice nor tom, and for toms whose own hits do not stand at least 4 dB over all others.
    loud_dbfs : float
        The stem's loud level: 95th percentile of 50 ms for voices, the median own hit for toms; -120.0 where there
        is none.
    sounds : int
        How many stretches of own sound there are.

    Notes
    -----
    A voice sounds, with up to 0.6 s of breath before, until it has fallen 30 dB under its loud level, or to 3 dB over
    the louder tenth of what is heard while it rests, where that is more: resting is what lies below the level that
    parts the levels best [1]_. A tom sounds from each own hit until 30 dB under it, or until it is lost among what the
    other drums leave in the microphone. Own hits are told from others by level alone: the widest step in the sorted
    heights of all hits. House defaults.

    References
    ----------
    .. [1] N. Otsu, "A threshold selection method from gray-level histograms", IEEE Trans. SMC 9(1), 1979.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    gaps: tuple[Gap, ...]
    loud_dbfs: float
    sounds: int

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the envelope."""
        (envelope,) = needs
        assert isinstance(envelope, StemEnvelope)
        smooth_dbfs = smoothed_dbfs(envelope.level_dbfs)
        heard = smooth_dbfs[smooth_dbfs > FLOOR_DBFS]
        sounds: list[tuple[int, int]] = []
        loud_dbfs = FLOOR_DBFS
        if heard.size and stem.role in VOICES:
            loud_dbfs = float(np.percentile(heard, 95))
            sounds = sung(smooth_dbfs, loud_dbfs, envelope.step_s)
        elif heard.size and stem.role in TOMS:
            loud_dbfs, sounds = struck(envelope.level_dbfs, envelope.step_s)
        gaps = gaps_of(envelope, sounds) if sounds else ()
        return cls(stem=stem, gaps=tuple(gaps), loud_dbfs=loud_dbfs, sounds=len(sounds))


def sung(smooth_dbfs: np.ndarray, loud_dbfs: float, step_s: float) -> list[tuple[int, int]]:
    """First step and end of every phrase, its breath and its decay included."""
    rest_dbfs = smooth_dbfs[(smooth_dbfs > FLOOR_DBFS) & (smooth_dbfs < parting(smooth_dbfs))]
    high_dbfs, low_dbfs = (
        (float(np.percentile(rest_dbfs, share)) for share in (90, 10)) if rest_dbfs.size else (-np.inf,) * 2
    )
    closes_dbfs = max(loud_dbfs - CLOSES_DB, min(loud_dbfs - LEAST_DEPTH_DB, high_dbfs + OVER_REST_DB))
    above = runs_of(smooth_dbfs > closes_dbfs)
    spans = [span for span in above if smooth_dbfs[slice(*span)].max() > closes_dbfs + OPENS_OVER_DB]
    quiet = np.flatnonzero(smooth_dbfs <= low_dbfs + OVER_FLOOR_DB)
    breath = round(BREATH_S / step_s)
    found = []
    for first, end in spans:
        place = int(np.searchsorted(quiet, first))
        rises = int(quiet[place - 1]) + 1 if place else 0
        found.append((max(rises, int(first) - breath), int(end)))
    return found


def parting(smooth_dbfs: np.ndarray) -> float:
    """The level that parts singing from resting best: Otsu's, of the steps that are not digital silence."""
    levels = np.sort(smooth_dbfs[smooth_dbfs > FLOOR_DBFS])
    if levels.size < 2:
        return FLOOR_DBFS
    below = np.arange(1, levels.size)
    summed = np.cumsum(levels)[:-1]
    means = summed / below, (levels.sum() - summed) / (levels.size - below)
    return float(levels[int(np.argmax(below * (levels.size - below) * np.square(means[1] - means[0]))) + 1])


def struck(level_dbfs: np.ndarray, step_s: float) -> tuple[float, list[tuple[int, int]]]:
    """The median own hit, and first step and end of each; none where they do not stand out from the others."""
    hits = hits_of(level_dbfs, step_s)
    heights = np.sort(level_dbfs[hits])[::-1] if hits.size else np.zeros(0)
    steps = -np.diff(heights)
    if not steps.size or steps.max() < LEAST_STEP_DB:
        return FLOOR_DBFS, []
    own_dbfs, others_dbfs = (float(heights[int(np.argmax(steps)) + which]) for which in (0, 1))
    sounds = []
    for first, end in runs_of(level_dbfs > (own_dbfs + others_dbfs) / 2):  # a fill is one run, or many
        top_dbfs = float(level_dbfs[first:end].max())
        over = level_dbfs[end:] < max(top_dbfs - CLOSES_DB, others_dbfs)
        decay = int(np.argmax(over)) if over.any() else over.size
        sounds.append((max(0, int(first) - round(HIT_RISE_S / step_s)), int(end) + decay))
    return float(np.median(level_dbfs[hits][level_dbfs[hits] >= own_dbfs])), sounds


def hits_of(level_dbfs: np.ndarray, step_s: float) -> np.ndarray:
    """Steps at which a hit peaks: highest for 0.2 s on either side, after a rise of 6 dB within 30 ms."""
    reach, rise = round(RESTS_S / step_s), round(HIT_RISE_S / step_s)
    if level_dbfs.size < 2 * reach:
        return np.zeros(0, int)
    padded = np.pad(level_dbfs, reach, constant_values=FLOOR_DBFS)
    highest = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    before = np.concatenate([np.full(rise, FLOOR_DBFS), level_dbfs[:-rise]])
    peaks = (level_dbfs >= highest) & (level_dbfs - before >= HIT_RISE_DB)
    return np.asarray(np.flatnonzero(peaks & (level_dbfs > float(level_dbfs.max()) - HIT_REACH_DB)))


def gaps_of(envelope: StemEnvelope, sounds: list[tuple[int, int]]) -> Iterator[Gap]:
    """What lies between the sounds, before the first and behind the last, without digital silence."""
    resting = envelope.level_dbfs > FLOOR_DBFS
    for first, end in sounds:
        resting[first:end] = False
    for first, end in runs_of(resting):
        if (end - first) * envelope.step_s > SHORTEST_GAP_S:
            power = float(np.mean(10.0 ** (envelope.level_dbfs[first:end].astype(np.float64) / 10.0)))
            yield Gap(float(first) * envelope.step_s, float(end) * envelope.step_s, 10 * float(np.log10(power)))
