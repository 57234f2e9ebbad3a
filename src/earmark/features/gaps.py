"""Holes in a stem: where it falls silent within milliseconds and comes back as suddenly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.envelope import FLOOR_DBFS
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.sharpness import Sharpness
from earmark.model import Stem

EMPTY_DBFS = -70.0  # house default: below the noise of any microphone at work
LONGEST_STEPS = 1_400  # 3.5 s, Mühlbauer 2010: what is longer is a pause
SOUNDS_DBFS, BELOW_LOUD_DB = -60.0, 40.0  # screen, house default: so loud is the sound on both sides at least
NEAR_STEPS, EDGE_STEPS = 8, 3
BESIDE_S, NEAR_S = 0.05, 0.02
EDGE_S, SHORT_S = 0.0005, 0.001
MOST_GAPS = 200


@dataclass(frozen=True, kw_only=True)
class Gaps(CloserLook):
    """Silences of up to 3.5 s between two sounds, that begin and end within a few milliseconds.

    Attributes
    ----------
    screened : int
        How many there are, of which the first 200 were looked at.
    start_samples, length_samples : ndarray of int64, shape (gaps,)
        The samples at or below -70 dBFS, from the stem's first frame; in order.
    before_dbfs, after_dbfs, inside_dbfs : ndarray of float64, shape (gaps,)
        RMS over all channels of the 20 ms before it, of the 20 ms after it, and of the gap in its
        middle; -120.0 for digital silence.
    fall_s, rise_s : ndarray of float64, shape (gaps,)
        From the last half millisecond within 6 dB of the level outside to the gap, and back; 0.0 for a hard edge.
    faded_db : ndarray of float64, shape (gaps,)
        The fall from 20-50 ms before the gap to its last 5 ms, beyond the 6 dB that any sound may swing by, or from
        them to its last 1 ms, where that is less; or so behind it, where that is more. A straight fade of 15 ms or
        more gives 9 to 14, a cut about 0 or less.
    loud_dbfs : float
        95th percentile of the level of the 2.5 ms steps that are not empty; -120.0 for a silent stem.

    Notes
    -----
    After Mühlbauer 2010 (10 ms to 3.5 s, power before and after); the steps are short enough for gaps of 5 ms.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Sharpness,)
    screened: int
    start_samples: np.ndarray
    length_samples: np.ndarray
    before_dbfs: np.ndarray
    after_dbfs: np.ndarray
    inside_dbfs: np.ndarray
    fall_s: np.ndarray
    rise_s: np.ndarray
    faded_db: np.ndarray
    loud_dbfs: float

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """Both edges of every gap, one after the other."""
        (sharpness,) = needs
        assert isinstance(sharpness, Sharpness)
        step, around = sharpness.step_samples, round(BESIDE_S * stem.known.rate_hz)
        for first, last in holes(levels_dbfs(sharpness))[:MOST_GAPS]:
            yield first * step - around - step, around + 2 * step
            yield last * step, around + 2 * step

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """The edges, to the sample."""
        (sharpness,) = needs
        assert isinstance(sharpness, Sharpness)
        level_dbfs = levels_dbfs(sharpness)
        found = holes(level_dbfs)
        rows = [
            (*edges(read, left, right, stem.known.rate_hz), mean_dbfs(level_dbfs[first : last + 1]))
            for left, right, (first, last) in zip(spans[::2], spans[1::2], found, strict=False)
        ]
        starts, ends, befores, falls, fades, afters, rises, swells, insides = (
            zip(*rows, strict=True) if rows else ((),) * 9
        )
        return cls(
            stem=stem,
            screened=len(found),
            start_samples=np.array(starts, np.int64),
            length_samples=np.maximum(0, np.array(ends, np.int64) - np.array(starts, np.int64)),
            before_dbfs=np.array(befores, np.float64),
            after_dbfs=np.array(afters, np.float64),
            inside_dbfs=np.array(insides, np.float64),
            fall_s=np.array(falls, np.float64),
            rise_s=np.array(rises, np.float64),
            faded_db=np.maximum(np.array(fades, np.float64), np.array(swells, np.float64)),
            loud_dbfs=loud(level_dbfs),
        )


def levels_dbfs(sharpness: Sharpness) -> np.ndarray:
    """Level per step over all channels, float64 (steps,), never below -120.0."""
    power = sharpness.power.astype(np.float64).mean(axis=0) if len(sharpness.power) else np.zeros(0)
    return np.asarray(10.0 * np.log10(np.maximum(power, 1e-12)))


def loud(level_dbfs: np.ndarray) -> float:
    """The 95th percentile of what is not empty."""
    sounding = level_dbfs[level_dbfs > EMPTY_DBFS]
    return float(np.percentile(sounding, 95)) if sounding.size else FLOOR_DBFS


def holes(level_dbfs: np.ndarray) -> list[tuple[int, int]]:
    """First and last empty step of each gap that sound comes close to on both sides."""
    empty = np.concatenate([[False], level_dbfs <= EMPTY_DBFS, [False]])
    turns = np.flatnonzero(empty[1:] != empty[:-1])
    first, last = turns[::2], turns[1::2] - 1
    sounds_dbfs = max(SOUNDS_DBFS, loud(level_dbfs) - BELOW_LOUD_DB)
    inside = (first >= EDGE_STEPS) & (last < level_dbfs.size - EDGE_STEPS) & (last - first < LONGEST_STEPS)
    first, last = first[inside], last[inside]
    near = np.arange(1, EDGE_STEPS + 1)
    close = np.minimum(level_dbfs[first[:, None] - near].max(axis=1), level_dbfs[last[:, None] + near].max(axis=1))
    runs = zip(first[close >= sounds_dbfs].tolist(), last[close >= sounds_dbfs].tolist(), strict=True)
    return [run for run in runs if sounds_on(level_dbfs, *run, sounds_dbfs)]


def sounds_on(level_dbfs: np.ndarray, first: int, last: int, sounds_dbfs: float) -> bool:
    """Whether most of the 20 ms on either side sounds: a click alone does not make a gap."""
    before = level_dbfs[max(0, first - NEAR_STEPS) : first]
    after = level_dbfs[last + 1 : last + 1 + NEAR_STEPS]
    return bool(min(np.median(before), np.median(after)) >= sounds_dbfs)


def edges(read: ReadWindow, left: Span, right: Span, rate_hz: int) -> Iterator[float]:
    """Start and end of one gap, level before and after, how long falling and rising take, and how far it faded."""
    before, after = read(*left), read(*right)[:, ::-1]
    start, end = silence(before), silence(after)
    yield from (left[0] + start, right[0] + right[1] - end)
    for sound in (before[:, :start], after[:, :end]):
        yield from (mean_square_dbfs(last_of(sound, NEAR_S, rate_hz)), fall_s(sound, rate_hz), faded_db(sound, rate_hz))


def silence(sound: np.ndarray) -> int:
    """The first sample of the silence that `sound` (channels, samples) ends in."""
    loud_ones = np.flatnonzero(np.abs(sound).max(axis=0) > 10.0 ** (EMPTY_DBFS / 20.0) * 1.5)
    return int(loud_ones[-1]) + 1 if loud_ones.size else 0


def fall_s(sound: np.ndarray, rate_hz: int) -> float:
    """How long before its end it was last, for half a millisecond, within 6 dB of its last 20 ms."""
    piece = max(1, round(EDGE_S * rate_hz))
    whole = sound.shape[1] // piece
    pieces = sound[:, sound.shape[1] - whole * piece :].reshape(len(sound), whole, piece)
    level_dbfs = mean_square_dbfs(last_of(sound, NEAR_S, rate_hz))
    held = np.flatnonzero(10.0 * np.log10(np.square(pieces).mean(axis=(0, 2)) + 1e-12) >= level_dbfs - 6.0)
    return float((whole - 1 - int(held[-1]) if held.size else whole) * piece / rate_hz)


def faded_db(sound: np.ndarray, rate_hz: int) -> float:
    """How far it fades: the fall to its last 5 ms beyond 6 dB, or from them to its last, where that is less."""
    middle = sound[:, : -round(NEAR_S * rate_hz) or None]
    late = mean_square_dbfs(last_of(sound, 5 * SHORT_S, rate_hz))
    return min(mean_square_dbfs(middle) - late - 6.0, late - mean_square_dbfs(last_of(sound, SHORT_S, rate_hz)))


def last_of(sound: np.ndarray, length_s: float, rate_hz: int) -> np.ndarray:
    """So much of its end, or all there is."""
    return sound[:, max(0, sound.shape[1] - max(1, round(length_s * rate_hz))) :]


def mean_square_dbfs(sound: np.ndarray) -> float:
    """RMS over all channels, never below -120.0."""
    power = float(np.mean(np.square(sound, dtype=np.float64))) if sound.size else 0.0
    return max(FLOOR_DBFS, 10.0 * float(np.log10(power + 1e-30)))


def mean_dbfs(level_dbfs: np.ndarray) -> float:
    """The mean of levels, as power."""
    return max(FLOOR_DBFS, 10.0 * float(np.log10(np.mean(10.0 ** (level_dbfs / 10.0)))))
