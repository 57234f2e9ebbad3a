"""One stem lies under another for most of the time it plays.

Hears
    In the balance of the mix, per section where the session names sections: the excitation of all other stems, spread
    over the Bark scale, against each stem's own power in the bands that carry it. More than 60 % of the stem's active
    time is covered, one and the same stem is the strongest masker there with at least half of what covers it, and
    covers it by 6 dB or more. Never more than the worst masker of a stem and section.
Matters
    A part that is played and paid for is not heard, and everything that is done to make it heard makes the mix louder
    instead of clearer.
Fine
    A pad under a voice, a double that is meant to fuse, a shaker under guitars: parts that lie under a more important
    one are never named, nor are two stems whose spectra move alike, nor drums among each other.
Misses
    Bass against drums (kick-bass-clash hears them on the hits), a lead that sinks for single phrases (buried-lead),
    what effects and the mix bus do, and what stereo separates: the energy of both sides is taken together. In two
    real mixes whose stems are known the most covered pair stayed at 53 %; the limit was set above that.
Try
    Pan the two apart first. Then a decibel or two of level, then the arrangement, and an equaliser last, as narrow as
    what covers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import BellCut, GainCurve, LeaveIt, Pan, Rearrange
from earmark.features.masking_map import Covering, MaskingMap
from earmark.model import Finding, Json, Option, Section, Session, Stem
from earmark.rules.rule import Rule

RULE = Rule(
    code="MA01",
    name="masked-by",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=15.0,
    needs=frozenset({"balance"}),
)
KIT = frozenset({"kick", "snare", "toms", "hihat", "overheads", "room", "drums"})
DRESSING = frozenset({"fx", "room", "overheads", "hihat", "percussion", "backing-vocal"})  # house default
CENTRED = frozenset({"bass", "kick", "snare", "drums", "lead-vocal"})  # are hardly ever panned
FUSED = 0.5  # correlation of the two spectra's movements: a unison double. House default
LEAST_PART = 0.5  # of what covers: below that nobody in particular. House default
LEAST_WISH_DB, MOST_WISH_DB = 0.5, 2.0  # docs/curves.md
MOVE_S = 0.3  # before a section ends: the longest ramp of docs/curves.md
EQ_DB = -3.0  # house default
PAN = 0.4  # house default: clearly beside the centre, not on the edge
LOW_HZ = 200.0  # below it two stems are not told apart by where they come from


def check(
    session: MaskingMap,
    *,
    threshold_percent: float = 60.0,  # tuned: at most 53 in two mixes as they were released
    min_depth_db: float = 6.0,  # house default
) -> Iterator[Finding]:
    """The worst masker of every stem in every section, where it covers that much."""
    told = [one for one in session.coverings if meant_to_be_heard(one)]
    for _, pair in groupby(told, key=lambda one: (one.stem.name, one.section)):
        worst = next(pair)
        if is_covered(worst, threshold_percent, min_depth_db):
            both = [one for one in told if (one.stem, one.by) == (worst.stem, worst.by)]
            deep = [one for one in both if is_covered(one, threshold_percent, min_depth_db)]
            yield found(worst, wishes(deep, session.session.sections, threshold_percent), threshold_percent)


def is_covered(one: Covering, threshold_percent: float, min_depth_db: float) -> bool:
    """Whether it is worth a listen."""
    return 100 * one.share > threshold_percent and one.depth_db >= min_depth_db and one.part >= LEAST_PART


def meant_to_be_heard(one: Covering) -> bool:
    """Whether the covered stem counts at least as much as the other, and the two do not belong together."""
    roles = {one.stem.role, one.by.role}
    one_kit = roles <= KIT
    low_end = "bass" in roles and bool(roles & KIT)
    return not one_kit and not low_end and one.alike <= FUSED and rank(one.stem) >= rank(one.by)


def rank(stem: Stem) -> int:
    """A lead, then parts, then what dresses them."""
    return 2 if stem.role == "lead-vocal" else 0 if stem.role in DRESSING else 1


def wishes(deep: Sequence[Covering], sections: Sequence[Section], threshold_percent: float) -> list[list[Json]]:
    """Half a decibel to two less of the culprit where it covers, nothing in the other sections."""
    asked = {one.section: one for one in deep}
    if not sections:
        return [[round(one.start_s, 3), round(one.end_s, 3), wish_db(one, threshold_percent)] for one in deep]
    return [
        [
            round(section.start_s, 3),
            round(max(section.start_s, section.end_s - MOVE_S), 3),
            wish_db(asked[section.name], threshold_percent) if section.name in asked else 0.0,
        ]
        for section in sections
    ]


def wish_db(one: Covering, threshold_percent: float) -> float:
    """From the least to the most, as the share goes from the threshold to all the time."""
    way = (100 * one.share - threshold_percent) / max(1.0, 100.0 - threshold_percent)
    return -round(LEAST_WISH_DB + way * (MOST_WISH_DB - LEAST_WISH_DB), 2)


def found(one: Covering, wished: list[list[Json]], threshold_percent: float) -> Finding:
    """One stem under another in one section."""
    name, other = one.stem.name, one.by.name
    low_hz, high_hz = (round(hz, 1) for hz in one.band_hz)
    return RULE.finding(
        "note",
        (name, other),
        round(100 * one.share),
        "% of its time",
        f"{name} lies under {other} for {100 * one.share:.0f} % of the {one.active_s:.0f} s it plays in {one.section}, "
        f"by {one.depth_db:.0f} dB between {low_hz:.0f} and {high_hz:.0f} Hz",
        "it may be meant to lie there; panning is not part of this picture, nor are effects and the mix bus",
        confidence=round(min(0.85, 0.5 + one.share - threshold_percent / 100 + 0.01 * (one.depth_db - 6.0)), 2),
        threshold=threshold_percent,
        start_s=round(one.start_s, 3),
        end_s=round(one.end_s, 3),
        band_hz=(low_hz, high_hz),
        evidence={
            "covered": name,
            "by": other,
            "by_role": one.by.role,
            "section": one.section,
            "active_s": round(one.active_s, 1),
            "depth_db": round(one.depth_db, 1),
            "culprits_part": round(one.part, 2),
            "alike": round(one.alike, 2),
            "narrow_hz": [round(hz, 1) for hz in one.narrow_hz],
            "wishes": cast(Json, wished),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Pan, level, arrangement, then the narrowest equaliser; or leave it."""
    name, other = finding.stems
    low_hz, high_hz = cast("list[float]", finding.evidence["narrow_hz"])
    if finding.evidence["by_role"] not in CENTRED and high_hz > LOW_HZ:
        yield Option(
            Pan(other, PAN),
            f"pan {other} 40 % to one side, away from {name}",
            "the two are told apart by where they come from; neither loses level or tone",
            "the image leans to that side, and in mono nothing has changed",
        )
    yield Option(
        GainCurve(
            other,
            "fader",
            tuple(
                (start_s, end_s, db)
                for start_s, end_s, db in cast("list[tuple[float, float, float]]", finding.evidence["wishes"])
            ),
        ),
        f"take {other} down a little where it covers {name}",
        f"{name} comes forward and stays as it is",
        f"{other} steps back where the song may want it",
    )
    yield Option(
        Rearrange(other, f"another octave, a thinner voicing or a rest while {name} plays"),
        f"let {other} leave room for {name}",
        "both are heard without a fader or a filter",
        "a change of the part: the band's to decide",
    )
    centre_hz = (low_hz * high_hz) ** 0.5
    yield Option(
        BellCut(other, round(centre_hz, 1), EQ_DB, round(centre_hz / (high_hz - low_hz), 1)),
        f"cut {other} by 3 dB at {centre_hz:.0f} Hz, between {low_hz:.0f} and {high_hz:.0f} Hz",
        f"the bands in which {name} is covered most often open up",
        f"{other} is thinner there when it stands alone",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the blend stays as it was set",
        f"{name} stays covered for {finding.value:.0f} % of the time it plays",
    )


def example() -> tuple[Session, Session]:
    """Keys that play chords in the range of a louder guitar; then two octaves above it."""
    rate_hz = 16_000
    at_s = np.arange(10 * rate_hz) / rate_hz
    melody_hz = 300.0 * 2 ** (np.array([0, 2, 4, 7, 5, 4, 2, 0, 5, 7]) / 12)[at_s.astype(int)]
    noise = np.random.default_rng(5).standard_normal((2, at_s.size)) * 1e-4
    guitar = 0.2 * sum(np.sin(2 * np.pi * k * np.cumsum(melody_hz) / rate_hz) / k for k in (1, 2, 3)) + noise[0]
    chord = [
        0.02 * sum(np.sin(2 * np.pi * up * hz * at_s) for hz in (311.0, 392.0, 466.0, 622.0)) + noise[1]
        for up in (1, 8)
    ]
    return (
        scenes.session(rate_hz, mix=guitar + chord[0], guitar=guitar, keys=chord[0]),
        scenes.session(rate_hz, mix=guitar + chord[1], guitar=guitar, keys=chord[1]),
    )
