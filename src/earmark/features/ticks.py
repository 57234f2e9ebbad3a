"""Short knocks in the quiet places of a stem, and the steady beat that runs through most of them, if one does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.beat_grid import Beat, steadiest_beat
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.gaps import levels_dbfs, loud, mean_square_dbfs
from earmark.features.sharpness import Sharpness
from earmark.model import Stem

QUIET_BELOW_LOUD_DB = 20.0  # house default: tails and pauses
RISE_DB = 6.0  # screen: over the 50 ms before
AROUND_STEPS, BEFORE_STEPS, LEAD_STEPS = 20, 20, 2
MOST_TICKS = 120
LEAST_TICKS = 5
WINDOW_S, SEARCH_S = 0.03, 0.006


@dataclass(frozen=True, kw_only=True)
class Ticks(CloserLook):
    """Knocks where the stem is 20 dB or more under its loud level, and the beat that most of them keep.

    Attributes
    ----------
    count : int
        Knocks in all: the level rises by 6 dB within 5 ms, against the 50 ms before.
    at_s : ndarray of float64, shape (beats,)
        Those on the beat, from the stem's first frame; in order. Empty where five of them keep no beat.
    interval_s : float
        The beat; 0.0 where there is none.
    slots : int
        How many beats fall into quiet places, knocked or not, between the first and the last.
    by_chance : float
        How many of the slots would be hit, were the same number of knocks strewn over the quiet places.
    level_dbfs : ndarray of float64, shape (beats,)
        RMS of the 30 ms from each on; -120.0 for silence.
    likeness : ndarray of float64, shape (beats,)
        Largest normalised correlation of its waveform (first difference, strongest channel) with that of another,
        within 6 ms; 0 to 1. A metronome plays a sample: nearly 1 where the noise is low.
    loud_dbfs : float
        95th percentile of the level of the steps that are not empty.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Sharpness,)
    count: int
    at_s: np.ndarray
    interval_s: float
    slots: int
    by_chance: float
    level_dbfs: np.ndarray
    likeness: np.ndarray
    loud_dbfs: float

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """A window from a little before each knock on the beat."""
        (sharpness,) = needs
        assert isinstance(sharpness, Sharpness)
        rate_hz = stem.known.rate_hz
        lead, count = round(SEARCH_S * rate_hz), round((WINDOW_S + 2 * SEARCH_S) * rate_hz)
        for at_s in beat_of(sharpness).at_s:
            yield round(at_s * rate_hz) - lead, count

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """How alike they are."""
        (sharpness,) = needs
        assert isinstance(sharpness, Sharpness)
        level_dbfs = levels_dbfs(sharpness)
        beat = beat_of(sharpness)
        windows = [read(*span) for span in spans]
        lead = round(SEARCH_S * stem.known.rate_hz)
        return cls(
            stem=stem,
            count=knocks(level_dbfs).size,
            at_s=beat.at_s,
            interval_s=beat.interval_s,
            slots=beat.slots,
            by_chance=beat.by_chance,
            level_dbfs=np.array([mean_square_dbfs(window[:, lead:]) for window in windows], np.float64),
            likeness=likenesses([strongest(window) for window in windows], lead),
            loud_dbfs=loud(level_dbfs),
        )


def beat_of(sharpness: Sharpness) -> Beat:
    """The beat that most knocks keep."""
    level_dbfs = levels_dbfs(sharpness)
    at = knocks(level_dbfs)
    return steadiest_beat(at * sharpness.step_s, quiet(level_dbfs), sharpness.step_s, LEAST_TICKS)


def quiet(level_dbfs: np.ndarray) -> np.ndarray:
    """Bool (steps,): whether most of the 100 ms around lies 20 dB under the loud level."""
    if not level_dbfs.size:
        return np.zeros(0, bool)
    low = (level_dbfs <= loud(level_dbfs) - QUIET_BELOW_LOUD_DB).astype(np.float64)
    width = 2 * AROUND_STEPS + 1
    return np.asarray(np.convolve(low, np.ones(width) / width, "same") > 0.7)


def knocks(level_dbfs: np.ndarray) -> np.ndarray:
    """Steps (knocks,) in quiet places that rise over what was before; the 120 highest rises."""
    if level_dbfs.size < 2 * BEFORE_STEPS:
        return np.zeros(0, np.int64)
    rows = np.lib.stride_tricks.sliding_window_view(level_dbfs, BEFORE_STEPS)
    here = np.arange(BEFORE_STEPS + LEAD_STEPS, level_dbfs.size - 1)
    here = here[quiet(level_dbfs)[here]]
    # cheap first: only what rises at once can be a knock
    here = here[np.maximum(level_dbfs[here], level_dbfs[here + 1]) >= level_dbfs[here - LEAD_STEPS] + RISE_DB]
    if not here.size:
        return np.zeros(0, np.int64)
    before = np.percentile(rows[here - BEFORE_STEPS - LEAD_STEPS + 1], 80, axis=1)
    rises = np.maximum(level_dbfs[here], level_dbfs[here + 1]) - before
    here, rises = here[rises >= RISE_DB], rises[rises >= RISE_DB]
    first = np.diff(here, prepend=-BEFORE_STEPS) > BEFORE_STEPS // 2  # one knock rises over several steps
    here, rises = here[first], rises[first]
    loudest = np.sort(np.argsort(-rises, kind="stable")[:MOST_TICKS])
    return np.asarray(here[loudest])


def strongest(window: np.ndarray) -> np.ndarray:
    """The first difference of the channel in which it is strongest, float64."""
    steps = np.diff(window.astype(np.float64), axis=1)
    return np.asarray(steps[int(np.argmax(np.vecdot(steps, steps)))])


def likenesses(windows: Sequence[np.ndarray], lead: int) -> np.ndarray:
    """The largest correlation of each with another, over lags of up to `lead` samples."""
    if len(windows) < 2:
        return np.zeros(len(windows))
    length = 1 << (2 * len(windows[0]) - 1).bit_length()
    spectra = np.fft.rfft(np.array(windows), length)
    sizes = np.sqrt(np.array([float(window @ window) for window in windows])) + 1e-12
    best = np.zeros(len(windows))
    for index, spectrum in enumerate(spectra):
        lags = np.fft.irfft(spectra * spectrum.conj(), length)
        near = np.concatenate([lags[:, : lead + 1], lags[:, -lead:]], axis=1).max(axis=1) / (sizes * sizes[index])
        near[index] = 0.0
        best[index] = near.max()
    return np.clip(best, 0.0, 1.0)
