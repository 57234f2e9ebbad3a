"""Bursts of air in a voice: low, short, and at the start of a word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.decimated import DecimatedCopy
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.esses import VOICES
from earmark.features.feature import Derived, StemFeature
from earmark.features.runs import runs_of
from earmark.model import Stem

LOW_HZ, HIGH_HZ = 20.0, 90.0  # pop noise lies below 100 Hz, most of it below 50 [1]; men sing from 80 Hz
SLOPE = 8  # of the band's edges: 24 dB an octave
AROUND_S = 0.015  # to both sides of each step: as short as 90 Hz allows
ACTIVE_DEPTH_DB = 25.0  # under the loud steps (P95), as between phrases
LEAST_OVER_DB = 9.0  # over the voice's own median low level: where a burst begins to be one
LEAST_SHARE = 0.25  # at the top, where the vowel may have begun already
LEAST_BEFORE = 0.5  # within 6 dB of the top: what is less is the low end of something else
AFTER_S = 0.15  # in which the vowel begins
HIGHEST_EDGE_HZ = 150.0


@dataclass(frozen=True, slots=True)
class LowBurst:
    """One burst, seconds from the stem's first frame.

    `level_dbfs` is its loudest 30 ms from 20 to 90 Hz, `over_habit_db` that over the median while the voice sounds,
    `share` its part in the power of all frequencies within 6 dB of that, `after_dbfs` the loudest 30 ms of the 0.15 s
    behind it, `edge_hz` the frequency below which 90 % of what lies under 150 Hz lies.
    """

    start_s: float
    end_s: float
    level_dbfs: float
    over_habit_db: float
    share: float
    after_dbfs: float
    edge_hz: float

    @property
    def middle_s(self) -> float:
        """Where it is."""
        return (self.start_s + self.end_s) / 2


@dataclass(frozen=True, kw_only=True)
class LowBursts(Derived):
    """Every low burst of a voice.

    Attributes
    ----------
    bursts : tuple of LowBurst
        In order of time; start and end are where the level has fallen by 10 dB. Empty for stems that are no
        voice, below 1 kHz rate, and shorter than 30 ms.
    loud_dbfs : float
        95th percentile of the level of the voice over all frequencies, 30 ms; -120.0 for silence.

    References
    ----------
    .. [1] S. Mochizuki et al., "Voice liveness detection using pop noise", Odyssey, 2018.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (DecimatedCopy, StemEnvelope)
    bursts: tuple[LowBurst, ...]
    loud_dbfs: float

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the decimated copy and the envelope."""
        copy, envelope = needs
        assert isinstance(copy, DecimatedCopy)
        assert isinstance(envelope, StemEnvelope)
        too_short = copy.samples.shape[1] < copy.rate_hz * AROUND_S or envelope.level_dbfs.size < 3
        if stem.role not in VOICES or too_short or copy.rate_hz < 2 * HIGHEST_EDGE_HZ:
            return cls(stem=stem, bursts=(), loud_dbfs=FLOOR_DBFS)
        steps = Steps.of(copy, envelope)
        return cls(stem=stem, bursts=tuple(steps.bursts()), loud_dbfs=steps.loud_dbfs)


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Low and whole level every 10 ms."""

    sound: np.ndarray  # the decimated copy, one channel
    rate_hz: float
    step_s: float
    low_dbfs: np.ndarray
    all_dbfs: np.ndarray
    loud_dbfs: float
    habit_dbfs: float

    @classmethod
    def of(cls, copy: DecimatedCopy, envelope: StemEnvelope) -> Steps:
        """Both levels on the grid of the envelope."""
        sound = copy.samples.mean(axis=0)
        steps = min(int(sound.size / copy.rate_hz / envelope.step_s), envelope.level_dbfs.size)
        low = powers_around(low_band(sound, copy.rate_hz), copy.rate_hz, (np.arange(steps) + 0.5) * envelope.step_s)
        whole = np.convolve(10.0 ** (envelope.level_dbfs[:steps] / 10.0), np.ones(3) / 3, "same")[:steps]
        low_dbfs, all_dbfs = (10 * np.log10(np.maximum(power, 10 ** (FLOOR_DBFS / 10))) for power in (low, whole))
        heard = all_dbfs[all_dbfs > FLOOR_DBFS]
        loud_dbfs = float(np.percentile(heard, 95)) if heard.size else FLOOR_DBFS
        active = low_dbfs[all_dbfs > max(loud_dbfs - ACTIVE_DEPTH_DB, FLOOR_DBFS)]
        habit_dbfs = float(np.median(active)) if active.size else FLOOR_DBFS
        return cls(sound, copy.rate_hz, envelope.step_s, low_dbfs, all_dbfs, loud_dbfs, habit_dbfs)

    def bursts(self) -> list[LowBurst]:
        """Runs of steps that are low for the most part and stand over the habit."""
        standing = self.low_dbfs > max(self.habit_dbfs + LEAST_OVER_DB, self.loud_dbfs - 2 * ACTIVE_DEPTH_DB)
        low = self.low_dbfs > self.all_dbfs + 10 * np.log10(LEAST_SHARE)
        tops = [first + int(np.argmax(self.low_dbfs[first:end])) for first, end in runs_of(standing & low)]
        return [burst for burst in map(self.burst, tops) if burst.share >= LEAST_BEFORE]

    def burst(self, top: int) -> LowBurst:
        """The burst around its highest step."""
        down = np.flatnonzero(self.low_dbfs < self.low_dbfs[top] - 10.0)
        place = int(np.searchsorted(down, top))
        first = int(down[place - 1]) + 1 if place else 0
        end = int(down[place]) if place < down.size else self.low_dbfs.size
        behind = self.all_dbfs[end : end + round(AFTER_S / self.step_s)]
        return LowBurst(
            first * self.step_s,
            end * self.step_s,
            float(self.low_dbfs[top]),
            float(self.low_dbfs[top]) - self.habit_dbfs,
            self.share(first, end, top),
            float(behind.max(initial=FLOOR_DBFS)),
            self.edge_hz((top + 0.5) * self.step_s),
        )

    def share(self, first: int, end: int, top: int) -> float:
        """The largest part of low power, where the burst is within 6 dB of its top: the vowel may begin in it."""
        near = self.low_dbfs[first:end] >= self.low_dbfs[top] - 6.0
        parts_db = (self.low_dbfs - self.all_dbfs)[first:end][near]
        return float(min(1.0, 10 ** (parts_db.max() / 10)))

    def edge_hz(self, at_s: float) -> float:
        """Below it lies 90 % of the power under 150 Hz, in 0.1 s around a burst."""
        first, end = (round((at_s + away_s) * self.rate_hz) for away_s in (-0.05, 0.05))
        piece = self.sound[max(0, first) : end]
        power = np.abs(np.fft.rfft(piece * np.hanning(piece.size), 1024)[: int(HIGHEST_EDGE_HZ / self.rate_hz * 1024)])
        summed = np.cumsum(power**2)
        return float(np.searchsorted(summed, 0.9 * summed[-1]) * self.rate_hz / 1024)


def low_band(sound: np.ndarray, rate_hz: float) -> np.ndarray:
    """The sound from 20 to 90 Hz, not moved in time."""
    padded = 1 << int(np.ceil(np.log2(sound.size + rate_hz / LOW_HZ)))
    hz = np.maximum(np.fft.rfftfreq(padded, 1 / rate_hz), 1e-3)
    gain = 1 / np.sqrt((1 + (LOW_HZ / hz) ** SLOPE) * (1 + (hz / HIGH_HZ) ** SLOPE))
    return np.fft.irfft(np.fft.rfft(sound, padded) * gain, padded)[: sound.size]


def powers_around(sound: np.ndarray, rate_hz: float, at_s: np.ndarray) -> np.ndarray:
    """Mean square of the 30 ms around each of these times."""
    summed = np.concatenate([[0.0], np.cumsum(np.square(sound, dtype=np.float64))])
    first, end = (
        np.clip(np.rint((at_s + away) * rate_hz), 0, sound.size).astype(int) for away in (-AROUND_S, AROUND_S)
    )
    return np.asarray((summed[end] - summed[first]) / np.maximum(1, end - first))
