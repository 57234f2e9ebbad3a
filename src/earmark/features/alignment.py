"""Where one recording lies in another, to the sample, and how loud: what a bounce did to a stem as a whole.

Cross-correlation of windows all over the stem, each with a vote, so that a part that was recorded anew does not
move the rest. Every lag that a window votes for is then held against all windows by what it would leave over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from earmark import audio
from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.finite import finite
from earmark.features.loudness_shape import gate_dbfs
from earmark.features.whitened import mono
from earmark.model import Stem

WINDOWS = 24
WINDOW_S = 0.34
REACH_S = 0.06  # the 10 ms envelopes are trusted to a few steps
WHITENED = 0.5  # half whitened: tonal bass does not lead astray, noise is not raised to the level of the music
VOTED_FOR = 4  # lags that are held against all windows
# Of 24 windows the best quarter tell the lag, so that three quarters of a stem may be new. House default.
BELIEVED = 0.25
ALIKE = 0.9  # |correlation| of a window that tells the gain; house default


@dataclass(frozen=True, slots=True)
class Alignment:
    """How the second stem lies against the first.

    Attributes
    ----------
    lag_samples : int
        The second's frame n + lag is the first's frame n; above 0 its file begins with more before it.
    gain : float
        By what the first is multiplied to become the second; negative when it is upside down.
    correlation : float
        Of the best quarter of the windows, 0 to 1 whatever the polarity; 1.0 for a copy.
    alike : float
        Share of the windows that correlate above 0.9.
    """

    lag_samples: int
    gain: float
    correlation: float
    alike: float


def sounding_starts(envelope: StemEnvelope, count: int = WINDOWS) -> np.ndarray:
    """First frames of windows spread evenly over where the stem sounds, int64, shape (at most count,)."""
    steps = np.flatnonzero(envelope.level_dbfs > max(gate_dbfs(envelope), FLOOR_DBFS))
    if not steps.size:
        return np.zeros(0, np.int64)
    chosen = np.unique(steps[np.linspace(0, steps.size - 1, count).astype(int)])
    return np.asarray(np.round(chosen * envelope.step_s * envelope.stem.known.rate_hz), np.int64)


def align(
    old: Stem, new: Stem, starts: Sequence[int] | np.ndarray, guesses: Iterable[int], reach_s: float = REACH_S
) -> Alignment | None:
    """The best alignment near any of the guesses, in samples; None where nothing sounds in the windows.

    Parameters
    ----------
    old, new : Stem
        Of one sample rate.
    starts : sequence of int
        First frames of the windows in `old`.
    guesses : iterable of int
        Lags to look around; the nearer to the front, the sooner believed.
    reach_s : float
        How far around each.
    """
    size = round(WINDOW_S * old.known.rate_hz)
    first = read_all(old, starts, size)
    if not np.any(first):
        return None
    voted: dict[int, None] = {}
    for guess in guesses:
        voted |= dict.fromkeys((guess, *votes(first, new, starts, guess, round(reach_s * old.known.rate_hz))))
    found = [held_against(first, read_all(new, np.asarray(starts) + lag, size), lag) for lag in voted]
    return max((each for each in found if each), key=lambda each: round(each.correlation, 9), default=None)


def read_all(stem: Stem, starts: Sequence[int] | np.ndarray, size: int) -> np.ndarray:
    """Windows of a stem, float32 (windows, channels, size)."""
    return np.stack([finite(audio.window(stem, int(start), size)) for start in starts])


def votes(first: np.ndarray, new: Stem, starts: Sequence[int] | np.ndarray, guess: int, reach: int) -> list[int]:
    """The lags that most windows vote for, and the one that all of them together do."""
    size = first.shape[-1]
    second = mono(read_all(new, np.asarray(starts) + guess - reach, size + 2 * reach))
    length = 1 << (size + 2 * reach - 1).bit_length()
    cross = np.fft.rfft(second, length) * np.fft.rfft(mono(first), length).conj()
    weight = np.abs(cross)
    cross /= (weight + 1e-9 * weight.max(axis=-1, keepdims=True) + 1e-30) ** WHITENED
    around = np.abs(np.fft.irfft(cross, length)[:, : 2 * reach + 1])
    lags, counts = np.unique(np.argmax(around, axis=-1), return_counts=True)
    most = lags[np.argsort(-counts, kind="stable")][:VOTED_FOR]
    return [guess - reach + int(lag) for lag in (np.argmax(around.sum(axis=0)), *most)]


def held_against(first: np.ndarray, second: np.ndarray, lag: int) -> Alignment | None:
    """What one lag makes of all windows."""
    one, two = (np.asarray(each, np.float64) for each in np.broadcast_arrays(first, second))
    own, theirs, shared = (np.einsum("wcs,wcs->w", a, b) for a, b in ((one, one), (two, two), (one, two)))
    sounds = own > 0.0
    if not sounds.any():
        return None
    gains = shared[sounds] / own[sounds]
    likeness = np.abs(shared[sounds]) / np.sqrt(np.maximum(own * theirs, 1e-30))[sounds]
    best = likeness >= min(ALIKE, float(np.quantile(likeness, 1.0 - BELIEVED)))
    return Alignment(
        lag_samples=lag,
        gain=float(np.median(gains[best])),
        correlation=float(np.quantile(likeness, 1.0 - BELIEVED)),
        alike=float(np.mean(likeness >= ALIKE)),
    )
