"""A wave that does not swing about zero.

Hears
    A mean of all sounding samples above -60 dBFS in a channel; or a mean that jumps from one stretch to the next.
Matters
    Room is lost on one side, compressors and fuzzes see a peak that is not there, and each cut, mute or fade that
    meets the offset makes a click or a thump.
Fine
    An offset far below the sound and the same throughout: a high-pass takes it out unheard.
Misses
    Offsets under loud tones below 5 Hz; jumps smaller than the swing of the low end beside them.
Try
    A high-pass at 20 Hz, or the editor's own DC removal, before anything else; listen to the edits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earmark import scenes
from earmark.actions import HighPass, LeaveIt, Repair
from earmark.features.extremes import Levels
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV04",
    name="dc-offset",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=6.0,
)
SIDE_S = 2.0  # how long a stretch beside a jump has to hold; house default
CLEAR = 6.0  # a jump is this many times the swing of the means on both sides; house default
SWING_SHARES = (0.1, 0.9)


@dataclass(frozen=True, slots=True)
class Jump:
    """Where the mean of a channel changes at once, and by how much."""

    at_s: float
    size: float


def check(
    levels: Levels,
    *,
    threshold_dbfs: float = -60.0,  # 0.1 % of full scale, house default
    question_dbfs: float = -40.0,  # 1 % of full scale: a cut there clicks plainly; house default
    jump_dbfs: float = -50.0,  # house default, between the two
) -> Iterator[Finding]:
    """A note above the first threshold, a question above the second or at a jump."""
    offsets = sounding_means(levels)
    channel = int(np.argmax(np.abs(offsets)))
    offset_dbfs, jump = dbfs(float(offsets[channel])), largest_jump(levels)
    jumps = jump is not None and dbfs(jump.size) > jump_dbfs
    if offset_dbfs <= threshold_dbfs and not jumps:
        return
    shown = jump if jumps else None
    yield RULE.finding(
        "question" if jumps or offset_dbfs > question_dbfs else "note",
        (levels.stem.name,),
        round(dbfs(shown.size) if shown else offset_dbfs, 1),
        "dBFS",
        message(levels, offsets, channel, shown),
        doubt(levels, shown),
        confidence=0.9 if levels.frames > 10 * levels.stem.known.rate_hz else 0.7,
        threshold=jump_dbfs if shown else threshold_dbfs,
        start_s=shown.at_s - levels.step_s if shown else None,
        end_s=shown.at_s + levels.step_s if shown else None,
        evidence={
            "offsets": [round(float(offset), 6) for offset in offsets],
            "jump": round(jump.size, 6) if jump else None,
            "jump_at_s": round(jump.at_s, 1) if jump else None,
        },
    )


def sounding_means(levels: Levels) -> np.ndarray:
    """The mean of each channel over the steps that are not digital silence; 0 where there are none."""
    counts = np.where(levels.squares > 0.0, levels.counts, 0).sum(axis=1)
    return np.asarray(levels.sums.sum(axis=1) / np.maximum(counts, 1))


def largest_jump(levels: Levels) -> Jump | None:
    """The largest change between the medians of the means 2 s before and 2 s after, where both sides hold still."""
    side = round(SIDE_S / levels.step_s)
    means = levels.sums / np.maximum(levels.counts, 1)
    if means.shape[1] < 2 * side:
        return None
    windows = np.sort(np.lib.stride_tricks.sliding_window_view(means, side, axis=1), axis=2)
    low, high = (windows[:, :, round(share * (side - 1))] for share in SWING_SHARES)
    swing = np.maximum((high - low)[:, :-side], (high - low)[:, side:])
    middle = windows[:, :, side // 2]
    sizes = np.abs(middle[:, side:] - middle[:, :-side])
    sizes = np.where(sizes > CLEAR * swing, sizes, 0.0)
    channel, first = np.unravel_index(int(np.argmax(sizes)), sizes.shape)
    size = float(sizes[channel, first])
    alike = np.flatnonzero(sizes[channel, first : first + side] > 0.99 * size)  # medians see it from both sides
    return Jump((int(first) + float(alike.mean()) + side) * levels.step_s, size) if size else None


def dbfs(offset: float) -> float:
    """Of an offset, -200 for none."""
    return float(20.0 * np.log10(max(abs(offset), 1e-10)))


def message(levels: Levels, offsets: np.ndarray, channel: int, jump: Jump | None) -> str:
    """What was heard, in one sentence."""
    if jump:
        size = f"{jump.size:.4f} ({dbfs(jump.size):.0f} dBFS)"
        return f"the middle of {levels.stem.name} jumps by {size} at {jump.at_s:.1f} s"
    offset = float(offsets[channel])
    where = f" in channel {channel + 1}" if len(offsets) > 1 else ""
    return f"{levels.stem.name} swings about {offset:+.4f} ({dbfs(offset):.0f} dBFS) instead of zero{where}"


def doubt(levels: Levels, jump: Jump | None) -> str:
    """What would make the finding untrue."""
    if jump:
        return "a very slow synthesiser movement that changes at once would look alike"
    if levels.frames <= 10 * levels.stem.known.rate_hz:
        return "in so short a file a low note that is not whole looks like an offset"
    return "a tone below 5 Hz that never ends looks like an offset"


def suggest(finding: Finding) -> Iterator[Option]:
    """A high-pass, the editor's removal, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        HighPass(stem, 20.0),
        "high-pass at 20 Hz, first in the chain",
        f"{finding.value:.0f} dBFS of offset are gone, and with them the thumps at mutes and fades",
        "turns the phase of the lowest octave by up to 45 degrees at 20 Hz",
    )
    yield Option(
        Repair(stem, f"remove DC from the regions of {stem}, each for itself, and cross-fade the edits"),
        "remove DC region by region",
        "also takes out offsets that differ from take to take",
        "the files are written anew; edits have to be listened to again",
    )
    yield Option(LeaveIt(), "leave it", "nothing is filtered", "a cut or a mute inside the part may click")


def example() -> tuple[Session, Session]:
    """A plucked tone on an offset of 0.02, and on none."""
    time_s = np.arange(6 * 8_000) / 8_000
    plucked = 0.3 * np.exp(-3.0 * (time_s % 1.0)) * np.sin(2 * np.pi * 220.0 * time_s)
    return scenes.session(8_000, keys=plucked + 0.02), scenes.session(8_000, keys=plucked)
