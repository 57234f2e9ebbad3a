"""Left and right of a stem against each other, band by band: what their sum in mono keeps, and whose sign is whose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import CloserLook, Desk, PairFeature, ReadWindow, SessionFeature, Span, StemFeature
from earmark.features.finite import finite
from earmark.features.places import choose_places
from earmark.features.whitened import Grid, Peak, correlation, grid_of, peak_of, whitened
from earmark.model import Stem

BANDS_HZ = ((20.0, 120.0), (120.0, 500.0), (500.0, 2000.0), (2000.0, 6000.0), (6000.0, 16000.0))
WINDOW_S = 0.34
WINDOWS = 24
REACH_S = 0.02
BETA = 0.75
NO_PEAK = Peak(0.0, 1, 0.0)


@dataclass(frozen=True, kw_only=True)
class Sides(CloserLook):
    """The first two channels in up to 24 windows of a third of a second, where the stem is loud and all over it.

    Attributes
    ----------
    at_s : ndarray of float64, shape (windows,)
        Where each window begins, from the stem's first frame. Shape (0,) for a stem of one channel.
    window_s : float
        How long each is.
    left, right : ndarray of float64, shape (windows, 5)
        Power in 20-120, 120-500, 500-2000 Hz, 2-6 and 6-16 kHz; any unit, the same for all.
    both : ndarray of float64, shape (windows, 5)
        Real part of the cross power in the same bands: their product where they are alike, 0 where unrelated,
        below 0 where opposite.
    peak : Peak
        The tallest peak of the whitened correlation of right against left, all windows together, within 20 ms. Its
        prominence is 0.0 where one side is silent.
    agreeing : float
        Share of the windows whose own correlation at the lag of `peak` has its sign, 0 to 1.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    at_s: np.ndarray
    window_s: float
    left: np.ndarray
    right: np.ndarray
    both: np.ndarray
    peak: Peak
    agreeing: float

    @classmethod
    def candidates(cls, stem: Stem, *needs: StemFeature) -> Iterable[Span]:
        """Windows where it sounds; none for a stem of one channel."""
        (envelope,) = needs
        assert isinstance(envelope, StemEnvelope)
        if stem.known.channels < 2:
            return []
        grid = grid_of(stem.known.rate_hz, WINDOW_S)
        length_s = grid.samples / grid.rate_hz
        itself = np.ones((1, 1), bool)
        places = choose_places([envelope], length_s, wanted=itself, each=WINDOWS, most=WINDOWS)
        return [(round((at_s - stem.start_s) * grid.rate_hz), grid.samples) for at_s in places.start_s]

    @classmethod
    def measure(cls, stem: Stem, spans: Sequence[Span], read: ReadWindow, *needs: StemFeature) -> Sides:
        """From those windows."""
        grid = grid_of(stem.known.rate_hz, WINDOW_S)
        window_s = grid.samples / grid.rate_hz
        if not spans:
            none = np.zeros((0, len(BANDS_HZ)))
            return cls(
                stem=stem,
                at_s=np.zeros(0),
                window_s=window_s,
                left=none,
                right=none,
                both=none,
                peak=NO_PEAK,
                agreeing=0.0,
            )
        sound = np.stack([finite(read(*span))[:2] for span in spans])
        taper = np.hanning(grid.samples).astype(np.float32)
        left, right = (np.stack([np.fft.rfft(window * taper) for window in sound[:, side]]) for side in (0, 1))
        peak, agreeing = _peak(left[:, : grid.bins], right[:, : grid.bins], grid)
        return cls(
            stem=stem,
            at_s=np.array([start for start, _ in spans]) / grid.rate_hz,
            window_s=window_s,
            left=_in_bands(np.square(np.abs(left)), grid),
            right=_in_bands(np.square(np.abs(right)), grid),
            both=_in_bands(np.real(right * left.conj()), grid),
            peak=peak,
            agreeing=agreeing,
        )

    @property
    def mono_db(self) -> np.ndarray:
        """What the mono sum keeps, per band (5,): 0 dB identical, -3.01 unrelated, -60 at the least (opposite).

        10 log10 (E|L+R|^2 / (2 (E|L|^2 + E|R|^2))); 0.0 in a band that is silent.
        """
        return kept_db(self.left.sum(axis=0), self.right.sum(axis=0), self.both.sum(axis=0))

    @property
    def mono_by_window_db(self) -> np.ndarray:
        """The same window by window, (windows, 5)."""
        return kept_db(self.left, self.right, self.both)

    @property
    def alike(self) -> np.ndarray:
        """Correlation of the sides per band (5,), -1 to 1; 0.0 where one is silent."""
        return likeness(self.left.sum(axis=0), self.right.sum(axis=0), self.both.sum(axis=0))

    @property
    def share_db(self) -> np.ndarray:
        """Power of each band (5,) over that of all five; -120.0 for none."""
        power = (self.left + self.right).sum(axis=0)
        return np.asarray(10.0 * np.log10(np.maximum(power / max(float(power.sum()), 1e-30), 1e-12)))


@dataclass(frozen=True, kw_only=True)
class StereoVoices(SessionFeature):
    """The sides of every stereo stem and of the mix.

    Attributes
    ----------
    voices : tuple of Sides
        Those with windows, in session order; the mix, where it is stereo, comes last.
    mix : str or None
        The mix's name, where it is among them.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[PairFeature] | type[SessionFeature], ...]] = (Sides,)
    voices: tuple[Sides, ...]
    mix: str | None

    @classmethod
    def measure(cls, desk: Desk) -> StereoVoices:
        """What was measured already, gathered."""
        everything = [*desk.stems, *([desk.mix] if desk.mix else [])]
        voices = tuple(sides for stem in everything if len((sides := desk.of(stem, Sides)).at_s))
        mix = desk.mix.name if desk.mix and desk.mix.known.channels > 1 else None
        return cls(session=desk.session, voices=voices, mix=mix)


def kept_db(left: np.ndarray, right: np.ndarray, both: np.ndarray) -> np.ndarray:
    """10 log10 of the power of the mono sum over twice that of the sides; -60 at the least, 0.0 in silence."""
    apart = left + right
    ratio = 0.5 + np.divide(both, apart, out=np.full(apart.shape, 0.5), where=apart > 0.0)
    return np.asarray(10.0 * np.log10(np.clip(ratio, 1e-6, 1.0)))


def likeness(left: np.ndarray, right: np.ndarray, both: np.ndarray) -> np.ndarray:
    """Normalised correlation; 0.0 where one side is silent."""
    root = np.sqrt(left * right)
    return np.asarray(np.clip(np.divide(both, root, out=np.zeros(root.shape), where=root > 0.0), -1.0, 1.0))


def _in_bands(powers: np.ndarray, grid: Grid) -> np.ndarray:
    hz = np.arange(powers.shape[1]) * grid.bin_hz
    sums = [powers[:, (hz >= low) & (hz < high)].sum(axis=1, dtype=np.float64) for low, high in BANDS_HZ]
    return np.stack(sums, axis=1)


def _peak(left: np.ndarray, right: np.ndarray, grid: Grid) -> tuple[Peak, float]:
    crosses = whitened(right, grid, BETA) * whitened(left, grid, BETA).conj()
    peak = peak_of(crosses.sum(axis=0), grid, grid.reach(REACH_S))
    if peak.prominence == 0.0:
        return peak, 0.0
    reach = grid.reach(REACH_S)
    at = int(np.clip(round(peak.lag_s / grid.lag_step_s) + reach, 0, 2 * reach))
    return peak, float(np.mean(np.sign(correlation(crosses, grid, reach)[:, at]) == peak.sign))
