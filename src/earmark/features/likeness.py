"""Whether two stems are the same recording: what is left when one is taken from the other at its best gain and lag."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, PairFeature, StemFeature
from earmark.features.finite import finite
from earmark.features.loudness_shape import (
    LoudnessShape,
    same_shape,
    same_throughout,
    shape_of,
    shift_between,
)
from earmark.features.places import choose_places
from earmark.features.whitened import Grid, grid_of, mono
from earmark.model import Stem

WINDOW_S = 0.34
EACH, MOST = 12, 24
FINE_REACH_S = 0.06  # the 10 ms envelope is trusted to a few steps
ROUGHLY_WITHIN_DB = 3.0  # before anything is read; house default
CELLS_WITHIN_DB = 1.0  # house default; envelopes of the same recording, once aligned, differ by far less
WORTH_GIVING_DB = -20.0  # below this likeness the pair is not worth a feature; house default for near-duplicates


@dataclass(frozen=True, kw_only=True)
class Likeness(PairFeature):
    """Two stems whose loudness over time has the same shape, and how well one cancels the other.

    The screen compares envelopes, whatever the gain and the shift; only what passes is read again, in up to
    24 windows over the whole length. Doubled parts and processed copies do not pass it, or leave a large
    residual: only pairs with a residual under -20 dB are given.

    Attributes
    ----------
    residual_db : float
        Power left of the second stem after the first, at one gain and one lag, has been taken out; over the
        power of the second. -300.0 when nothing at all is left. Null test.
    residual_dbfs : float
        The same as a level: RMS re full scale 1.0, -300.0 when nothing is left.
    gain : float
        By how much the first is multiplied to match the second; negative when it is upside down.
    lag_s : float
        Above 0: the second is later. In whole samples.
    windows : int
        How many windows were compared.
    same_throughout : bool
        Whether the two envelopes, once aligned, agree within 1 dB in every half second that sounds, so that the
        windows speak for the whole.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (StemEnvelope,)
    residual_db: float
    residual_dbfs: float
    gain: float
    lag_s: float
    windows: int
    same_throughout: bool

    @classmethod
    def measure(cls, desk: Desk) -> Iterable[Likeness]:
        """Every pair that might be one recording twice."""
        shapes = [(stem, shape_of(desk.of(stem, StemEnvelope))) for stem in desk.stems]
        for first, second in _alike(shapes):
            if (pair := _compare(cls, desk, first, second)) and pair.residual_db <= WORTH_GIVING_DB:
                yield pair


def _alike(shapes: list[tuple[Stem, LoudnessShape | None]]) -> Iterator[tuple[Stem, Stem]]:
    for at, (first, one) in enumerate(shapes):
        for second, other in shapes[at + 1 :]:
            same_rate = first.known.rate_hz == second.known.rate_hz
            if one and other and same_rate and same_shape(one, other):
                yield first, second


def _compare(kind: type[Likeness], desk: Desk, first: Stem, second: Stem) -> Likeness | None:
    """Read both where they sound, the second at the shift the envelopes suggest, then to the sample."""
    grid = grid_of(first.known.rate_hz, WINDOW_S)
    envelope, other = desk.of(first, StemEnvelope), desk.of(second, StemEnvelope)
    coarse_s = shift_between(envelope, other)
    if not same_throughout(envelope, other, coarse_s, None, ROUGHLY_WITHIN_DB):
        return None
    starts_s = _windows(envelope, second, coarse_s, grid)
    if not len(starts_s):
        return None
    one = _read(desk, first, starts_s, grid)
    lag_s = coarse_s + _fine_lag_s(one, _read(desk, second, starts_s + coarse_s, grid), grid)
    lag_s = round(lag_s * grid.rate_hz) / grid.rate_hz
    two = _read(desk, second, starts_s + lag_s, grid)
    gain, left, power = _taken_out(one, two)
    if not gain:
        return None
    return kind(
        stems=(first, second),
        residual_db=_db(left / power),
        residual_dbfs=_db(left / two.size),
        gain=gain,
        lag_s=lag_s,
        windows=len(one),
        same_throughout=same_throughout(envelope, other, lag_s, 20.0 * float(np.log10(abs(gain))), CELLS_WITHIN_DB),
    )


def _windows(envelope: StemEnvelope, second: Stem, lag_s: float, grid: Grid) -> np.ndarray:
    """Where the first sounds and the second is there too, with the reach of the finer search to spare."""
    length_s = grid.samples / grid.rate_hz
    places = choose_places([envelope], length_s, wanted=np.ones((1, 1), bool), each=EACH, most=MOST, filled=True)
    begins_s = second.start_s - lag_s + FINE_REACH_S
    ends_s = second.start_s + second.known.duration_s - lag_s - FINE_REACH_S
    there = (places.start_s >= begins_s) & (places.start_s + length_s <= ends_s) & places.sounding[0]
    return np.asarray(places.start_s[there if there.any() else places.sounding[0]])


def _read(desk: Desk, stem: Stem, starts_s: np.ndarray, grid: Grid) -> np.ndarray:
    return np.stack([finite(desk.read(stem, start_s, grid.samples)) for start_s in starts_s])


def _fine_lag_s(one: np.ndarray, two: np.ndarray, grid: Grid) -> float:
    """Where plain cross-correlation of all windows peaks, in either direction, in whole samples."""
    size = grid.samples
    cross = sum(
        np.fft.rfft(second, 2 * size) * np.fft.rfft(first, 2 * size).conj()
        for first, second in zip(mono(one), mono(two), strict=True)
    )
    around = np.fft.irfft(cross / (np.abs(cross) + 1e-12 * np.abs(cross).max() + 1e-30) ** 0.5)
    reach = round(FINE_REACH_S * grid.rate_hz)
    near = np.concatenate([around[-reach:], around[: reach + 1]])
    return (int(np.argmax(np.abs(near))) - reach) / grid.rate_hz


def _taken_out(one: np.ndarray, two: np.ndarray) -> tuple[float, float, float]:
    """The least-squares gain from the first to the second, the energy left, and the energy there was.

    Windows (windows, channels, samples). A mono stem is compared with both channels of a stereo one; the gain is
    one for both, so that a panned copy does not pass for the same.
    """
    first, second = np.broadcast_arrays(one, two) if 1 in (one.shape[1], two.shape[1]) else (one, two)
    if first.shape != second.shape:
        return 0.0, 0.0, 0.0
    first, second = first.astype(np.float64), second.astype(np.float64)
    own, power = float(np.vdot(first, first)), float(np.vdot(second, second))
    gain = float(np.vdot(first, second)) / own if own > 0.0 and power > 0.0 else 0.0
    left = second - gain * first
    return gain, float(np.vdot(left, left)), power


def _db(ratio: float) -> float:
    """10 log10, with -300.0 for nothing."""
    return float(10.0 * np.log10(max(ratio, 1e-30)))
