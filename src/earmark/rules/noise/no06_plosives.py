"""Bursts of air on p and b that thump in a voice.

Hears
    In a vocal stem: 20-90 Hz more than 12 dB over its own median while the voice sounds, for 20 to 250 ms, more than
    60 % of all power, within 20 dB of the voice's loud level, with the voice going on behind it.
Matters
    The thump moves the woofer and pumps every compressor behind it; on small speakers it is not heard while mixing.
Fine
    A beatboxer, a breath that is meant to be close. It is a note, never more.
Misses
    Stems that are not known as vocals; singers who reach below 80 Hz; plosives under a low cut, where nothing is left
    to thump. A burst at which a drum strikes and that is like the drum is bleed, and not spoken of.
Try
    Listen on speakers that reach 50 Hz, or watch the meter of the low band. A high-pass for the length of the burst
    takes the air and leaves the voice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, HighPass, LeaveIt
from earmark.features.low_bursts import LowBurst
from earmark.features.plosives import Plosives, VoiceBursts
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO06",
    name="plosives",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
)
SHORTEST_S, LONGEST_S = 0.02, 0.25  # 20-150 ms of air, and what a band of 70 Hz adds to its length
LOWEST_CORNER_HZ, HIGHEST_CORNER_HZ = 90.0, 140.0  # docs/curves.md
SHALLOWEST_DB, DEEPEST_DB = 4.0, 8.0  # docs/curves.md


def check(
    session: Plosives,
    *,
    over_habit_db: float = 12.0,  # house default
    least_share: float = 0.6,  # house default: most of what is there
    under_loud_db: float = 20.0,  # house default: softer than this it hardly moves a compressor
    after_db: float = 25.0,  # house default: the voice goes on within this of its loud level
    drum_likeness: float = 0.7,  # tuned on simulated bleed: a drum in the microphone is over 0.8 like itself
) -> Iterator[Finding]:
    """A note for every burst of air that no drum explains."""
    for voice in session.voices:
        placed = [
            one.burst
            for one in voice.bursts
            if stands_out(one.burst, voice.loud_dbfs, over_habit_db, least_share, under_loud_db)
            and one.burst.after_dbfs > voice.loud_dbfs - after_db
            and one.likeness < drum_likeness
        ]
        for burst in placed:
            yield noted(voice, burst, over_habit_db, len(placed))


def stands_out(
    burst: LowBurst, loud_dbfs: float, over_habit_db: float, least_share: float, under_loud_db: float
) -> bool:
    """Low, short, sudden, and loud enough to matter."""
    return (
        SHORTEST_S <= burst.end_s - burst.start_s <= LONGEST_S
        and burst.over_habit_db >= over_habit_db
        and burst.share >= least_share
        and burst.level_dbfs >= loud_dbfs - under_loud_db
    )


def noted(voice: VoiceBursts, burst: LowBurst, limit_db: float, count: int) -> Finding:
    """One plosive, in session time."""
    name, start_s = voice.stem.name, voice.stem.start_s
    corner_hz = min(HIGHEST_CORNER_HZ, max(LOWEST_CORNER_HZ, 10 * round(burst.edge_hz / 10)))
    return RULE.finding(
        "note",
        (name,),
        round(burst.over_habit_db, 1),
        "dB",
        f"a burst of air on {name}: 20-90 Hz at {burst.level_dbfs:.0f} dBFS, {burst.over_habit_db:.0f} dB over its "
        "usual level there",
        "a low note, a tap on the stand or a drum in the microphone would look alike",
        confidence=round(min(0.9, 0.5 + 0.015 * (burst.over_habit_db - limit_db) + 0.4 * (burst.share - 0.5)), 2),
        threshold=limit_db,
        start_s=burst.start_s + start_s,
        end_s=burst.end_s + start_s,
        band_hz=(20.0, 90.0),
        evidence={
            "level_dbfs": round(burst.level_dbfs, 1),
            "share": round(burst.share, 2),
            "under_loud_db": round(voice.loud_dbfs - burst.level_dbfs, 1),
            "corner_hz": float(corner_hz),
            "places": count,
            "dip_db": -min(DEEPEST_DB, max(SHALLOWEST_DB, round(burst.over_habit_db / 3, 1))),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A high-pass for the length of the burst, a dip where there is none to be had, or leaving it."""
    (stem,) = finding.stems
    start_s, end_s = cast(float, finding.start_s), cast(float, finding.end_s)
    corner_hz, places = cast(float, finding.evidence["corner_hz"]), cast(int, finding.evidence["places"])
    middle_s, half_s = (start_s + end_s) / 2, min(0.15, max(0.06, end_s - start_s)) / 2
    each = "the burst" if places == 1 else f"each of {places} bursts"
    yield Option(
        HighPass(stem, corner_hz, (middle_s - half_s, middle_s + half_s)),
        f"a high-pass on {stem} at {corner_hz:.0f} Hz for the {2000 * half_s:.0f} ms of {each}",
        f"takes about {finding.value:.0f} dB of air out, the voice above stays",
        "a move of the filter per burst; a voice lower than the corner thins for a moment",
    )
    yield Option(
        GainCurve(stem, "trim", ((start_s, end_s, cast(float, finding.evidence["dip_db"])),), "plosives"),
        f"turn the trim of {stem} down over single bursts",
        "no filter is needed; compressors behind it stay calm",
        "the consonant itself gets softer with its air",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the voice stays as it was sung",
        f"{finding.evidence['level_dbfs']:.0f} dBFS of air below 90 Hz stays, and reaches every compressor",
    )


def example() -> tuple[Session, Session]:
    """Six syllables, two of them with a burst of air before; and without."""
    return scenes.session(16_000, vocal=syllables(1, 4)), scenes.session(16_000, vocal=syllables())


def syllables(*popped: int, rate_hz: int = 16_000, count: int = 6, pop_db: float = 0.0) -> np.ndarray:
    """A vowel every second at 0.3-0.8 s, and which of them begin with air."""
    at_s = np.arange(count * rate_hz) / rate_hz
    vowel = sum(np.sin(2 * np.pi * 180.0 * k * at_s) / k for k in range(1, 9)) * 0.1
    sound = vowel * np.clip(np.minimum((at_s % 1 - 0.3) / 0.02, (0.8 - at_s % 1) / 0.05), 0, 1)
    sound += 1e-5 * np.random.default_rng(6).standard_normal(at_s.size)
    for place in popped:
        since_s = np.maximum(at_s - place - 0.25, 0.0)
        swell = since_s / 0.012 * np.exp(1 - since_s / 0.012)
        sound += 0.1 * 10 ** (pop_db / 20) * swell * np.sin(2 * np.pi * 35.0 * since_s)
    return np.asarray(sound, np.float32)
