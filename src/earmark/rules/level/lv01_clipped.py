"""A wave cut off flat at its ceiling.

Hears
    Three or more samples in a row that stand within 0.001 dB of the largest of their channel, that being above
    -1 dBFS, where the wave comes in at a slope and not round as the top of a slow tone.
Matters
    What was above the ceiling is gone: a crackle on drums, a rasp on voices, and every later stage of gain makes
    it plainer. It cannot be turned down again, only drawn anew.
Fine
    A square synthesiser, a fuzz, a clipper that was meant. A take that only touches full scale. A float file above
    0 dBFS that is not flat: turning it down brings everything back.
Misses
    What was clipped and then turned down below -1 dBFS, or went through a filter, a lossy codec or a fade; one side
    that is cut lower than the other side reaches.
Try
    Listen to the place in solo at low level. Ask for an unclipped take or a quieter export; failing that, a de-clipper.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.extremes import Levels
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV01",
    name="clipped",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=10.0,
)
MEANT = re.compile(r"fuzz|dist|crush|lo-?fi|8-?bit|chip|square|clipp|808", re.IGNORECASE)
SOUNDING_DBFS = -60.0  # house default, as everywhere: below it a second is a pause


@dataclass(frozen=True, slots=True)
class Cuts:
    """The runs that were cut, in order: where, how long, in which channel."""

    starts: np.ndarray
    lengths: np.ndarray
    channels: np.ndarray
    peak: float

    def of(self, chosen: np.ndarray) -> Cuts:
        """Some of them."""
        return Cuts(self.starts[chosen], self.lengths[chosen], self.channels[chosen], self.peak)


def check(
    levels: Levels,
    *,
    min_run_samples: int = 3,  # the "over" of digital meters: three samples in a row at full scale
    meant_share: float = 0.05,  # of the sounding samples; between 0.03 % (drums) and 11 % (a fuzz), tuned on data
    meant_spread: float = 0.5,  # of the sounding seconds, house default
) -> Iterator[Finding]:
    """A question where the wave was cut; a note where it is cut throughout, or the name says that it is meant."""
    cuts = cut_runs(levels, min_run_samples)
    if not cuts.starts.size:
        return
    share, spread = shares(levels, cuts)
    meant = (share >= meant_share and spread >= meant_spread) or sounds_meant(levels)
    rate_hz = levels.stem.known.rate_hz
    worst = cuts.of(worst_second(cuts, rate_hz))
    yield RULE.finding(
        "note" if meant else "question",
        (levels.stem.name,),
        float(cuts.lengths.max()),
        "samples",
        message(levels, cuts, worst),
        doubt(levels, meant),
        confidence=0.6 if meant else confidence(cuts),
        threshold=float(min_run_samples),
        start_s=float(worst.starts[0]) / rate_hz,
        end_s=float(worst.starts[-1] + worst.lengths[-1]) / rate_hz,
        evidence={
            "runs": int(cuts.starts.size),
            "clipped_samples": int(cuts.lengths.sum()),
            "longest_ms": round(1000.0 * float(cuts.lengths.max()) / rate_hz, 2),
            "level_dbfs": level_dbfs(cuts),
            "channels": [int(channel) for channel in np.unique(cuts.channels)],
            "share_of_sounding_samples": round(share, 6),
            "share_of_sounding_seconds": round(spread, 3),
            "in_worst_second": int(worst.starts.size),
        },
    )


def cut_runs(levels: Levels, min_run_samples: int) -> Cuts:
    """The runs with a corner.

    Where n samples stand within r of the top of a parabola, the sample beside them lies at most
    r ((n + 1) / (n - 1))^2 below the top; a run whose neighbour lies lower was cut.
    """
    lengths = levels.run_lengths_samples
    tops = np.abs(levels.run_levels)
    reach = np.maximum(2.5 * levels.lsb, 1e-4 * tops + levels.lsb)
    cut = (lengths >= min_run_samples) & (levels.run_drops > reach * ((lengths + 1) / (lengths - 1)) ** 2)
    every = Cuts(levels.run_starts_samples, lengths, levels.run_channels, float(tops.max(initial=0.0)))
    return every.of(np.flatnonzero(cut))


def shares(levels: Levels, cuts: Cuts) -> tuple[float, float]:
    """Cut samples of the sounding ones, and seconds with a cut of the sounding ones."""
    per_second = max(1, round(1.0 / levels.step_s))
    power = levels.squares.mean(axis=0) / np.maximum(levels.counts, 1)
    sounding = power > 10.0 ** (SOUNDING_DBFS / 10.0)
    samples = max(1, int(levels.counts[sounding].sum()) * levels.stem.known.channels)
    seconds = np.unique(np.flatnonzero(sounding) // per_second)
    cut_seconds = np.unique(cuts.starts // int(levels.counts[0] * per_second))
    return float(cuts.lengths.sum()) / samples, np.intersect1d(seconds, cut_seconds).size / max(1, seconds.size)


def sounds_meant(levels: Levels) -> bool:
    """Whether name or role speak of a sound that is cut on purpose."""
    return levels.stem.role == "synth" or bool(MEANT.search(levels.stem.name))


def worst_second(cuts: Cuts, rate_hz: int) -> np.ndarray:
    """The runs that begin in the second with the most cut samples."""
    sums = np.concatenate([[0], np.cumsum(cuts.lengths)])
    ends = np.searchsorted(cuts.starts, cuts.starts + rate_hz)
    worst = int(np.argmax(sums[ends] - sums[:-1]))
    return np.arange(worst, ends[worst])


def level_dbfs(cuts: Cuts) -> float:
    """Where the wave is cut; 0.0 rather than -0.0."""
    return round(float(20.0 * np.log10(cuts.peak)), 2) + 0.0


def message(levels: Levels, cuts: Cuts, worst: Cuts) -> str:
    """What was heard, in one sentence."""
    rate_hz = levels.stem.known.rate_hz
    many = "once" if cuts.starts.size == 1 else f"{cuts.starts.size} times"
    longest = int(cuts.lengths.max())
    most = f", {worst.starts.size} of them within one second" if 1 < worst.starts.size < cuts.starts.size else ""
    return (
        f"{levels.stem.name} is cut flat at {level_dbfs(cuts):.1f} dBFS {many}, "
        f"for {longest} samples ({1000.0 * longest / rate_hz:.1f} ms) at the longest{most}"
    )


def doubt(levels: Levels, meant: bool) -> str:
    """What would make the finding untrue."""
    if meant:
        return "cut throughout, or with that name, it is more likely a fuzz, a square wave or a clipper, and meant"
    if levels.stem.known.lossy:
        return "a lossy file seldom keeps a flat top; this one may have been cut when it was decoded"
    return "a clipper or a square synthesiser that was meant looks the same; very short cuts are seldom heard"


def confidence(cuts: Cuts) -> float:
    """More cuts and longer ones are surer. House default."""
    return round(min(0.95, 0.7 + 0.05 * float(np.log2(cuts.starts.size)) + 0.01 * float(cuts.lengths.max())), 2)


def suggest(finding: Finding) -> Iterator[Option]:
    """Another take, a repair, or leaving it."""
    (stem,) = finding.stems
    runs, longest_ms = finding.evidence["runs"], finding.evidence["longest_ms"]
    places = "1 place" if runs == 1 else f"{runs} places"
    yield Option(
        AskTheBand(stem, f"{stem} is clipped in {places}. Is there a take or an export that is not, 6 dB quieter?"),
        "ask for an unclipped take, or an export 6 dB quieter",
        "the peaks come back as they were played, if the cut happened at the export",
        "a message and a wait; if the converter cut it, there is nothing to come back",
    )
    yield Option(
        Repair(stem, f"turn {stem} down by 6 dB and de-clip {places}, {longest_ms} ms at the longest"),
        f"de-clip {places}",
        "the flat tops are drawn round again, and the crackle softens",
        f"up to {longest_ms} ms at a time are made up; cymbals and consonants may dull",
    )
    yield Option(
        LeaveIt(), "leave it", "the edge stays, if it is part of the sound", "compression will make it plainer"
    )


def example() -> tuple[Session, Session]:
    """A struck tone that runs 4 dB into the ceiling, and the same below it."""
    time_s = np.arange(2 * 8_000) / 8_000
    struck = 1.58 * np.exp(-6.0 * (time_s % 1.0)) * np.sin(2 * np.pi * 310.0 * time_s)
    return scenes.session(8_000, tom=np.clip(struck, -1.0, 1.0)), scenes.session(8_000, tom=0.6 * struck)
