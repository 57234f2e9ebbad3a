"""Level and tone jump where one take gives way to another.

Hears
    Up to 4 s of sound before and after every region border of a DAW session's track, and around every gap between
    phrases: a step of 3 dB and more together with another tone once both are equally loud (3 dB and more in two
    neighbouring bands, 3 dB rms over all), both larger than is usual at the stem's own gaps. At a region border that is
    a question; where only a phrase ends it takes more, and is a note.
Matters
    A line that was sung on another day, at another distance, is heard as a line sung on another day.
Fine
    A new part, another register, a pedal that is stepped on: they begin at a border too.
Misses
    Takes that differ in level alone (needs-riding hears those) or in tone alone, pieces with less than 1.5 s of sound
    on a side, drums, and what a compressor later evens out.
Try
    Level the take by its region's gain first; then match its tone with a broad equaliser over that region alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.features.take_borders import Border, TakeBorders
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PF05",
    name="punch-in-mismatch",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix"}),
    worse_by=2.0,
)
KIT = frozenset({"kick", "snare", "toms", "hihat", "overheads", "room", "drums", "percussion"})
LEAST_BORDERS = 4  # to know what is usual where only phrases end. House default
AT_EDIT = (1.5, 1.25)  # times the usual step and tone. House defaults
AT_GAP = (2.5, 1.6)  # tuned: of 30 stems and recordings none reaches both


def check(
    stem: TakeBorders,
    *,
    threshold_db: float = 3.0,  # house default
    tone_db: float = 3.0,  # house default
) -> Iterator[Finding]:
    """A question at an edit, a note at a gap."""
    if stem.stem.role in KIT:
        return
    jumps = [border for border in stem.borders if differs(border, len(stem.borders), threshold_db, tone_db)]
    for border in jumps:
        if border == plainest(border, jumps):
            yield found(stem, border, ends_s(stem, border, jumps), threshold_db)


def differs(border: Border, borders: int, threshold_db: float, tone_db: float) -> bool:
    """Both cues, each beyond what is usual."""
    steps, tones = AT_EDIT if border.edit else AT_GAP
    alone = borders < LEAST_BORDERS  # then its own step is most of what is usual
    if alone and not border.edit:
        return False
    least_db = threshold_db if alone else max(threshold_db, steps * border.usual_step_db)
    least_tone_db = tone_db if alone else max(tone_db, tones * border.usual_tone_db)
    return abs(border.step_db) >= least_db and border.tone_db >= least_tone_db and border.band_hz is not None


def plainest(border: Border, jumps: Sequence[Border]) -> Border:
    """Of the borders that were heard in the same sound and go the same way, an edit, else what stands out most."""
    near = [other for other in jumps if other.before_s < border.after_s and border.before_s < other.after_s]
    alike = [other for other in near if other.step_db * border.step_db > 0.0]
    return max(alike, key=lambda other: (other.edit, abs(other.step_db) + other.tone_db))


def ends_s(stem: TakeBorders, border: Border, jumps: Sequence[Border]) -> float:
    """Where the take after a border ends: at the next edit or the next jump, or with the stem."""
    ends = [other.at_s for other in stem.borders if other.at_s > border.at_s and (other.edit or other in jumps)]
    backwards = [other.at_s for other in jumps if other.at_s > border.at_s and other.step_db * border.step_db < 0.0]
    return min([*(ends if border.edit else backwards), stem.stem.known.duration_s])


def found(stem: TakeBorders, border: Border, end_s: float, threshold_db: float) -> Finding:
    """One border."""
    name, way = stem.stem.name, "louder" if border.step_db > 0 else "softer"
    low_hz, high_hz = border.band_hz or (0.0, 0.0)
    where = "a region ends" if border.edit else "a phrase ends"
    return RULE.finding(
        "question" if border.edit else "note",
        (name,),
        round(abs(border.step_db), 1),
        "dB",
        f"where {where} at {border.at_s:.1f} s of {name}, it goes on {abs(border.step_db):.1f} dB {way} and in another "
        f"tone, {border.tone_db:.1f} dB rms apart, most between {low_hz:.0f} and {high_hz:.0f} Hz",
        "another part, register or sound may begin there",
        confidence=round(min(0.85, (0.6 if border.edit else 0.45) + 0.03 * (abs(border.step_db) - threshold_db)), 2),
        threshold=threshold_db,
        start_s=border.before_s,
        end_s=border.after_s,
        band_hz=(round(low_hz, 1), round(high_hz, 1)),
        evidence={
            "at_s": round(border.at_s, 3),
            "until_s": round(end_s, 3),
            "stem_start_s": round(stem.stem.start_s, 3),
            "edit": border.edit,
            "step_db": round(border.step_db, 1),
            "tone_db": round(border.tone_db, 1),
            "usual_step_db": round(border.usual_step_db, 1),
            "usual_tone_db": round(border.usual_tone_db, 1),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A step of the region's gain, an equaliser over the take, or leaving it."""
    (stem,) = finding.stems
    at_s, until_s, late_s, step_db = (
        float(value)
        for value in (finding.evidence[key] for key in ("at_s", "until_s", "stem_start_s", "step_db"))
        if isinstance(value, int | float)
    )
    yield Option(
        GainCurve(stem, "region", ((at_s + late_s, until_s + late_s, -step_db),), kind="step"),
        f"level the take of {stem} that begins at {at_s + late_s:.1f} s",
        "both takes reach the effects equally loud",
        "noise and room of the take move with it",
    )
    yield Option(
        Repair(stem, "a broad equaliser over this take alone, matched to the one before"),
        f"match the tone of the take of {stem}",
        "the jump in tone is taken back with the jump in level",
        "distance and room stay what they were",
    )
    yield Option(LeaveIt(), "leave it", "the takes stay as they were cut", f"{finding.value:.1f} dB between them stay")


def example() -> tuple[Session, Session]:
    """Ten phrases of a voice; in the first session five of them are 5 dB softer and dull."""
    rate_hz = 16_000
    at_s = np.arange(25 * rate_hz) / rate_hz
    number = (at_s / 2.5).astype(int)
    hz = 200.0 * 2 ** (np.array([0, 2, 4, 5, 4, 2, 0, 4, 5, 2])[number] / 12)
    phase = 2 * np.pi * np.cumsum(hz) / rate_hz
    sung = at_s % 2.5 < 1.9
    near, far = (sung * sum(np.sin(k * phase) / k**slope for k in range(1, 24)) for slope in (0.6, 1.8))
    noise = 1e-4 * np.random.default_rng(7).standard_normal(at_s.size)
    far *= np.sqrt(np.mean(np.square(near)) / np.mean(np.square(far))) * 10 ** (-5 / 20)
    return (
        scenes.session(rate_hz, lead_vocal=0.05 * np.where(number < 5, near, far) + noise),
        scenes.session(rate_hz, lead_vocal=0.05 * near + noise),
    )
