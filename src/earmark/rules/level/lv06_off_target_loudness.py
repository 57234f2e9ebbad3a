"""A master whose loudness is not what its destination asks for.

Hears
    Integrated, short-term and momentary loudness, loudness range and RMS of the mix, or of each master, against every
    number of the chosen delivery profile.
Matters
    Broadcasters and film services send back what misses their rule. A streaming service turns what is louder down: what
    was squeezed to be loud is then only squeezed.
Fine
    Any loudness that you like, where the profile only advises. An album, whose songs keep their distances.
Misses
    Loudness gated on dialogue, which some film services ask for first. Loudness range says little below a minute.
Try
    For a rule, one static gain, then look at the true peak again. For advice, listen to it at the level it will have.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair, StaticGain
from earmark.features.going_out import GoingOut, Outgoing
from earmark.model import Finding, Option, Session
from earmark.rules.limits import Missed, Readings, cited, confidence, evidence, held_against, missed, unit_of
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV06",
    name="off-target-loudness",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"deliver"}),
    worse_by=1.0,
    needs=frozenset({"profile"}),
)
QUANTITIES: tuple[Quantity, ...] = (
    "integrated-lufs",
    "short-term-max-lufs",
    "momentary-max-lufs",
    "loudness-range-lu",
    "rms-dbfs",
    "dialogue-lufs",  # not measured: what it could excuse is then a question
)
EXAMPLE_PROFILE = ("ebu-r128", "deliver")
METER_LU = 0.1  # what EBU Tech 3341 allows a meter to be off
SPOKEN: dict[Quantity, str] = {
    "integrated-lufs": "reads",
    "short-term-max-lufs": "has a loudest 3 s of",
    "momentary-max-lufs": "has a loudest 0.4 s of",
    "loudness-range-lu": "has a loudness range of",
    "rms-dbfs": "has an RMS level of",
}


def check(
    out: GoingOut,
    *,
    profile: Profile,
    slack_lu: float = 1.0,  # house default: how far advice without a stated tolerance may be missed
) -> Iterator[Finding]:
    """A fault where a rule is missed, a question where its sources differ, a note where advice is not followed."""
    for file, limits in held_against(out, profile, QUANTITIES):
        missing = missed(limits, readings(file), slack=slack_lu)
        if missing:
            yield finding(file, profile, missing)


def readings(file: Outgoing) -> Readings:
    """What the meters say."""
    return {
        "integrated-lufs": file.integrated_lufs,
        "short-term-max-lufs": file.short_term_max_lufs,
        "momentary-max-lufs": file.momentary_max_lufs,
        "loudness-range-lu": file.loudness_range_lu,
        "rms-dbfs": file.rms_dbfs,
    }


def finding(file: Outgoing, profile: Profile, missing: list[Missed]) -> Finding:
    """The finding on one file; the gravest demand gives value and severity, the others are told."""
    worst = missing[0]
    limit, unit = worst.limit, unit_of(worst.limit)
    more = f"; not met besides: {', '.join(each.limit.what for each in missing[1:])}" if len(missing) > 1 else ""
    return RULE.finding(
        worst.severity,
        (file.stem.name,),
        round(worst.reading, 1),
        unit,
        f"{file.stem.name} {SPOKEN[limit.what]} {worst.reading:.1f} {unit}, {way(worst)}; "
        f"{profile.name} asks for {cited(limit)}{more}",
        worst.doubt,
        confidence=confidence(worst.gap, METER_LU) if limit.hard else 0.9,
        threshold=worst.end,
        evidence={
            **evidence(profile, missing),
            "off": worst.off,
            "true_peak_dbtp": None if file.true_peak_dbtp is None else round(file.true_peak_dbtp, 2),
            **{what: None if value is None else round(value, 2) for what, value in readings(file).items()},
        },
    )


def way(worst: Missed) -> str:
    """How far off, and to which side."""
    words = ("wider", "narrower") if worst.limit.what == "loudness-range-lu" else ("louder", "quieter")
    return f"{abs(worst.off):.1f} {'dB' if worst.limit.what == 'rms-dbfs' else 'LU'} {words[worst.off < 0]}"


def suggest(finding: Finding) -> Iterator[Option]:
    """One static gain to the number, and what it does to the peaks; loudness range is made in the mix."""
    (stem,) = finding.stems
    gain_db = -float(str(finding.evidence["off"]))
    if finding.unit == "LU":
        yield Option(
            Repair(stem, "automate levels between sections, or use less compression where it is too even"),
            "change how far loud and quiet lie apart",
            "the loudness range comes nearer to what is asked for",
            "the mix changes, and its loudness with it",
        )
        return
    peak = finding.evidence["true_peak_dbtp"]
    after = "" if peak is None else f"; its true peak comes to {float(str(peak)) + gain_db:+.1f} dBTP"
    yield Option(
        StaticGain(stem, round(gain_db, 1)),
        f"one static gain of {gain_db:+.1f} dB",
        f"it reads {finding.value + gain_db:.1f} {finding.unit}, and sounds the same otherwise",
        f"none but the level{after}",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the master stays as it was signed off",
        "whoever receives it may turn it, or send it back",
    )


def example() -> tuple[Session, Session]:
    """A programme at -16 LUFS and the same at -23 LUFS, held against EBU R 128."""
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(5 * 48_000) / 48_000)
    loud, right = (10.0 ** (level / 20.0) * np.stack([tone, tone]) for level in (-16.0, -23.0))
    return scenes.session(programme=loud), scenes.session(programme=right)
