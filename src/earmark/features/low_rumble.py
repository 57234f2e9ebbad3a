"""What lies under the lowest notes of a stem, all the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.decimated import DecimatedCopy
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.feature import Derived, StemFeature
from earmark.model import Stem

LOW_HZ, HIGH_HZ = 10.0, 40.0
FRAME_S = 0.5  # 2 Hz between the points of a spectrum
STEADY_QUANTILE = 0.2  # four fifths of the time it is at least this loud: a thump now and then is not
PAUSE_DEPTH_DB = 20.0  # under the loud frames (P95) of what sounds above the rumble
LEAST_FRAMES = 4
TINY = 10 ** (FLOOR_DBFS / 10)


@dataclass(frozen=True, kw_only=True)
class LowRumble(Derived):
    """The steady level from 10 to 40 Hz.

    Attributes
    ----------
    level_dbfs : float or None
        The level that frames of half a second exceed four fifths of the time, mean square over all channels, frames of
        digital silence left out: a full-scale sine reads -3.01. None with fewer than four such frames,
        or where the decimated copy does not reach 80 Hz.
    loud_dbfs : float
        95th percentile of the level over all frequencies, 10 ms; -120.0 for silence.
    peak_hz : float
        The strongest frequency of the median spectrum there; 0.0 where there is no level.
    in_pauses_dbfs : float or None
        Its median in frames where what lies from 40 to 500 Hz is 20 dB under its own loud level; None where there
        are none.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (DecimatedCopy, StemEnvelope)
    level_dbfs: float | None
    loud_dbfs: float
    peak_hz: float
    in_pauses_dbfs: float | None

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the decimated copy."""
        copy, envelope = needs
        assert isinstance(copy, DecimatedCopy)
        assert isinstance(envelope, StemEnvelope)
        heard = envelope.level_dbfs[envelope.level_dbfs > FLOOR_DBFS]
        loud_dbfs = float(np.percentile(heard, 95)) if heard.size else FLOOR_DBFS
        hz, spectra = frame_spectra(copy)
        low = (hz >= LOW_HZ) & (hz <= HIGH_HZ)
        rumble_dbfs = 10 * np.log10(np.maximum(spectra[:, low].sum(axis=1), TINY))
        if len(spectra) < LEAST_FRAMES or copy.rate_hz < 4 * HIGH_HZ:
            return cls(stem=stem, level_dbfs=None, loud_dbfs=loud_dbfs, peak_hz=0.0, in_pauses_dbfs=None)
        above_dbfs = 10 * np.log10(np.maximum(spectra[:, hz > HIGH_HZ].sum(axis=1), TINY))
        higher_dbfs = float(np.percentile(above_dbfs, 95))  # of what sounds above it
        pauses = rumble_dbfs[above_dbfs < higher_dbfs - PAUSE_DEPTH_DB]
        return cls(
            stem=stem,
            level_dbfs=float(np.quantile(rumble_dbfs, STEADY_QUANTILE)),
            loud_dbfs=loud_dbfs,
            peak_hz=float(hz[low][int(np.argmax(np.median(spectra[:, low], axis=0)))]),
            in_pauses_dbfs=float(np.median(pauses)) if pauses.size else None,
        )


def frame_spectra(copy: DecimatedCopy) -> tuple[np.ndarray, np.ndarray]:
    """Frequencies, and (frames, frequencies) mean squares of Hann frames, one after the other, that hold no silence."""
    size = round(FRAME_S * copy.rate_hz)
    hz = np.fft.rfftfreq(size, 1 / copy.rate_hz)
    channels, samples = copy.samples.shape
    frames = copy.samples[:, : samples // size * size].reshape(channels, -1, size)
    sounding = frames[:, (frames[..., :: max(1, size // 16)] != 0.0).any(axis=0).all(axis=-1)]
    window = np.hanning(size).astype(np.float32)
    bins = np.fft.rfft((sounding - sounding.mean(axis=2, keepdims=True)) * window, axis=2)
    powers = np.square(bins.real) + np.square(bins.imag)
    return hz, np.asarray(powers.mean(axis=0) * 2 / (size * np.sum(window**2)))
