"""The bass covers the kick on most of its hits.

Hears
    In the balance of the mix, on every hit of the kick during which the bass sounds: 100 ms of both, in the kick's own
    bands below 200 Hz. The bass is as strong as the kick or stronger, and its excitation covers at least half of these
    bands, on more than half of the hits and on eight at least.
Matters
    Two stems that share the lowest octaves take each other's headroom, and what is left of the kick changes from note
    to note.
Fine
    A bass that is meant to carry the low end, with a kick that speaks through its click; a kick that is felt under a
    808.
Misses
    Whether the two add up or cancel on a hit (their phase), two tones closer than about 40 Hz, and kits in one file
    whose snare is as low as the kick: there all low hits count.
Try
    Choose who is lowest. Shorter bass notes on the kick, a bass that gives way for 80 ms, or one narrow band cut out
    of the bass where the kick lives.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import BellCut, LeaveIt, Rearrange, Repair, StaticGain
from earmark.features.low_end_hits import Hit, KickAndBass, LowEndHits
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MA03",
    name="kick-bass-clash",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=15.0,
    needs=frozenset({"balance"}),
)
LEAST_HITS = 8  # fewer are no habit. House default
COVERED = 0.5  # of the kick's bands. House default
EQ_DB, MOST_LEVEL_DB = -3.0, 2.0  # house defaults
PLACES = 40  # hits named in the evidence


def check(
    session: LowEndHits,
    *,
    threshold_percent: float = 50.0,  # house default; three mixes with a kick that is heard have 0, 4 and 14
    max_over_db: float = 0.0,  # house default: a kick that is stronger than the bass is not covered
) -> Iterator[Finding]:
    """A note for every kick whose hits mostly drown in a bass."""
    for pair in session.pairs:
        covered = [hit for hit in pair.hits if hit.covered >= COVERED and hit.over_bass_db <= max_over_db]
        if len(pair.hits) >= LEAST_HITS and 100 * len(covered) > threshold_percent * len(pair.hits):
            yield found(pair, covered, threshold_percent)


def found(pair: KickAndBass, covered: list[Hit], threshold_percent: float) -> Finding:
    """One kick under one bass."""
    kick, bass = pair.kick.name, pair.bass.name
    share = 100 * len(covered) / len(pair.hits)
    under_db = -float(np.median([hit.over_bass_db for hit in covered]))
    guessed = not (pair.kick.role_confirmed and pair.bass.role_confirmed)
    return RULE.finding(
        "note",
        (kick, bass),
        round(share),
        "% of its hits",
        f"{bass} covers {kick} on {len(covered)} of {len(pair.hits)} hits that fall on a bass note, "
        f"by {under_db:.1f} dB between {pair.band_hz[0]:.0f} and {pair.band_hz[1]:.0f} Hz",
        "the bass may be meant to carry the low end"
        + ("; which is the kick and which the bass is guessed from the names" if guessed else ""),
        confidence=round(min(0.85, 0.5 + (share - threshold_percent) / 200 + 0.02 * under_db), 2),
        threshold=threshold_percent,
        start_s=round(covered[0].at_s, 3),
        end_s=round(covered[-1].at_s + 0.1, 3),
        band_hz=(round(pair.band_hz[0], 1), round(pair.band_hz[1], 1)),
        evidence={
            "hits": len(pair.hits),
            "covered": len(covered),
            "without_bass": pair.alone,
            "under_db": round(under_db, 1),
            "at_s": cast(Json, [round(hit.at_s, 2) for hit in covered[:PLACES]]),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Level, arrangement, a bass that gives way, then the narrowest equaliser; panning is no help down there."""
    kick, bass = finding.stems
    low_hz, high_hz = cast("tuple[float, float]", finding.band_hz)
    under_db = cast(float, finding.evidence["under_db"])
    down_db = -min(MOST_LEVEL_DB, max(0.5, round(under_db) / 2))
    yield Option(
        StaticGain(bass, down_db),
        f"set {bass} {down_db:+.1f} dB",
        f"every hit of {kick} stands higher over it",
        "the whole bass is softer, between the hits too",
    )
    yield Option(
        Rearrange(bass, "shorter notes that end where the kick hits, or an octave up"),
        f"let {bass} leave the hits to {kick}",
        "both keep level and tone",
        "a change of the part: the band's to decide",
    )
    yield Option(
        Repair(bass, f"a compressor keyed by {kick}, about 3 dB for 80 ms"),
        f"let {bass} give way for 80 ms on every hit of {kick}",
        "the kick's attack comes through, the notes stay as long as they are",
        "the bass breathes with the kick; too much of it is heard as pumping",
    )
    centre_hz = round((low_hz * high_hz) ** 0.5, 1)
    yield Option(
        BellCut(bass, centre_hz, EQ_DB, round(max(0.7, centre_hz / (high_hz - low_hz)), 1)),
        f"cut {bass} by 3 dB at {centre_hz:.0f} Hz, where {kick} lives",
        "the kick's fundamental has its band to itself",
        "notes of the bass in that band are softer than its others",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the low end stays as it was set",
        f"{finding.value:.0f} % of the kick's hits stay under the bass",
    )


def example() -> tuple[Session, Session]:
    """Sixteen kicks on a held bass at nearly the same pitch that is louder; then 26 dB softer."""
    rate_hz = 8_000
    at_s = np.arange(8 * rate_hz) / rate_hz
    kick = 0.1 * np.exp(-20.0 * (at_s % 0.5)) * np.sin(2 * np.pi * 60.0 * (at_s % 0.5))
    note = np.sin(2 * np.pi * 62.0 * at_s) + 0.3 * np.sin(2 * np.pi * 124.0 * at_s)
    noise = np.random.default_rng(6).standard_normal((2, at_s.size)) * 1e-4
    loud, soft = 0.3 * note + noise[0], 0.015 * note + noise[1]
    return (
        scenes.session(rate_hz, mix=kick + loud, kick=kick, bass=loud),
        scenes.session(rate_hz, mix=kick + soft, kick=kick, bass=soft),
    )
