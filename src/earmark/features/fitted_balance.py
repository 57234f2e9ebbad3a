"""The null test: how the stems have to be set so that they sum to the mix, and what is left then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.mix_lags import FOUND_PROMINENCE, common_lag_s, far_offset_s, lag_in, whitened_mix, whitened_stem
from earmark.features.mix_windows import MixWindows
from earmark.features.null_test import NormalEquations
from earmark.features.place_in_mix import Settled, settle
from earmark.features.places import choose_places
from earmark.features.reference_gain import reference_gains
from earmark.features.whitened import Grid, grid_of
from earmark.model import Stem

WINDOW_S = 0.68
EACH, MOST = 8, 40  # windows in which each stem sounds, windows in all: 28 s of sound
NULL_FLOOR = 1e-10  # of the mix's energy: -100 dB, below which two residuals are not told apart
TRUSTED_RESIDUAL_DB = -6.0  # three quarters of the mix's power are explained; house default
TRUSTED_UNCERTAINTY_DB = 1.0  # of the typical stem; house default
NO_MIX = "no mix to compare with; name one with --mix"


@dataclass(frozen=True)
class InMix:
    """One stem, as the mix has it.

    Attributes
    ----------
    name : str
    gains : tuple of float
        Linear, left and right (equal for a mono mix); negative is upside down.
    uncertainty : float
        Standard error of the gain, linear, of the surer channel; infinite where it cannot be told, as for two equal
        stems.
    expected : float
        The gain that stems of its kind have in this mix, linear; negative when the mix is upside down as a whole.
    level_db : float
        Gain over what stems of its kind (mono, stereo) have in this mix, polarity aside; -80.0 at the least.
    polarity : int
        +1 or -1, against most of the stems.
    lag_s : float
        How much later than the other stems it lies in the mix; 0.0 unless that is clear.
    prominence : float
        How clearly it was found in the mix: peak over median of the whitened correlation; below 10 is not found.
    costs_db : float
        By how much the residual grows when this one stem is put back to what its kind has: the weight of the
        difference.
    trace : float
        How clearly what is left still holds this stem, on the scale of `prominence`: 5 to 10 is nothing.
    """

    name: str
    gains: tuple[float, float]
    uncertainty: float
    expected: float
    level_db: float
    polarity: int
    lag_s: float
    prominence: float
    costs_db: float
    trace: float

    @property
    def uncertainty_db(self) -> float:
        """The standard error in dB of the gain itself; 99.0 where it cannot be told."""
        gain = max(abs(self.gains[0]), abs(self.gains[1]))
        return min(99.0, 8.686 * self.uncertainty / gain) if gain > 0.0 else 99.0


@dataclass(frozen=True, kw_only=True)
class FittedBalance(SessionFeature):
    """Gain, delay and polarity of every stem, fitted to the mix by least squares in up to 40 windows.

    Attributes
    ----------
    stems : tuple of InMix
        The stems that sound in the windows, in session order.
    left_out : tuple of str
        Names of stems that could not be compared: silent, or at another sampling rate.
    mix_lossy : bool
        Whether the mix comes from a lossy codec, whose own noise then is part of what is left.
    unity_residual_db : float
        What is left of the mix when the stems are summed as sent, over the mix, in dB. Mono stems at 0 or at -3 dB
        per side, whichever leaves less. Never below -200.
    even_residual_db : float
        The same with the gain, per kind of stem, and the delay that most have.
    residual_db : float
        The same with every stem at its own gain, delay and polarity.
    offset_s : float
        How much later the mix as a whole is than the stems.
    reference_db : float
        The gain that stems have here, of the kind that most are of.
    at_reference : float
        Share of the stems in the mix, of those within 0.5 dB of what their kind has: near 1 where the stems were
        printed to be summed, small where the mix has its own balance.
    follows_level, follows_tone : float
        See `Remainder`.
    heard_s : float
        How much of the mix was compared.
    trusted : bool
        Whether the gains may serve as the balance: residual below -6 dB and a median uncertainty below 1 dB.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    stems: tuple[InMix, ...]
    left_out: tuple[str, ...]
    mix_lossy: bool
    unity_residual_db: float
    even_residual_db: float
    residual_db: float
    offset_s: float
    reference_db: float
    at_reference: float
    follows_level: float
    follows_tone: float
    heard_s: float
    trusted: bool

    def gain_of(self, stem_name: str) -> tuple[float, float]:
        """Linear gains, left and right, of one stem; negative is upside down. (0.0, 0.0) for one left out."""
        return next((stem.gains for stem in self.stems if stem.name == stem_name), (0.0, 0.0))

    @classmethod
    def measure(cls, desk: Desk) -> FittedBalance | Unheard:
        """The fit, or why there is none."""
        if desk.mix is None:
            return Unheard(NO_MIX)
        stems = [stem for stem in desk.stems if stem.known.rate_hz == desk.mix.known.rate_hz]
        if not stems:
            return Unheard(f"the mix is at {desk.mix.known.rate_hz} Hz and none of the stems is")
        offset_s = far_offset_s([desk.of(stem, StemEnvelope) for stem in stems], desk.of(desk.mix, StemEnvelope))
        tries = [_fitted(cls, desk, stems, desk.mix, offset) for offset in dict.fromkeys((offset_s, 0.0))]
        found = [fitted for fitted in tries if fitted]
        if not found:
            return Unheard("none of the stems was found in the mix within a quarter second of where it lies")
        return min(found, key=lambda fitted: fitted.residual_db)


def _fitted(
    kind: type[FittedBalance], desk: Desk, stems: Sequence[Stem], mix: Stem, offset_s: float
) -> FittedBalance | None:
    grid = grid_of(mix.known.rate_hz, WINDOW_S)
    windows, sounding = _windows(desk, stems, mix, grid, offset_s)
    if not len(windows) or not any(sounding):
        return None
    heard = whitened_mix(windows, grid)
    peaks = {i: lag_in(heard, whitened_stem(windows, i, grid), grid) for i, sounds in enumerate(sounding) if sounds}
    if max(peak.prominence for peak in peaks.values()) < FOUND_PROMINENCE:
        return None
    common_s = common_lag_s(list(peaks.values()), grid.rate_hz)
    return _described(kind, desk, windows, settle(windows, peaks, common_s, grid), offset_s)


def _windows(
    desk: Desk, stems: Sequence[Stem], mix: Stem, grid: Grid, offset_s: float
) -> tuple[MixWindows, list[bool]]:
    """Windows in the mix, each stem sounding in as many as it can; and which stems sound in any."""
    envelopes = [desk.of(stem, StemEnvelope) for stem in stems]
    each = np.eye(len(stems), dtype=bool)
    places = choose_places(envelopes, grid.samples / grid.rate_hz, wanted=each, each=EACH, most=MOST, filled=True)
    starts_s = places.start_s + offset_s
    inside = (starts_s + places.length_s > mix.start_s) & (starts_s < mix.start_s + mix.known.duration_s)
    sounding = [bool(row[inside].any()) for row in places.sounding]
    return MixWindows(desk, stems, mix, starts_s[inside], grid.samples, offset_s), sounding


def _described(
    kind: type[FittedBalance], desk: Desk, windows: MixWindows, settled: Settled, offset_s: float
) -> FittedBalance:
    fit, equations = settled.fit, settled.equations
    gains = {equations.columns[column].stem: fit.gains[row] for row, column in enumerate(settled.chosen)}
    mono = {index: windows.stems[index].known.channels == 1 for index in gains}
    sizes, at_reference = reference_gains(gains, mono)
    upright = _most_are_upright(settled.fit.gains)
    reference = {index: upright * size for index, size in sizes.items()}
    even = np.array([reference[equations.columns[c].stem] for c in settled.common]).repeat(windows.channels)
    even_energy = equations.energy(settled.common, even.reshape(-1, windows.channels))
    in_mix = tuple(_in_mix(windows, settled, row, reference) for row in range(len(settled.chosen)))
    residual_db = _residual_db(settled.remainder.energy, equations)
    kinds = sorted(gains, key=lambda index: mono[index] == (sum(mono.values()) * 2 > len(mono)))
    return kind(
        session=desk.session,
        stems=in_mix,
        left_out=tuple(s.name for s in desk.stems if s.name not in {one.name for one in in_mix}),
        mix_lossy=bool(desk.mix and desk.mix.known.lossy),
        unity_residual_db=_unity_residual_db(windows, list(gains), mono, equations.mix_energy),
        even_residual_db=_residual_db(even_energy, equations),
        residual_db=residual_db,
        offset_s=offset_s + settled.common_lag_s,
        reference_db=_gain_db(reference[kinds[-1]]),
        at_reference=at_reference,
        follows_level=settled.remainder.follows_level,
        follows_tone=settled.remainder.follows_tone,
        heard_s=_covered_s(windows),
        trusted=_trusted(residual_db, in_mix),
    )


def _in_mix(windows: MixWindows, settled: Settled, row: int, reference: dict[int, float]) -> InMix:
    column = settled.equations.columns[settled.chosen[row]]
    gains, errors = settled.fit.gains[row], settled.fit.uncertainty[row]
    size = float(np.sqrt(np.mean(np.square(gains))))
    louder = gains[int(np.argmax(np.abs(gains)))]
    return InMix(
        name=windows.stems[column.stem].name,
        gains=(float(gains[0]), float(gains[-1])),
        uncertainty=float(np.min(errors)),
        expected=reference[column.stem],
        level_db=max(-80.0, _gain_db(size) - _gain_db(reference[column.stem])),
        polarity=1 if louder * reference[column.stem] >= 0.0 else -1,
        lag_s=column.lag_s - settled.common_lag_s,
        prominence=settled.peaks[column.stem].prominence,
        costs_db=_costs_db(settled, row, reference[column.stem]),
        trace=settled.remainder.traces[column.stem],
    )


def _most_are_upright(gains: np.ndarray) -> float:
    """-1.0 when more than half of the stems, each in its louder channel, are upside down in the mix; else 1.0."""
    louder = np.take_along_axis(gains, np.abs(gains).argmax(axis=1)[:, None], axis=1)
    return -1.0 if float(np.mean(louder < 0.0)) > 0.5 else 1.0


def _costs_db(settled: Settled, row: int, reference: float) -> float:
    """How much more is left with one stem at the gain of its kind and the common delay, the others as fitted."""
    equations = settled.equations
    put_back = list(settled.chosen)
    put_back[row] = settled.common[row]
    gains = settled.fit.gains.copy()
    gains[row] = reference
    floor = NULL_FLOOR * equations.mix_energy
    return float(10.0 * np.log10((equations.energy(put_back, gains) + floor) / (settled.fit.energy + floor)))


def _unity_residual_db(windows: MixWindows, stems: list[int], mono: dict[int, bool], mix_energy: float) -> float:
    """The plain sum, with mono stems at 0 dB or at -3 dB per side."""
    energies = np.zeros(2)
    for window in range(len(windows)):
        blocks = {index: windows.stem(index, window, 0.0) for index in stems}
        for way, side in enumerate((1.0, np.float32(0.5**0.5))):
            left = windows.mix(window) - sum(side * block if mono[i] else block for i, block in blocks.items())
            energies[way] += np.square(left, dtype=np.float64).sum()
    return max(-200.0, float(10.0 * np.log10((energies.min() + 1e-30) / max(mix_energy, 1e-30))))


def _covered_s(windows: MixWindows) -> float:
    length_s = windows.samples / windows.rate_hz
    return length_s + float(np.minimum(np.diff(windows.starts_s), length_s).sum())


def _residual_db(energy: float, equations: NormalEquations) -> float:
    return max(-200.0, float(10.0 * np.log10((energy + 1e-30) / max(equations.mix_energy, 1e-30))))


def _gain_db(gain: float) -> float:
    return float(20.0 * np.log10(max(abs(gain), 1e-12)))


def _trusted(residual_db: float, stems: Sequence[InMix]) -> bool:
    typical_db = float(np.median([stem.uncertainty_db for stem in stems]))
    return residual_db <= TRUSTED_RESIDUAL_DB and typical_db <= TRUSTED_UNCERTAINTY_DB
