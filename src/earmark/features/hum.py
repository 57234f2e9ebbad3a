"""Lines of the mains in the quiet stretches of a stem: how strong, how exact, how steady."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

import numpy as np

from earmark.features.decimated import DecimatedCopy
from earmark.features.feature import Derived, StemFeature
from earmark.features.level_stretches import Stretch, quiet_stretches
from earmark.model import Stem

PADDED = 16_384  # 0.06 Hz between the points of a spectrum, and parabolas between them
HIGHEST_HZ = 410.0
STANDS_DB = 10.0  # over the floor beside it: Brandt and Bitzer's comb, see HumLines
BESIDE_HZ = (5.0, 12.0)  # where the floor beside a line is read
TRIED_HZ = 0.5
STEP_HZ = 0.01


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the comb: the median over the stretches that show it."""

    harmonic: int
    freq_hz: float
    level_dbfs: float  # a full-scale sine is 0
    height_db: float  # over the floor 5-12 Hz beside it
    seen: float  # share of the stretches in which it stands 10 dB high


@dataclass(frozen=True, kw_only=True)
class HumLines(Derived):
    """What a comb at 50 or 60 Hz explains of the quietest level stretches of a stem.

    Attributes
    ----------
    mains_hz : int
        50 or 60, whichever comb stands higher; 0 when the stem has no level stretch of 0.5 s,
        or a rate under 850 Hz.
    base_hz : float
        The fundamental, as most of the lines that stand out have it; 0.0 where there is no stretch.
    lines : tuple of Line
        Harmonics up to 400 Hz, the first first, whether they stand out or not.
    stretches : tuple of Stretch
        Where was listened, in order of time.
    clearest : Stretch or None
        The one in which the lines stand highest, length counted.
    in_pauses : bool
        The stretches lie 20 dB under the stem's loud frames: nobody plays there.
    swing_db : float
        Median over the three highest lines of how far the level of each moves between stretches, or between
        the halves of the only one (median absolute deviation): the mains holds, notes do not.

    Notes
    -----
    A stretch is at least 0.5 s of consecutive 50 ms frames, none exactly zero, within 6 dB of each
    other. The base is the one of 49.5-50.5 and 59.5-60.5 Hz, in steps of 0.01 Hz, that
    maximises the sum of the heights of its harmonics, each counted from 0 to 60 dB, over all
    stretches. Comb and stationarity follow Brandt and Bitzer [1]_, there with a quantile ratio.

    References
    ----------
    .. [1] M. Brandt and J. Bitzer, "Automatic detection of hum in audio signals", J. Audio Eng.
       Soc. 62(9), 584-595, 2014.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (DecimatedCopy,)
    mains_hz: int = 0
    base_hz: float = 0.0
    lines: tuple[Line, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    clearest: Stretch | None = None
    in_pauses: bool = False
    swing_db: float = 0.0

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """Look for the comb in the quiet stretches of the decimated copy."""
        (copy,) = needs
        assert isinstance(copy, DecimatedCopy)
        sound = copy.samples
        wide_enough = copy.rate_hz / 2 > HIGHEST_HZ + BESIDE_HZ[1]
        stretches, in_pauses = quiet_stretches(sound, copy.rate_hz) if wide_enough else ([], False)
        if not stretches:
            return cls(stem=stem)
        spectra = [Spectrum.of(sound, copy.rate_hz, stretch) for stretch in stretches]
        mains_hz, base_hz = best_comb(spectra)
        lines = tuple(line(spectra, mains_hz, base_hz, k) for k in harmonics(mains_hz))
        return cls(
            stem=stem,
            mains_hz=mains_hz,
            base_hz=refined(base_hz, lines),
            lines=lines,
            stretches=tuple(stretches),
            clearest=clearest(stretches, spectra, mains_hz, base_hz),
            in_pauses=in_pauses,
            swing_db=swing(sound, copy.rate_hz, stretches, lines),
        )


def harmonics(mains_hz: int) -> range:
    """The harmonics that the copy holds."""
    return range(1, int(HIGHEST_HZ // mains_hz) + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Spectrum:
    """Hann amplitude spectrum of one stretch in dB, a full-scale sine is 0; the loudest channel per point."""

    level_db: np.ndarray
    per_hz: float  # points per hertz
    width_hz: float  # half of a line's main lobe
    floors_db: dict[int, float] = field(default_factory=dict)  # by nominal frequency, each read once

    @classmethod
    def of(cls, sound: np.ndarray, rate_hz: float, stretch: Stretch) -> Spectrum:
        """The spectrum of the stretch, mean taken out."""
        first, end = round(stretch.start_s * rate_hz), round(stretch.end_s * rate_hz)
        piece = sound[:, first:end].astype(np.float64)
        piece = piece - piece.mean(axis=1, keepdims=True)
        window = np.hanning(piece.shape[1])
        bins = np.abs(np.fft.rfft(piece * window, PADDED)).max(axis=0) * 2 / window.sum()
        return cls(20 * np.log10(bins + 1e-12), PADDED / rate_hz, 2 * rate_hz / piece.shape[1])

    def at(self, freq_hz: np.ndarray | float) -> np.ndarray:
        """Level at these frequencies, between the points by straight lines."""
        points = np.asarray(freq_hz) * self.per_hz
        below = points.astype(int)
        share = points - below
        return np.asarray(self.level_db[below] * (1 - share) + self.level_db[below + 1] * share)

    def floor_db(self, nominal_hz: int) -> float:
        """The median level 5-12 Hz to both sides of a harmonic's nominal place."""
        if nominal_hz not in self.floors_db:
            near, far = (round(offset * self.per_hz) for offset in BESIDE_HZ)
            centre = round(nominal_hz * self.per_hz)
            beside = self.level_db[centre - far : centre - near], self.level_db[centre + near : centre + far]
            self.floors_db[nominal_hz] = float(np.median(np.concatenate(beside)))
        return self.floors_db[nominal_hz]

    def peak_hz(self, freq_hz: float, reach_hz: float) -> float:
        """Where the highest point near a frequency lies, by a parabola through three points.

        At the edge of the reach the point need not be a peak, and the parabola's top may lie anywhere: it is
        followed by at most half a point, which is as far as a true peak can lie from its highest point.
        """
        first = max(1, round((freq_hz - reach_hz) * self.per_hz))
        last = round((freq_hz + reach_hz) * self.per_hz)
        top = first + int(np.argmax(self.level_db[first : last + 1]))
        left, here, right = self.level_db[top - 1 : top + 2]
        bend = left - 2 * here + right
        aside = 0.5 * (left - right) / bend if bend < 0 else 0.0
        return float(top + np.clip(aside, -0.5, 0.5)) / self.per_hz


def best_comb(spectra: Sequence[Spectrum]) -> tuple[int, float]:
    """Which mains, and its fundamental in hertz, whose harmonics stand highest over all stretches."""
    offsets = np.arange(-TRIED_HZ, TRIED_HZ + STEP_HZ / 2, STEP_HZ)
    scores = {mains: sum(comb_heights(s, mains, mains + offsets) for s in spectra) for mains in (50, 60)}
    mains = max(scores, key=lambda mains: float(np.max(scores[mains])) / len(harmonics(mains)))
    return mains, float(mains + offsets[int(np.argmax(scores[mains]))])


def comb_heights(spectrum: Spectrum, mains_hz: int, bases_hz: np.ndarray) -> np.ndarray:
    """For each tried fundamental, the sum of its lines' heights, each between 0 and 60 dB."""
    total = np.zeros(bases_hz.size)
    for k in harmonics(mains_hz):
        total += np.clip(spectrum.at(k * bases_hz) - spectrum.floor_db(k * mains_hz), 0.0, 60.0)
    return total


def line(spectra: Sequence[Spectrum], mains_hz: int, base_hz: float, harmonic: int) -> Line:
    """One line of the comb, where its own peak lies, over the better half of the stretches by height."""
    peaks = np.array([s.peak_hz(harmonic * base_hz, s.width_hz / 2) for s in spectra])
    levels = np.array([float(s.at(peak)) for s, peak in zip(spectra, peaks, strict=True)])
    heights = levels - np.array([s.floor_db(harmonic * mains_hz) for s in spectra])
    half = np.argsort(-heights)[: (len(spectra) + 1) // 2]
    return Line(
        harmonic,
        float(np.median(peaks[half])),
        float(np.median(levels[half])),
        float(np.median(heights[half])),
        float(np.mean(heights > STANDS_DB)),
    )


def refined(base_hz: float, lines: Sequence[Line]) -> float:
    """The fundamental that most of the lines that stand out agree on: a note beside one of them is outvoted."""
    out = [line.freq_hz / line.harmonic for line in lines if line.height_db > STANDS_DB]
    return float(np.median(out)) if out else base_hz


def clearest(stretches: Sequence[Stretch], spectra: Sequence[Spectrum], mains_hz: int, base_hz: float) -> Stretch:
    """The stretch whose three highest lines stand highest, 3 dB for each doubling of its length.

    Within 1 dB they are equally clear, and the last of them is taken: a place is there to be found
    again, and the last pause is the one with the least music behind it.
    """

    def clarity(spectrum: Spectrum, duration_s: float) -> float:
        comb = harmonics(mains_hz)
        heights = sorted(float(spectrum.at(k * base_hz)) - spectrum.floor_db(k * mains_hz) for k in comb)
        return float(np.mean(heights[-3:])) + 10 * float(np.log10(duration_s))

    clear = [clarity(spectrum, stretch.duration_s) for spectrum, stretch in zip(spectra, stretches, strict=True)]
    return [stretch for stretch, one in zip(stretches, clear, strict=True) if one >= max(clear) - 1.0][-1]


def swing(sound: np.ndarray, rate_hz: float, stretches: Sequence[Stretch], lines: Sequence[Line]) -> float:
    """Median over the three highest lines of how far each moves from stretch to stretch, in dB."""
    parts = stretches if len(stretches) > 1 else halves(stretches[0])
    spectra = [Spectrum.of(sound, rate_hz, part) for part in parts]
    moves = []
    for one in sorted(lines, key=lambda line: -line.height_db)[:3]:
        levels = np.array([float(s.at(one.freq_hz)) for s in spectra])
        moves.append(float(np.median(np.abs(levels - np.median(levels)))))
    return float(np.median(moves))


def halves(stretch: Stretch) -> tuple[Stretch, Stretch]:
    """The stretch in two."""
    middle_s = (stretch.start_s + stretch.end_s) / 2
    return replace(stretch, end_s=middle_s), replace(stretch, start_s=middle_s)
