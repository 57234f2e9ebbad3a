"""A mix with hardly any peaks left above its loudness.

Hears
    The peak of every 3 s above their short-term loudness, where it is loud; the median over the mix, or the only file.
Matters
    Drums lose their front and everything comes from one distance; services that play all music equally loud turn it
    down until it seems the smaller one beside a mix with peaks.
Fine
    Music that wants it so. A pad or a drone, whose wave has no peaks to begin with.
Misses
    Single stems, since many instruments have few peaks by nature. Several masters in one folder whose names do not say
    that they are mixes. By sample peaks it reads up to about 1 dB lower than a meter of true peaks.
Try
    Listen beside a mix you trust, both at one loudness. Take the last limiter off and hear what it did.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import Repair
from earmark.features.dynamics import Dynamics, PeakToLoudness
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV08",
    name="squashed",
    since="0.1",
    ceiling="note",
    stages=frozenset({"print", "deliver"}),
    worse_by=-1.0,
)


def check(
    dynamics: Dynamics,
    *,
    threshold_db: float = 8.0,  # Shepherd et al., AES e-Brief 373: below 8 is what its authors would look at again
) -> Iterator[Finding]:
    """A note where the median lies below the threshold."""
    for file in wholes(dynamics):
        if file.median_db < threshold_db:
            yield finding(file, threshold_db)


def wholes(dynamics: Dynamics) -> list[PeakToLoudness]:
    """The mix; where there is none, what is called a mix, or is alone."""
    session = dynamics.session
    if session.mix is not None:
        return [file for file in dynamics.files if file.stem == session.mix]
    return [file for file in dynamics.files if file.stem.role == "mix" or len(session.stems) == 1]


def finding(file: PeakToLoudness, threshold_db: float) -> Finding:
    """The note on one file, at its flattest 3 s."""
    return RULE.finding(
        "note",
        (file.stem.name,),
        round(file.median_db, 1),
        "dB",
        f"the peaks of {file.stem.name} stand {file.median_db:.1f} dB above its loudness where it is loud, "
        f"{file.lowest_db:.1f} dB at the flattest place",
        "sustained sounds have few peaks by nature, and much music wants it so",
        confidence=round(min(0.9, 0.6 + 0.05 * (threshold_db - file.median_db)), 2),
        threshold=threshold_db,
        start_s=file.lowest_at_s,
        end_s=file.lowest_at_s + 3.0,
        throughout=True,
        evidence={"lowest_db": round(file.lowest_db, 1), "windows": file.windows},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Less of the last limiter."""
    (stem,) = finding.stems
    yield Option(
        Repair(
            stem, f"print {stem} once more with the last limiter and bus compressor off, and compare at one loudness"
        ),
        "hear it without the last limiter, at the same loudness",
        "the peaks stand up again, where a limiter took them",
        "it is quieter where nobody turns everything to one loudness",
    )


def example() -> tuple[Session, Session]:
    """Drums and a chord driven hard into a soft ceiling, and the same left alone."""
    time_s = np.arange(6 * 8_000) / 8_000
    drums = np.exp(-25.0 * (time_s % 0.5)) * np.sin(2 * np.pi * 90.0 * time_s)
    chord = sum(0.08 * np.sin(2 * np.pi * hz * time_s) for hz in (220.0, 277.2, 329.6))
    mix = drums + chord
    return scenes.session(8_000, full_mix=np.tanh(12.0 * mix)), scenes.session(8_000, full_mix=0.8 * mix)
