"""A mono sound in a stereo file.

Hears
    Two sides of the same shape and level throughout: they correlate by more than 0.9995 in 99 of 100 sounding
    tenths of a second, differ by less than 0.1 dB, and what one leaves of the other lies 50 dB below it.
Matters
    Little: twice the disk, a stereo plug-in where a mono one would do, and a balance control where a panner is
    expected. A double that was meant to be wide may have been folded on the way.
Fine
    Many exports write every track in stereo.
Misses
    A mono sound panned off the middle, or with a trace of stereo reverb: those say something and are left alone.
    One side upside down, which is another question.
Try
    Use one side as a mono track. If the part is meant to be wide, ask how it was exported.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.stereo import Stereo
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK06",
    name="dual-mono",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake"}),
    worse_by=None,
)
ALIKE_SHARE = 0.99  # Essentia's FalseStereoDetector looks for frames that correlate by 0.9995; 99 %: house default


def check(
    stereo: Stereo,
    *,
    max_balance_db: float = 0.1,  # house default; a panner's first step is larger
    max_residual_db: float = -50.0,  # tuned on data: lossy and dithered dual mono lie at -58 and below
) -> Iterator[Finding]:
    """A note where both sides carry one sound."""
    if stereo.stem.known.channels != 2 or stereo.correlation is None or stereo.balance_db is None:
        return
    rest_db = stereo.residual_db
    alike = (stereo.alike_share or 0.0) >= ALIKE_SHARE and abs(stereo.balance_db) <= max_balance_db
    if not alike or (rest_db is not None and rest_db > max_residual_db):
        return
    how = "to the last bit" if stereo.identical else f"but for a rest {-(rest_db or -140.0):.0f} dB below"
    yield RULE.finding(
        "note",
        (stereo.stem.name,),
        round(stereo.correlation, 6),
        "correlation",
        f"both sides of {stereo.stem.name} carry the same sound, {how}",
        "a part that is wide elsewhere in the song, or a very narrow stereo recording, could read like this",
        confidence=0.99 if stereo.identical else 0.9,
        threshold=0.9995,
        evidence={
            "identical": stereo.identical,
            "balance_db": round(stereo.balance_db, 3),
            "residual_db": None if rest_db is None else round(rest_db, 1),
            "alike_share": round(stereo.alike_share or 0.0, 4),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """One side, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        Repair(stem, f"put {stem} on a mono track from its left side alone; in the middle it plays as before"),
        "make it a mono track from the left side",
        "half the samples and half the plug-in load; the pan control pans",
        "what was set in stereo plug-ins on it has to be set again",
    )
    yield Option(
        LeaveIt(), "leave it", "nothing to do, and it sounds the same", "twice the samples, and a balance knob"
    )


def example() -> tuple[Session, Session]:
    """One noise on both sides, and a different one on each."""
    left, right = 0.1 * np.random.default_rng(6).standard_normal((2, 16_000))
    return scenes.session(8_000, pad=np.stack([left, left])), scenes.session(8_000, pad=np.stack([left, right]))
