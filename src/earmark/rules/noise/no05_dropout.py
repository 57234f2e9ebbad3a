"""Dropouts: the sound is gone for a moment, and back as suddenly.

Hears
    5 ms to 3.5 s at or below -70 dBFS between two stretches of sound, each within 25 dB of the stem's loud level and
    15 dB of each other; it falls by 30 dB or more within 5 ms, and comes back within 5 ms.
Matters
    Sound is missing, not merely changed: a buffer that ran dry, a disk that came late, a region that was moved.
Fine
    Edited silence with fades of 20 ms or more. A trance gate, a stutter, a stop that is played: several on an even
    grid are one note. A gap is a note too where the sound comes back much louder or softer, as a new note would.
Misses
    Gaps that are filled with noise above -70 dBFS, longer than 3.5 s, or at whose edges the sound is soft.
Try
    Listen from a bar before. Then: the same bars from another take, or the file again; under 20 ms the gap can be
    drawn over.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.gaps import Gaps
from earmark.model import Finding, Option, Session
from earmark.rules.repetition import FEW, even, sure
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO05",
    name="dropout",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=20.0,
)
REPAIRABLE_MS = 20.0  # house default: interpolation of tones holds about so long


def check(
    gaps: Gaps,
    *,
    min_length_ms: float = 4.0,  # planted gaps have 5 ms or more; a fade takes some of it
    max_edge_ms: float = 5.0,  # tuned on data: a fade of 2 ms on a low note takes so long; edited silence 6 to 8
    max_faded_db: float = 8.0,  # house default: a straight fade gives 9 to 14, a cut about 0
    under_loud_db: float = 25.0,  # house default; edited silence on real songs lies 28 to 34 under
    min_depth_db: float = 30.0,  # house default: what falls less is a soft moment
    max_difference_db: float = 15.0,  # house default: what comes back much louder is a new note
) -> Iterator[Finding]:
    """A question per gap; notes where it looks played."""
    lengths_ms = 1000.0 * gaps.length_samples / gaps.stem.known.rate_hz
    slowest_ms = 1000.0 * np.maximum(gaps.fall_s, gaps.rise_s)
    softest_dbfs = np.minimum(gaps.before_dbfs, gaps.after_dbfs)
    found = np.flatnonzero(
        (lengths_ms >= min_length_ms)
        & (slowest_ms <= max_edge_ms)
        & (gaps.faded_db <= max_faded_db)
        & (softest_dbfs >= gaps.loud_dbfs - under_loud_db)
        & (softest_dbfs >= gaps.inside_dbfs + min_depth_db)
    )
    starts_s = gaps.start_samples[found] / gaps.stem.known.rate_hz
    if found.size >= FEW and even(starts_s):
        yield throughout(gaps, found, lengths_ms, min_length_ms)
        return
    for gap in found:
        plain = abs(float(gaps.after_dbfs[gap] - gaps.before_dbfs[gap])) <= max_difference_db
        yield one_gap(gaps, int(gap), plain, min_length_ms, max_edge_ms, found.size)


def one_gap(gaps: Gaps, gap: int, plain: bool, min_length_ms: float, max_edge_ms: float, count: int) -> Finding:
    """One place."""
    stem, rate_hz = gaps.stem, gaps.stem.known.rate_hz
    start, length = int(gaps.start_samples[gap]), int(gaps.length_samples[gap])
    length_ms = round(1000.0 * length / rate_hz, 1)
    slowest_ms = 1000.0 * max(float(gaps.fall_s[gap]), float(gaps.rise_s[gap]))
    return RULE.finding(
        "question" if plain else "note",
        (stem.name,),
        length_ms,
        "ms",
        f"{stem.name} drops out for {length_ms:.0f} ms: from {gaps.before_dbfs[gap]:.0f} dBFS to "
        f"{'digital silence' if gaps.inside_dbfs[gap] <= -120.0 else f'{gaps.inside_dbfs[gap]:.0f} dBFS'} and back "
        f"at {gaps.after_dbfs[gap]:.0f} dBFS",
        "a stop that is played and edited tight, a gate or a mute button would look alike",
        confidence=round(sure(max_edge_ms, max(slowest_ms, 0.5)) - (0.0 if plain else 0.3), 2),
        threshold=min_length_ms,
        start_s=start / rate_hz,
        end_s=(start + length) / rate_hz,
        evidence={
            "sample": start,
            "length_samples": length,
            "before_dbfs": round(float(gaps.before_dbfs[gap]), 1),
            "after_dbfs": round(float(gaps.after_dbfs[gap]), 1),
            "fall_ms": round(1000.0 * float(gaps.fall_s[gap]), 1),
            "rise_ms": round(1000.0 * float(gaps.rise_s[gap]), 1),
            "places": count,
        },
    )


def throughout(gaps: Gaps, found: np.ndarray, lengths_ms: np.ndarray, min_length_ms: float) -> Finding:
    """One note for gaps on a grid."""
    rate_hz = gaps.stem.known.rate_hz
    longest = int(found[np.argmax(lengths_ms[found])])
    start, length = int(gaps.start_samples[longest]), int(gaps.length_samples[longest])
    return RULE.finding(
        "note",
        (gaps.stem.name,),
        round(float(lengths_ms[longest]), 1),
        "ms",
        f"{gaps.stem.name} is cut into {found.size + 1} pieces by silences of up to {lengths_ms[longest]:.0f} ms, "
        "evenly spaced",
        "a gate or a stutter in time with the song would be just so; is it on purpose?",
        confidence=0.6,
        threshold=min_length_ms,
        start_s=start / rate_hz,
        end_s=(start + length) / rate_hz,
        evidence={"samples": [int(sample) for sample in gaps.start_samples[found]], "places": int(found.size)},
        throughout=True,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """The file again, the bars from elsewhere, or leaving it."""
    (stem,) = finding.stems
    places = finding.evidence["places"]
    short = finding.value <= REPAIRABLE_MS
    yield Option(
        AskTheBand(
            stem, f"{stem} drops out in {places} {'place' if places == 1 else 'places'}. Is the sound in your session?"
        ),
        "ask for the file again",
        "what was played comes back, if only the export dropped out",
        "a message and a wait; if the recording itself has the hole, there is nothing to come back",
    )
    yield Option(
        Repair(stem, f"{'draw over the gap' if short else 'take the same bars from another place or take'} on {stem}"),
        "draw over the gap" if short else "fill it from another take or another chorus",
        "the part goes on without a hole",
        f"{finding.value:.0f} ms are made up" if short else "a splice of other playing; words and breath may not match",
    )
    yield Option(LeaveIt(), "leave it", "the stop stays, if it is one", f"{finding.value:.0f} ms of nothing stay")


def example() -> tuple[Session, Session]:
    """A held chord that is gone for 60 ms; and one that is not."""
    rate_hz = 16_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    chord = 0.1 * np.sin(2 * np.pi * np.outer((220.0, 277.2, 329.6), at_s)).sum(axis=0)
    holed = np.where((at_s >= 1.0) & (at_s < 1.06), 0.0, chord)
    return scenes.session(rate_hz, keys=holed), scenes.session(rate_hz, keys=chord)
