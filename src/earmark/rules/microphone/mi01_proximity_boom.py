"""A phrase of a voice has far more low end than the others: closer to the microphone.

Hears
    Only when selected, of voices: power from 60 to 200 Hz against 300 Hz to 2 kHz, phrase by phrase; 6 dB and more over
    the voice's own median, further than three times its usual spread, with five phrases and more, the high end no
    more than 4 dB away from its median.
Matters
    A directional microphone adds bass as the mouth comes nearer. One boomy line makes the compressor work for the rest.
Fine
    A whisper on purpose, a low note: a voice that sings lower has more there too, and the two are not told apart for
    sure.
Misses
    A voice that is close throughout, microphones without a proximity effect, and stems with few phrases.
Try
    A low shelf or a high-pass over that phrase alone.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import HighPass, LeaveIt, Repair
from earmark.features.microphone_use import MicrophoneUse, PhraseTone
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MI01",
    name="proximity-boom",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
    selected=False,
)
VOICES = frozenset({"lead-vocal", "backing-vocal"})
LEAST_PHRASES, SPREADS, SAME_HIGH_DB = 5, 3.0, 4.0  # house defaults
CORNER_HZ = 120.0  # house default


def check(stem: MicrophoneUse, *, threshold_db: float = 6.0) -> Iterator[Finding]:  # house default
    """A note for every boomy phrase."""
    if stem.stem.role not in VOICES or len(stem.phrases) < LEAST_PHRASES:
        return
    low = np.array([phrase.low_db for phrase in stem.phrases])
    high = np.array([phrase.high_db for phrase in stem.phrases])
    usual_db, over_db = float(np.median(low)), low - np.median(low)
    limit_db = max(threshold_db, SPREADS * float(np.median(np.abs(over_db))))
    same_high = np.abs(high - np.median(high)) <= SAME_HIGH_DB
    for place in np.flatnonzero((over_db >= limit_db) & same_high):
        yield found(stem, stem.phrases[place], float(over_db[place]), usual_db, limit_db)


def found(stem: MicrophoneUse, phrase: PhraseTone, over_db: float, usual_db: float, limit_db: float) -> Finding:
    """One phrase."""
    name = stem.stem.name
    return RULE.finding(
        "note",
        (name,),
        round(over_db, 1),
        "dB",
        f"a phrase of {name} has {over_db:.1f} dB more between 60 and 200 Hz than its others, as from closer by",
        "a lower note has more down there too; without a second microphone the two are not told apart",
        confidence=round(min(0.55, 0.3 + 0.02 * (over_db - limit_db)), 2),
        threshold=round(limit_db, 1),
        start_s=phrase.start_s,
        end_s=phrase.end_s,
        band_hz=(60.0, 200.0),
        evidence={"usual_db": round(usual_db, 1), "phrases": len(stem.phrases)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A shelf, a high-pass, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        Repair(stem, f"a low shelf of {-finding.value / 2:.0f} dB below 200 Hz over this phrase alone"),
        "take half of it back with a low shelf",
        "the phrase sits in the voice's usual tone",
        "a little of the closeness goes with it",
    )
    span_s = (finding.start_s or 0.0, finding.end_s or 0.0)
    yield Option(
        HighPass(stem, CORNER_HZ, span_s),
        f"a high-pass at {CORNER_HZ:.0f} Hz over this phrase",
        "pops and handling go with it",
        "low notes lose their fundamental",
    )
    yield Option(LeaveIt(), "leave it", "the closeness stays", f"{finding.value:.1f} dB of low end stay")


def example() -> tuple[Session, Session]:
    """Eight phrases; one of them with 12 dB more below 200 Hz; then none."""
    rate_hz = 16_000
    at_s = np.arange(16 * rate_hz) / rate_hz
    sung = at_s % 2.0 < 1.4
    low = np.sin(2 * np.pi * 130.0 * at_s)
    rest = sum(np.sin(2 * np.pi * 130.0 * k * at_s) / k for k in range(2, 40))
    near = np.where(at_s // 2.0 == 4, 4.0, 1.0)
    return (
        scenes.session(rate_hz, lead_vocal=0.05 * sung * (near * low + rest)),
        scenes.session(rate_hz, lead_vocal=0.05 * sung * (low + rest)),
    )
