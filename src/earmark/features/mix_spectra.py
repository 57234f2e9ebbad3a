"""A finished mix, read again in places: its sides in the low end, and its spectrum line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.places import choose_places
from earmark.model import Stem

NO_MIX = "there is no mix among the files; --mix FILE names one"
WINDOW_S = 1.5
PLACES = 24  # 36 s of sound, evenly over the mix
LOW_HZ = 120.0
LEAST_HEIGHT_DB = 8.0  # house default
STEPS_PER_OCTAVE = 48
MOMENT_S = 0.4
LINE_S = 0.37  # of the finer frames: a line is about 2.7 Hz wide


def mix_of(desk: Desk) -> Stem | None:
    """The mix beside the stems, or the only file where its name says so: a single stem is never taken for a mix."""
    if desk.mix is not None:
        return desk.mix
    only = desk.stems[0] if len(desk.stems) == 1 else None
    return only if only is not None and (only.role == "mix" or "master" in only.name.lower()) else None


def windows(desk: Desk, mix: Stem) -> Iterator[tuple[float, np.ndarray]]:
    """Session time and float32 (channels, samples) of places that sound, evenly over the mix."""
    places = choose_places(
        [desk.of(mix, StemEnvelope)], WINDOW_S, wanted=np.ones((1, 1), bool), each=PLACES, most=PLACES
    )
    count = round(WINDOW_S * mix.known.rate_hz)
    for start_s in places.start_s:
        yield float(start_s), desk.read(mix, float(start_s), count)


@dataclass(frozen=True, kw_only=True)
class LowSides(SessionFeature):
    """How much of a mix's low end lies between the sides instead of in the middle.

    Attributes
    ----------
    mix : Stem
    time_s : ndarray of float64, shape (windows,)
        Start of each window of 1.5 s, session time.
    middle, sides : ndarray of float64, shape (windows,)
        Mean square of (L + R) / 2 and of (L - R) / 2 below 120 Hz, full scale 1.0.

    Notes
    -----
    Up to 24 windows that sound, one Fourier transform of each under a Hann window.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    mix: Stem
    time_s: np.ndarray
    middle: np.ndarray
    sides: np.ndarray

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Of the mix, where there is one and it has two sides."""
        mix = mix_of(desk)
        if mix is None or mix.known.channels != 2:
            return Unheard(NO_MIX if mix is None else "the mix has not two sides")
        found = [(at_s, *low_powers(sound, mix.known.rate_hz)) for at_s, sound in windows(desk, mix)]
        time_s, middle, sides = np.array(found).reshape(-1, 3).T
        return cls(session=desk.session, mix=mix, time_s=time_s, middle=middle, sides=sides)


def low_powers(sound: np.ndarray, rate_hz: int) -> tuple[float, float]:
    """Mean square below 120 Hz of the middle and of the sides."""
    both = np.stack([sound[0] + sound[1], sound[0] - sound[1]]) / 2
    window = np.hanning(both.shape[1]).astype(np.float32)
    lines = np.fft.rfft(both * window, axis=1)[:, : int(LOW_HZ * both.shape[1] / rate_hz) + 1]
    power = 2 * np.square(np.abs(lines)).sum(axis=1) / (both.shape[1] * np.square(window).sum())
    return float(power[0]), float(power[1])


@dataclass(frozen=True, kw_only=True)
class SpectralLines(SessionFeature):
    """Lines that stand over their surroundings in a mix, and how persistently.

    Attributes
    ----------
    mix : Stem
    freq_hz : ndarray of float64, shape (lines,)
        Places on a grid of 1/48 octave from 100 Hz to 12 kHz.
    share : ndarray of float64, shape (lines,)
        Of all frames, those in which a peak at this place stands 8 dB over the median of a third octave around, 0 to 1.
    height_db : ndarray of float64, shape (lines,)
        Median height where it does; 0.0 where it never does.
    spread : ndarray of float64, shape (lines,)
        Share of the song's tenths in which it does at all.
    kin : ndarray of float64, shape (lines,)
        The largest share of any place that would belong to the same note: at 1/8 to 1/2, 2/3, 3/2, 2 and 3 times
        the frequency. A note has overtones and a fundamental that come as often as itself; a resonance has not.
    notes : int
        How many different semitones carry the strongest peak of a frame.

    Notes
    -----
    Frames of 0.37 s in up to 24 windows. Engineers agree on resonances in less than half of the cases [1]_.

    References
    ----------
    .. [1] J. Bitzer, J. LeBoeuf and U. Simmer, "Evaluating perception of salient frequencies: do mixing engineers
       hear the same thing?", 124th AES Convention, 2008.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    mix: Stem
    freq_hz: np.ndarray
    share: np.ndarray
    height_db: np.ndarray
    spread: np.ndarray
    kin: np.ndarray
    notes: int

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Of the mix, where there is one."""
        mix = mix_of(desk)
        if mix is None:
            return Unheard(NO_MIX)
        found = [
            (at_s, heights)
            for at_s, sound in windows(desk, mix)
            for heights in line_heights(sound.mean(axis=0), mix.known.rate_hz)
        ]
        grid_hz = line_grid_hz()
        heights = np.array([row for _, row in found]).reshape(-1, grid_hz.size)
        stands = heights > LEAST_HEIGHT_DB
        tenths = np.array([at_s for at_s, _ in found])
        tenths = ((tenths - mix.start_s) / max(mix.known.duration_s, 1e-9) * 10).astype(int)
        seen = np.array([stands[tenths == tenth].any(axis=0) for tenth in np.unique(tenths)]).reshape(-1, grid_hz.size)
        strongest = heights.argmax(axis=1) if len(heights) else np.zeros(0, int)
        share = stands.mean(axis=0) if len(heights) else np.zeros(grid_hz.size)
        return cls(
            session=desk.session,
            mix=mix,
            freq_hz=grid_hz,
            share=share,
            kin=kin_of(share),
            height_db=np.array([np.median(c[s]) if s.any() else 0.0 for c, s in zip(heights.T, stands.T, strict=True)]),
            spread=seen.mean(axis=0) if len(seen) else np.zeros(grid_hz.size),
            notes=len(np.unique(np.rint(12 * np.log2(grid_hz[strongest] / 440.0)))),
        )


def line_grid_hz() -> np.ndarray:
    """100 Hz to 12 kHz in steps of 1/48 octave."""
    return np.asarray(100.0 * 2 ** (np.arange(round(np.log2(120.0) * STEPS_PER_OCTAVE) + 1) / STEPS_PER_OCTAVE))


KIN = (1 / 8, 1 / 7, 1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 2 / 3, 3 / 2, 2.0, 3.0)


def kin_of(share: np.ndarray) -> np.ndarray:
    """The largest share, within 1/48 octave, at any of the places that would belong to the same note."""
    around = np.lib.stride_tricks.sliding_window_view(np.pad(share, 1), 3).max(axis=1)
    kin = np.zeros(share.size)
    for ratio in KIN:
        places = np.arange(share.size) + round(np.log2(ratio) * STEPS_PER_OCTAVE)
        inside = (places >= 0) & (places < share.size)
        kin[inside] = np.maximum(kin[inside], around[places[inside]])
    return kin


def line_heights(mono: np.ndarray, rate_hz: int) -> Iterator[np.ndarray]:
    """Per frame, how far each place of the grid stands over the median of the third octave around it, in dB."""
    frame = 1 << round(np.log2(LINE_S * rate_hz))
    window = np.hanning(frame).astype(np.float32)
    grid_hz = line_grid_hz()
    for first in range(0, mono.size - frame + 1, frame):
        power = np.square(np.abs(np.fft.rfft(mono[first : first + frame] * window)))
        level = 10 * np.log10(strongest_near(power, grid_hz * frame / rate_hz) + 1e-15)
        around = np.lib.stride_tricks.sliding_window_view(np.pad(level, 8, mode="edge"), 17)
        yield level - np.median(around, axis=1)


def strongest_near(power: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The largest of the bins that belong to each place; the nearest where they are wider than the grid."""
    half = 2 ** (0.5 / STEPS_PER_OCTAVE)
    first = np.clip(np.rint(places / half).astype(int), 0, power.size - 1)
    last = np.clip(np.rint(places * half).astype(int), 0, power.size - 1)
    return np.array([power[a : b + 1].max() for a, b in zip(first, last, strict=True)])


@dataclass(frozen=True, kw_only=True)
class Brightness(SessionFeature):
    """How loud a mix is between 2 and 5 kHz against the rest of it, moment by moment.

    Attributes
    ----------
    mix : Stem
    time_s : ndarray of float64, shape (moments,)
        Start of each moment of 0.4 s that sounds, session time.
    over_db : ndarray of float64, shape (moments,)
        Power between 2 and 5 kHz over that between 300 Hz and 2 kHz, in dB.
    level_db : ndarray of float64, shape (moments,)
        Power between 2 and 5 kHz re full scale squared.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (BandPowers,)
    mix: Stem
    time_s: np.ndarray
    over_db: np.ndarray
    level_db: np.ndarray

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Of the mix, where there is one."""
        mix = mix_of(desk)
        if mix is None:
            return Unheard(NO_MIX)
        bands = desk.of(mix, BandPowers)
        frames = max(1, round(MOMENT_S / bands.hop_s))
        whole = len(bands.powers) // frames
        moments = bands.powers[: whole * frames].reshape(whole, frames, -1).mean(axis=1, dtype=np.float64)
        centre_hz = np.sqrt(bands.edges_hz[:-1] * bands.edges_hz[1:])
        high = moments[:, (centre_hz >= 2000) & (centre_hz < 5000)].sum(axis=1)
        middle = moments[:, (centre_hz >= 300) & (centre_hz < 2000)].sum(axis=1)
        total = moments.sum(axis=1)
        sounds = total > max(1e-7, float(np.percentile(total, 95)) / 100) if whole else np.zeros(0, bool)
        return cls(
            session=desk.session,
            mix=mix,
            time_s=mix.start_s + np.flatnonzero(sounds) * frames * bands.hop_s,
            over_db=10 * np.log10((high[sounds] + 1e-12) / (middle[sounds] + 1e-12)),
            level_db=10 * np.log10(high[sounds] + 1e-12),
        )
