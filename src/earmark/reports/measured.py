"""The numbers of every stem that a report carries whether or not a rule had something to ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from earmark.features.engine import Measurements
from earmark.features.extremes import Levels
from earmark.features.loudness import Loudness
from earmark.features.noise_floor import NoiseFloor
from earmark.features.true_peak import TruePeak
from earmark.reports.report import Numbers

NUMBERS: Mapping[str, tuple[type, Callable[[Any], float | None]]] = {
    "integrated_lufs": (Loudness, lambda loudness: loudness.integrated_lufs),
    "loudness_range_lu": (Loudness, lambda loudness: loudness.loudness_range_lu),
    "true_peak_dbtp": (TruePeak, lambda peak: peak.true_peak_dbtp),
    "sample_peak_dbfs": (Levels, lambda levels: levels.sample_peak_dbfs),
    "rms_dbfs": (Levels, lambda levels: levels.rms_dbfs),
    "noise_floor_dbfs": (NoiseFloor, lambda floor: floor.noise_floor_dbfs),
    "dc": (Levels, lambda levels: max(levels.dc, key=abs, default=None)),
}


def kinds_measured() -> set[type]:
    """The features that these numbers come from."""
    return {kind for kind, _ in NUMBERS.values()}


def measured_of(measured: Measurements) -> dict[str, Numbers]:
    """Every number of every stem and of the mix; none where a stem could not be read."""
    rows = dict(measured.of_stems)
    if measured.session.mix is not None:
        rows.setdefault(measured.session.mix.name, measured.of_mix)
    return {name: numbers(features) for name, features in rows.items()}


def numbers(features: Mapping[type, Any]) -> Numbers:
    """The numbers of one stem."""
    return {name: number(features[kind]) if kind in features else None for name, (kind, number) in NUMBERS.items()}
