"""A stem that begins in the middle of a sound.

Hears
    A stem whose first 10 ms lie within 30 dB of its loud places, above -60 dBFS and above its quiet places, and whose
    first quarter of a millisecond is already as loud as that, to 15 dB. A sound that begins by itself rises first.
Matters
    The first attack or breath is missing, and the file starts with a click. Often the export began at the marker and
    the player a little before.
Fine
    A loop, an excerpt, a sample trimmed to its first zero crossing; a rough edge that a count-in covers.
Misses
    A start that was faded in. A cut behind some silence. Lossy files, which begin with the codec's own ramp. A cut
    that meets a slow wave at its zero crossing.
Try
    Listen to the first second alone, and ask for an export that begins a bar earlier.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Repair
from earmark.features.edges import PackEdges, StemEdges
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK10",
    name="cut-start",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=6.0,
)
OVER_QUIET_DB = 6.0  # over the 5th percentile of the levels; house default
FULL_FLOW_DB = 10.0  # under the loud places; house default
SHOWN_S = 0.1


def check(
    pack: PackEdges,
    *,
    threshold_dbfs: float = -60.0,  # after Essentia's StartStopCut
    below_loud_db: float = 30.0,  # house default, as for the end
    within_db: float = 15.0,  # tuned on data: first attacks of seven songs rise by 19 dB and more
) -> Iterator[Finding]:
    """A question where the stems were exported together; a note for any other file, which may be an excerpt."""
    if pack.session.kind not in ("folder", "memory"):
        return
    for edges in pack.edges:
        least_dbfs = max(threshold_dbfs, edges.loud_dbfs - below_loud_db, above_quiet_dbfs(edges))
        at_once = edges.onset_dbfs >= edges.opening_dbfs - within_db
        if edges.opening_dbfs >= least_dbfs and at_once and not edges.stem.known.lossy:
            yield opened(edges, least_dbfs, asked=pack.common_end_s is not None)


def above_quiet_dbfs(edges: StemEdges) -> float:
    """Above this it is no longer the noise between the notes; a stem that never pauses is taken at its word."""
    return min(edges.quiet_dbfs + OVER_QUIET_DB, edges.loud_dbfs - FULL_FLOW_DB)


def opened(edges: StemEdges, least_dbfs: float, *, asked: bool) -> Finding:
    """The finding for one stem."""
    stem = edges.stem
    below_db = max(0.0, edges.loud_dbfs - edges.opening_dbfs)
    return RULE.finding(
        "question" if asked else "note",
        (stem.name,),
        round(edges.opening_dbfs, 1),
        "dBFS",
        f"{stem.name} is at {edges.opening_dbfs:.0f} dBFS from its first sample on, {below_db:.0f} dB below its loud "
        "places: it begins in the middle of a sound",
        "an excerpt, a loop, or a tight trim begins like this with nothing missing",
        confidence=0.9,
        threshold=round(least_dbfs, 1),
        start_s=stem.start_s,
        end_s=stem.start_s + min(SHOWN_S, stem.known.duration_s),
        evidence={"first_quarter_ms_dbfs": round(edges.onset_dbfs, 1), "loud_dbfs": round(edges.loud_dbfs, 1)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the beginning, or hide the step."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} begins in the middle of a sound. Can you export it again from a bar earlier?"),
        f"ask for {stem} from a bar earlier, and for all others from there too",
        "the first attack is whole",
        "a message and a wait; all stems have to start together again",
    )
    yield Option(
        Repair(stem, f"fade {stem} in over its first 3 ms"),
        "fade the first 3 ms in",
        "no click at the start",
        "what was cut off stays missing",
    )


def example() -> tuple[Session, Session]:
    """Two stems of one length of which one begins inside a note; and both begin by themselves."""
    rate_hz = 8_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    note = 0.3 * np.cos(2 * np.pi * 220.0 * at_s) * np.exp(-4.0 * at_s)
    rising = note * np.minimum(1.0, at_s / 0.005) ** 2
    return scenes.session(rate_hz, keys=note, bass=0.5 * rising), scenes.session(
        rate_hz, keys=rising, bass=0.5 * rising
    )
