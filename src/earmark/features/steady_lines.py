"""Thin steady lines above the mains: screens, interfaces, telephones, feedback."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Self

import numpy as np

from earmark.features.decimated import DecimatedCopy
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.model import Stem

WINDOW_S = 0.34  # at least: bins of 2.7 Hz at 44.1 kHz, 2.9 Hz at 48 and 96
PARTS = 5  # the quietest window of each fifth of the stem
LEAST_WINDOWS = 3
LOWEST_HZ, HIGHEST_HZ = 400.0, 20_000.0  # below, the mains and their kin: another measurement
STANDS_DB = 10.0  # over the median around it, in every window
FLOOR_BINS = 64
NEIGHBOURS_DB = 12.0  # a line has fallen this far four bins away: two more than half of a Hann window's lobe
AWAY_BINS = 4
STRONGEST = 24
BURSTS_HZ = 26e6 / 120_000  # 216.67: eight timeslots of a GSM frame, 60/13 ms [1]
COMB_LINES = range(2, 17)  # harmonics that are looked for, 433 Hz to 3.5 kHz
COMB_WINDOWS = 2
COMB_STANDS_DB = 15.0  # of the first line, in the decimated copy, for a window to be read


@dataclass(frozen=True, slots=True)
class SteadyLine:
    """One line: its mean frequency, its level (a full-scale sine is 0), the least it stands over the floor around it in
    any of the windows, how far its level moves between them, and how far its frequency does."""

    freq_hz: float
    level_dbfs: float
    height_db: float
    swing_db: float
    drift_hz: float


@dataclass(frozen=True, slots=True)
class BurstComb:
    """Lines every 216.67 Hz at one place of the stem: how many of fifteen stand out, and the level of the highest."""

    start_s: float
    end_s: float
    lines: int
    level_dbfs: float


@dataclass(frozen=True, kw_only=True)
class SteadyLines(CloserLook):
    """Lines from 400 Hz to 20 kHz that stand in every one of a few quiet windows spread over the stem.

    Attributes
    ----------
    lines : tuple of SteadyLine
        From low to high, the 24 highest over their floor. Empty where fewer than three windows could be read.
    windows_s : tuple of (start, end)
        Where was listened: the quietest third of a second of each fifth of the stem, digital silence left out.
    depth_db : float
        How far the loudest of these windows lies under the stem's loud level (P95 of 10 ms). 0.0 without windows.
    comb : BurstComb or None
        The fullest comb of a telephone's bursts, at the places where the decimated copy shows its first line.

    Notes
    -----
    Hann windows of a third of a second. A line is a local maximum that stands 10 dB over the median of the 64 bins
    about it and has fallen by 12 dB four bins away. Stationarity over windows as a cue is Brandt and Bitzer's [2]_, who
    have it for hum.

    References
    ----------
    .. [1] 3GPP TS 45.002, "Multiplexing and multiple access on the radio path": a TDMA frame is 120/26 ms.
    .. [2] M. Brandt and J. Bitzer, "Automatic detection of hum in audio signals", J. Audio Eng. Soc. 62(9), 2014.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope, DecimatedCopy)
    lines: tuple[SteadyLine, ...]
    windows_s: tuple[tuple[float, float], ...]
    depth_db: float
    comb: BurstComb | None

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """The quiet windows, then those where a telephone may be."""
        envelope, copy = needs
        assert isinstance(envelope, StemEnvelope)
        assert isinstance(copy, DecimatedCopy)
        rate_hz = stem.known.rate_hz
        size = 1 << int(np.ceil(np.log2(WINDOW_S * rate_hz)))
        quiet = [(start, size) for start in quiet_starts(envelope, size, rate_hz)]
        return [*quiet, *((round(at_s * rate_hz), size) for at_s in comb_places(copy))]

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """Lines in all quiet windows; combs in the others."""
        envelope, _ = needs
        assert isinstance(envelope, StemEnvelope)
        rate_hz = stem.known.rate_hz
        size = spans[0][1] if spans else 0
        quiet = len(quiet_starts(envelope, size, rate_hz)) if spans else 0
        spectra = [spectrum_db(read(*span)) for span in spans]
        per_hz = size / rate_hz
        combs = [comb_at(spectra[i], per_hz, spans[i][0] / rate_hz) for i in range(quiet, len(spans))]
        return cls(
            stem=stem,
            lines=lines_of(spectra[:quiet], per_hz) if quiet >= LEAST_WINDOWS else (),
            windows_s=tuple((start / rate_hz, (start + size) / rate_hz) for start, size in spans[:quiet]),
            depth_db=depth_of(envelope, spans[:quiet], rate_hz),
            comb=max(combs, key=lambda comb: comb.lines, default=None),
        )


def quiet_starts(envelope: StemEnvelope, size: int, rate_hz: int) -> list[int]:
    """First samples of the quietest window of each part that has one without digital silence."""
    steps = int(np.ceil(size / rate_hz / envelope.step_s))
    power = np.where(envelope.level_dbfs > FLOOR_DBFS, 10.0 ** (envelope.level_dbfs.astype(np.float64) / 10.0), np.inf)
    if power.size < steps * PARTS:
        return []
    loudest = np.lib.stride_tricks.sliding_window_view(power, steps).max(axis=1)
    found = []
    for part in np.array_split(np.arange(loudest.size), PARTS):
        # one window clear of the next part's
        inside = loudest[part[:-steps]] if part.size > steps else loudest[part[:1]]
        if np.isfinite(inside.min()):
            found.append(round((int(part[0]) + int(np.argmin(inside))) * envelope.step_s * rate_hz))
    return found


def depth_of(envelope: StemEnvelope, spans: Sequence[Span], rate_hz: int) -> float:
    """How far the loudest of some windows lies under the stem's loud level."""
    heard = envelope.level_dbfs[envelope.level_dbfs > FLOOR_DBFS]
    if not heard.size or not spans:
        return 0.0
    steps = [[round(at / rate_hz / envelope.step_s) for at in (start, start + size)] for start, size in spans]
    levels = [10 * np.log10(np.mean(10.0 ** (envelope.level_dbfs[first:end] / 10.0))) for first, end in steps]
    return float(np.percentile(heard, 95) - max(levels))


def comb_places(copy: DecimatedCopy) -> list[float]:
    """Seconds at which the first line of the bursts stands highest, where it does."""
    size = round(copy.rate_hz)
    if copy.rate_hz < 4 * BURSTS_HZ or copy.samples.shape[1] < size:
        return []
    sound = copy.samples.mean(axis=0)
    frames = sound[: sound.size // size * size].reshape(-1, size) * np.hanning(size).astype(np.float32)
    level_db = 10 * np.log10(np.square(np.abs(np.fft.rfft(frames))) + 1e-20)
    centre = round(BURSTS_HZ * size / copy.rate_hz)
    beside = np.concatenate([level_db[:, centre - 12 : centre - 4], level_db[:, centre + 5 : centre + 13]], axis=1)
    height_db = level_db[:, centre - 1 : centre + 2].max(axis=1) - beside.max(axis=1)
    order = np.argsort(-height_db)[:COMB_WINDOWS]
    return [float(place) + 0.3 for place in sorted(order) if height_db[place] >= COMB_STANDS_DB]


def spectrum_db(sound: np.ndarray) -> np.ndarray:
    """Hann spectrum of a window, mean power of the channels; a full-scale sine is 0."""
    window = hann(sound.shape[1])
    bins = np.fft.rfft(sound * window, axis=1)
    power = (np.square(bins.real) + np.square(bins.imag)).mean(axis=0)
    return np.asarray(10 * np.log10(power * np.float32(4 / np.sum(window) ** 2) + np.float32(1e-20)))


@lru_cache(maxsize=4)
def hann(size: int) -> np.ndarray:
    """The window, made once."""
    return np.asarray(np.hanning(size), np.float32)


def heights_db(level_db: np.ndarray) -> np.ndarray:
    """How far each bin stands over the median of the bins about it."""
    blocks = level_db.size // FLOOR_BINS
    medians = np.median(level_db[: blocks * FLOOR_BINS].reshape(blocks, FLOOR_BINS), axis=1)
    centres = (np.arange(blocks) + 0.5) * FLOOR_BINS
    return np.asarray(level_db - np.interp(np.arange(level_db.size), centres, medians))


def lines_of(spectra: Sequence[np.ndarray], per_hz: float) -> tuple[SteadyLine, ...]:
    """The lines that every spectrum shows within one bin."""
    heights = np.array([heights_db(level_db) for level_db in spectra])
    near = np.maximum(np.maximum(heights[:, :-2], heights[:, 2:]), heights[:, 1:-1])
    least = np.pad(near.min(axis=0), 1, constant_values=-np.inf)
    mean = np.mean(spectra, axis=0)
    first, last = int(LOWEST_HZ * per_hz), min(int(HIGHEST_HZ * per_hz), mean.size - AWAY_BINS - 1)
    places = np.arange(first, max(first, last))
    top = (mean[places] > mean[places - 1]) & (mean[places] >= mean[places + 1])
    thin = np.maximum(mean[places - AWAY_BINS], mean[places + AWAY_BINS]) < mean[places] - NEIGHBOURS_DB
    standing = places[top & thin & (least[places] >= STANDS_DB)]
    highest = sorted(standing, key=lambda place: -least[place])[:STRONGEST]
    return tuple(line(spectra, int(place), float(least[place]), per_hz) for place in sorted(highest))


def line(spectra: Sequence[np.ndarray], place: int, height_db: float, per_hz: float) -> SteadyLine:
    """One line, from a parabola through its three highest bins in every window."""
    tops = np.array([peak_of(level_db, place) for level_db in spectra])
    bins, levels_db = tops[:, 0], tops[:, 1]
    return SteadyLine(
        float(bins.mean()) / per_hz,
        float(np.median(levels_db)),
        height_db,
        float(levels_db.max() - levels_db.min()),
        float(bins.max() - bins.min()) / per_hz,
    )


def peak_of(level_db: np.ndarray, place: int) -> tuple[float, float]:
    """Where between the bins, and how high, the maximum within one bin of a place is."""
    top = place - 1 + int(np.argmax(level_db[place - 1 : place + 2]))
    left, here, right = (float(level) for level in level_db[top - 1 : top + 2])
    bend = left - 2 * here + right
    aside = float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0 else 0.0
    return top + aside, here - 0.25 * (left - right) * aside


def comb_at(level_db: np.ndarray, per_hz: float, start_s: float) -> BurstComb:
    """How many harmonics of the bursts stand out of one window."""
    heights = heights_db(level_db)
    last = heights.size - 2
    bins = [place for k in COMB_LINES if (place := round(k * BURSTS_HZ * per_hz)) < last]
    standing = [place for place in bins if heights[place - 1 : place + 2].max() >= STANDS_DB and falls(level_db, place)]
    highest_db = max((float(level_db[place - 1 : place + 2].max()) for place in standing), default=FLOOR_DBFS)
    return BurstComb(start_s, start_s + per_hz, len(standing), highest_db)  # bins per hertz: the window in seconds


def falls(level_db: np.ndarray, place: int) -> bool:
    """Whether a line at this bin has fallen by 12 dB a few bins away."""
    beside = max(level_db[max(0, place - AWAY_BINS - 1)], level_db[min(level_db.size - 1, place + AWAY_BINS + 1)])
    return bool(beside < level_db[place - 1 : place + 2].max() - NEIGHBOURS_DB)
