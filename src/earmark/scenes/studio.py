"""The treatment each take gets before it is a stem: amplifier, equaliser, compressor, room.

Needs pedalboard, which is imported when it is called for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from earmark.scenes.filters import RATE_HZ
from earmark.scenes.signals import amplitude, at_peak

if TYPE_CHECKING:
    from pedalboard import Plugin

# Sample peak of each stem, and the hiss of its chain.
LEVELS_DBFS: dict[str, tuple[float, float]] = {
    "kick in": (-8.0, -88.0),
    "kick out": (-11.0, -86.0),
    "snare top": (-3.0, -86.0),
    "overheads": (-7.0, -82.0),
    "bass": (-9.0, -86.0),
    "guitar left": (-15.0, -80.0),
    "guitar right": (-15.5, -80.0),
    "keys": (-12.5, -86.0),
    "lead vocal": (-9.0, -80.0),
    "backing vocals": (-16.0, -80.0),
    "tambourine": (-15.0, -84.0),
}


def treat(takes: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Every take through its chain, at its level, over its hiss."""
    return {name: _recorded(name, _chain(name)(take), order) for order, (name, take) in enumerate(takes.items())}


def _recorded(name: str, sound: np.ndarray, order: int) -> np.ndarray:
    peak_dbfs, hiss_dbfs = LEVELS_DBFS[name]
    hiss = np.random.default_rng((79, order)).standard_normal(np.atleast_2d(sound).shape, dtype=np.float32)
    hiss *= np.float32(amplitude(hiss_dbfs) / 2**0.5)
    hiss += at_peak(sound, peak_dbfs)
    return hiss


def _chain(name: str) -> Callable[[np.ndarray], np.ndarray]:
    import pedalboard as pb

    chains: dict[str, list[pb.Plugin]] = {
        "overheads": [pb.Reverb(room_size=0.25, damping=0.6, wet_level=0.12, dry_level=0.9, width=1.0)],
        "snare top": [pb.PeakFilter(400, -3, 0.8), pb.HighShelfFilter(5000, 3)],
        "bass": [
            pb.LowShelfFilter(110, 5),
            pb.Compressor(-22, 3, 8, 120),
            pb.PeakFilter(800, 4, 0.8),
            pb.LowpassFilter(4500),
            pb.HighpassFilter(30),
        ],
        "guitar left": amplifier(drive_db=-2),
        "guitar right": amplifier(drive_db=3),
        "keys": [
            pb.Chorus(rate_hz=0.6, depth=0.12, centre_delay_ms=7, mix=0.35),
            pb.PeakFilter(1500, 6, 0.7),
            pb.Reverb(0.35, 0.5, 0.10, 0.9, 1.0),
        ],
        "lead vocal": [
            pb.HighpassFilter(90),
            pb.Compressor(-20, 2.2, 5, 90),
            pb.HighShelfFilter(6000, 4),
            *plate(0.07),
        ],
        "backing vocals": [
            pb.HighpassFilter(140),
            pb.Chorus(rate_hz=0.5, depth=0.2, centre_delay_ms=9, mix=0.4),
            *plate(0.16),
        ],
    }
    board = pb.Pedalboard(chains.get(name, []))  # type: ignore[attr-defined]  # its star import
    return lambda take: np.asarray(board(take, RATE_HZ), np.float32)


def amplifier(drive_db: float) -> list[Plugin]:
    """A guitar amplifier: tube, cabinet, the room it stands in."""
    import pedalboard as pb

    return [
        pb.HighpassFilter(75),
        pb.Distortion(drive_db),
        pb.PeakFilter(2600, 4, 0.9),
        pb.LowpassFilter(4800),
        pb.LowpassFilter(5200),
        pb.Reverb(0.15, 0.7, 0.06, 0.94, 1.0),
    ]


def plate(wet: float) -> list[Plugin]:
    """A plate, as little as `wet`."""
    import pedalboard as pb

    return [pb.Reverb(room_size=0.45, damping=0.4, wet_level=wet, dry_level=1 - wet, width=1.0)]
