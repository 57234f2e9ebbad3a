"""What the rules about two microphones have in common: words for distance, numbers for evidence."""

from __future__ import annotations

from earmark.features.band_sum import BandSum
from earmark.features.pair_lag import PairLag
from earmark.model import Json

AIR_CM_PER_MS = 34.3  # at 20 degrees
HEARD_SHARE_DB = -30.0  # a band softer than this in either stem says nothing about the pair; house default


def heard_bands(pair: PairLag) -> list[BandSum]:
    """The bands in which both stems have something to say, low to high."""
    return [band for band in pair.bands if band.share_db >= HEARD_SHARE_DB]


def later_of(pair: PairLag) -> tuple[str, str]:
    """The later stem and the earlier one."""
    first, second = (stem.name for stem in pair.stems)
    return (second, first) if pair.lag_s > 0.0 else (first, second)


def distance(lag_s: float) -> str:
    """A delay as time and as way through air: "1.30 ms, 45 cm of air"."""
    ms = abs(lag_s) * 1000.0
    return f"{ms:.2f} ms, {ms * AIR_CM_PER_MS:.0f} cm of air"


def evidence(pair: PairLag) -> dict[str, Json]:
    """Delay, sign, and per band what the sum does as it stands, flipped and aligned."""
    return {
        "lag_ms": round(pair.lag_s * 1000.0, 3),
        "polarity": pair.polarity,
        "prominence": round(pair.prominence, 1),
        "agreement": round(pair.agreement, 2),
        "windows": pair.windows,
        "strokes_of": pair.struck,
        "gain_db": round(pair.gain_db, 1),
        "bands": [
            {
                "hz": [band.low_hz, band.high_hz],
                "coherence": round(band.coherence, 2),
                "sum_db": round(band.sum_db, 1),
                "flipped_db": round(band.flipped_db, 1),
                "aligned_db": round(band.aligned_db, 1),
            }
            for band in pair.bands
        ],
    }
