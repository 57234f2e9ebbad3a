"""A phrase that is much louder or softer than the stem's own habit, while the others stay where they are.

Hears
    The K-weighted loudness of each phrase against the median of the stem's phrases (of the same section, where the
    session names sections), more than 4 LU away and more than twice the stem's usual spread, unless the other
    stems make at least half of the same move.
Matters
    A singer who leans back, a bass note that jumps out: the compressor after it works unevenly, and the mix is set
    for a level that is not there.
Fine
    A whisper, a shout, a part that builds: dynamics are music. It is a note, never more.
Misses
    Everything but voices, bass, brass and strings: chords, strokes and drums differ by what is played. Parts whose
    phrases differ all the time, stems with fewer than four phrases, and moves inside one long phrase.
Try
    Listen from a phrase before. A ride on the trim, before the effects, by half of the deviation keeps the
    expression and steadies what the compressor gets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.features.level_moves import LevelMoves, Move, StemMoves
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PF01",
    name="needs-riding",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=2.0,
)
RIDDEN = frozenset({"lead-vocal", "backing-vocal", "bass", "brass", "strings"})  # lines, not chords or strokes
LEAST_PHRASES = 4  # fewer have no habit. House default
LEAST_S = 0.5  # shorter is a word or a breath. House default
DEEPEST_LU = 12.0  # softer than this under the habit is a breath or another sound. House default
DEAD_BAND_LU = 1.5  # no wish within it: docs/curves.md
MAD_TO_SD = 1.4826  # of a normal distribution


def check(
    session: LevelMoves,
    *,
    threshold_lu: float = 4.0,  # house default; detectors of level drift ask from 3 LU
    spreads: float = 2.0,  # house default: robust standard deviations of the stem's own phrases
) -> Iterator[Finding]:
    """A note for every phrase that stands out of its stem."""
    for stem in session.stems:
        if stem.stem.role in RIDDEN:
            yield from uneven(stem, threshold_lu, spreads)


def uneven(stem: StemMoves, threshold_lu: float, spreads: float) -> Iterator[Finding]:
    """The phrases of one stem that stand out."""
    moves = sung(stem.moves)
    if len(moves) < LEAST_PHRASES:
        return
    deviations = [round(own_part(move, habit_lufs(move, moves)), 2) for move in moves]
    limit_lu = max(threshold_lu, spreads * MAD_TO_SD * float(np.median(np.abs(deviations))))
    wishes = [wish(move, lu) for move, lu in zip(moves, deviations, strict=True)]
    for move, lu in zip(moves, deviations, strict=True):
        if abs(lu) > limit_lu:
            yield noted(stem, move, lu, habit_lufs(move, moves), limit_lu, wishes, slope_of(moves))


def sung(moves: Sequence[Move]) -> list[Move]:
    """The phrases proper: half a second at least, and no breaths."""
    long = [move for move in moves if move.end_s - move.start_s >= LEAST_S]
    if not long:
        return []
    usual_lufs = float(np.median([move.loudness_lufs for move in long]))
    return [move for move in long if move.loudness_lufs >= usual_lufs - DEEPEST_LU]


def habit_lufs(move: Move, moves: Sequence[Move]) -> float:
    """The median loudness of the section's phrases where there are enough of them, else of all."""
    alike = [other for other in moves if move.section is not None and other.section == move.section]
    return float(np.median([other.loudness_lufs for other in (alike if len(alike) >= LEAST_PHRASES else moves)]))


def own_part(move: Move, habit: float) -> float:
    """The deviation in LU, less what the others do too if that is at least half of it."""
    deviation = move.loudness_lufs - habit
    others = move.others_lu or 0.0
    shared = others * deviation > 0 and abs(others) >= abs(deviation) / 2
    return deviation - float(np.sign(deviation)) * min(abs(others), abs(deviation)) if shared else deviation


def wish(move: Move, lu: float) -> list[Json]:
    """Half of the deviation, the other way; nothing within the dead band."""
    return [round(move.start_s, 3), round(move.end_s, 3), round(-lu / 2, 2) if abs(lu) > DEAD_BAND_LU else 0.0]


def slope_of(moves: Sequence[Move]) -> float:
    """Theil and Sen's slope of loudness over time, in LU per minute: the median over all pairs of phrases."""
    at_min = np.array([(move.start_s + move.end_s) / 120 for move in moves])
    lufs = np.array([move.loudness_lufs for move in moves])
    first, second = np.triu_indices(len(moves), 1)
    return float(np.median((lufs[second] - lufs[first]) / (at_min[second] - at_min[first])))


def noted(
    stem: StemMoves, move: Move, lu: float, habit: float, limit_lu: float, wishes: list[list[Json]], slope: float
) -> Finding:
    """One phrase."""
    name, way = stem.stem.name, "louder" if lu > 0 else "softer"
    return RULE.finding(
        "note",
        (name,),
        round(abs(lu), 1),
        "LU",
        f"a phrase of {name} is {abs(lu):.1f} LU {way} than its habit of {habit:.1f} LUFS{meanwhile(move)}",
        "it may be meant: an aside, a shout, another register",
        confidence=round(min(0.9, 0.5 + 0.08 * (abs(lu) - limit_lu) + 0.01 * min(len(wishes), 10)), 2),
        threshold=round(limit_lu, 1),
        start_s=move.start_s,
        end_s=move.end_s,
        evidence={
            "deviation_lu": lu,
            "habit_lufs": round(habit, 1),
            "others_lu": None if move.others_lu is None else round(move.others_lu, 1),
            "slope_lu_per_min": round(slope, 2),
            "wishes": cast(Json, wishes),
        },
    )


def meanwhile(move: Move) -> str:
    """What the others do, where that is known."""
    if move.others_lu is None:
        return ""
    return (
        ", while the others stay"
        if abs(move.others_lu) < DEAD_BAND_LU
        else f"; the others move {move.others_lu:+.1f} LU"
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A ride before the effects, a compressor, or leaving it."""
    (stem,) = finding.stems
    wishes = cast("list[tuple[float, float, float]]", finding.evidence["wishes"])
    yield Option(
        GainCurve(stem, "trim", tuple((start_s, end_s, db) for start_s, end_s, db in wishes)),
        f"ride the trim of {stem}",
        "halves the deviation of every phrase before the effects, the compressor works evenly",
        "noise and room of the lifted phrases come up by as much",
    )
    yield Option(
        Repair(stem, "a compressor at 2:1 whose threshold lies at the habit, slow enough to keep the words' attacks"),
        f"compress {stem} 2:1 from {finding.evidence['habit_lufs']} LUFS up",
        "halves what is louder than the habit, in one setting",
        "what is softer stays soft; the tone changes with the level",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the dynamics stay as they were played",
        f"the phrase stays {finding.value:.1f} LU away from the others",
    )


def example() -> tuple[Session, Session]:
    """Eight phrases over a steady bass and keys; in the first session two of them are 8 dB softer."""
    rate_hz = 8_000
    at_s = np.arange(20 * rate_hz) / rate_hz
    voice = 0.2 * np.sin(2 * np.pi * 440.0 * at_s) * (at_s % 2.5 < 1.8)
    softer = np.where((at_s // 2.5 == 2) | (at_s // 2.5 == 5), 10 ** (-8 / 20), 1.0)
    bass, keys = (0.1 * np.sin(2 * np.pi * freq_hz * at_s) for freq_hz in (80.0, 260.0))
    return (
        scenes.session(rate_hz, lead_vocal=voice * softer, bass=bass, keys=keys),
        scenes.session(rate_hz, lead_vocal=voice, bass=bass, keys=keys),
    )
