"""A stem at another sample rate than the rest.

Hears
    A file whose sample rate differs from that of most stems. The mix file is compared as well. Under a delivery profile
    that names rates, every file at another one.
Matters
    A DAW either converts it on import, or plays it too fast or too slow: 44.1 kHz in a session at 48 kHz is
    1.47 semitones sharp and 8 % short.
Fine
    A stem that was recorded elsewhere, when the DAW converts on import and no profile asks otherwise.
Misses
    A file whose header names another rate than it was recorded at.
Try
    Compare its length and tuning with the other stems after import, or ask for all files at one rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Repair
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.limits import Missed, cited, evidence, files_of, missed
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI05",
    name="rate-mismatch",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
QUANTITIES: tuple[Quantity, ...] = ("rate-hz",)


def check(pack: PackHeaders, *, profile: Profile | None) -> Iterator[Finding]:
    """A question for each stem, and for the mix, outside the majority, which must match exactly.

    One rate for all files is what "Recommendations for Delivery of Recorded Music Projects" (P&E Wing, 2018) asks for.
    A fault where a delivery profile makes one rate, or that rate, a rule. A file is asked about once.
    """
    refused = {found.stems: found for found in not_as_asked(pack.session, profile)} if profile else {}
    yield from refused.values()
    for found in out_of_the_majority(pack.session):
        if found.stems not in refused:
            yield under(profile, found) if profile else found


def not_as_asked(session: Session, profile: Profile) -> Iterator[Finding]:
    """The files at a rate that the profile does not name."""
    limits = profile.limits_on(QUANTITIES)
    for stem in dict.fromkeys(stem for limit in limits for stem in files_of(session, profile, limit.of)):
        about = [limit for limit in limits if stem in files_of(session, profile, limit.of)]
        if stem.known.rate_hz:
            for miss in missed(about, {"rate-hz": float(stem.known.rate_hz)})[:1]:
                yield refused_rate(stem, profile, miss)


def refused_rate(stem: Stem, profile: Profile, miss: Missed) -> Finding:
    """The finding for one file under a profile."""
    rate_hz = stem.known.rate_hz
    return RULE.finding(
        miss.severity,
        (stem.name,),
        float(rate_hz),
        "Hz",
        f"{stem.name} is at {rate_hz} Hz; {profile.name} asks for {cited(miss.limit)}",
        miss.doubt,
        confidence=1.0,
        threshold=miss.end,
        evidence={**evidence(profile, [miss]), "rate_hz": rate_hz},
    )


def under(profile: Profile, found: Finding) -> Finding:
    """The finding as grave as the profile makes one rate for all."""
    asked = [limit for limit in profile.limits if limit.what == "one-rate" and limit.hard]
    if not asked:
        return found
    said = f"{profile.name} asks for one rate, {asked[0].source.body}"
    return replace(found, severity="fault", message=f"{found.message}; {said}")


def out_of_the_majority(session: Session) -> Iterator[Finding]:
    """A question for each file at another rate than most stems."""
    stems = [stem for stem in session.stems if stem.known.rate_hz]
    votes = Counter(stem.known.rate_hz for stem in stems).most_common()
    if not votes:
        return
    rate_hz, count = votes[0]
    tied = len(votes) > 1 and votes[1][1] == count
    for stem in [*stems, *([session.mix] if session.mix and session.mix.known.rate_hz else [])]:
        if stem.known.rate_hz != rate_hz:
            yield odd_one_out(stem, rate_hz, count, len(stems), tied)


def odd_one_out(stem: Stem, rate_hz: int, count: int, of: int, tied: bool) -> Finding:
    """The finding for one stem."""
    others = f"{count} of {of} stems at {rate_hz} Hz"
    as_many = ", as many as at the other rate" if tied else ""
    semitones = 12 * float(np.log2(rate_hz / stem.known.rate_hz))
    return RULE.finding(
        "question",
        (stem.name,),
        float(stem.known.rate_hz),
        "Hz",
        f"{stem.name} is at {stem.known.rate_hz} Hz, {others}{as_many}; "
        f"played at that rate it is {abs(semitones):.2f} semitones {'sharp' if semitones > 0 else 'flat'}",
        "a DAW that converts on import plays it at the right pitch" if not tied else "either rate may be the one meant",
        confidence=0.6 if tied else 1.0,
        threshold=float(rate_hz),
        evidence={"rate_hz": stem.known.rate_hz, "most_hz": rate_hz, "stems_at_most": count, "semitones": semitones},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """One rate for all, from the band or by conversion."""
    (stem,) = finding.stems
    rate_hz = finding.threshold or 0.0
    yield Option(
        AskTheBand(
            stem, f"{stem} came at {finding.value:.0f} Hz; {rate_hz:.0f} Hz is what we need. Which is the song's?"
        ),
        f"ask for {stem} at {rate_hz:.0f} Hz",
        "one rate for all, converted at most once and by whoever knows the source",
        "a message and a wait",
    )
    yield Option(
        Repair(stem, f"convert {stem} to {rate_hz:.0f} Hz on import, at the highest quality"),
        f"convert it to {rate_hz:.0f} Hz on import",
        "pitch and length are those of the recording",
        "one more conversion; content above the lower rate's half is gone",
    )


def example() -> tuple[Session, Session]:
    """Three stems at 48 kHz and one at 44.1 kHz; and four at one rate."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(9_600) / 48_000)
    session = scenes.session(kick=tone, snare=tone, bass=tone, vox=tone)
    odd = scenes.session(44_100, vox=tone[:8_820]).stems[0]
    return replace(session, stems=(*session.stems[:3], odd)), session
