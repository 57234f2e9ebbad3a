"""Esses that jump out of a voice, or are as loud as the voice itself.

Hears
    Frames of a vocal stem whose spectrum leans above 4 kHz, 50-400 ms long, beside a vowel. A place is an ess that lies
    more than 6 dB over the median of the stem's own esses and within 12 dB of its vowels, or one that is louder than
    the vowels (4-12 kHz against all of a vowel).
Matters
    A bright microphone, compression and a treble lift make esses the loudest thing in a mix; one that jumps out is
    what a listener remembers of the line.
Fine
    A whispered line, a close and breathy style, an effect. It is a note, never more.
Misses
    Stems that are not known as vocals (a hi-hat is no ess), voices with fewer than five esses, esses that are all
    alike and below the vowels, t and k.
Try
    Listen to the three places with the mix around them. A de-esser does the same all over the stem; a dip of a few dB
    over single esses leaves the others as they were sung.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.features.esses import Ess, Esses
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO07",
    name="sibilance",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
)
LEAST_ESSES = 5  # fewer have no habit. House default
CURVE_OVER_DB = 6.0  # a dip only over this: docs/curves.md
SHALLOWEST_DB, DEEPEST_DB = 2.0, 5.0  # docs/curves.md


def check(
    voice: Esses,
    *,
    over_habit_db: float = 6.0,  # house default; of 70 esses of seven singers two lay higher
    over_vowels_db: float = 1.0,  # house default: singers of MedleyDB have their esses 7 to 20 dB below their vowels
    within_vowels_db: float = 12.0,  # house default: softer than this, one that jumps out of its like is still soft
) -> Iterator[Finding]:
    """A note for every ess that jumps out of its like, or over the vowels."""
    if voice.habit_dbfs is None or voice.vowel_dbfs is None or len(voice.esses) < LEAST_ESSES:
        return
    habit_dbfs, vowel_dbfs = voice.habit_dbfs, voice.vowel_dbfs
    jumping = [ess for ess in voice.esses if jumps(ess, habit_dbfs + over_habit_db, vowel_dbfs - within_vowels_db)]
    loud = [ess for ess in voice.esses if ess.level_dbfs > vowel_dbfs + over_vowels_db and ess not in jumping]
    depth_db = float(np.median([depth(ess, voice) for ess in (*jumping, *loud)] or [0.0]))
    for ess in sorted([*jumping, *loud], key=lambda ess: ess.start_s):
        limit_db = over_habit_db if ess in jumping else over_vowels_db
        yield noted(voice, ess, ess in jumping, limit_db, len(jumping) + len(loud), depth_db)


def jumps(ess: Ess, over_dbfs: float, least_dbfs: float) -> bool:
    """Whether an ess lies over the habit, and is loud enough to be heard beside the vowels."""
    return ess.level_dbfs > over_dbfs and ess.level_dbfs >= least_dbfs


def depth(ess: Ess, voice: Esses) -> float:
    """How many dB would bring it half the way back to the habit, or to 3 dB under the vowels, whichever is more."""
    over_habit_db = ess.level_dbfs - cast(float, voice.habit_dbfs)
    over_vowels_db = ess.level_dbfs - cast(float, voice.vowel_dbfs)
    return min(DEEPEST_DB, max(SHALLOWEST_DB, over_habit_db / 2, over_vowels_db + 3.0))


def noted(voice: Esses, ess: Ess, jumping: bool, limit_db: float, count: int, depth_db: float) -> Finding:
    """One ess."""
    over_habit_db = ess.level_dbfs - cast(float, voice.habit_dbfs)
    over_vowels_db = ess.level_dbfs - cast(float, voice.vowel_dbfs)
    value_db = over_habit_db if jumping else over_vowels_db
    against = "the median of its own esses" if jumping else "its vowels"
    return RULE.finding(
        "note",
        (voice.stem.name,),
        round(value_db, 1),
        "dB",
        f"an ess of {voice.stem.name} lies {value_db:.1f} dB over {against} ({ess.level_dbfs:.0f} dBFS at 4-12 kHz)",
        "a breath, a cymbal in the microphone or an effect in the voice would look alike",
        confidence=round(min(0.9, 0.6 + 0.03 * (value_db - limit_db) + 0.005 * min(len(voice.esses), 20)), 2),
        threshold=limit_db,
        start_s=ess.start_s,
        end_s=ess.end_s,
        band_hz=(4000.0, 12_000.0),
        evidence={
            "over_habit_db": round(over_habit_db, 1),
            "over_vowels_db": round(over_vowels_db, 1),
            "centre_hz": round(ess.centre_hz, -2),
            "esses": len(voice.esses),
            "places": count,
            "about_db": round(depth_db * 2) / 2,
            "dip_db": -round(depth(ess, voice), 1) if over_habit_db > CURVE_OVER_DB else 0.0,
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A dip over this ess, a de-esser over all, or leaving it."""
    (stem,) = finding.stems
    seen = finding.evidence
    dip_db, places = cast(float, seen["dip_db"]), cast(int, seen["places"])
    if dip_db:
        start_s, end_s = cast(float, finding.start_s), cast(float, finding.end_s)
        yield Option(
            GainCurve(stem, "trim", ((start_s, end_s, dip_db),), "esses"),
            f"turn the trim of {stem} down over single esses",
            "these esses sit with the others; all else stays as it was sung",
            "points to look after if the take changes",
        )
    what = f"{places} {'ess' if places == 1 else 'esses'}"
    khz = cast(float, seen["centre_hz"]) / 1000
    yield Option(
        Repair(stem, f"de-esser at {khz:.1f} kHz, about {seen['about_db']:.0f} dB on {what}"),
        f"a de-esser on {stem} at {khz:.1f} k, about {seen['about_db']:.0f} dB on {what}",
        "one setting for the whole song, moved by the voice itself",
        "esses that were in place are touched too; too much of it lisps",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the voice stays as it was sung",
        f"this ess stays {finding.value:.1f} dB out; compression brings it up further",
    )


def example() -> tuple[Session, Session]:
    """Eight syllables with their esses, one of them 10 dB louder; and all alike."""
    return scenes.session(vocal=syllables((3, 10.0))), scenes.session(vocal=syllables())


def syllables(*louder: tuple[int, float], rate_hz: int = 48_000, count: int = 8) -> np.ndarray:
    """An ess and a vowel every second; which of the esses are louder, and by how many dB."""
    at_s = np.arange(count * rate_hz) / rate_hz
    vowel = sum(np.sin(2 * np.pi * 200.0 * k * at_s) / k for k in range(1, 8)) * 0.1
    vowel *= np.clip(np.minimum((at_s % 1 - 0.3) / 0.02, (0.8 - at_s % 1) / 0.05), 0, 1)
    noise = np.random.default_rng(5).standard_normal(at_s.size)
    hz = np.fft.rfftfreq(at_s.size, 1 / rate_hz)
    ess = 0.02 * np.fft.irfft(np.fft.rfft(noise) * ((hz > 4500.0) & (hz < 10_000.0)), at_s.size)
    ess *= np.clip(np.minimum((at_s % 1 - 0.16) / 0.01, (0.28 - at_s % 1) / 0.01), 0, 1)
    gains = np.ones(count)
    for place, gain_db in louder:
        gains[place] = 10 ** (gain_db / 20)
    return np.asarray(vowel + ess * np.repeat(gains, rate_hz) + 1e-5 * noise, np.float32)
