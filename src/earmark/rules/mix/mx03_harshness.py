"""For a moment the mix is brighter between 2 and 5 kHz than it otherwise is.

Hears
    Of a mix alone, and only when selected: the power between 2 and 5 kHz over that between 300 Hz and 2 kHz, in
    moments of 0.4 s; 8 dB and more over the song's own median for 1.2 s and longer, in a place where that range is as
    loud as it gets.
Matters
    The ear is most sensitive there. A guitar and a cymbal that meet at 3 kHz make people turn it down.
Fine
    A solo, a cymbal crash that is the point, a break in which only bright things play. There is no agreed measure of
    harshness: this is a place to listen.
Misses
    A mix that is bright from end to end: that is its tone. Distortion, which is another kind of harsh.
Try
    A dynamic equaliser between 2 and 5 kHz on the group that does it, or a ride of the loudest of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Rearrange, Repair
from earmark.features.mix_spectra import MOMENT_S, Brightness
from earmark.features.runs import runs_of
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MX03",
    name="harshness",
    since="0.2",
    ceiling="note",
    stages=frozenset({"mix", "print", "deliver"}),
    worse_by=3.0,
    selected=False,
)
LEAST_S = 1.2  # house default
LOUD_DB = 6.0  # under the 95th percentile of its own level in that range. House default
LEAST_MOMENTS = 20  # 8 s: a shorter piece has no habit. House default


def check(session: Brightness, *, threshold_db: float = 8.0) -> Iterator[Finding]:  # tuned: two mixes reach 5 and 6
    """A note for every stretch of bright moments."""
    if session.over_db.size < LEAST_MOMENTS:
        return
    over_db = session.over_db - float(np.median(session.over_db))
    loud = session.level_db >= float(np.percentile(session.level_db, 95)) - LOUD_DB
    for first, end in runs_of((over_db > threshold_db) & loud):
        lasts_s = float(session.time_s[end - 1] - session.time_s[first]) + MOMENT_S
        if (end - first) * MOMENT_S >= LEAST_S - 0.01 and lasts_s < 2 * (end - first) * MOMENT_S:
            yield found(session, first, end, float(np.median(over_db[first:end])), threshold_db)


def found(session: Brightness, first: int, end: int, over_db: float, threshold_db: float) -> Finding:
    """One stretch."""
    name, start_s, end_s = session.mix.name, float(session.time_s[first]), float(session.time_s[end - 1]) + MOMENT_S
    return RULE.finding(
        "note",
        (name,),
        round(over_db, 1),
        "dB",
        f"for {end_s - start_s:.1f} s {name} is {over_db:.1f} dB brighter between 2 and 5 kHz than it usually is",
        "a solo or a break may be meant to be bright; there is no agreed measure of harshness",
        confidence=round(min(0.55, 0.3 + 0.02 * (over_db - threshold_db)), 2),
        threshold=threshold_db,
        start_s=start_s,
        end_s=end_s,
        band_hz=(2000.0, 5000.0),
        evidence={"usual_db": round(float(np.median(session.over_db)), 1)},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A dynamic equaliser, the arrangement, or leaving it."""
    (mix,) = finding.stems
    yield Option(
        Repair(mix, "a dynamic equaliser between 2 and 5 kHz that acts only in places like this, 2 to 3 dB"),
        "hold 2 to 5 kHz back in these places",
        "the place can be as loud as the rest without hurting",
        "the edge of guitars and voices goes with it",
    )
    yield Option(
        Rearrange(mix, "what meets there: a cymbal, a guitar and a voice between 2 and 5 kHz, one at a time"),
        "let one of what meets there step back",
        "no filter at all",
        "a change of part or level: yours to decide",
    )
    yield Option(LeaveIt(), "leave it", "the place stays as bright as it was made", f"{finding.value:.1f} dB stay")


def example() -> tuple[Session, Session]:
    """Twelve seconds of even noise, two of them 14 dB brighter at 3 kHz; then none."""
    rate_hz = 16_000
    at_s = np.arange(12 * rate_hz) / rate_hz
    noise = 0.05 * np.random.default_rng(5).standard_normal(at_s.size)
    bright = sum(0.1 * np.sin(2 * np.pi * hz * at_s) for hz in (2600.0, 3100.0, 3700.0, 4400.0))
    burst = bright * ((at_s >= 6.0) & (at_s < 8.0))
    return scenes.session(rate_hz, mix=noise + burst, keys=noise), scenes.session(rate_hz, mix=noise, keys=noise)
