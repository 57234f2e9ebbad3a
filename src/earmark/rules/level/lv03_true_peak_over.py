"""A wave that rises above the ceiling between its samples.

Hears
    The true peak of what goes out, oversampled, against every ceiling of the chosen delivery profile.
Matters
    A converter, and every lossy encoder, draws the wave between the samples: above full scale it is cut there, and the
    listener gets a crackle that the meter of samples never showed.
Fine
    A floating-point stem above 0 dBFS on its way to a mix: turning it down brings everything back. A master above a
    ceiling that is only advised.
Misses
    What an encoder adds: a lossy copy of a loop at -1.0 dBFS reached +0.4 dBTP as MP3 and +2.1 as Vorbis.
Try
    Lower the ceiling of the limiter by the gap, and have it look between samples. Listen to the place.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair, StaticGain
from earmark.features.going_out import GoingOut, Outgoing
from earmark.model import Finding, Option, Session
from earmark.rules.limits import Missed, Readings, cited, confidence, evidence, held_against, missed
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV03",
    name="true-peak-over",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"print", "deliver"}),
    worse_by=0.5,
    needs=frozenset({"profile"}),
)
QUANTITIES: tuple[Quantity, ...] = ("true-peak-dbtp",)
EXAMPLE_PROFILE = ("ebu-r128", "deliver")
METER_DB = 0.2  # what EBU Tech 3341 allows a meter to read too much (tests 15 to 23)
PLACE_S = 0.05  # how much is marked on either side


def check(out: GoingOut, *, profile: Profile) -> Iterator[Finding]:
    """A fault above a hard ceiling, a question where its sources differ, a note above an advised one."""
    for file, limits in held_against(out, profile, QUANTITIES):
        readings: Readings = {"true-peak-dbtp": file.true_peak_dbtp, "integrated-lufs": file.integrated_lufs}
        missing = missed(limits, readings)
        if missing:
            yield finding(file, profile, missing)


def finding(file: Outgoing, profile: Profile, missing: list[Missed]) -> Finding:
    """The finding at the highest point of one file."""
    worst = missing[0]
    assert file.true_peak_at_s is not None
    return RULE.finding(
        worst.severity,
        (file.stem.name,),
        round(worst.reading, 2),
        "dBTP",
        f"{file.stem.name} rises to {worst.reading:+.1f} dBTP between its samples, "
        f"{worst.gap:.1f} dB above what {profile.name} asks for: {'; '.join(cited(each.limit) for each in missing)}",
        worst.doubt,
        confidence=confidence(worst.gap, METER_DB),
        threshold=worst.limit.high,
        start_s=max(file.stem.start_s, file.true_peak_at_s - PLACE_S),
        end_s=file.true_peak_at_s + PLACE_S,
        throughout=True,
        evidence={
            **evidence(profile, missing),
            "gap": round(worst.gap, 2),
            "sample_peak_dbfs": None if file.sample_peak_dbfs is None else round(file.sample_peak_dbfs, 2),
            "floating_point": file.stem.known.encoding in ("FLOAT", "DOUBLE"),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A lower ceiling, or everything a little lower."""
    (stem,) = finding.stems
    gap_db = float(str(finding.evidence["gap"]))
    yield Option(
        Repair(stem, f"print {stem} again with the limiter's ceiling at {finding.threshold:.1f} dBTP, true peak on"),
        f"a limiter ceiling of {finding.threshold:.1f} dBTP",
        f"the peaks come {gap_db:.1f} dB lower, the loudness stays",
        "the limiter works a little more at the loudest places",
    )
    yield Option(
        StaticGain(stem, -round(gap_db + 0.05, 1)),
        f"one static gain of {-round(gap_db + 0.05, 1):+.1f} dB",
        "the ceiling is met, and nothing sounds otherwise",
        "it is quieter by as much",
    )
    yield Option(LeaveIt(), "leave it", "the master stays as it is", "players may cut these peaks")


def example() -> tuple[Session, Session]:
    """A tone at a quarter of the rate whose samples stay 3 dB below its tops, and the same 4 dB lower."""
    at = np.arange(48_000)
    tone = np.sin(2 * np.pi * at / 4 + np.pi / 4) * np.minimum(1.0, np.minimum(at, at[::-1]) / 480)
    return scenes.session(master=np.stack([tone, tone])), scenes.session(master=0.63 * np.stack([tone, tone]))
