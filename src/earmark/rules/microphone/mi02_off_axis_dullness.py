"""A phrase of a voice is dull against the others: turned away from the microphone.

Hears
    Only when selected, of voices: power from 3 to 9 kHz against 300 Hz to 2 kHz, phrase by phrase; 6 dB and more under
    the voice's own median, further than three times its usual spread, in a phrase that is within 6 LU as loud as the
    others, with five phrases and more.
Matters
    A line sung to the music stand comes out of another room than the one before it.
Fine
    Humming, a dark vowel held long, an effect: all of them are dull by nature.
Misses
    A voice that is off axis throughout, soft phrases, and a microphone that is dark from the side and the front.
Try
    A high shelf over that phrase alone, or another take of the line.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.microphone_use import MicrophoneUse, PhraseTone
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MI02",
    name="off-axis-dullness",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
    selected=False,
)
VOICES = frozenset({"lead-vocal", "backing-vocal"})
LEAST_PHRASES, SPREADS, AS_LOUD_LU = 5, 3.0, 6.0  # house defaults


def check(stem: MicrophoneUse, *, threshold_db: float = 6.0) -> Iterator[Finding]:  # house default
    """A note for every dull phrase."""
    if stem.stem.role not in VOICES or len(stem.phrases) < LEAST_PHRASES:
        return
    high = np.array([phrase.high_db for phrase in stem.phrases])
    loud = np.array([phrase.loudness_lufs for phrase in stem.phrases])
    under_db = np.median(high) - high
    limit_db = max(threshold_db, SPREADS * float(np.median(np.abs(under_db))))
    as_loud = np.abs(loud - np.median(loud)) <= AS_LOUD_LU
    for place in np.flatnonzero((under_db >= limit_db) & as_loud):
        yield found(stem, stem.phrases[place], float(under_db[place]), limit_db)


def found(stem: MicrophoneUse, phrase: PhraseTone, under_db: float, limit_db: float) -> Finding:
    """One phrase."""
    name = stem.stem.name
    return RULE.finding(
        "note",
        (name,),
        round(under_db, 1),
        "dB",
        f"a phrase of {name} has {under_db:.1f} dB less between 3 and 9 kHz than its others, as from the side",
        "humming, dark vowels and words without esses are dull by nature",
        confidence=round(min(0.5, 0.3 + 0.02 * (under_db - limit_db)), 2),
        threshold=round(limit_db, 1),
        start_s=phrase.start_s,
        end_s=phrase.end_s,
        band_hz=(3000.0, 9000.0),
        evidence={"phrases": len(stem.phrases), "loudness_lufs": round(phrase.loudness_lufs, 1)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A shelf, another take, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        Repair(stem, f"a high shelf of +{min(6.0, finding.value / 2):.0f} dB from 4 kHz over this phrase alone"),
        "bring half of it back with a high shelf",
        "the phrase comes nearer to the others",
        "hiss and room come up with it",
    )
    yield Option(
        AskTheBand(stem, "is there another take of this line?"),
        "ask for another take of the line",
        "the voice itself",
        "time",
    )
    yield Option(LeaveIt(), "leave it", "the line stays as it was sung", f"it stays {finding.value:.1f} dB duller")


def example() -> tuple[Session, Session]:
    """Eight phrases; one of them with 12 dB less above 2.5 kHz; then none."""
    rate_hz = 24_000
    at_s = np.arange(16 * rate_hz) / rate_hz
    sung = at_s % 2.0 < 1.4
    low = sum(np.sin(2 * np.pi * 200.0 * k * at_s) / k for k in range(1, 12))
    high = sum(np.sin(2 * np.pi * 200.0 * k * at_s) / k for k in range(15, 45))
    away = np.where(at_s // 2.0 == 4, 0.25, 1.0)
    return (
        scenes.session(rate_hz, lead_vocal=0.05 * sung * (low + away * high)),
        scenes.session(rate_hz, lead_vocal=0.05 * sung * (low + high)),
    )
