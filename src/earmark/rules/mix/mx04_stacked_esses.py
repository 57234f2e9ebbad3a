"""Several voices say the same ess, and in the mix they add up.

Hears
    In the balance of the mix: esses of two voices and more that begin within 0.12 s. Together 3 dB and more over the
    loudest of them alone, which takes two that are equally loud, in at least three places and a fifth of all esses.
Matters
    Every voice by itself passed the de-esser. Five of them on one word are a snake, and where they do not begin
    together, several.
Fine
    A gang, a whisper choir, a double that is meant to hiss.
Misses
    Stems that hold several singers already, esses softer than 35 dB under a voice's loud places, raw stems without a
    balance: nobody knows then who will be how loud.
Try
    Let the lead say the ess. Take it out of the others, or have them sing the word without it, as choirs do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Rearrange
from earmark.features.stacked_voices import Pile, StackedVoices
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MX04",
    name="stacked-esses",
    since="0.2",
    ceiling="note",
    stages=frozenset({"mix", "print"}),
    worse_by=2.0,
    needs=frozenset({"balance"}),
)
LEAST_PLACES, LEAST_SHARE = 3, 0.2  # fewer are chance. House defaults
DIP_DB = -4.0  # within docs/curves.md
WORST = 3


def check(session: StackedVoices, *, threshold_db: float = 2.9) -> Iterator[Finding]:  # two equal ones make 3.0
    """One note of all voices."""
    heavy = [pile for pile in session.piles if pile.over_loudest_db >= threshold_db]
    if len(heavy) >= LEAST_PLACES and len(heavy) >= LEAST_SHARE * session.words:
        yield found(heavy, session.words, threshold_db)


def found(heavy: Sequence[Pile], words: int, threshold_db: float) -> Finding:
    """The finding, shown at its worst place."""
    worst = sorted(heavy, key=lambda pile: -pile.over_loudest_db)
    first = worst[0].esses
    names = tuple(dict.fromkeys(one.stem for pile in worst for one in pile.esses))
    ragged_ms = 1000 * float(np.median([pile.ragged_s for pile in heavy]))
    return RULE.finding(
        "note",
        names,
        round(worst[0].over_loudest_db, 1),
        "dB",
        f"the esses of {len(names)} voices fall together in {len(heavy)} of {words} places and lie up to "
        f"{worst[0].over_loudest_db:.1f} dB over the loudest of them; they begin {ragged_ms:.0f} ms apart",
        "a gang or a whisper choir is meant to hiss; effects and the mix bus are not part of this balance",
        confidence=round(min(0.85, 0.5 + 0.05 * (worst[0].over_loudest_db - threshold_db) + 0.01 * len(heavy)), 2),
        threshold=threshold_db,
        start_s=round(min(one.start_s for one in first), 3),
        end_s=round(max(one.end_s for one in first), 3),
        band_hz=(4000.0, 12_000.0),
        evidence={
            "places": len(heavy),
            "words": words,
            "ragged_ms": round(ragged_ms),
            "worst_at_s": [round(pile.esses[0].start_s, 2) for pile in worst[:WORST]],
            "dips": cast(Json, dips_of(heavy)),
        },
    )


def dips_of(heavy: Sequence[Pile]) -> dict[str, list[list[float]]]:
    """By stem, the esses that are not the loudest of their pile."""
    dips: dict[str, list[list[float]]] = {}
    for pile in heavy:
        for one in pile.esses[1:]:
            if one.stem != pile.esses[0].stem:
                dips.setdefault(one.stem, []).append([round(one.start_s, 3), round(one.end_s, 3), DIP_DB])
    return dips


def suggest(finding: Finding) -> Iterator[Option]:
    """Dips in all but the loudest, another way to sing it, or leaving it."""
    dips = cast("dict[str, list[tuple[float, float, float]]]", finding.evidence["dips"])
    for stem, wishes in dips.items():
        yield Option(
            GainCurve(stem, "trim", tuple((start_s, end_s, db) for start_s, end_s, db in wishes), kind="esses"),
            f"take the doubled esses of {stem} down",
            "the word keeps one ess, the one of the loudest voice",
            f"{stem} alone lisps a little there",
        )
    yield Option(
        Rearrange(finding.stems[-1], "the word without its ess, as choirs do it"),
        "let the others sing the word without its ess",
        "no curve and no filter",
        "another take",
    )
    yield Option(
        LeaveIt(), "leave it", "the voices stay as they are", f"the esses stay {finding.value:.1f} dB over one voice's"
    )


def example() -> tuple[Session, Session]:
    """Three voices that say eight esses together; then two of them leave theirs out."""
    rate_hz = 24_000
    at_s = np.arange(10 * rate_hz) / rate_hz
    since_s = at_s % 1.2
    draw = np.random.default_rng(7)

    def voice(root_hz: float, esses: bool, late_s: float) -> np.ndarray:
        vowel = 0.1 * (since_s < 0.6) * sum(np.sin(2 * np.pi * k * root_hz * at_s) / k for k in (1, 2, 3))
        hiss = np.diff(draw.standard_normal(at_s.size + 2), n=2)
        spoken = 0.03 * hiss * ((since_s >= 0.6 + late_s) & (since_s < 0.72 + late_s)) * esses
        return np.asarray(vowel + spoken + 1e-5 * draw.standard_normal(at_s.size))

    lead = voice(220.0, esses=True, late_s=0.0)
    stacked = [voice(hz, esses=True, late_s=late_s) for hz, late_s in ((277.0, 0.02), (330.0, 0.05))]
    clean = [voice(hz, esses=False, late_s=0.0) for hz in (277.0, 330.0)]
    first, second = (
        scenes.session(rate_hz, mix=lead + one + other, lead_vocal=lead, backing_vocal_1=one, backing_vocal_2=other)
        for one, other in (stacked, clean)
    )
    return first, second
