"""A player who leaves the drums, or never found them.

Hears
    Beginnings of notes of bass, guitars, keyboards and percussion against the nearest beginning in the drums (each
    the other's nearest, within 60 ms). The stem's own habit, its median, is taken out: who always plays late, plays so.
    Six onsets in a row whose median lies 25 ms and more, and three times the stem's usual spread, off that habit; or a
    whole stem whose onsets spread by more than 20 ms about it.
Matters
    Bass and kick that do not begin together sound smaller than each alone.
Fine
    Laid back, pushed, swung: constant, and taken out. Strums, rolls, flams and arpeggios spread by nature.
Misses
    Anything against a click or a grid: it is not looked for. Voices, bowed strings, winds; brushes and drums without
    clear strokes; stems that share fewer than 20 onsets with the drums; moves of over 60 ms.
Try
    Listen to the place with drums and this stem alone. A nudge of the one phrase, or another take.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.off_the_beat import OffTheBeat, Timing
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PF02",
    name="off-the-drums",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=10.0,
    deep=True,
)
LEAST_PAIRS, LEAST_PAIRED = 20, 0.5  # to have a habit; of the stem's onsets. House defaults
IN_A_ROW = 6  # onsets: three times the standard error of their median is 2.3 spreads
SPREADS = 3.0  # tuned: at most 2.3 in seven songs
LONGEST_S = 8.0  # a passage. House default


def check(
    session: OffTheBeat,
    *,
    passage_ms: float = 25.0,  # house default: four times what is just heard, 6 ms
    spread_ms: float = 20.0,  # tuned: of 22 stems of eight songs one has more, the others up to 17
) -> Iterator[Finding]:
    """A note for a stem that is loose throughout, else for every passage that leaves its habit."""
    for one in session.stems:
        if len(one.times_s) >= LEAST_PAIRS and one.paired >= LEAST_PAIRED:
            own_ms = 1000 * (one.late_s - np.median(one.late_s))
            usual_ms = float(np.median(np.abs(own_ms)))
            if usual_ms > spread_ms:
                yield loose(one, usual_ms, spread_ms)
            else:
                yield from passages(one, own_ms, usual_ms, passage_ms)


def passages(one: Timing, own_ms: np.ndarray, usual_ms: float, passage_ms: float) -> Iterator[Finding]:
    """Runs of onsets that lie off the habit together; what overlaps is one passage."""
    limit_ms = max(passage_ms, SPREADS * usual_ms)
    rolling = np.median(np.lib.stride_tricks.sliding_window_view(own_ms, IN_A_ROW), axis=1)
    first = 0
    while first < len(rolling):
        last = first
        if is_off(one, rolling, first, limit_ms):
            while last + 1 < len(rolling) and is_off(one, rolling, last + 1, limit_ms):
                last += 1
            yield passage(one, own_ms, trimmed(own_ms, first, last + IN_A_ROW, limit_ms), usual_ms, limit_ms)
            last += IN_A_ROW
        first = last + 1


def is_off(one: Timing, rolling: np.ndarray, at: int, limit_ms: float) -> bool:
    """Whether the onsets from here on lie off, and close enough to each other to be one passage."""
    return bool(abs(rolling[at]) >= limit_ms and one.times_s[at + IN_A_ROW - 1] - one.times_s[at] <= LONGEST_S)


def trimmed(own_ms: np.ndarray, first: int, end: int, limit_ms: float) -> slice:
    """Without the notes at either end that are not off themselves."""
    off = first + np.flatnonzero(np.abs(own_ms[first:end]) >= limit_ms / 2)
    return slice(int(off[0]), int(off[-1]) + 1)


def passage(one: Timing, own_ms: np.ndarray, here: slice, usual_ms: float, limit_ms: float) -> Finding:
    """One passage."""
    name, ms = one.stem.name, float(np.median(own_ms[here]))
    return RULE.finding(
        "note",
        (name,),
        round(abs(ms)),
        "ms",
        f"{name} plays {abs(ms):.0f} ms {'later' if ms > 0 else 'earlier'} against {spoken(one)} than it usually does, "
        f"for {len(own_ms[here])} notes",
        "it may be a figure that is meant to lean, or the drums that move",
        confidence=round(min(0.85, 0.5 + 0.01 * (abs(ms) - limit_ms) + 0.01 * len(own_ms[here])), 2),
        threshold=round(limit_ms, 1),
        start_s=float(one.times_s[here][0]),
        end_s=float(one.times_s[here][-1]) + 0.1,
        evidence={
            "ms": round(ms, 1),
            "habit_ms": round(1000 * float(np.median(one.late_s)), 1),
            "usual_spread_ms": round(usual_ms, 1),
            "notes": len(own_ms[here]),
            "drums": list(one.drums),
        },
        aspect="passage",
    )


def loose(one: Timing, usual_ms: float, spread_ms: float) -> Finding:
    """A whole stem."""
    name = one.stem.name
    return RULE.finding(
        "note",
        (name,),
        round(usual_ms),
        "ms",
        f"the notes of {name} lie {usual_ms:.0f} ms to either side of where they usually fall against {spoken(one)}, "
        f"over {len(one.times_s)} of them",
        "strums, arpeggios and another subdivision than the drums' spread the same way",
        confidence=round(min(0.8, 0.4 + 0.01 * (usual_ms - spread_ms) + 0.2 * one.paired), 2),
        threshold=spread_ms,
        evidence={
            "spread_ms": round(usual_ms, 1),
            "habit_ms": round(1000 * float(np.median(one.late_s)), 1),
            "notes": len(one.times_s),
            "paired": round(one.paired, 2),
            "drums": list(one.drums),
        },
        aspect="throughout",
    )


def spoken(one: Timing) -> str:
    """The drums by their names."""
    return one.drums[0] if len(one.drums) == 1 else "the drums"


def suggest(finding: Finding) -> Iterator[Option]:
    """Move the place by hand, ask for another take, or leave it."""
    (stem,) = finding.stems
    if finding.aspect == "passage":
        ms = finding.evidence["ms"]
        assert isinstance(ms, float)
        yield Option(
            Repair(stem, f"move these {finding.evidence['notes']} notes by {-ms:+.0f} ms, cut in the gaps around them"),
            f"move the passage of {stem} by {-ms:+.0f} ms",
            "it begins with the drums as the rest of the stem does",
            "two edits; what leans on purpose is straightened",
        )
    yield Option(
        AskTheBand(stem, "is there another take of this, played to the drums?"),
        f"ask for another take of {stem}",
        "the feel comes from the player",
        "time",
    )
    yield Option(
        LeaveIt(), "leave it", "the feel stays as it was played", f"{finding.value:.0f} ms against the drums stay"
    )


def example() -> tuple[Session, Session]:
    """A kick and a bass on every beat for 14 s; eight of the bass's notes come 45 ms late, then none."""
    rate_hz, beats = 22_050, 36
    draw = np.random.default_rng(9)
    jitter_s = 0.004 * draw.standard_normal(beats)
    late_s = np.where((np.arange(beats) >= 20) & (np.arange(beats) < 28), 0.045, 0.0)
    noise = 1e-5 * draw.standard_normal((2, 15 * rate_hz))

    def struck(starts_s: np.ndarray, freq_hz: float, decay: float) -> np.ndarray:
        sound = np.zeros(15 * rate_hz)
        at_s = np.arange(round(0.35 * rate_hz)) / rate_hz
        for start_s in starts_s:
            first = round(start_s * rate_hz)
            shape = np.exp(-decay * at_s) * np.clip(20 * (0.35 - at_s), 0, 1)
            sound[first : first + at_s.size] += shape * np.sin(2 * np.pi * freq_hz * at_s)
        return 0.5 * sound

    beat_s = 0.2 + 0.4 * np.arange(beats)
    kick = struck(beat_s, 60.0, 30.0) + noise[0]
    return (
        scenes.session(rate_hz, kick=kick, bass=struck(beat_s + jitter_s + late_s, 110.0, 8.0) + noise[1]),
        scenes.session(rate_hz, kick=kick, bass=struck(beat_s + jitter_s, 110.0, 8.0) + noise[1]),
    )
