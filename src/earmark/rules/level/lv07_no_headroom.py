"""A mix or stem that goes out with its peaks near full scale.

Hears
    The peak of what goes out, of its samples and between them, against the headroom that the profile speaks of.
Matters
    Whoever works on next adds gain, and wants to know that nothing was cut or limited on the way.
Fine
    Most of the time: turning a file down costs nothing where it was not cut, and the pages that ask for headroom do not
    agree how much. Only when the peak is above all their numbers is it said.
Misses
    Whether the peaks were cut (clipped) or held down (limiter-printed): other rules ask about that.
Try
    Print it again with the last fader lower, or say to the next engineer that it may be turned down.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import StaticGain
from earmark.features.going_out import GoingOut, Outgoing
from earmark.model import Finding, Option, Session
from earmark.rules.limits import Missed, cited, evidence, held_against, missed, unit_of
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV07",
    name="no-headroom",
    since="0.1",
    ceiling="note",
    stages=frozenset({"print", "deliver"}),
    worse_by=1.0,
    needs=frozenset({"profile"}),
)
QUANTITIES: tuple[Quantity, ...] = ("sample-peak-dbfs", "headroom-dbtp")
EXAMPLE_PROFILE = ("mastering-mix", "print")


def check(out: GoingOut, *, profile: Profile) -> Iterator[Finding]:
    """A note on each file whose peak lies above every number that the profile knows."""
    for file, limits in held_against(out, profile, QUANTITIES):
        missing = missed(limits, {"sample-peak-dbfs": file.sample_peak_dbfs, "headroom-dbtp": file.true_peak_dbtp})
        if missing:
            yield finding(file, profile, missing)


def finding(file: Outgoing, profile: Profile, missing: list[Missed]) -> Finding:
    """The note on one file."""
    worst = missing[0]
    asked = "; ".join(cited(each) for each in (worst.limit, *worst.others))
    floating = file.stem.known.encoding in ("FLOAT", "DOUBLE")
    return RULE.finding(
        "note",
        (file.stem.name,),
        round(worst.reading, 1),
        unit_of(worst.limit),
        f"{file.stem.name} peaks at {worst.reading:.1f} {unit_of(worst.limit)}; {profile.name} knows of these wishes: "
        f"{asked}",
        "turning it down costs nothing where it was not cut"
        + ("; in floating point nothing is lost above 0 dBFS either" if floating else "")
        + "; none of these numbers is a rule",
        confidence=0.9,
        threshold=worst.limit.high,
        evidence={**evidence(profile, missing), "gap": round(worst.gap, 2), "floating_point": floating},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A lower fader."""
    (stem,) = finding.stems
    gap_db = float(str(finding.evidence["gap"]))
    yield Option(
        StaticGain(stem, -round(gap_db + 0.05, 1)),
        f"print it {gap_db:.1f} dB lower",
        "the most modest of these wishes is met",
        "nothing, where the file has 24 bits or more; the balance of all stems stays only if all are turned alike",
    )


def example() -> tuple[Session, Session]:
    """A mix that peaks at -0.2 dBFS, and the same 6 dB lower, held against what mastering engineers ask for."""
    time_s = np.arange(48_000) / 48_000
    mix = 0.977 * np.exp(-4.0 * (time_s % 0.5)) * np.cos(2 * np.pi * 110.0 * time_s)
    return scenes.session(full_mix=np.stack([mix, mix])), scenes.session(full_mix=0.5 * np.stack([mix, mix]))
