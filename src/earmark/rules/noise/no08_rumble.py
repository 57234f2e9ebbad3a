"""A steady rumble below the lowest note of a stem.

Hears
    10-40 Hz of a stem, in half seconds, at a level that four fifths of them exceed: over -60 dBFS, and no more than
    30 dB under the stem's loud level. Of a stem whose role is not known, also in its pauses.
Matters
    Traffic, air conditioning and footfall use up headroom, work every compressor, and add up over the microphones of
    one room.
Fine
    Instruments that live there (kick, bass, synth, organ, drums and their rooms) are not listened to. A sub effect is
    a note that one answers once.
Misses
    A thump now and then, wind above 40 Hz, rumble in stems of low instruments, and anything below 10 Hz.
Try
    A high-pass below the lowest note; look at the meter of the low band before and after.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import HighPass, LeaveIt
from earmark.features.low_rumble import LowRumble
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO08",
    name="rumble",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=3.0,
)
# Below the lowest note: E2 of a guitar is 82 Hz, a bass singer's E2 too, A0 of a piano 27.5 Hz, G3 of a violin 196 Hz
CORNERS_HZ = {
    "lead-vocal": 70.0,
    "backing-vocal": 70.0,
    "electric-guitar": 70.0,
    "acoustic-guitar": 70.0,
    "brass": 40.0,
    "snare": 70.0,
    "hihat": 100.0,
}
OTHER_CORNER_HZ = 30.0
LIVE_THERE = frozenset(
    {
        "kick",
        "toms",
        "drums",
        "room",
        "overheads",
        "percussion",
        "bass",
        "synth",
        "keys",
        "piano",
        "strings",
        "fx",
        "mix",
    }
)


def check(
    rumble: LowRumble,
    *,
    threshold_dbfs: float = -60.0,  # house default
    under_loud_db: float = 30.0,  # house default; the guitars and voices of seven songs lie 41 dB and more under
) -> Iterator[Finding]:
    """One note per stem."""
    if rumble.level_dbfs is None or rumble.stem.role in LIVE_THERE:
        return
    limit_dbfs = max(threshold_dbfs, rumble.loud_dbfs - under_loud_db)
    nameless = rumble.stem.role == "unknown"
    in_pauses = rumble.in_pauses_dbfs is not None and rumble.in_pauses_dbfs >= limit_dbfs
    if rumble.level_dbfs < limit_dbfs or (nameless and not in_pauses):
        return
    name, under_db = rumble.stem.name, rumble.loud_dbfs - rumble.level_dbfs
    yield RULE.finding(
        "note",
        (name,),
        round(rumble.level_dbfs, 1),
        "dBFS",
        f"rumble on {name}: {rumble.level_dbfs:.0f} dBFS at 10-40 Hz most of the time, {under_db:.0f} dB under its "
        f"loud places, strongest at {rumble.peak_hz:.0f} Hz",
        "a part that reaches below 40 Hz all through, or a sub effect, would look alike",
        confidence=round(min(0.9, 0.6 + 0.01 * (rumble.level_dbfs - limit_dbfs) + (0.1 if in_pauses else 0.0)), 2),
        threshold=round(limit_dbfs, 1),
        band_hz=(10.0, 40.0),
        evidence={
            "under_loud_db": round(under_db, 1),
            "peak_hz": round(rumble.peak_hz, 1),
            "in_pauses_dbfs": None if rumble.in_pauses_dbfs is None else round(rumble.in_pauses_dbfs, 1),
            "corner_hz": CORNERS_HZ.get(rumble.stem.role, OTHER_CORNER_HZ),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A high-pass below the lowest note, or leaving it."""
    (stem,) = finding.stems
    corner_hz = float(str(finding.evidence["corner_hz"]))
    yield Option(
        HighPass(stem, corner_hz),
        f"a high-pass on {stem} at {corner_hz:.0f} Hz, 12 dB an octave or steeper",
        f"takes most of {finding.value:.0f} dBFS out of the headroom and the compressors",
        "turns the phase of the lowest notes a little; check it against other microphones of the same source",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it was recorded",
        f"{finding.value:.0f} dBFS below 40 Hz stays in the sum",
    )


def example() -> tuple[Session, Session]:
    """A strummed guitar with noise below 40 Hz at -40 dBFS; and without."""
    rate_hz = 8_000
    at_s = np.arange(6 * rate_hz) / rate_hz
    guitar = 0.2 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-4.0 * (at_s % 1.0))
    rng = np.random.default_rng(3)
    bins = np.fft.rfft(rng.standard_normal(at_s.size))
    hz = np.fft.rfftfreq(at_s.size, 1 / rate_hz)
    traffic = np.fft.irfft(bins * ((hz > 12.0) & (hz < 38.0)), at_s.size)
    traffic *= 10 ** (-40 / 20) / np.std(traffic)
    return scenes.session(rate_hz, guitar=guitar + traffic), scenes.session(rate_hz, guitar=guitar)
