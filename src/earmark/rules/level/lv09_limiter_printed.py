"""A limiter that was left on when the stem was printed.

Hears
    Peaks that stop at exactly one level, the highest of the stem, again and again: within 0.001 dB, far more often than
    chance, with different sound around them, and without the flat tops of clipping.
Matters
    The peaks are what a mix engineer would shape. Stems printed through the limiter of the mix also react to each other
    no more, and do not sum to the mix.
Fine
    A limiter that is part of the sound. A mix that goes to be listened to rather than mastered.
Misses
    Limiters that look between samples, whose peaks do not meet at one sample level. What was changed afterwards by more
    than a gain. The mix beside the stems: only stems, and single files, are looked at.
Try
    Ask for the export with the master bus bypassed; or for both, where the limiter is part of the sound.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt
from earmark.features.ceilings import Ceilings
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV09",
    name="limiter-printed",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "print"}),
    worse_by=None,
)
BEYOND_CHANCE = 8.0
FLAT_TOPS = 2  # as many say that it was clipped, which other rules ask about


def check(
    ceilings: Ceilings,
    *,
    min_peaks: int = 8,  # house default
    min_share: float = 0.03,  # of the sounding tenths; tuned on data: a limited guitar 0.10, others at most 0.02
    same_sound: float = 0.999,  # house default: peaks of one sample, or one steady tone, are alike to this
) -> Iterator[Finding]:
    """A note where the highest peaks of a stem all stop at one level."""
    tops = highest(ceilings)
    if not tops.size or ceilings.runs[tops].sum() >= FLAT_TOPS or (ceilings.held > ceilings.touches)[tops].any():
        return
    worst = int(tops[np.argmax(ceilings.steps[tops])])
    steps = int(ceilings.steps[worst])
    share = steps / max(1, ceilings.sounding_steps)
    chance = float(ceilings.chance[worst])
    if steps < min_peaks or share < min_share or steps < BEYOND_CHANCE * chance:
        return
    if ceilings.alike[worst] >= same_sound:
        return
    level = round(float(20.0 * np.log10(abs(ceilings.levels[worst]))), 2) + 0.0
    yield RULE.finding(
        "note",
        (ceilings.stem.name,),
        float(steps),
        "peaks",
        f"{steps} peaks of {ceilings.stem.name} stop at exactly {level:.2f} dBFS, "
        f"in {100.0 * share:.0f} % of the tenths of a second that sound; chance would have {max(1, round(chance))}",
        "a limiter that is part of the sound does the same, and so does an instrument with a fixed loudest note",
        confidence=0.8 if share >= 2.0 * min_share else 0.65,
        threshold=float(min_peaks),
        evidence={
            "level_dbfs": level,
            "share_of_sounding_tenths": round(share, 3),
            "by_chance": round(chance, 2),
            "likeness_of_peaks": round(float(ceilings.alike[worst]), 4),
        },
    )


def highest(ceilings: Ceilings) -> np.ndarray:
    """The levels that nothing in the stem exceeds, on either side, in any channel, within 0.1 dB."""
    heights = np.abs(ceilings.levels)
    return np.flatnonzero(heights >= 10.0 ** (-0.1 / 20.0) * heights.max(initial=0.0))


def suggest(finding: Finding) -> Iterator[Option]:
    """The same export without the limiter."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} went through a limiter. Can it be exported with the master bus bypassed?"),
        "ask for the export without the limiter",
        "the peaks are there to be shaped in the mix",
        "a message and a wait; without the limiter it may sound thinner than they are used to",
    )
    yield Option(
        LeaveIt(), "leave it", "the limiter stays, if it is part of the sound", "its peaks take no more shaping"
    )


def example() -> tuple[Session, Session]:
    """A part of many plucks through a limiter that sees 5 ms ahead, and the part as it was."""
    draw = np.random.default_rng(9)
    time_s = np.arange(6 * 8_000) / 8_000
    strength = draw.uniform(0.3, 1.0, 30)[(time_s / 0.2).astype(int)]
    hz = draw.uniform(150.0, 600.0, 30)[(time_s / 0.2).astype(int)]
    part = strength * np.exp(-12.0 * (time_s % 0.2)) * np.sin(2 * np.pi * hz * time_s)
    return scenes.session(8_000, guitar=limited(part, 0.35)), scenes.session(8_000, guitar=part)


def limited(sound: np.ndarray, ceiling: float, ahead: int = 40) -> np.ndarray:
    """The sound with its gain lowered smoothly around whatever exceeds the ceiling, so that it just reaches it."""
    wanted = np.minimum(1.0, ceiling / np.maximum(np.abs(sound), 1e-9))
    padded = np.pad(wanted, (ahead, 2 * ahead), constant_values=1.0)
    lowest = np.lib.stride_tricks.sliding_window_view(padded, 2 * ahead + 1).min(axis=1)
    gain = np.convolve(lowest, np.full(ahead, 1.0 / ahead), "full")[ahead // 2 : ahead // 2 + sound.size]
    return np.asarray(sound * np.minimum(gain, wanted))
