"""Digital glitches: a value that is held, or a buffer that is played twice.

Hears
    At a place where the wave breaks (6 times the largest prediction error of the 20 ms on one side): 24 or more
    samples of exactly one value that is neither zero nor a top, or a block of 32 to 4096 samples that is the same, to
    the last bit, as the one before it.
Matters
    A clock, a driver or a disk failed for a moment while this was recorded or exported; where it did so once, the
    rest of the take is worth a listen.
Fine
    A stutter: a block that is said three times or more is a note. A steady tone repeats itself without end and is
    not spoken of.
Misses
    Glitches in files that have been through a lossy codec, a gain change with dither or a sample-rate conversion:
    nothing is the same to the last bit any more (the jump at the edge is still heard, as an edit-click). Blocks
    whose edges happen to meet.
Try
    Listen to the place and to what was recorded at the same moment. Then ask for the file again: an export seldom
    fails twice at the same place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.ruptures import Ruptures
from earmark.model import Finding, Option, Session
from earmark.rules.repetition import FEW, sure
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO11",
    name="digital-glitch",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=10.0,
)
TONE_TURNS = 16  # a copy that goes on for so many of its own lengths is a steady tone
STUTTER_TURNS = 1.5  # a block said three times is a copy of twice its length


@dataclass(frozen=True, slots=True)
class Glitch:
    """One place: the first sample, how many, and how far back they come from (0: held)."""

    start: int
    length: int
    lag: int
    jump: float
    over: float


def check(
    ruptures: Ruptures,
    *,
    min_held_samples: int = 24,  # house default: half a millisecond
    threshold: float = 0.005,  # house default: how far the wave breaks at the edge, of full scale
    min_over: float = 6.0,  # house default, on one side
) -> Iterator[Finding]:
    """A question per held value or repeated block; a note where it stutters, or happens all the time."""
    found = [one for one in glitches(ruptures, min_held_samples) if one.jump >= threshold and one.over >= min_over]
    often = len(found) >= FEW and len(found) > ruptures.sounding_s
    for glitch in found[:1] if often else found:
        yield one_glitch(ruptures, glitch, len(found), often, min_over)


def glitches(ruptures: Ruptures, min_held_samples: int) -> list[Glitch]:
    """Each once, though both of its edges may have been seen."""
    over = np.maximum(ruptures.over_before, ruptures.over_after)
    kept: dict[int, Glitch] = {}
    for place in range(ruptures.at_samples.size):
        sizes = float(ruptures.heights[place]), float(over[place])
        held, copied = int(ruptures.held_samples[place]), int(ruptures.copy_samples[place])
        lag = int(ruptures.copy_lag_samples[place])
        if held >= min_held_samples:
            glitch = Glitch(int(ruptures.held_start_samples[place]), held, 0, *sizes)
        elif lag and lag / 2 <= copied <= TONE_TURNS * lag:
            glitch = Glitch(int(ruptures.copy_start_samples[place]), copied, lag, *sizes)
        else:
            continue
        known = kept.get(glitch.start)
        kept[glitch.start] = glitch if known is None or glitch.jump > known.jump else known
    return [kept[start] for start in sorted(kept)]


def one_glitch(ruptures: Ruptures, glitch: Glitch, count: int, often: bool, min_over: float) -> Finding:
    """One place."""
    stem, rate_hz = ruptures.stem, ruptures.stem.known.rate_hz
    stutters = glitch.length > STUTTER_TURNS * glitch.lag > 0
    length_ms = round(1000.0 * glitch.length / rate_hz, 2)
    what = f"a block of {glitch.lag} samples is played again" if glitch.lag else "one value is held"
    return RULE.finding(
        "note" if stutters or often else "question",
        (stem.name,),
        length_ms,
        "ms",
        f"a digital glitch on {stem.name}: {what} for {length_ms:.1f} ms, to the last bit"
        + (f"; {count} such places" if often else ""),
        "a stutter or a retriggered sample that was meant repeats itself just as exactly"
        if glitch.lag
        else "a sampler, a gate or a bit crusher that was meant can hold a value too",
        confidence=round(sure(glitch.over, min_over) - (0.25 if stutters or often else 0.0), 2),
        threshold=None,
        start_s=glitch.start / rate_hz,
        end_s=(glitch.start + glitch.length) / rate_hz,
        evidence={
            "sample": glitch.start,
            "length_samples": glitch.length,
            "lag_samples": glitch.lag or None,
            "jump": round(glitch.jump, 4),
            "places": count,
        },
        aspect="repeated" if glitch.lag else "held",
        throughout=often,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """The file again, a patch, or leaving it."""
    (stem,) = finding.stems
    places = finding.evidence["places"]
    where = "1 place" if places == 1 else f"{places} places"
    yield Option(
        AskTheBand(stem, f"{stem} has a digital glitch in {where}. Can it be exported again?"),
        "ask for the file again",
        "an export seldom fails twice at the same place; what was played comes back",
        "a message and a wait; if the recording failed, there is nothing to come back",
    )
    yield Option(
        Repair(stem, f"draw over {finding.value:.1f} ms on {stem}, or take it from another place, with crossfades"),
        "draw over it, or take the same notes from elsewhere",
        "the glitch is gone",
        f"{finding.value:.1f} ms are made up or come from other playing",
    )
    yield Option(LeaveIt(), "leave it", "a stutter that was meant stays", f"{finding.value:.1f} ms of glitch stay")


def example() -> tuple[Session, Session]:
    """A glide over which 500 samples are played twice; and without."""
    rate_hz = 16_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    glide = 0.3 * np.sin(2 * np.pi * (180.0 * at_s + 40.0 * at_s**2))
    glide = glide + 1e-4 * np.random.default_rng(5).standard_normal(at_s.size)
    again = glide.copy()
    again[rate_hz : rate_hz + 500] = glide[rate_hz - 500 : rate_hz]
    return scenes.session(rate_hz, keys=again), scenes.session(rate_hz, keys=glide)
