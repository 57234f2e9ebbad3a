"""One side of a stereo stem upside down against the other.

Hears
    A stem, or the mix, whose two sides carry one sound with opposite signs: the correlation over all bands is -0.7
    or less; or the sides differ by their places (two overheads, a room pair) and still what they share is opposite,
    in the low end in four windows of five and at the tallest peak of the whitened correlation.
Matters
    In mono, on a telephone and under a subwoofer, what both sides share is gone: kick, bass, voice. On two
    loudspeakers it has no place.
Fine
    A side signal on its own, of a middle-and-side pair; a widener or an effect on one stem, when the rest of the mix
    holds the middle.
Misses
    Sides that share less than half of their low end; a flip that lasts for less than a fifth of the song; sides more
    than 2 ms apart, where no sign is certain: of two overheads a metre and more apart only the lowest octaves tell,
    and what mono loses there is asked about by that name.
Try
    Flip one side and listen in mono: the low end comes back, or it was meant.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.sides import BANDS_HZ, Sides, StereoVoices, likeness
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PH06",
    name="one-side-flipped",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=-0.2,
)
# below 500 Hz two microphones of one pair are within half a wave of each other
ALL, LOW, LOW_HZ = slice(0, 5), slice(0, 2), (20.0, 500.0)
HEARD_DB = -30.0  # a band softer than this, against the whole, says nothing; house default
CLEAR = 12.0  # prominence; as for pairs of stems
NEAR_S = 0.002  # 70 cm; house default
STEADY = 0.8  # of the windows; house default
LEAST_WINDOWS = 4


def check(
    stereo: StereoVoices,
    *,
    threshold: float = -0.7,  # correlation of the whole; house default, between -1 (flipped) and 0 (unrelated)
    low_threshold: float = -0.5,  # correlation from 20 to 500 Hz, if the peak says so too; house default
    shared_threshold: float = -0.3,  # correlation of the whole, if the peak says so too; house default
) -> Iterator[Finding]:
    """A question for each stem whose sides are opposite as a whole, or in their low end."""
    for sides in stereo.voices:
        whole, low = correlation(sides, ALL), correlation(sides, LOW)
        everywhere = whole <= threshold or (whole <= shared_threshold and opposite(sides, ALL))
        if len(sides.at_s) < LEAST_WINDOWS or not (everywhere or (low <= low_threshold and opposite(sides, LOW))):
            continue
        value, limit = (
            (whole, threshold if whole <= threshold else shared_threshold) if everywhere else (low, low_threshold)
        )
        start_s = float(sides.at_s[int(np.argmax((sides.left + sides.right).sum(axis=1)))]) + sides.stem.start_s
        yield RULE.finding(
            "question",
            (sides.stem.name,),
            round(value, 2),
            "correlation",
            message(sides, value, everywhere),
            "a side signal of a middle-and-side pair, or a widening effect, looks the same and is meant",
            confidence=round(min(0.98, 0.5 + 0.5 * abs(value)) * (1.0 if everywhere else max(0.5, sides.agreeing)), 2),
            threshold=limit,
            start_s=start_s,
            end_s=start_s + sides.window_s,
            band_hz=None if everywhere else LOW_HZ,
            evidence=evidence(sides),
        )


def correlation(sides: Sides, bands: slice) -> float:
    """Of left and right in some of the bands together."""
    left, right, both = (each[:, bands].sum() for each in (sides.left, sides.right, sides.both))
    root = float(np.sqrt(left * right))
    return float(np.clip(both / root, -1.0, 1.0)) if root > 0.0 else 0.0


def opposite(sides: Sides, bands: slice) -> bool:
    """Whether these bands are heard, steadily opposite, and the peak of the correlation says so too."""
    left, right, both = (each[:, bands].sum(axis=1) for each in (sides.left, sides.right, sides.both))
    heard = sides.share_db[bands].max() >= HEARD_DB
    steady = float(np.mean(likeness(left, right, both) < 0.0)) >= STEADY
    peak = sides.peak
    return bool(heard and steady and peak.sign < 0 and peak.prominence >= CLEAR and abs(peak.lag_s) <= NEAR_S)


def message(sides: Sides, value: float, everywhere: bool) -> str:
    """What was heard, in one sentence."""
    where = "" if everywhere else " from 20 to 500 Hz"
    gains_db = -gain_in_mono_db(sides)
    lost = f"more than {40:.0f}" if gains_db > 40.0 else f"{gains_db:.1f}"
    return (
        f"left and right of {sides.stem.name} are opposite{where} (correlation {value:.2f}): in mono it is {lost} dB "
        "softer than with one side flipped"
    )


def gain_in_mono_db(sides: Sides) -> float:
    """Power of the mono sum as it stands over that with one side flipped."""
    apart, both = float((sides.left + sides.right).sum()), float(sides.both.sum())
    return float(10.0 * np.log10(max(apart + 2.0 * both, 1e-6 * apart) / max(apart - 2.0 * both, 1e-6 * apart)))


def evidence(sides: Sides) -> dict[str, Json]:
    """The numbers behind the sentence."""
    return {
        "correlation_by_band": [round(float(each), 2) for each in sides.alike],
        "bands_hz": [list(band) for band in BANDS_HZ],
        "mono_as_it_is_over_flipped_db": round(gain_in_mono_db(sides), 1),
        "lag_ms": round(sides.peak.lag_s * 1000.0, 3),
        "sign": sides.peak.sign,
        "prominence": round(sides.peak.prominence, 1),
        "windows": len(sides.at_s),
    }


def suggest(finding: Finding) -> Iterator[Option]:
    """Flip one side, or leave it."""
    stem = finding.stems[0]
    gain_db = -float(str(finding.evidence["mono_as_it_is_over_flipped_db"]))
    yield Option(
        Repair(stem, f"flip the polarity of the left or the right of {stem} alone"),
        f"flip the polarity of one side of {stem}, left or right alone",
        f"in mono it is {gain_db:.1f} dB louder; on two loudspeakers it stands in the middle",
        "where the width was meant, it is gone",
    )
    yield Option(LeaveIt(), "leave it", "the width stays as it is", f"in mono {gain_db:.1f} dB of it stay cancelled")


def example() -> tuple[Session, Session]:
    """Two overheads over one kit, a hand's breadth apart in time, one of them upside down, and not."""
    rate_hz = 16_000
    draw = np.random.default_rng(61)
    at_s = np.arange(6 * rate_hz) / rate_hz
    beat = np.exp(-14.0 * (at_s % 0.5))
    drum = 0.3 * beat * (np.sin(2 * np.pi * 90.0 * at_s) + 0.5 * draw.standard_normal(at_s.size))
    left = drum + 0.01 * draw.standard_normal(at_s.size)
    right = np.roll(drum, 5) + 0.01 * draw.standard_normal(at_s.size)
    return (
        scenes.session(rate_hz, overheads=np.stack([left, -right])),
        scenes.session(rate_hz, overheads=np.stack([left, right])),
    )
