"""One early reflection in a recording: the ripple that it leaves in the long-term spectrum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.feature import CloserLook, ReadWindow, Span, StemFeature
from earmark.features.phrases import Phrases
from earmark.model import Stem

MICROPHONES = frozenset({"lead-vocal", "backing-vocal", "acoustic-guitar", "brass", "strings", "percussion", "piano"})
SPAN_S, MOST_SPANS = 1.0, 40
FRAME_S = 0.085
LOW_HZ, HIGH_HZ, TREND_HZ = 800.0, 8000.0, 2500.0
SHORTEST_S, LONGEST_S, SAME_S = 0.0012, 0.010, 6e-5  # formants about 1 kHz apart leave ripples at 1 ms
DELAYS_S = np.arange(SHORTEST_S, 2 * LONGEST_S, 2e-5)


@dataclass(frozen=True, kw_only=True)
class EarlyEcho(CloserLook):
    """The strongest ripple of a stem's mean log spectrum from 800 Hz to 8 kHz.

    Attributes
    ----------
    delay_s : float
        Of the reflection, 1.2 to 10 ms; 0.0 where nothing was heard.
    level_db : float
        Of the reflection under the direct sound, as a single reflection would have to be; -120.0 where there is none.
    prominence : float
        The ripple over the median of all other delays' ripples.
    steady : bool
        Whether both halves of the song have it at the same delay, and twice the delay has none: a reflection's ripple
        turns over there, that of a pitch comes again.
    frames : int
        How many frames of 85 ms were averaged.

    Notes
    -----
    1 + a exp(-i w t) has the log magnitude a cos(w t) - ...: the cosine transform of the mean log magnitude, trend
    taken out over 2.5 kHz, has height a at t [1]_. Harmonics of one held pitch leave the same ripple, at 1/f0: of many
    pitches it averages out.

    References
    ----------
    .. [1] A. V. Oppenheim and R. W. Schafer, "From frequency to quefrency: a history of the cepstrum", IEEE Signal
       Processing Magazine 21(5), 2004.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Phrases,)
    delay_s: float
    level_db: float
    prominence: float
    steady: bool
    frames: int

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """A second of up to forty places in the phrases of what a microphone has heard."""
        (phrases,) = needs
        assert isinstance(phrases, Phrases)
        return spans_of(phrases, stem.known.rate_hz) if stem.role in MICROPHONES else ()

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Self:
        """Average the spectra, look for the ripple."""
        rate_hz = stem.known.rate_hz
        frame = 1 << round(np.log2(FRAME_S * rate_hz))
        logs = [one for start, count in spans for one in log_spectra(read(start, count).mean(axis=0), frame)]
        if not logs or rate_hz < 2 * HIGH_HZ:
            return cls(stem=stem, delay_s=0.0, level_db=-120.0, prominence=0.0, steady=False, frames=0)
        halves = [np.mean(part, axis=0) for part in (logs[: len(logs) // 2] or logs, logs[len(logs) // 2 :])]
        found = [strongest(ripple(log, rate_hz / frame)) for log in (np.mean(logs, axis=0), *halves)]
        (delay_s, height, prominence), *others = found
        return cls(
            stem=stem,
            delay_s=delay_s,
            level_db=20 * float(np.log10(max(height, 1e-6))),
            prominence=prominence,
            steady=all(abs(other[0] - delay_s) <= SAME_S for other in others)
            and float(np.interp(2 * delay_s, DELAYS_S, ripple(np.mean(logs, axis=0), rate_hz / frame))) < 0.2 * height,
            frames=len(logs),
        )


def spans_of(phrases: Phrases, rate_hz: int) -> Iterator[Span]:
    """Seconds of sound, evenly over all phrases."""
    starts_s = [at_s for one in phrases.phrases for at_s in np.arange(one.start_s, one.end_s - SPAN_S / 2, SPAN_S)]
    for index in np.unique(np.linspace(0, max(0, len(starts_s) - 1), min(len(starts_s), MOST_SPANS)).astype(int)):
        yield int(starts_s[index] * rate_hz), int(SPAN_S * rate_hz)


def log_spectra(mono: np.ndarray, frame: int) -> Iterator[np.ndarray]:
    """Natural logarithm of the magnitude of each frame that sounds, half overlapping."""
    window = np.hanning(frame).astype(np.float32)
    for first in range(0, mono.size - frame + 1, frame // 2):
        power = np.square(np.abs(np.fft.rfft(mono[first : first + frame] * window)))
        if power.any():
            yield 0.5 * np.log(power + 1e-9 * float(power.max()))


def ripple(log_magnitude: np.ndarray, bin_hz: float) -> np.ndarray:
    """Float64 (delays,): height of the ripple at each delay of `DELAYS_S`."""
    width = int(TREND_HZ / bin_hz) | 1
    trend = np.convolve(log_magnitude, np.ones(width) / width, "same")
    hz = np.arange(log_magnitude.size) * bin_hz
    inside = (hz >= LOW_HZ) & (hz < HIGH_HZ)
    weight = np.hanning(int(inside.sum()))
    waves = np.cos(2 * np.pi * DELAYS_S[:, None] * hz[inside][None, :])
    return np.asarray(2 * (waves @ ((log_magnitude - trend)[inside] * weight)) / weight.sum())


def strongest(heights: np.ndarray) -> tuple[float, float, float]:
    """Delay, height and prominence of the strongest ripple up to 10 ms."""
    within = heights[: int(np.searchsorted(DELAYS_S, LONGEST_S))]
    best = int(np.argmax(within))
    return float(DELAYS_S[best]), float(within[best]), float(within[best] / max(np.median(np.abs(within)), 1e-9))
