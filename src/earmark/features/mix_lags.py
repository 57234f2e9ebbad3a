"""Where each stem lies in the mix: its own delay, and the delay they have in common."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.features.mix_windows import MixWindows
from earmark.features.whitened import Grid, Peak, mono, peak_of, spectra, whitened

BETA = 0.75
REACH_S = 0.25  # a stem further off than this is not found; house default
FOUND_PROMINENCE = 12.0  # as for pairs of stems: unrelated sounds stay below 10
TOGETHER_S = 0.0005  # delays closer than this are the same delay; house default
AT_ZERO_SAMPLES = 3.0  # a common delay this small is none: filters on the mix bus turn phase by as much
FAR_S = 0.1  # offsets smaller than this are left to the finer search
CLEARLY = 1.5  # how much taller the peak must be than what is found nearer; house default


def whitened_mix(windows: MixWindows, grid: Grid) -> np.ndarray:
    """Whitened spectra (windows, bins) of the mix."""
    return whitened(spectra(mono(np.stack([windows.mix(w) for w in range(len(windows))])), grid), grid, BETA)


def whitened_stem(windows: MixWindows, index: int, grid: Grid) -> np.ndarray:
    """Whitened spectra (windows, bins) of a stem as it was sent."""

    def made() -> np.ndarray:
        blocks = [windows.stem(index, window, 0.0) for window in range(len(windows))]
        return whitened(spectra(mono(np.stack(blocks)), grid), grid, BETA)

    return windows.remembered(("whitened", index), made)


def lag_in(heard: np.ndarray, stem: np.ndarray, grid: Grid) -> Peak:
    """The delay and sign at which a stem lies in a mix, or in what is left of one; both whitened (windows, bins)."""
    return peak_of(np.einsum("wb,wb->b", heard, stem.conj()), grid, grid.reach(REACH_S))


def common_lag_s(peaks: Sequence[Peak], rate_hz: int) -> float:
    """The delay most stems share, weighted by how clearly each stands out; 0.0 when it is less than three samples."""
    found = [peak for peak in peaks if peak.prominence >= FOUND_PROMINENCE]
    if not found:
        return 0.0
    best = max(found, key=lambda peak: (_support(peak.lag_s, found), -abs(peak.lag_s)))
    near = [peak for peak in found if abs(peak.lag_s - best.lag_s) <= TOGETHER_S]
    lag_s = max(near, key=lambda peak: peak.prominence).lag_s
    return 0.0 if abs(lag_s) * rate_hz <= AT_ZERO_SAMPLES else round(lag_s * rate_hz * 4.0) / (4.0 * rate_hz)


def _support(lag_s: float, found: Sequence[Peak]) -> int:
    return sum(abs(peak.lag_s - lag_s) <= TOGETHER_S for peak in found)


def far_offset_s(envelopes: Sequence[StemEnvelope], of_mix: StemEnvelope) -> float:
    """By how many seconds the mix as a whole begins later than the stems, from where loudness rises; 0.0 if unclear.

    The rises of the stems' summed power are laid against those of the mix; offsets under a tenth of a second are
    left to the finer search.
    """
    start_s = min(envelope.stem.start_s for envelope in envelopes)
    summed = _rises(_summed(envelopes, start_s))
    mixed = _rises(of_mix.level_dbfs)
    size = len(summed) + len(mixed)
    around = np.fft.irfft(np.fft.rfft(mixed, size) * np.fft.rfft(summed, size).conj(), size)
    zero = round((start_s - of_mix.stem.start_s) / of_mix.step_s)
    at = int(np.argmax(around))
    near = round(FAR_S / of_mix.step_s)
    here = max(around[(zero + offset) % size] for offset in range(-near, near + 1))
    steps = (at if at < len(mixed) else at - size) - zero
    offset_s = steps * of_mix.step_s
    return offset_s if abs(offset_s) >= FAR_S and around[at] > CLEARLY * here else 0.0


def _summed(envelopes: Sequence[StemEnvelope], start_s: float) -> np.ndarray:
    offsets = [round((one.stem.start_s - start_s) / one.step_s) for one in envelopes]
    length = max(offset + len(one.level_dbfs) for offset, one in zip(offsets, envelopes, strict=True))
    power = np.full(length, 10.0 ** (FLOOR_DBFS / 10.0))
    for offset, one in zip(offsets, envelopes, strict=True):
        power[offset : offset + len(one.level_dbfs)] += 10.0 ** (one.level_dbfs / 10.0)
    return np.asarray(10.0 * np.log10(power))


def _rises(level_dbfs: np.ndarray) -> np.ndarray:
    gated = np.maximum(level_dbfs, level_dbfs.max(initial=FLOOR_DBFS) - 50.0)
    return np.asarray(np.clip(np.diff(gated, prepend=gated[:1]), 0.0, 20.0))
