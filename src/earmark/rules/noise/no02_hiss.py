"""Hiss in the pauses of a stem where nothing else covers it.

Hears
    In pauses of a stem, 30 dB under its loud level, steady noise from 1 to 14 kHz over -75 dBFS and no more than 60 dB
    under the stem, whose spectrum is flat (geometric over arithmetic mean over 0.2), for at least 0.3 s in
    which all other stems together lie at most 10 dB over the stem's noise, between the first and the last sound of
    the session.
Matters
    In a bare bar before the last chorus the hiss of one amplifier is all there is to hear; compression and a treble
    lift bring it up.
Fine
    The noise of an amplifier or a tape that belongs to the sound. It is a note, never more.
Misses
    Hiss under a part that never rests, under other stems, before the first sound and behind the last one, and any hiss
    while raw stems have just come in: there it is normal. What the mix does to the level is not known.
Try
    Listen to the named pause with the level up. A fade or a cut in the bare bars is often all it takes.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.exposed_hiss import BareHiss, ExposedHiss
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO02",
    name="hiss",
    since="0.2",
    ceiling="note",
    stages=frozenset({"mix", "print"}),
    worse_by=3.0,
)


def check(
    session: ExposedHiss,
    *,
    threshold_dbfs: float = -75.0,  # house default: 25 dB over the noise of 16 bits
    under_loud_db: float = 60.0,  # house default: the range of a quiet room
    least_flatness: float = 0.2,  # tuned on data: hum and breath lie at 0.15 and below; -6 dB an octave at 0.4
    max_swing_db: float = 2.5,  # tuned on data: breaths and the tails of notes swing by 4 dB and more
) -> Iterator[Finding]:
    """A note per stem, at its longest bare pause."""
    for hiss in session.stems:
        loud_enough = hiss.hiss_dbfs >= max(threshold_dbfs, hiss.loud_dbfs - under_loud_db)
        if loud_enough and hiss.flatness >= least_flatness and hiss.swing_db <= max_swing_db:
            yield noted(hiss, threshold_dbfs)


def noted(hiss: BareHiss, threshold_dbfs: float) -> Finding:
    """One stem, where it is bare longest."""
    name, under_db = hiss.stem.name, hiss.loud_dbfs - hiss.hiss_dbfs
    start_s, end_s = max(hiss.spans_s, key=lambda span: span[1] - span[0])
    return RULE.finding(
        "note",
        (name,),
        round(hiss.hiss_dbfs, 1),
        "dBFS",
        f"hiss on {name}: {hiss.hiss_dbfs:.0f} dBFS at 1-14 kHz, {under_db:.0f} dB under its loud places, "
        f"bare for {hiss.bare_s:.1f} s in all",
        "soft cymbals, brushes or breath held very evenly would look alike; the mix may leave none of it",
        confidence=round(min(0.9, 0.5 + 0.3 * min(1.0, hiss.flatness) + 0.01 * (hiss.hiss_dbfs - threshold_dbfs)), 2),
        threshold=threshold_dbfs,
        start_s=start_s,
        end_s=end_s,
        band_hz=(1000.0, 14_000.0),
        evidence={
            "under_loud_db": round(under_db, 1),
            "flatness": round(hiss.flatness, 2),
            "swing_db": round(hiss.swing_db, 1),
            "bare_s": round(hiss.bare_s, 1),
            "places": len(hiss.spans_s),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A clean-up of the bare pauses, noise reduction, or leaving it."""
    (stem,) = finding.stems
    places = finding.evidence["places"]
    yield Option(
        Repair(stem, f"fade or cut the {places} bare pauses of {stem}, 10 ms before the next sound"),
        f"fade out {stem} in its {places} bare {'pause' if places == 1 else 'pauses'}",
        f"takes {finding.value:.0f} dBFS of hiss out of where it is heard, touches no note",
        "a pause with no noise at all can be heard as a hole; leave a little room tone",
    )
    yield Option(
        Repair(stem, "broadband noise reduction by 6-10 dB, learnt from the pause"),
        f"noise reduction on {stem}, learnt from the pause",
        "the noise under the notes goes down too",
        "costs air, and sounds watery when it is driven",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it was recorded",
        f"{finding.value:.0f} dBFS of hiss stays, {finding.value + 12:.0f} after 12 dB of compression",
    )


def example() -> tuple[Session, Session]:
    """A plucked line with rests and hiss at -60 dBFS, alone in its rests; and with a pad that covers them."""
    rate_hz = 16_000
    at_s = np.arange(6 * rate_hz) / rate_hz
    rng = np.random.default_rng(2)
    line = 0.3 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-12.0 * (at_s % 2.0))
    line += 10 ** (-60 / 20) * rng.standard_normal(at_s.size)
    pad = 0.05 * np.sin(2 * np.pi * 330.0 * at_s)
    return scenes.session(rate_hz, guitar=line), scenes.session(rate_hz, guitar=line, pad=pad)
