"""Samples that are no numbers.

Hears
    NaN, infinite or absurdly large samples (beyond +180 dBFS) in a floating-point file. One is enough.
Matters
    Some players are silent at such a sample, some crackle at full level, and a filter or reverb fed with one may
    stay silent until the session is loaded again.
Fine
    Nothing: no recording holds such a sample.
Misses
    Samples that are finite and far too loud; these show as level.
Try
    Find the plug-in or render that made them, and render the stem again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Repair
from earmark.features.extremes import Levels
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI03",
    name="not-finite",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=100.0,
)


def check(levels: Levels) -> Iterator[Finding]:
    """A fault on the first such sample: IEEE 754 leaves no room for doubt."""
    if not levels.not_finite:
        return
    at_s = levels.first_not_finite_s or 0.0
    total = levels.frames * levels.stem.known.channels
    many = "sample is" if levels.not_finite == 1 else "samples are"
    yield RULE.finding(
        "fault",
        (levels.stem.name,),
        float(levels.not_finite),
        "samples",
        f"{levels.not_finite} {many} no number (NaN or infinite) in {levels.stem.name}, the first at {at_s:.3f} s",
        "the program that plays it may replace such samples by silence, and then nothing is heard of them",
        confidence=1.0,
        threshold=0.0,
        start_s=at_s,
        end_s=at_s + 1.0 / levels.stem.known.rate_hz,
        evidence={"not_finite": levels.not_finite, "share": levels.not_finite / max(1, total)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Render again, or silence the samples."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} holds {finding.value:.0f} samples that are no numbers. Can you render it again?"),
        f"ask for {stem} rendered again",
        "no such sample is left, whatever plays the file",
        "a message and a wait; the plug-in that made them may make them again",
    )
    yield Option(
        Repair(stem, f"open {stem} in an editor and draw over the sample at {finding.start_s or 0.0:.3f} s"),
        "draw over them in an editor",
        "the file can be used as it is today",
        f"{finding.value:.0f} samples are made up from their neighbours",
    )


def example() -> tuple[Session, Session]:
    """A tone with one NaN in it, and without."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    hurt = tone.copy()
    hurt[4_000] = np.nan
    return scenes.session(8_000, synth=hurt), scenes.session(8_000, synth=tone)
