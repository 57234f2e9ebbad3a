"""A stem whose tuning lies beside that of the others from end to end.

Hears
    The tuning of every stem that plays notes (pYIN's notes, or the spectral peaks of chords, as a circular mean over
    the semitone), and how sharply it is defined. A stem that lies more than 15 cents, and three standard errors, from
    the middle of the others, while these agree among themselves to half of that.
Matters
    Each sounds in tune alone. Together they beat, and no level and no equaliser takes that away.
Fine
    A honky-tonk piano, a chorus pedal, a sample from another record that is meant to be one; a stretched piano
    against a bass lies a few cents off by nature.
Misses
    Voices that bend their notes, drums, stems with less than 5 s of notes, single notes that are off, a stem
    a whole semitone off, and anything under 15 cents: a guitar's tuning is known to about 7.
Try
    Ask when the stem was tuned, or for its tape speed. Shift it as a whole; the note says by how much.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.tunings import OwnTuning, Tunings
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PF04",
    name="out-of-tune-with",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=8.0,
    deep=True,
)
ERRORS = 3.0


def check(
    session: Tunings,
    *,
    threshold_cents: float = 15.0,  # house default: twice what the tuning of a guitar is known to
) -> Iterator[Finding]:
    """A note for every stem beside the others; for two stems alone, one note of both."""
    for place, one in enumerate(session.stems):
        if len(session.stems) == 2 and place == 1:
            return  # the same difference from the other side
        sure = abs(one.from_others_cents) >= ERRORS * (one.error_cents + one.others_error_cents)
        agreed = one.others_spread_cents <= threshold_cents / 2
        if abs(one.from_others_cents) > threshold_cents and sure and agreed:
            yield found(one, threshold_cents)


def found(one: OwnTuning, threshold_cents: float) -> Finding:
    """One stem beside the others."""
    name, cents = one.stem.name, one.from_others_cents
    whom = one.against if one.others == 1 else f"{one.against} and the others"
    return RULE.finding(
        "note",
        (name, one.against),
        round(abs(cents)),
        "cents",
        f"{name} is tuned {abs(cents):.0f} cents {'above' if cents > 0 else 'below'} {whom}",
        "which of the two was meant is not known" if one.others == 1 else "the others may have been tuned afterwards",
        confidence=round(min(0.9, 0.4 + 0.3 * one.sharpness + 0.01 * (abs(cents) - threshold_cents)), 2),
        threshold=threshold_cents,
        evidence={
            "cents": round(cents, 1),
            "from_440_cents": round(one.offset_cents, 1),
            "error_cents": round(one.error_cents + one.others_error_cents, 1),
            "sharpness": round(one.sharpness, 2),
            "others": one.others,
            "others_spread_cents": round(one.others_spread_cents, 1),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A question, a shift of the whole stem, or leaving it."""
    stem, other = finding.stems
    cents = finding.evidence["cents"]
    assert isinstance(cents, float)
    yield Option(
        AskTheBand(stem, f"was this recorded to the same tuning, and at the same speed, as {other}?"),
        f"ask how {stem} was tuned",
        "a sheet or a second take may have the answer",
        "a question to the band",
    )
    yield Option(
        Repair(stem, f"a pitch shift of {-cents:+.0f} cents over the whole stem"),
        f"shift {stem} by {-cents:+.0f} cents",
        "it no longer beats against the others",
        "a shifter leaves its traces in attacks and room; resampling instead changes the length",
    )
    yield Option(
        LeaveIt(), "leave it", "the beating stays, where it is meant", f"{finding.value:.0f} cents between them stay"
    )


def example() -> tuple[Session, Session]:
    """A bass and two keyboards, the bass 30 cents above them; then in tune."""
    rate_hz = 22_050
    at_s = np.arange(8 * rate_hz) / rate_hz
    steps = np.array([0, 5, 7, 3])[(at_s / 0.5).astype(int) % 4]
    shape = np.clip(40 * (0.22 - np.abs(at_s % 0.5 - 0.23)), 0, 1)

    def played(root_hz: float, cents: float) -> np.ndarray:
        phase = 2 * np.pi * np.cumsum(root_hz * 2 ** ((steps + cents / 100) / 12)) / rate_hz
        return np.asarray(0.1 * shape * sum(np.sin(k * phase) / k for k in (1, 2, 3)))

    keys, piano = played(220.0, 0.0), played(440.0, 2.0)
    return (
        scenes.session(rate_hz, bass=played(55.0, 30.0), keys=keys, piano=piano),
        scenes.session(rate_hz, bass=played(55.0, 3.0), keys=keys, piano=piano),
    )
