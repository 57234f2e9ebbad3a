"""Levels at which a stem's peaks stop again and again: plateaus of clipping, ceilings of limiters, at any height."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.extremes import Levels
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.model import Stem

REACH = 1e-4  # of the level, 0.001 dB: what was cut or held at one level lies within it
LOWEST = 1e-3  # -60 dBFS
LOWEST_OF_TOP = 0.25  # 12 dB below the highest peak of the channel
AROUND = 1.0 - 10.0 ** (-1.0 / 20.0)  # peaks within 1 dB tell how many would meet by chance
MEETING_STEPS = 5  # as many peaks must meet below the top, and
BEYOND_CHANCE = 8.0  # so many times more than chance
MOST_LEVELS = 3  # looked at in each channel on each side
MOST_WINDOWS = 12  # read for each level
MARGIN = 64  # samples read beside a window: the neighbours and surroundings of its peaks
SURROUNDINGS = 48  # samples on either side of a peak that are compared
LEAST_RUN = 3


@dataclass(frozen=True, kw_only=True)
class Ceilings(CloserLook):
    """The levels at which peaks meet, and how the wave looks there.

    All arrays have shape (levels,). The highest peak of each channel and side is always among them, even where no
    other meets it.

    Attributes
    ----------
    sounding_steps : int
        Steps of 100 ms with a mean square above -60 dBFS.
    levels : ndarray of float32
        The level, signed: negative on the lower side of the wave.
    channels : ndarray of int64
    steps : ndarray of int64
        Steps of 100 ms whose extreme lies within 0.001 dB, or 2.5 LSB, of the level.
    chance : ndarray of float32
        How many that would be, were the extremes within 1 dB spread evenly.
    windows : ndarray of int64
        How many of those steps were read again, 12 at most; the next four are counted in them.
    touches : ndarray of int64
        Samples within reach of the level.
    runs, longest_samples : ndarray of int64
        Runs of at least 3 of them that come in at a slope: were the top round, as that of a slow tone, the neighbour of
        n samples within r of the top would lie at most r ((n + 1) / (n - 1))^2 below it. And the longest of them; 0
        where there is none.
    held : ndarray of int64
        Pairs of equal neighbours on this side, above half the level, not at it: many where samples are held or coarse.
    alike : ndarray of float32
        How alike the surroundings of the peaks are, 2 ms around one in each window: the median of each one's best
        correlation with another. 1.0: the same sound over and over. 0.0 where there is only one.
    starts_s, ends_s : ndarray of float32
        The window with most touching samples.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Levels,)
    sounding_steps: int
    levels: np.ndarray
    channels: np.ndarray
    steps: np.ndarray
    chance: np.ndarray
    windows: np.ndarray
    touches: np.ndarray
    runs: np.ndarray
    longest_samples: np.ndarray
    held: np.ndarray
    alike: np.ndarray
    starts_s: np.ndarray
    ends_s: np.ndarray

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The steps that reach the levels at which peaks meet."""
        (levels,) = needs
        assert isinstance(levels, Levels)
        return sorted({span(levels, step) for place in meetings(levels) for step in place.read})

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Ceilings:
        """The wave at those levels."""
        (levels,) = needs
        assert isinstance(levels, Levels)
        sounds = {start: read(start, count) for start, count in spans}
        rows = [look(place, levels, sounds) for place in meetings(levels)]
        columns = np.array(rows, np.float64).reshape(-1, 12).T
        whole = {name: columns[at].astype(np.int64) for name, at in WHOLE.items()}
        return cls(
            stem=stem,
            sounding_steps=int(np.count_nonzero(power(levels) > LOWEST**2)),
            **whole,
            **{name: columns[at].astype(np.float32) for name, at in BROKEN.items()},
        )


WHOLE = {"channels": 1, "steps": 2, "windows": 4, "touches": 5, "runs": 6, "longest_samples": 7, "held": 8}
BROKEN = {"levels": 0, "chance": 3, "alike": 9, "starts_s": 10, "ends_s": 11}


@dataclass(frozen=True)
class Meeting:
    """One level in one channel on one side, and the steps whose peaks meet there."""

    channel: int
    side: float  # 1.0 above the zero line, -1.0 below
    level: float
    reach: float
    steps: np.ndarray
    chance: float

    @property
    def read(self) -> list[int]:
        """The steps that are read again, spread over all of them."""
        chosen = np.linspace(0, self.steps.size - 1, min(self.steps.size, MOST_WINDOWS)).round().astype(int)
        return [int(step) for step in self.steps[chosen]]


def meetings(levels: Levels) -> list[Meeting]:
    """The levels of every channel and side, highest first."""
    return [
        meeting
        for channel in range(len(levels.maxima))
        for side, heights in ((1.0, levels.maxima[channel]), (-1.0, -levels.minima[channel]))
        for meeting in met_by(channel, side, heights.astype(np.float64), levels.lsb)
    ]


def met_by(channel: int, side: float, heights: np.ndarray, lsb: float) -> Iterator[Meeting]:
    """The top, and the levels below it at which more peaks meet than chance would have."""
    top = float(heights.max(initial=0.0))
    if top < LOWEST:
        return
    ordered = np.sort(heights[heights > LOWEST_OF_TOP * top])
    reaches = np.maximum(2.5 * lsb, REACH * ordered + lsb)
    counts = np.searchsorted(ordered, ordered, "right") - np.searchsorted(ordered, ordered - reaches, "left")
    wide = np.searchsorted(ordered, ordered * (1.0 + AROUND)) - np.searchsorted(ordered, ordered * (1.0 - AROUND))
    span_of = np.minimum(2.0 * AROUND * ordered, top - ordered + AROUND * ordered)
    chances = (wide - counts) * reaches / np.maximum(span_of, reaches)
    meet = (counts >= MEETING_STEPS) & (counts > BEYOND_CHANCE * chances)
    meet[-1] = True
    taken: list[float] = []
    for at in sorted(np.flatnonzero(meet), key=lambda at: (at != ordered.size - 1, -counts[at])):
        if len(taken) < MOST_LEVELS and all(abs(ordered[at] - level) > 2.0 * reaches[at] for level in taken):
            level, reach = float(ordered[at]), float(reaches[at])
            taken.append(level)
            steps = np.flatnonzero((heights <= level) & (heights >= level - reach))
            yield Meeting(channel, side, level, reach, steps, float(chances[at]))


def span(levels: Levels, step: int) -> Span:
    """First sample and number of samples of a step, with its margins."""
    length = int(levels.counts[0])
    return step * length - MARGIN, length + 2 * MARGIN


def power(levels: Levels) -> np.ndarray:
    """Mean square of each step, mean over the channels."""
    return np.asarray(levels.squares.mean(axis=0) / np.maximum(levels.counts, 1))


def look(meeting: Meeting, levels: Levels, sounds: dict[int, np.ndarray]) -> tuple[float, ...]:
    """One row: the wave at one level in the windows that were read."""
    rate_hz = levels.stem.known.rate_hz
    rows = []
    for step in meeting.read:
        start, count = span(levels, step)
        sound = meeting.side * sounds[start][meeting.channel].astype(np.float64)
        rows.append((flat_tops(sound, meeting), peak_surroundings(sound, meeting), start, count))
    tops = np.array([row[0] for row in rows])
    _, _, start, count = rows[int(np.argmax(tops[:, 0]))]
    return (
        meeting.side * meeting.level,
        meeting.channel,
        meeting.steps.size,
        meeting.chance,
        len(rows),
        tops[:, 0].sum(),
        tops[:, 1].sum(),
        tops[:, 2].max(),
        tops[:, 3].sum(),
        likeness([row[1] for row in rows]),
        max(0, start + MARGIN) / rate_hz,
        min(start + count - MARGIN, levels.frames) / rate_hz,
    )


def flat_tops(sound: np.ndarray, meeting: Meeting) -> tuple[int, int, int, int]:
    """Touching samples, runs of them with a corner, the longest of those, and equal neighbours elsewhere."""
    inner = slice(MARGIN, sound.size - MARGIN)
    at = np.zeros(sound.size, bool)
    at[inner] = np.abs(sound[inner] - meeting.level + meeting.reach / 2.0) <= meeting.reach / 2.0 + 1e-9
    edges = np.flatnonzero(np.diff(at.astype(np.int8)))
    begins, ends = edges[::2] + 1, edges[1::2] + 1
    lengths = ends - begins
    drops = meeting.level - np.minimum(sound[begins - 1], sound[ends])
    round_top = meeting.reach * ((lengths + 1) / np.maximum(lengths - 1, 1)) ** 2
    whole = (begins > MARGIN) & (ends < sound.size - MARGIN)  # neither cut by the window nor by the stem's end
    flat = lengths[(lengths >= LEAST_RUN) & (drops > round_top) & whole]
    high = sound[1:] > 0.5 * meeting.level
    equal = (np.diff(sound) == 0.0) & high & ~at[1:]
    return int(at.sum()), flat.size, int(flat.max(initial=0)), int(equal.sum())


def peak_surroundings(sound: np.ndarray, meeting: Meeting) -> np.ndarray:
    """The 2 ms around the highest sample of a window that is not above the level, of unit energy."""
    inner = sound[MARGIN:-MARGIN]
    at = MARGIN + int(np.argmax(np.where(inner <= meeting.level + 1e-9, inner, -np.inf)))
    piece = sound[at - SURROUNDINGS : at + SURROUNDINGS + 1]
    return np.asarray(piece / max(float(np.sqrt(piece @ piece)), 1e-12))


def likeness(pieces: Sequence[np.ndarray]) -> float:
    """The median of each piece's best correlation with another; 0.0 where there is only one."""
    if len(pieces) < 2:
        return 0.0
    every = np.stack(pieces)
    alike = every @ every.T
    np.fill_diagonal(alike, -1.0)
    return float(np.median(alike.max(axis=1)))
