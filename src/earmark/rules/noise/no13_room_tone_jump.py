"""The room behind a part changes from one moment to the next.

Hears
    In a pause of a stem, 30 dB under its loud level, two steady noises of 0.4 s that meet within 60 ms and lie 6 dB
    apart or more, in most of the bands (60 %), the louder one over -75 dBFS. Digital silence on either side is an
    edit that was meant, and not spoken of.
Matters
    The ear follows the room tone without noticing it until it jumps: then the edit, the punch-in or the gate is heard,
    most of all on headphones and after compression.
Fine
    An amplifier that is switched on, a gate that closes on purpose. It is a note, never more.
Misses
    A jump hidden under a note or a breath, one shorter than 0.4 s on a side, one between two takes with a phrase
    in between, and any in a part that never pauses.
Try
    Listen to the named place alone with the level up. A crossfade of 50-200 ms over the edit, or a piece of the room
    laid under the quieter side.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.floor_jumps import FloorJump, FloorJumps
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO13",
    name="room-tone-jump",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=3.0,
)
BESIDE_S = 0.4  # what was compared on either side


def check(
    floor: FloorJumps,
    *,
    threshold_db: float = 6.0,  # house default
    least_dbfs: float = -75.0,  # house default: the louder side; 25 dB over the noise of 16 bits
    band_share: float = 0.6,  # tuned on data: strings that ring on move half of the bands and less
) -> Iterator[Finding]:
    """A note for every jump."""
    for jump in floor.jumps:
        louder_dbfs = max(jump.before_dbfs, jump.after_dbfs)
        if abs(jump.jump_db) >= threshold_db and louder_dbfs >= least_dbfs and jump.band_share >= band_share:
            yield noted(floor, jump, threshold_db)


def noted(floor: FloorJumps, jump: FloorJump, threshold_db: float) -> Finding:
    """One jump."""
    name, way = floor.stem.name, "up" if jump.jump_db > 0 else "down"
    return RULE.finding(
        "note",
        (name,),
        round(abs(jump.jump_db), 1),
        "dB",
        f"the room behind {name} jumps {way} by {abs(jump.jump_db):.0f} dB, from {jump.before_dbfs:.0f} to "
        f"{jump.after_dbfs:.0f} dBFS, within a pause",
        "an amplifier switched on, or soft noise that is part of the music, would look alike",
        confidence=round(min(0.9, 0.4 + 0.4 * jump.band_share + 0.01 * (abs(jump.jump_db) - threshold_db)), 2),
        threshold=threshold_db,
        start_s=max(0.0, jump.at_s - BESIDE_S),
        end_s=jump.at_s + BESIDE_S,
        evidence={
            "at_s": round(jump.at_s + floor.stem.start_s, 3),
            "before_dbfs": round(jump.before_dbfs, 1),
            "after_dbfs": round(jump.after_dbfs, 1),
            "band_share": round(jump.band_share, 2),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A crossfade, room tone under the quieter side, or leaving it."""
    (stem,) = finding.stems
    at_s = float(str(finding.evidence["at_s"]))
    yield Option(
        Repair(stem, f"crossfade 50-200 ms over the edit at {at_s:.2f} s, or move it under a note"),
        f"crossfade the edit of {stem} at {at_s:.2f} s, or move it under a note",
        f"{finding.value:.0f} dB of change come slowly, or where nobody hears them",
        "an edit to make by hand, with what lies beyond the clip's edge",
    )
    yield Option(
        Repair(stem, "lay a loop of the louder room under the quieter side"),
        "lay room tone under the quieter side",
        "the room stays the same through the pause",
        "adds noise where there was less",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the edit stays as it is",
        f"the jump of {finding.value:.0f} dB stays; compression makes it larger",
    )


def example() -> tuple[Session, Session]:
    """A voice whose room is 12 dB louder from the middle of a pause on; and with one room all through."""
    return scenes.session(16_000, vocal=in_a_room(12.0)), scenes.session(16_000, vocal=in_a_room(0.0))


def in_a_room(jump_db: float, rate_hz: int = 16_000, floor_dbfs: float = -72.0, at: float = 3.5) -> np.ndarray:
    """Vowels every two seconds with a pause of one between, in noise that jumps at a time."""
    at_s = np.arange(6 * rate_hz) / rate_hz
    vowel = sum(np.sin(2 * np.pi * 190.0 * k * at_s) / k for k in range(1, 8)) * 0.15
    noise = 10 ** (floor_dbfs / 20) * np.random.default_rng(12).standard_normal(at_s.size)
    noise *= 10 ** (np.where(at_s < at, 0.0, jump_db) / 20)
    return np.asarray(vowel * np.clip(np.minimum(at_s % 2 / 0.05, (0.9 - at_s % 2) / 0.05), 0, 1) + noise)
