"""The phrases of a stem: where somebody plays or sings, how loud each phrase is, and how high it peaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.extremes import Levels
from earmark.features.feature import Derived, StemFeature
from earmark.features.kweighting import KWeighted
from earmark.features.loudness import FLOOR_LUFS, channel_weights, lufs
from earmark.model import Stem

FRAME_STEPS = 5  # 50 ms
ABSOLUTE_GATE_DBFS = -60.0
RELATIVE_GATE_DB = -25.0  # under the stem's loud frames (P95)
SHORTEST_GAP_STEPS = 15  # 0.15 s: a breath; shorter dips are consonants and the decay between notes
SHORTEST_PHRASE_STEPS = 30  # 0.3 s: one short word
PHRASE_GATE_LU = -10.0  # the relative gate of BS.1770, here under the phrase's own mean


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase, seconds from the stem's first frame."""

    start_s: float
    end_s: float
    loudness_lufs: float
    peak_dbfs: float  # largest sample, to the tenth of a second; -120.0 is silence

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


@dataclass(frozen=True, kw_only=True)
class Phrases(Derived):
    """Active spans of a stem, separated by gaps of at least 0.15 s.

    Attributes
    ----------
    phrases : tuple of Phrase
        In order of time, none shorter than 0.3 s. Empty for silence and below 8 kHz.
    gate_dbfs : float
        What separates a phrase from a gap: 50 ms RMS over the larger of -60 dBFS and 25 dB under the
        95th percentile of the frames that sound at all. -60.0 for silence.

    Notes
    -----
    A phrase's loudness is -0.691 + 10 log10 of its mean K-weighted power [1]_, over its steps that lie within
    10 LU of the phrase's own mean: the relative gate of the standard, so that a pause for breath inside does not
    count. It may lie below the standard's absolute gate. The gate of -60 dBFS, the 25 dB and the lengths are
    house defaults; on singers of MedleyDB they give phrases of 0.4 to 8 s.

    References
    ----------
    .. [1] ITU-R BS.1770-5, "Algorithms to measure audio programme loudness and true-peak audio level", 2023.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope, KWeighted, Levels)
    phrases: tuple[Phrase, ...]
    gate_dbfs: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """The phrases from the envelope, their loudness from the K-weighted powers."""
        envelope, weighted, levels = needs
        assert isinstance(envelope, StemEnvelope)
        assert isinstance(weighted, KWeighted)
        assert isinstance(levels, Levels)
        smooth_dbfs = smoothed_dbfs(envelope.level_dbfs)
        gate_dbfs = gate_of(smooth_dbfs)
        powers = np.array(channel_weights(len(weighted.powers))) @ weighted.powers.astype(np.float64)
        spans = [span for span in active_spans(smooth_dbfs > gate_dbfs) if powers[slice(*span)].any()]
        return cls(
            stem=stem,
            phrases=tuple(phrase(span, envelope.step_s, powers, levels) for span in spans),
            gate_dbfs=gate_dbfs,
        )


def smoothed_dbfs(level_dbfs: np.ndarray) -> np.ndarray:
    """RMS in dBFS over 50 ms around every step of 10 ms; float64, same shape, never below -120."""
    if not level_dbfs.size:
        return np.zeros(0)
    powers = np.where(level_dbfs > FLOOR_DBFS, 10.0 ** (level_dbfs.astype(np.float64) / 10.0), 0.0)
    around = np.convolve(powers, np.ones(FRAME_STEPS) / FRAME_STEPS)[FRAME_STEPS // 2 :][: powers.size]
    return np.asarray(10.0 * np.log10(np.maximum(around, 10.0 ** (FLOOR_DBFS / 10.0))))


def gate_of(smooth_dbfs: np.ndarray) -> float:
    """The level that separates a phrase from a gap."""
    heard = smooth_dbfs[smooth_dbfs > FLOOR_DBFS]
    if not heard.size:
        return ABSOLUTE_GATE_DBFS
    return max(ABSOLUTE_GATE_DBFS, float(np.percentile(heard, 95)) + RELATIVE_GATE_DB)


def active_spans(active: np.ndarray) -> Iterator[tuple[int, int]]:
    """First step and end of every run of True; gaps under 0.15 s are bridged, what is under 0.3 s is dropped."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]])))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return
    far = np.flatnonzero(runs[1:, 0] - runs[:-1, 1] >= SHORTEST_GAP_STEPS)
    firsts = runs[np.concatenate([[0], far + 1]), 0]
    ends = runs[np.concatenate([far, [len(runs) - 1]]), 1]
    for first, end in zip(firsts, ends, strict=True):
        if end - first >= SHORTEST_PHRASE_STEPS:
            yield int(first), int(end)


def phrase(span: tuple[int, int], step_s: float, powers: np.ndarray, levels: Levels) -> Phrase:
    """One phrase with its numbers."""
    first, end = span
    inside = powers[first:end]
    loud = inside[inside > inside.mean() * 10.0 ** (PHRASE_GATE_LU / 10.0)]
    tenths = slice(int(first * step_s / levels.step_s), int(np.ceil(end * step_s / levels.step_s)))
    peak = max(-float(levels.minima[:, tenths].min(initial=0.0)), float(levels.maxima[:, tenths].max(initial=0.0)))
    loudness_lufs = lufs(float(loud.mean()))
    return Phrase(
        first * step_s,
        end * step_s,
        FLOOR_LUFS if loudness_lufs is None else loudness_lufs,
        max(FLOOR_DBFS, 20 * float(np.log10(peak + 1e-30))),
    )
