"""The mains in a stem: 50 or 60 Hz and its harmonics, steady through the pauses.

Hears
    Three or more lines of a comb at 50 or 60 Hz, within 0.15 Hz times their number, each 10 dB over the floor
    beside it, that keep their level from one quiet stretch to the next.
Matters
    Hum is soft under the part and bare in its pauses, intros and endings; compression and a bright guitar sound
    bring it up, and it adds up over stems that were recorded in the same room.
Fine
    An amplifier's hum that belongs to the sound, or a stem that never sounds alone.
Misses
    Hum under a part that never leaves a level half second, or one at least 20 dB below the loud parts where
    the hum itself is weaker than what plays there. Lines above 400 Hz alone (a dimmer's buzz).
Try
    Listen to the named pause alone with the level up. Then: a de-hum or narrow notches at the lines, a quieter
    take (ground lift, another outlet), or a clean-up of the pauses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.hum import HumLines, Line
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO01",
    name="hum",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=3.0,
)
STANDS_DB = 10.0  # Brandt and Bitzer 2014 track peaks at 5 sigma; 10 dB over the local floor, house default


def check(
    hum: HumLines,
    *,
    threshold_dbfs: float = -80.0,  # house default: 20 dB over the noise of 16 bits
    max_off_hz: float = 0.15,  # 49 recordings of the grid: never further than 0.123 Hz from 50
    min_lines: int = 3,
    max_swing_db: float = 2.0,  # tuned on data: real hum moved 0.2-0.4 dB, notes 2-17 dB
) -> Iterator[Finding]:
    """A question with three steady lines in pauses; a note where one of the cues is weaker."""
    lines = standing(hum, max_off_hz)
    if hum.clearest is None or len(lines) < 2 or abs(hum.base_hz - hum.mains_hz) > max_off_hz:
        return
    strongest = max(lines, key=lambda line: line.level_dbfs)
    steady = hum.swing_db <= max_swing_db
    if strongest.level_dbfs < threshold_dbfs or not (steady and (hum.in_pauses or len(lines) >= min_lines)):
        return
    bare = hum.in_pauses or (strongest.height_db >= 2 * STANDS_DB and hum.swing_db <= max_swing_db / 4)
    certain = len(lines) >= min_lines and bare
    yield RULE.finding(
        "question" if certain else "note",
        (hum.stem.name,),
        round(strongest.level_dbfs, 1),
        "dBFS",
        message(hum, strongest, lines, certain),
        doubt(hum, len(lines)),
        confidence=confidence(hum, lines, max_swing_db),
        threshold=threshold_dbfs,
        start_s=hum.clearest.start_s,
        end_s=hum.clearest.end_s,
        band_hz=(round(strongest.freq_hz - 1.0, 2), round(strongest.freq_hz + 1.0, 2)),
        evidence=evidence(hum, lines),
        throughout=True,
    )


def standing(hum: HumLines, max_off_hz: float) -> list[Line]:
    """The lines that are where the mains would put them, and stand out in half of the stretches."""
    return [
        line
        for line in hum.lines
        if line.height_db >= STANDS_DB
        and line.seen >= 0.5
        and abs(line.freq_hz - line.harmonic * hum.mains_hz) <= max_off_hz * line.harmonic
    ]


def message(hum: HumLines, strongest: Line, lines: Sequence[Line], certain: bool) -> str:
    """What was heard, in one sentence."""
    what = "mains hum" if certain else "what may be mains hum"
    others = ", ".join(f"{line.freq_hz:.0f}" for line in lines if line is not strongest)
    where = "in the pauses" if hum.in_pauses else "in the quietest stretches"
    return (
        f"{what} on {hum.stem.name}: {strongest.freq_hz:.2f} Hz at {strongest.level_dbfs:.0f} dBFS {where}, "
        f"with lines at {others} Hz"
    )


def doubt(hum: HumLines, count: int) -> str:
    """What would make the finding untrue."""
    if not hum.in_pauses:
        return "there is no real pause to listen in: a held note or a drone at the same pitch would look alike"
    if count < 3:
        return "only two lines stand out: two steady tones of a synthesiser could do that"
    return "a held drone exactly on the mains frequency and its multiples would look alike"


def confidence(hum: HumLines, lines: Sequence[Line], max_swing_db: float) -> float:
    """From the number of lines, how steady they are, and whether nobody plays there. House default."""
    sure = 0.55 + 0.08 * min(len(lines), 5) - 0.1 * min(1.0, hum.swing_db / max_swing_db)
    return round(sure + (0.02 if len(hum.stretches) > 1 else 0.0) - (0.0 if hum.in_pauses else 0.15), 2)


def evidence(hum: HumLines, lines: Sequence[Line]) -> dict[str, Json]:
    """The numbers behind the sentence."""
    return {
        "mains_hz": hum.mains_hz,
        "base_hz": round(hum.base_hz, 3),
        "lines": [
            {"hz": round(one.freq_hz, 2), "dbfs": round(one.level_dbfs, 1), "over_floor_db": round(one.height_db, 1)}
            for one in lines
        ],
        "sum_dbfs": round(10 * float(np.log10(sum(10 ** (one.level_dbfs / 10) for one in lines))), 1),
        "swing_db": round(hum.swing_db, 2),
        "in_pauses": hum.in_pauses,
        "stretches": len(hum.stretches),
    }


def suggest(finding: Finding) -> Iterator[Option]:
    """Narrow notches at the lines, a cleaner source, or leaving it."""
    (stem,) = finding.stems
    lines = cast("list[dict[str, float]]", finding.evidence["lines"])
    where = ", ".join(f"{line['hz']:.0f}" for line in lines)
    yield Option(
        Repair(stem, f"de-hum, or notches 1-2 Hz wide at {where} Hz"),
        f"de-hum {stem}, or notch {where} Hz",
        f"takes up to {finding.evidence['sum_dbfs']} dBFS of hum out of every pause",
        "notes close to these lines lose level and ring a little; check the lowest notes by ear",
    )
    yield Option(
        AskTheBand(stem, f"is there a take of {stem} without hum, or can it be recorded again with a ground lift?"),
        "ask for another take (ground lift, another outlet)",
        "the hum is gone at its source, nothing is filtered",
        "costs the band a session; the performance may not come back",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it was recorded",
        f"{finding.value:.0f} dBFS of hum stays in the pauses, {finding.value + 12:.0f} after 12 dB of compression",
    )


def example() -> tuple[Session, Session]:
    """A plucked note and its pause, with 50 Hz and its harmonics at -60 dBFS; and without."""
    rate_hz = 8_000
    at_s = np.arange(4 * rate_hz) / rate_hz
    rng = np.random.default_rng(1)
    guitar = 0.3 * np.sin(2 * np.pi * 196.0 * at_s) * np.exp(-8.0 * (at_s % 2.0))
    guitar += 1e-5 * rng.standard_normal(at_s.size)
    hum = sum(10 ** (db / 20) * np.sin(2 * np.pi * 50.0 * k * at_s) for k, db in ((1, -60), (2, -72), (3, -66)))
    return scenes.session(rate_hz, guitar=guitar + hum), scenes.session(rate_hz, guitar=guitar)
