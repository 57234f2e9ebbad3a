"""Phrases in which the lead vocal lies lower against everything else than it usually does in this song.

Hears
    In the balance of the mix: the K-weighted energy of the lead over that of all stems that are no lead, in the bands
    that carry the lead in that phrase. A phrase 4 dB or more under the lead's own median (of the section, where the
    session names sections), further than the lead's usual spread, and less than 3 dB over the rest.
Matters
    A listener follows the words. One line that sinks is noticed more than a lead that is soft throughout.
Fine
    A voice that is meant to dissolve: an ending, a bridge, a voice used as a pad.
Misses
    A lead that is buried from end to end (that is a balance, and yours), stems without a balance, leads with fewer
    than four phrases, and what a compressor on the mix does.
Try
    Ride the lead's fader by a dB or two over the named phrases, or take the named stem down there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Rearrange
from earmark.features.lead_against_rest import Lead, LeadAgainstRest, LeadPhrase
from earmark.model import Finding, Json, Option, Section, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MA02",
    name="buried-lead",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=-2.0,
    needs=frozenset({"balance"}),
)
LEAST_PHRASES = 4  # fewer have no habit. House default
MAD_TO_SD = 1.4826  # of a normal distribution
LEAST_WISH_DB, MOST_WISH_DB = 0.5, 2.5  # docs/curves.md
CULPRIT_SHARE = 0.4  # of the others' energy: below that nobody in particular. House default


def check(
    session: LeadAgainstRest,
    *,
    threshold_db: float = -4.0,  # house default
    max_over_rest_db: float = 3.0,  # house default: higher above all the rest is not buried
) -> Iterator[Finding]:
    """A place to listen for every phrase that sinks; a question once the lead's role is confirmed."""
    for lead in session.leads:
        if len(lead.phrases) >= LEAST_PHRASES:
            yield from sunken(lead, session.session.sections, threshold_db, max_over_rest_db)


def sunken(lead: Lead, sections: Sequence[Section], threshold_db: float, max_over_rest_db: float) -> Iterator[Finding]:
    """The phrases of one lead that lie clearly lower than its habit."""
    habits = [habit_db(phrase, lead.phrases, sections) for phrase in lead.phrases]
    below = [round(phrase.over_rest_db - habit, 2) for phrase, habit in zip(lead.phrases, habits, strict=True)]
    limit_db = min(threshold_db, -MAD_TO_SD * float(np.median(np.abs(below))))
    sinks = [
        db <= limit_db and phrase.over_rest_db <= max_over_rest_db
        for phrase, db in zip(lead.phrases, below, strict=True)
    ]
    wishes = [wish(phrase, db if sunk else 0.0) for phrase, db, sunk in zip(lead.phrases, below, sinks, strict=True)]
    for phrase, db, habit, sunk in zip(lead.phrases, below, habits, sinks, strict=True):
        if sunk:
            yield found(lead, phrase, db, habit, limit_db, wishes)


def habit_db(phrase: LeadPhrase, phrases: Sequence[LeadPhrase], sections: Sequence[Section]) -> float:
    """The lead's median over the section where it has enough phrases, else over the song."""
    here = next((one for one in sections if one.start_s <= phrase.start_s < one.end_s), None)
    alike = [other for other in phrases if here and here.start_s <= other.start_s < here.end_s]
    return float(np.median([other.over_rest_db for other in (alike if len(alike) >= LEAST_PHRASES else phrases)]))


def wish(phrase: LeadPhrase, below_db: float) -> list[Json]:
    """Half of what is missing, 0.5 to 2.5 dB; nothing for a phrase that does not sink."""
    db = min(MOST_WISH_DB, max(LEAST_WISH_DB, -below_db / 2)) if below_db else 0.0
    return [round(phrase.start_s, 3), round(phrase.end_s, 3), round(db, 2)]


def found(
    lead: Lead, phrase: LeadPhrase, below_db: float, habit: float, limit_db: float, wishes: list[list[Json]]
) -> Finding:
    """One phrase."""
    name = lead.stem.name
    over = f"{abs(phrase.over_rest_db):.1f} dB {'over' if phrase.over_rest_db >= 0 else 'under'} everything else"
    blame = phrase.culprit if phrase.culprit_share >= CULPRIT_SHARE else None
    return RULE.finding(
        "question" if lead.stem.role_confirmed else "note",
        (name,),
        round(below_db, 1),
        "dB",
        f"a phrase of {name} lies {over} in its own bands, {-below_db:.1f} dB lower than it usually does"
        + (f"; most of what covers it is {blame}" if blame else ""),
        "the voice may be meant to sink here; effects and mix-bus processing are not part of this balance"
        + ("" if lead.stem.role_confirmed else f", and that {name} is the lead is a guess"),
        confidence=round(min(0.9, 0.5 + 0.08 * (limit_db - below_db) + 0.01 * min(len(wishes), 10)), 2),
        threshold=round(limit_db, 1),
        start_s=phrase.start_s,
        end_s=phrase.end_s,
        band_hz=(round(phrase.band_hz[0], 1), round(phrase.band_hz[1], 1)),
        evidence={
            "over_rest_db": round(phrase.over_rest_db, 1),
            "habit_db": round(habit, 1),
            "culprit": blame,
            "culprit_share": round(phrase.culprit_share, 2),
            "wishes": cast(Json, wishes),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ride the lead, take the culprit down, make room in the arrangement, or leave it."""
    (stem,) = finding.stems
    wishes = cast("list[tuple[float, float, float]]", finding.evidence["wishes"])
    culprit = finding.evidence["culprit"]
    yield Option(
        GainCurve(stem, "fader", tuple((start_s, end_s, db) for start_s, end_s, db in wishes)),
        f"ride the fader of {stem}",
        "the sunken phrases come up by half of what they miss; its effects keep what they are fed",
        "its sends come up with it if they are taken after the fader",
    )
    if isinstance(culprit, str):
        down = tuple((start_s, end_s, -max(1.0, min(2.0, db)) if db else 0.0) for start_s, end_s, db in wishes)
        yield Option(
            GainCurve(culprit, "fader", down),
            f"ride {culprit} down under it",
            "the words come forward and the voice stays as it is",
            f"{culprit} steps back where the song may want it",
        )
        yield Option(
            Rearrange(culprit, "thin the part, or move it an octave away, while the voice sings"),
            f"let {culprit} play less under the voice",
            "room for the words without a fader moving",
            "a change of the part: the band's to decide",
        )
    yield Option(
        LeaveIt(),
        "leave it",
        "the voice stays where it is",
        f"the phrase stays {-finding.value:.1f} dB lower against the rest than the others",
    )


def example() -> tuple[Session, Session]:
    """Eight phrases and a held chord at the voice's pitch, in their mix; first the chord swells by 12 dB under two."""
    rate_hz = 8_000
    at_s = np.arange(20 * rate_hz) / rate_hz
    noise = np.random.default_rng(3).standard_normal(at_s.size)
    voice = (0.1 + 0.01 * noise) * np.sin(2 * np.pi * 440.0 * at_s) * (at_s % 2.5 < 1.8)
    chord = 0.03 * np.sin(2 * np.pi * 450.0 * at_s + 0.5 * np.cumsum(noise) / 90)
    swell = np.where((at_s // 2.5 == 2) | (at_s // 2.5 == 5), 10 ** (12 / 20), 1.0)
    return (
        scenes.session(rate_hz, mix=voice + chord * swell, lead_vocal=voice, keys=chord * swell),
        scenes.session(rate_hz, mix=voice + chord, lead_vocal=voice, keys=chord),
    )
