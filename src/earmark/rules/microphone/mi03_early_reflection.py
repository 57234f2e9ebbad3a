"""One early reflection colours a recording: a wall, a table, a music stand.

Hears
    Only when selected, of what microphones hear: the mean log spectrum from 800 Hz to 8 kHz over the whole stem, and in
    it the ripple of a single reflection, 1.2 to 10 ms late and -14 dB or more under the direct sound, ten times the
    ripple at other delays, at the same delay in both halves of the song, not repeated at twice the delay.
Matters
    A comb in the voice's presence range: boxy, hollow, and no equaliser undoes it.
Fine
    A room that is meant to be heard; slap and doubling effects are longer than this.
Misses
    Reflections of moving singers (their delay moves), those under 1.2 ms, which look like the voice's own formants, and
    most on pitched instruments that play few notes. Planted on three real singers, reflections of -9 dB were found to
    0.1 ms in five of six cases, those of -6 dB in all six; on an acoustic guitar from -3 dB on.
Try
    Measure the path: 34 cm for each millisecond. Ask what stood that far from the microphone, before the next take.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.early_echo import EarlyEcho
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MI03",
    name="early-reflection",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
    selected=False,
)
PROMINENCE = 10.0  # tuned: sixteen recordings hold none that is steady and this tall
LEAST_FRAMES = 100  # 4 s. House default
CM_PER_S = 34_300.0  # speed of sound at 20 degrees


def check(stem: EarlyEcho, *, threshold_db: float = -14.0) -> Iterator[Finding]:  # a ripple of 3.5 dB. House default
    """A note for a stem with one clear reflection."""
    if stem.steady and stem.level_db >= threshold_db and stem.prominence >= PROMINENCE and stem.frames >= LEAST_FRAMES:
        yield found(stem, threshold_db)


def found(stem: EarlyEcho, threshold_db: float) -> Finding:
    """The stem."""
    name, path_cm = stem.stem.name, stem.delay_s * CM_PER_S
    part = 10 ** (stem.level_db / 20)
    ripple_db = 20 * float(np.log10((1 + min(part, 0.99)) / (1 - min(part, 0.99))))
    return RULE.finding(
        "note",
        (name,),
        round(stem.level_db, 1),
        "dB",
        f"{name} has a reflection {1000 * stem.delay_s:.1f} ms late, {-stem.level_db:.0f} dB under the direct sound: "
        f"a path {path_cm:.0f} cm longer, a ripple of {ripple_db:.0f} dB",
        "a note that keeps coming back leaves a ripple too; so does a delay effect",
        confidence=round(min(0.6, 0.3 + 0.005 * stem.prominence), 2),
        threshold=threshold_db,
        band_hz=(800.0, 8000.0),
        evidence={
            "delay_ms": round(1000 * stem.delay_s, 2),
            "path_cm": round(path_cm),
            "ripple_db": round(ripple_db, 1),
            "prominence": round(stem.prominence, 1),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A question, a try at undoing it, or leaving it."""
    (stem,) = finding.stems
    path_cm = finding.evidence["path_cm"]
    yield Option(
        AskTheBand(
            stem, f"what stood near the microphone? The way over it was {path_cm} cm longer than the direct one"
        ),
        "ask what stood near the microphone",
        "the next take is without it",
        "no help for this one",
    )
    yield Option(
        Repair(stem, f"a de-reverberation tool, or the inverse comb at {finding.evidence['delay_ms']} ms, by ear"),
        "try to take it out",
        "the hollow sound steps back where the reflection did not move",
        "where it moved, the tool adds a comb of its own",
    )
    yield Option(LeaveIt(), "leave it", "the recording stays as it is", "the ripple stays")


def example() -> tuple[Session, Session]:
    """Twelve seconds of shaker with a reflection 3 ms late at half its size; then without."""
    rate_hz = 24_000
    at_s = np.arange(12 * rate_hz) / rate_hz
    dry = 0.2 * np.random.default_rng(8).standard_normal(at_s.size) * (at_s % 1.0 < 0.7)
    late = round(0.003 * rate_hz)
    wet = dry + 0.5 * np.concatenate([np.zeros(late), dry[:-late]])
    return scenes.session(rate_hz, shaker=wet), scenes.session(rate_hz, shaker=dry)
