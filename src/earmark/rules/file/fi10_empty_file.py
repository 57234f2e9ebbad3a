"""A sound file with no sound in it: 0 frames.

Hears
    A file whose header can be read and which counts no frames. A DAW track without regions is none.
Matters
    An export that was set to an empty range looks like this; the part is missing.
Fine
    A place-holder that somebody forgot to delete.
Misses
    A file full of silence.
Try
    Ask whether the part exists, and for it to be exported again.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import FileHeader
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI10",
    name="empty-file",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)


def check(header: FileHeader) -> Iterator[Finding]:
    """A question for a readable file of 0 frames."""
    facts = header.stem.known
    if facts.trouble or facts.unheard or facts.frames or facts.frames_promised:
        return
    yield RULE.finding(
        "question",
        (header.stem.name,),
        0.0,
        "frames",
        f"{header.stem.name} is a sound file of 0 frames ({facts.container}, {facts.rate_hz} Hz)",
        "it may be a place-holder that nobody misses",
        confidence=1.0,
        evidence={"container": facts.container, "rate_hz": facts.rate_hz, "channels": facts.channels},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the part."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} has no sound in it, 0 frames. Is there a part, and can you export it again?"),
        f"ask whether {stem} exists",
        "either the part is there, or one file less to wonder about",
        "a message and a wait",
    )


def example() -> tuple[Session, Session]:
    """A file of 0 frames beside one with sound; and both with sound."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    return scenes.session(8_000, kick=tone[:0], snare=tone), scenes.session(8_000, kick=tone, snare=tone)
