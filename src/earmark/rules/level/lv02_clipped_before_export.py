"""A wave that was cut off flat, and then turned down.

Hears
    Flat tops below -1 dBFS: three or more samples within 0.001 dB of one level, entered at a slope, at least twice, at
    the highest peaks of a side or wherever peaks meet far more often than chance.
Matters
    The meter shows room, and the crackle is there all the same. What was above the ceiling is gone, and the level says
    nothing of it.
Fine
    A fuzz, a square wave, a clipper on drums that was meant; an amplifier or an instrument that holds every note to one
    level.
Misses
    What went through a high-pass, a fade, a lossy codec or a converter after it was cut: its tops are flat no more.
    A stem cut only once. What was cut at another level in every region, fewer than five times each.
Try
    Listen to the place in solo, loud. Ask for the take before it was bounced; failing that, a de-clipper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.ceilings import Ceilings
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV02",
    name="clipped-before-export",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=10.0,
)
BELOW = 10.0 ** (-1.0 / 20.0)  # -1 dBFS: above it the file itself is clipped
MEANT = re.compile(r"fuzz|dist|crush|lo-?fi|8-?bit|chip|square|clipp|808", re.IGNORECASE)


def check(
    ceilings: Ceilings,
    *,
    min_runs: int = 2,  # house default: one flat top of 4 samples was chance on a bass, two at one level are not
    meant_share: float = 0.5,  # of the sounding tenths of a second, house default
) -> Iterator[Finding]:
    """A question where the wave was cut; a note where it is cut throughout, or name or role say that it is meant."""
    chosen = np.flatnonzero(cut(ceilings, min_runs))
    if not chosen.size:
        return
    worst = int(max(chosen, key=lambda at: (ceilings.longest_samples[at], ceilings.steps[at])))
    share = float(ceilings.steps[worst]) / max(1, ceilings.sounding_steps)
    meant = share >= meant_share or sounds_meant(ceilings)
    longest, steps = int(ceilings.longest_samples[worst]), int(ceilings.steps[worst])
    level = level_dbfs(ceilings, worst)
    yield RULE.finding(
        "note" if meant else "question",
        (ceilings.stem.name,),
        float(longest),
        "samples",
        f"{ceilings.stem.name} is cut flat at {level:.1f} dBFS, "
        f"{abs(level):.1f} dB below full scale, for {longest} samples "
        f"({1000.0 * longest / ceilings.stem.known.rate_hz:.1f} ms) at the longest; "
        f"{steps} tenths of a second reach that level",
        doubt(meant),
        confidence=0.6 if meant else round(min(0.95, 0.75 + 0.02 * float(ceilings.runs[chosen].sum())), 2),
        threshold=3.0,
        start_s=float(ceilings.starts_s[worst]),
        end_s=float(ceilings.ends_s[worst]),
        throughout=True,
        evidence={
            "levels_dbfs": [level_dbfs(ceilings, int(at)) for at in chosen],
            "sides": ["upper" if ceilings.levels[at] > 0 else "lower" for at in chosen],
            "channels": [int(ceilings.channels[at]) for at in chosen],
            "tenths_of_a_second": [int(ceilings.steps[at]) for at in chosen],
            "tenths_looked_at": [int(ceilings.windows[at]) for at in chosen],
            "flat_tops_there": [int(ceilings.runs[at]) for at in chosen],
            "longest_ms": round(1000.0 * longest / ceilings.stem.known.rate_hz, 2),
            "share_of_sounding_tenths": round(share, 3),
        },
    )


def cut(ceilings: Ceilings, min_runs: int) -> np.ndarray:
    """Which levels were cut at: flat tops below full scale, not the coarse steps of a codec or a held converter."""
    coarse = (ceilings.held > ceilings.touches) | ceilings.stem.known.lossy
    return np.asarray((np.abs(ceilings.levels) < BELOW) & (ceilings.runs >= min_runs) & ~coarse)


def sounds_meant(ceilings: Ceilings) -> bool:
    """Whether name or role speak of a sound that is cut on purpose."""
    return ceilings.stem.role == "synth" or bool(MEANT.search(ceilings.stem.name))


def level_dbfs(ceilings: Ceilings, at: int) -> float:
    """How high a level lies."""
    return round(float(20.0 * np.log10(abs(ceilings.levels[at]))), 2)


def doubt(meant: bool) -> str:
    """What would make the finding untrue."""
    if meant:
        return "cut throughout, or with that name, it is more likely an amplifier, a fuzz or a clipper, and meant"
    return "a clipper or a square wave that was meant looks the same; very short cuts are seldom heard"


def suggest(finding: Finding) -> Iterator[Option]:
    """The take before it was cut, a repair, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(
            stem, f"{stem} was clipped before it was turned down. Is there a take or a bounce from before that?"
        ),
        "ask for the take before it was clipped",
        "the peaks come back as they were played, if the cut happened in the computer",
        "a message and a wait; if a converter cut it, there is nothing to come back",
    )
    yield Option(
        Repair(stem, f"de-clip {stem} with the ceiling at {finding.evidence['levels_dbfs']} dBFS"),
        "de-clip at that level",
        "the flat tops are drawn round again, and the crackle softens",
        f"up to {finding.evidence['longest_ms']} ms at a time are made up; there is room above for what comes back",
    )
    yield Option(
        LeaveIt(), "leave it", "the edge stays, if it is part of the sound", "compression will make it plainer"
    )


def example() -> tuple[Session, Session]:
    """A struck tone that ran 4 dB into the ceiling and was turned down by 6 dB; and the same that did not."""
    time_s = np.arange(3 * 8_000) / 8_000
    struck = 1.58 * np.exp(-6.0 * (time_s % 0.5)) * np.sin(2 * np.pi * 311.3 * time_s)
    return scenes.session(8_000, tom=0.5 * np.clip(struck, -1.0, 1.0)), scenes.session(8_000, tom=0.5 * struck)
