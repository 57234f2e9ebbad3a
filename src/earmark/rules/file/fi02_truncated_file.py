"""A file that stops before its own end.

Hears
    Fewer frames than the header promises: cut off while copying, or damaged so that the decoder gives up
    on the way. An Ogg file without its closing mark.
Matters
    The rest of the part is not in the file; in the mix it drops out at that point.
Fine
    A header that a recorder wrote before it knew the length, when the part plays to its end.
Misses
    A file that was cut off before it was exported: its header agrees with it. A WAV streamed without a length.
Try
    Listen to its end against the other stems, and ask for the file again, zipped or with a checksum.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.read_extent import ReadExtent
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI02",
    name="truncated-file",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
LOSSY_FRAME_SAMPLES = 1152  # of MPEG layer II and III; a decoder may give or keep back one at either end


def check(extent: ReadExtent) -> Iterator[Finding]:
    """A fault where promised frames cannot be read; a question where a closing mark is missing.

    Of lossy files two codec frames may be missing.
    """
    facts = extent.stem.known
    promised = max(facts.frames, facts.frames_promised or 0)
    missing = promised - extent.frames_read
    if missing <= (2 * LOSSY_FRAME_SAMPLES if facts.lossy else 0) and not facts.cut_off:
        return
    read_s, promised_s = extent.frames_read / facts.rate_hz, promised / facts.rate_hz
    yield RULE.finding(
        "question" if facts.cut_off else "fault",
        (extent.stem.name,),
        float(extent.frames_read),
        "frames",
        message(extent.stem.name, read_s, None if facts.cut_off else promised_s),
        "the header may have been written before the length was known"
        if not facts.cut_off
        else "a program that does not close its files properly leaves them like this with nothing missing",
        confidence=0.8 if facts.cut_off else 1.0,
        threshold=None if facts.cut_off else float(promised),
        evidence={
            "frames_read": extent.frames_read,
            "frames_promised": None if facts.cut_off else promised,
            "missing_s": None if facts.cut_off else round(promised_s - read_s, 4),
        },
    )


def message(stem: str, read_s: float, promised_s: float | None) -> str:
    """What was found, in one sentence."""
    if promised_s is None:
        return f"{stem} stops at {read_s:.2f} s without the mark that ends a whole file"
    return f"{stem} stops at {read_s:.2f} s of {promised_s:.2f} s: the rest cannot be read"


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the whole file."""
    (stem,) = finding.stems
    missing_s = finding.evidence["missing_s"]
    what = "the end" if missing_s is None else f"the last {missing_s:.2f} s"
    yield Option(
        AskTheBand(stem, f"{stem} arrived cut off, {what} is missing. Can you send it again, zipped?"),
        f"ask for {stem} again, zipped",
        f"{what} of the part is there",
        "a message and a wait",
    )


def example() -> tuple[Session, Session]:
    """A file whose header promises twice what is in it, and the same one whole."""
    session = scenes.session(8_000, bass=0.1 * np.sin(2 * np.pi * 55.0 * np.arange(16_000) / 8_000))
    bass = session.stems[0]
    cut = replace(bass, facts=replace(bass.known, frames_promised=32_000))
    return replace(session, stems=(cut,)), session
