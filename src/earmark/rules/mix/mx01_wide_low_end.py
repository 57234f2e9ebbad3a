"""The low end of the mix lies between the sides instead of in the middle.

Hears
    Of a mix alone: below 120 Hz, the energy of (L - R) / 2 over that of (L + R) / 2 in places over the whole song,
    together more than -12 dB.
Matters
    In mono, on most telephones and in most clubs, what lies in the sides is not there. A lathe cannot cut it, and two
    woofers that do not move together move less air.
Fine
    Orchestras and rooms with microphones apart, binaural recordings, a synthesizer that is meant to be felt around.
Misses
    Single notes: it is the sum over the song. Sides that only cancel in part are heard by lost-in-mono.
Try
    Listen in mono first. A high-pass at 100 Hz on the side signal alone, or the widener of the one stem that does it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.mix_spectra import LOW_HZ, LowSides
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MX01",
    name="wide-low-end",
    since="0.2",
    ceiling="note",
    stages=frozenset({"mix", "print", "deliver"}),
    worse_by=3.0,
)
HEARD = 1e-6  # -60 dBFS below 120 Hz: softer there is no low end to speak of. House default


def check(session: LowSides, *, threshold_db: float = -12.0) -> Iterator[Finding]:  # house default
    """One note of the whole mix."""
    middle, sides = (float(part.mean()) if part.size else 0.0 for part in (session.middle, session.sides))
    if middle + sides < HEARD:
        return
    over_db = 10 * float(np.log10((sides + 1e-12) / (middle + 1e-12)))
    if over_db > threshold_db:
        widest = float(session.time_s[int(np.argmax(session.sides))])
        yield found(session.mix.name, over_db, middle / (middle + sides), widest, threshold_db)


def found(name: str, over_db: float, kept: float, widest_s: float, threshold_db: float) -> Finding:
    """The finding."""
    lost_db = -10 * float(np.log10(max(kept, 1e-6)))
    return RULE.finding(
        "note",
        (name,),
        round(over_db, 1),
        "dB",
        f"below {LOW_HZ:.0f} Hz the sides of {name} lie at {over_db:.1f} dB against the middle; "
        f"in mono {lost_db:.1f} dB of its low end are gone",
        "microphones apart in a room, and synthesizers that are meant to be wide, are like that",
        confidence=round(min(0.9, 0.6 + 0.02 * (over_db - threshold_db)), 2),
        threshold=threshold_db,
        band_hz=(20.0, LOW_HZ),
        evidence={"mono_loss_db": round(lost_db, 1), "widest_at_s": round(widest_s, 1)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Narrow the low end, find the stem, or leave it."""
    (mix,) = finding.stems
    yield Option(
        Repair(mix, "a high-pass at 100 Hz, 12 dB per octave, on the side signal alone"),
        f"make {mix} mono below 100 Hz",
        f"{finding.evidence['mono_loss_db']} dB of low end come back in mono",
        "the room or the synthesizer is narrower down there",
    )
    yield Option(
        Repair(mix, "the widener, chorus or reverb of the one low stem that does it, at its source"),
        "find the stem that does it and narrow that one",
        "everything else keeps its width",
        "a search, stem by stem, in mono",
    )
    yield Option(
        LeaveIt(), "leave it", "the width stays as it was set", f"the sides stay at {finding.value:.1f} dB down there"
    )


def example() -> tuple[Session, Session]:
    """A wide mix over a bass that is upside down on one side by half; then the same with the bass in the middle."""
    rate_hz = 8_000
    at_s = np.arange(8 * rate_hz) / rate_hz
    bass = 0.2 * np.sin(2 * np.pi * 60.0 * at_s)
    wide = 0.05 * np.random.default_rng(3).standard_normal((2, at_s.size))
    return (
        scenes.session(rate_hz, mix=wide + np.stack([bass, -0.3 * bass]), bass=bass),
        scenes.session(rate_hz, mix=wide + bass, bass=bass),
    )
