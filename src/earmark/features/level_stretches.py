"""The stretches of a stem in which its level holds still: pauses with whatever hums in them, rather than notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

FRAME_S = 0.05
SHORTEST_S = 0.5  # a Hann window of 0.5 s parts lines 4 Hz away
LONGEST_S = 4.0  # beyond this the wander of the mains (SD 0.02 Hz) widens the eighth line
FLATNESS_DB = 6.0  # a pause is level; a note that dies away is not. House default
PAUSE_DEPTH_DB = 20.0  # under the stem's loud frames (P95). House default
ALIKE_DB = 3.0  # noise floors of one stem differ by less. House default
STRETCHES = 12
SILENT_DB = -200.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A quiet stretch of a stem, seconds from its first frame."""

    start_s: float
    end_s: float
    level_dbfs: float  # RMS of the median 50 ms frame

    @property
    def duration_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def quiet_stretches(sound: np.ndarray, rate_hz: float) -> tuple[list[Stretch], bool]:
    """Where to listen, in time order, and whether these are pauses.

    Pauses are level stretches 20 dB under the loud frames; the longest are kept. Where there are
    none, the quietest level stretch and those within 3 dB of it have to do.
    """
    levels = frame_levels(sound, rate_hz)
    found = sorted(level_stretches(levels), key=lambda stretch: stretch.level_dbfs)
    if not found:
        return [], False
    loud_dbfs = float(np.percentile(levels[levels > SILENT_DB], 95))
    pauses = [stretch for stretch in found if stretch.level_dbfs <= loud_dbfs - PAUSE_DEPTH_DB]
    alike = [stretch for stretch in found if stretch.level_dbfs <= found[0].level_dbfs + ALIKE_DB]
    longest = sorted(pauses or alike, key=lambda stretch: -stretch.duration_s)[:STRETCHES]
    return sorted(longest, key=lambda stretch: stretch.start_s), bool(pauses)


def frame_levels(sound: np.ndarray, rate_hz: float) -> np.ndarray:
    """RMS of 50 ms frames in dBFS, the loudest channel; SILENT_DB where any sample block is digital silence."""
    size = round(FRAME_S * rate_hz)
    count = sound.shape[1] // size
    frames = sound[:, : count * size].reshape(sound.shape[0], count, size)
    power = np.einsum("cfs,cfs->cf", frames, frames, dtype=np.float64).max(axis=0, initial=0.0) / size
    return np.asarray(np.maximum(10 * np.log10(power + 1e-30), SILENT_DB))


def level_stretches(levels: np.ndarray) -> Iterator[Stretch]:
    """Runs of frames that stay within 6 dB of each other, 0.5-4 s long, without digital silence."""
    shortest, longest = round(SHORTEST_S / FRAME_S), round(LONGEST_S / FRAME_S)
    end = 0
    for first in level_starts(levels, shortest):
        if first >= end:
            ahead = levels[first : first + longest]
            spread = np.maximum.accumulate(ahead) - np.minimum.accumulate(ahead)
            end = first + int(np.searchsorted(spread, FLATNESS_DB, side="right"))
            yield Stretch(first * FRAME_S, end * FRAME_S, float(np.median(levels[first:end])))


def level_starts(levels: np.ndarray, shortest: int) -> list[int]:
    """Every frame from which `shortest` frames stay within 6 dB, none of them digital silence."""
    if levels.size < shortest:
        return []
    runs = np.lib.stride_tricks.sliding_window_view(levels, shortest)
    lowest = runs.min(axis=1)
    level = (runs.max(axis=1) - lowest <= FLATNESS_DB) & (lowest > SILENT_DB)
    return [int(first) for first in np.flatnonzero(level)]
