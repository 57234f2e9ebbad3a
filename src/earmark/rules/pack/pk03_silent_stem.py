"""A stem in which nothing sounds.

Hears
    A stem whose every sample is exactly 0, or whose largest sample lies below -90 dBFS.
Matters
    A muted track, an unrouted bus or a plug-in that did not load at the export leaves a file of the right name and
    length with the part missing; it is noticed when somebody misses the part.
Fine
    An effect return that is silent in this song, a track kept for its name.
Misses
    A stem that holds only hiss or hum above -90 dBFS, or one stray click.
Try
    Ask whether the part is meant to be silent; if not, for the export with the track unmuted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt
from earmark.features.extremes import Levels
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK03",
    name="silent-stem",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)


def check(levels: Levels, *, threshold_dbfs: float = -90.0) -> Iterator[Finding]:
    """A question; -90 dBFS is 1 LSB of 16 bits, house default: below it is dither at most."""
    peak_dbfs = levels.sample_peak_dbfs
    if peak_dbfs is None:
        yield silent(levels)
    elif peak_dbfs < threshold_dbfs:
        yield RULE.finding(
            "question",
            (levels.stem.name,),
            round(peak_dbfs, 1),
            "dBFS",
            f"{levels.stem.name} stays below {peak_dbfs:.0f} dBFS for all of its {levels.stem.known.duration_s:.0f} s",
            "it may be the return of an effect that this song hardly uses, or a very quiet recording",
            confidence=0.9,
            threshold=threshold_dbfs,
            evidence={"sample_peak_dbfs": round(peak_dbfs, 1), "zero_share": round(levels.zero_share, 4)},
        )


def silent(levels: Levels) -> Finding:
    """What is said where there is no peak to name."""
    strange = f", or no number ({levels.not_finite} samples)" if levels.not_finite else ""
    return RULE.finding(
        "question",
        (levels.stem.name,),
        0.0,
        "sounding frames",
        f"every sample of {levels.stem.name} is exactly 0{strange}: {levels.stem.known.duration_s:.0f} s of nothing",
        "it may be meant: a return that this song does not use, or a track kept for its name",
        confidence=0.98,
        threshold=0.0,
        evidence={"sample_peak_dbfs": None, "zero_share": 1.0, "not_finite": levels.not_finite},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask, or leave it."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} arrived silent. Was it muted at the export, or is it meant to be?"),
        f"ask for {stem} again, unmuted",
        "a part that is missing is found before the mix is built without it",
        "a message and a wait",
    )
    yield Option(LeaveIt(), "leave it", "one file less to think about", "if the part was meant to sound, it is missing")


def example() -> tuple[Session, Session]:
    """A stem of zeros, and one that whispers at -80 dBFS."""
    whisper = 1e-4 * np.sin(2 * np.pi * 440.0 * np.arange(8_000) / 8_000)
    return scenes.session(8_000, fx_return=0.0 * whisper), scenes.session(8_000, fx_return=whisper)
