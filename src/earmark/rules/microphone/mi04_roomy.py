"""A voice brings its room along.

Hears
    Only when selected, of voices: after the ends of phrases, how fast the level falls, where it falls in a straight
    line by 15 dB and more. The median of four and more such decays is a reverberation time of 0.5 s and longer.
Matters
    A room that was recorded cannot be taken back, and every compressor brings it forward.
Fine
    A room that was chosen; a reverb that was printed on purpose.
Misses
    Stems whose phrases follow each other closely, edited gaps, gates. Blind estimates of reverberation are off by 0.2 s
    and more: a place to listen, no measurement of the room.
Try
    Listen to the end of a phrase, alone and loud. A shorter reverb on top, or none, may be all that is needed.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.microphone_use import MicrophoneUse
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MI04",
    name="roomy",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=0.3,
    selected=False,
)
VOICES = frozenset({"lead-vocal", "backing-vocal"})
LEAST_DECAYS = 4  # house default


def check(stem: MicrophoneUse, *, threshold_s: float = 0.5) -> Iterator[Finding]:  # house default: dry booths have 0.3
    """A note for a voice with a room."""
    if stem.stem.role in VOICES and len(stem.decays_s) >= LEAST_DECAYS:
        typical_s = float(np.median(stem.decays_s))
        if typical_s >= threshold_s:
            yield found(stem, typical_s, threshold_s)


def found(stem: MicrophoneUse, typical_s: float, threshold_s: float) -> Finding:
    """The stem."""
    name = stem.stem.name
    return RULE.finding(
        "note",
        (name,),
        round(typical_s, 1),
        "s",
        f"after its phrases {name} dies away as in a room with {typical_s:.1f} s of reverberation",
        "a printed reverb looks the same, and blind estimates are off by 0.2 s and more",
        confidence=round(min(0.55, 0.3 + 0.02 * len(stem.decays_s)), 2),
        threshold=threshold_s,
        evidence={"decays": len(stem.decays_s), "longest_s": round(max(stem.decays_s), 2)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A question, a tool, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, "is the room on the recording, or is it an effect that can be sent without?"),
        "ask whether there is a dry one",
        "a printed effect comes off at no cost",
        "a question to the band",
    )
    yield Option(
        Repair(stem, "a de-reverberation tool, or an expander of 2:1 below the phrases, a few dB"),
        "push the room back a few dB",
        "the voice comes nearer",
        "endings of words are shortened with it",
    )
    yield Option(LeaveIt(), "leave it", "the room stays with the voice", f"{finding.value:.1f} s of it stay")


def example() -> tuple[Session, Session]:
    """Eight phrases that die away as in a room of 1.2 s; then in one of 0.15 s."""
    rate_hz = 8_000
    at_s = np.arange(20 * rate_hz) / rate_hz
    since_s = at_s % 2.5 - 1.2
    tone = 0.3 * np.sin(2 * np.pi * 300.0 * at_s) + 1e-5 * np.random.default_rng(9).standard_normal(at_s.size)

    def dying(seconds: float) -> np.ndarray:
        return np.asarray(tone * np.where(since_s < 0, 1.0, 10 ** (-3.0 * np.maximum(since_s, 0.0) / seconds)))

    return scenes.session(rate_hz, lead_vocal=dying(1.2)), scenes.session(rate_hz, lead_vocal=dying(0.15))
