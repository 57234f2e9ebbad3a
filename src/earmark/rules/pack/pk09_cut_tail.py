"""A stem that stops while it still sounds.

Hears
    A stem whose last moments hold a level within 30 dB of its loud places, above -60 dBFS and above its own noise, and
    fall from there by 15 dB or more within 10 ms, at the last sample or in the last 50 ms of the file. A stem that is
    still so loud in its last 10 ms, although it decays.
Matters
    A reverb, a last chord or a cymbal is cut: the song ends in a step, and no fade brings back what is missing.
Fine
    A loop, an excerpt, an edit at a bar line that another part goes on from; a hard stop that is meant.
Misses
    A tail that was faded by hand within 30 ms or more. A cut inside the file that silence follows. A tail more than 30
    dB down.
Try
    Listen to the last second with everything else muted; ask for an export that runs on until it is silent.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Repair
from earmark.features.edges import PackEdges, StemEdges
from earmark.model import Finding, Option, Session, Severity
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK09",
    name="cut-tail",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=6.0,
)
SHOWN_S = 0.15
OVER_NOISE_DB = 3.0  # tuned on data: a held guitar chord lies 4 dB over the noise of its pauses


def check(
    pack: PackEdges,
    *,
    threshold_dbfs: float = -60.0,  # after Essentia's StartStopCut
    below_loud_db: float = 30.0,  # tuned on data: cut chords end 29 dB down, hiss and reverb tails 32 and more
    least_fall_db: float = 15.0,  # tuned on data: encoders smear a cut to 20 dB per 10 ms, hands fade at 14 at most
) -> Iterator[Finding]:
    """A question where the stems were exported together; a note for any other file, which may be an excerpt.

    A decay that the end of the file interrupts is a note: a fade by hand may end like it.
    """
    if pack.session.kind not in ("folder", "memory"):
        return
    for edges in pack.edges:
        least_dbfs = max(threshold_dbfs, edges.loud_dbfs - below_loud_db, above_noise_dbfs(edges))
        level_dbfs = edges.held_dbfs if edges.cut_at_end else edges.closing_dbfs
        if edges.fall_db >= least_fall_db and level_dbfs >= least_dbfs:
            yield cut(edges, level_dbfs, least_dbfs, asked=pack.common_end_s is not None)
        elif edges.last_dbfs >= least_dbfs:
            yield interrupted(edges, least_dbfs)


def above_noise_dbfs(edges: StemEdges) -> float:
    """Where a sound is told from the stem's own noise; far down where it has no pauses to know that from."""
    return -200.0 if edges.noise_floor_dbfs is None else edges.noise_floor_dbfs + OVER_NOISE_DB


def cut(edges: StemEdges, level_dbfs: float, least_dbfs: float, *, asked: bool) -> Finding:
    """The finding for a stem that stops at once."""
    at_once = edges.cut_at_end
    return finding(
        edges,
        "question" if asked else "note",
        level_dbfs,
        least_dbfs,
        f"and stops {'with its last sample' if at_once else 'within the last 50 ms of its file'}",
        0.95 if at_once else 0.85,
    )


def interrupted(edges: StemEdges, least_dbfs: float) -> Finding:
    """The finding for a stem that decays and is not done."""
    return finding(edges, "note", edges.last_dbfs, least_dbfs, "as it decays, when its file ends", 0.7)


def finding(
    edges: StemEdges, severity: Severity, level_dbfs: float, least_dbfs: float, how: str, confidence: float
) -> Finding:
    """The finding for one stem."""
    stem = edges.stem
    end_s = stem.start_s + stem.known.duration_s
    below_db = max(0.0, edges.loud_dbfs - level_dbfs)
    return RULE.finding(
        severity,
        (stem.name,),
        round(level_dbfs, 1),
        "dBFS",
        f"{stem.name} still sounds at {level_dbfs:.0f} dBFS, {below_db:.0f} dB below its loud places, {how}",
        "an excerpt, a loop, or a stop that is meant ends like this",
        confidence=confidence,
        threshold=round(least_dbfs, 1),
        start_s=max(stem.start_s, end_s - SHOWN_S),
        end_s=end_s,
        evidence={
            "fall_db": round(edges.fall_db, 1),
            "last_sample": edges.cut_at_end,
            "loud_dbfs": round(edges.loud_dbfs, 1),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the tail, or hide the step."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} stops while it still sounds. Can you export it again until it is silent?"),
        f"ask for {stem} with its tail",
        "the end rings as it was played",
        "a message and a wait",
    )
    yield Option(
        Repair(stem, f"fade {stem} out over its last 50 ms"),
        "fade the last 50 ms",
        "no step at the end",
        "the tail stays short",
    )


def example() -> tuple[Session, Session]:
    """Two stems of one length of which one is cut while a note rings; and both run out."""
    rate_hz = 8_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    note = 0.3 * np.sin(2 * np.pi * 220.0 * at_s)
    rung = note * np.exp(-6.0 * at_s) * (at_s < 1.9)
    return scenes.session(rate_hz, keys=note, bass=rung), scenes.session(rate_hz, keys=0.5 * rung, bass=rung)
