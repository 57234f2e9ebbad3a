"""A file, or a part of a track, that cannot be listened to at all.

Hears
    A file that does not open: not a sound file, damaged, missing, a pipe or a folder, or not to be read by you.
    In a DAW session, regions whose file is missing or runs at another sample rate than the session.
Matters
    What cannot be opened is missing from the mix, and nothing else that earmark says counts it in.
Fine
    A file that was sent by mistake and is no part of the song.
Misses
    A file that opens and holds the take of another song.
Try
    Open it in the program that wrote it and export it as WAV, or ask for it again, zipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import FileHeader
from earmark.model import FileFacts, Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI01",
    name="unreadable-file",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)


def check(header: FileHeader) -> Iterator[Finding]:
    """A fault where nothing can be read, or where regions of a track are silent for want of their files."""
    facts = header.stem.known
    why = facts.trouble or facts.unheard
    if why is None:
        return
    yield RULE.finding(
        "fault",
        (header.stem.name,),
        float(facts.frames),
        "frames",
        f"{header.stem.name} cannot be read: {why}"
        if facts.trouble
        else f"part of {header.stem.name} is silent: {why}",
        "another program may still open it"
        if facts.trouble
        else "the DAW may find a file that earmark did not look for",
        confidence=1.0,
        evidence={"because": why, "partly": facts.trouble is None},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the file."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} does not open here ({finding.evidence['because']}). Can you export it again as WAV?"),
        f"ask for {stem} again, as WAV",
        "the part is there and is listened to",
        "a message and a wait",
    )


def example() -> tuple[Session, Session]:
    """A session in which one file does not open, and the same one in which it does."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    session = scenes.session(8_000, kick=tone, snare=tone[::-1])
    broken = replace(session.stems[0], facts=FileFacts(trouble="kick.wav holds text, not sound"))
    return replace(session, stems=(broken, session.stems[1])), session
