"""What cancels when left and right become one.

Hears
    A stereo stem, or the mix, of which the mono sum keeps less than a quarter of the power in some band (-6 dB;
    identical sides keep all, unrelated ones half, -3 dB), or less than -3.5 dB from 20 to 120 Hz.
Matters
    Telephones, clubs, kitchen radios and everything under 120 Hz on most systems play one channel. What cancels
    there is not softer, it is gone.
Fine
    A wide pad, a chorus, a doubled guitar: width above 500 Hz that the song does not hang on. Unrelated sides, such
    as reverberation, lie at -3 dB by nature.
Misses
    A band 30 dB below the rest; a place shorter than a few windows of a third of a second; a cancellation that comes
    and goes within one.
Try
    Listen in mono, the named band alone; ask whether the song still holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.sides import BANDS_HZ, Sides, StereoVoices
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PH04",
    name="lost-in-mono",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=-2.0,
)
HEARD_DB = -30.0  # a band softer than this, against the whole, is not missed; house default
STEADY = 0.5  # of the windows in which the band is heard; house default
LEAST_WINDOWS = 4


def check(
    stereo: StereoVoices,
    *,
    threshold_db: float = -6.0,  # house default: half of what unrelated sides keep
    low_threshold_db: float = -3.5,  # below 120 Hz; house default: just under unrelated sides
) -> Iterator[Finding]:
    """One finding per voice, for the band that loses most; a question on a mix, a note on a stem."""
    for sides in stereo.voices:
        limits = np.array([low_threshold_db, *[threshold_db] * (len(BANDS_HZ) - 1)])
        lost = losing(sides, limits)
        if len(sides.at_s) < LEAST_WINDOWS or not lost.any():
            continue
        worst = int(np.argmin(np.where(lost, sides.mono_db - limits, np.inf)))
        is_mix = sides.stem.name == stereo.mix or sides.stem.role == "mix"
        yield finding(sides, worst, float(limits[worst]), is_mix, [BANDS_HZ[at] for at in np.flatnonzero(lost)])


def losing(sides: Sides, limits_db: np.ndarray) -> np.ndarray:
    """Which bands (5,) are heard and keep too little, all in all and in half of the windows."""
    power = sides.left + sides.right
    heard = power >= power.sum(axis=0) / max(1, len(power)) * 10.0 ** (HEARD_DB / 10.0)
    below = (sides.mono_by_window_db < limits_db) & heard
    steady = below.sum(axis=0) >= STEADY * np.maximum(1, heard.sum(axis=0))
    return np.asarray((sides.mono_db < limits_db) & (sides.share_db >= HEARD_DB) & steady)


def finding(sides: Sides, band: int, limit_db: float, is_mix: bool, bands_hz: list[tuple[float, float]]) -> Finding:
    """What is said of one voice."""
    kept_db = float(sides.mono_db[band])
    low_hz, high_hz = BANDS_HZ[band]
    lost = (sides.left + sides.right - 2.0 * sides.both)[:, band]
    start_s = float(sides.at_s[int(np.argmax(lost))]) + sides.stem.start_s
    name = sides.stem.name
    said = "almost nothing" if kept_db < -25.0 else f"{kept_db:.1f} dB"
    return RULE.finding(
        "question" if is_mix else "note",
        (name,),
        round(kept_db, 1),
        "dB",
        f"in mono {name} keeps {said} of its {low_hz:.0f} to {high_hz:.0f} Hz; unrelated sides keep -3.0 dB",
        "width may be the point of it" if low_hz >= 500.0 else "an effect may be meant, or one side is upside down",
        confidence=round(float(np.clip(0.6 + 0.05 * (limit_db - kept_db), 0.0, 0.95)), 2),
        threshold=limit_db,
        start_s=start_s,
        end_s=start_s + sides.window_s,
        band_hz=(low_hz, high_hz),
        evidence={
            "kept_by_band_db": [round(float(each), 1) for each in sides.mono_db],
            "correlation_by_band": [round(float(each), 2) for each in sides.alike],
            "bands_hz": [list(each) for each in BANDS_HZ],
            "losing_hz": [list(each) for each in bands_hz],
            "windows": len(sides.at_s),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Narrow the band, or leave it."""
    stem = finding.stems[0]
    low_hz, high_hz = finding.band_hz or BANDS_HZ[0]
    yield Option(
        Repair(stem, f"narrow {stem} from {low_hz:.0f} to {high_hz:.0f} Hz with a width control or a mono maker"),
        f"bring {low_hz:.0f} to {high_hz:.0f} Hz of {stem} to the middle",
        f"mono keeps more than {finding.value:.1f} dB there",
        "it is narrower on two loudspeakers",
    )
    yield Option(LeaveIt(), "leave it", "the width stays as it is", f"{finding.value:.1f} dB in mono stay as they are")


def example() -> tuple[Session, Session]:
    """A pad from two oscillators whose sides are opposite, and unrelated."""
    rate_hz = 16_000
    draw = np.random.default_rng(41)
    middle, side, other = 0.1 * draw.standard_normal((3, 6 * rate_hz))
    return (
        scenes.session(rate_hz, pad=np.stack([side + 0.2 * middle, 0.2 * middle - side])),
        scenes.session(rate_hz, pad=np.stack([side + 0.2 * middle, 0.2 * middle + other])),
    )
