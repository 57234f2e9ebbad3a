"""Gaps in which the microphone of a voice or a tom stays open to everything else.

Hears
    In a vocal or a tom stem, gaps of more than a second between its own sounds, in which what is left lies no more than
    35 dB under the stem's loud level. A tom's own hits are told from the others by the widest step in their heights.
    Digital silence is clean already.
Matters
    Bleed and noise of every open microphone add up, and a tom rings along with each kick.
Fine
    The bleed may be the sound of the kit. It is a note, never more.
Misses
    Toms whose hits do not stand 4 dB over all others, words softer than 30 dB under the loud ones (check the curve's
    ends by ear), stems of other roles.
Try
    The clean-up curve turns the gaps down, never off; listen to where it opens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.features.open_gaps import TOMS, Gap, OpenGaps
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO14",
    name="open-gaps",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=6.0,
)
VOICE_DB, TOM_DB = -12.0, -15.0  # docs/curves.md


def check(
    gaps: OpenGaps,
    *,
    under_loud_db: float = 35.0,  # tuned on data: the rooms of eight singers lie 35.5 dB and more under
    least_dbfs: float = -70.0,  # house default
    least_s: float = 2.0,  # house default: in all
) -> Iterator[Finding]:
    """A note for every gap that is loud enough to matter."""
    open_gaps = [gap for gap in gaps.gaps if gap.level_dbfs >= max(least_dbfs, gaps.loud_dbfs - under_loud_db)]
    if sum(gap.end_s - gap.start_s for gap in open_gaps) >= least_s:
        for gap in open_gaps:
            yield noted(gaps, gap, open_gaps, under_loud_db)


def noted(gaps: OpenGaps, gap: Gap, all_gaps: Sequence[Gap], under_loud_db: float) -> Finding:
    """One gap."""
    name, under_db = gaps.stem.name, gaps.loud_dbfs - gap.level_dbfs
    total_s = sum(gap.end_s - gap.start_s for gap in all_gaps)
    return RULE.finding(
        "note",
        (name,),
        round(-under_db, 1),
        "dB",
        f"{name} stays open for {gap.end_s - gap.start_s:.1f} s while it rests: {gap.level_dbfs:.0f} dBFS of what is "
        f"around it, {under_db:.0f} dB under its loud level",
        "soft notes, a breath or a ringing tom in the gap would look alike",
        confidence=round(min(0.9, 0.6 + 0.01 * (under_loud_db - under_db) + 0.005 * min(gaps.sounds, 20)), 2),
        threshold=-under_loud_db,
        start_s=gap.start_s,
        end_s=gap.end_s,
        evidence={
            "level_dbfs": round(gap.level_dbfs, 1),
            "gaps": len(all_gaps),
            "total_s": round(total_s, 1),
            "clean_up_db": TOM_DB if gaps.stem.role in TOMS else VOICE_DB,
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A clean-up curve, an expander, or leaving it."""
    (stem,) = finding.stems
    seen = finding.evidence
    start_s, end_s = cast(float, finding.start_s), cast(float, finding.end_s)
    down_db = cast(float, seen["clean_up_db"])
    yield Option(
        GainCurve(stem, "trim", ((start_s, end_s, down_db),), "gaps"),
        f"turn the trim of {stem} down where it rests",
        f"{-down_db:.0f} dB less of everything else in {seen['total_s']} s of gaps; its own sounds stay as they are",
        "the room of the song changes a little whenever it opens",
    )
    yield Option(
        Repair(stem, f"an expander on {stem}, range {-down_db:.0f} dB, opening over {seen['level_dbfs']} dBFS"),
        f"an expander on {stem} with a range of {-down_db:.0f} dB",
        "follows the playing by itself",
        "opens on loud bleed and may close on soft notes",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the microphones stay one picture",
        f"{seen['level_dbfs']} dBFS of what is around stays in the gaps",
    )


def example() -> tuple[Session, Session]:
    """A tom struck every three seconds, with other drums 15 dB under it in between; and with 50 dB under it."""
    return scenes.session(16_000, rack_tom=tom(-15.0)), scenes.session(16_000, rack_tom=tom(-50.0))


def tom(others_db: float, rate_hz: int = 16_000, seconds: int = 12) -> np.ndarray:
    """A stroke every three seconds from 1 s on, and the other drums in its microphone twice a second."""
    at_s = np.arange(seconds * rate_hz) / rate_hz
    own_s, other_s = (at_s - 1.0) % 3.0, (at_s - 0.3) % 0.5
    struck = 0.5 * np.sin(2 * np.pi * 110.0 * own_s) * np.exp(-9.0 * own_s) * (at_s >= 1.0)
    noise = np.random.default_rng(14).standard_normal(at_s.size)
    others = 0.5 * 10 ** (others_db / 20) * noise / 2 * np.exp(-20.0 * other_s) * (at_s >= 0.3)
    return np.asarray(struck + others + 1e-5 * noise)
