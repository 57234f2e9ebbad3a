"""Stems that do not end together.

Hears
    Stems whose end on the timeline differs from where most stems end, each start being where its BWF time
    stamp puts it, or together with all others where there are no stamps.
Matters
    Exports from one range are equally long. One that is shorter may have lost its end, or its beginning: then
    everything in it plays early.
Fine
    Stems trimmed behind their last note, and tracks of a DAW session, which end where their regions do.
Misses
    Equally long files of which one was shifted. Lengths that differ by less than a video frame.
Try
    Lay the stem against the others at both ends. If it is early, it started from its own first note.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Nudge
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK01",
    name="length-mismatch",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)


def check(
    pack: PackHeaders,
    *,
    threshold_s: float = 0.04,  # one video frame at 25 per second, house default
    lossy_threshold_s: float = 0.08,  # MP3 adds up to 1105 + 2 * 1152 samples at 44.1 kHz: 77 ms
) -> Iterator[Finding]:
    """A note for each stem that ends elsewhere than most; one for the pack where there is no "most"."""
    if pack.session.kind not in ("folder", "memory"):
        return
    stems = [stem for stem in pack.session.stems if stem.known.frames]
    if len(stems) < 2:
        return
    lossy = any(stem.known.lossy for stem in stems)
    tolerance_s = lossy_threshold_s if lossy else threshold_s
    together = ending_together(stems, tolerance_s)
    if 2 * len(together) > len(stems):
        usual_s = end_s(together[-1])
        for stem in stems:
            if abs(end_s(stem) - usual_s) > tolerance_s:
                yield outlier(stem, usual_s, len(together), len(stems), tolerance_s)
    elif spread_s(stems) > tolerance_s:
        yield no_common_end(stems, tolerance_s)


def end_s(stem: Stem) -> float:
    """Where the stem ends on the session's timeline."""
    return stem.start_s + stem.known.duration_s


def spread_s(stems: Sequence[Stem]) -> float:
    """From the first end to the last."""
    ends = [end_s(stem) for stem in stems]
    return max(ends) - min(ends)


def ending_together(stems: Sequence[Stem], tolerance_s: float) -> list[Stem]:
    """The largest group of stems that end within the tolerance of its last; of equals, the later one."""
    ordered = sorted(stems, key=end_s)
    groups = [[stem for stem in ordered if 0.0 <= end_s(last) - end_s(stem) <= tolerance_s] for last in ordered]
    return max(groups, key=lambda group: (len(group), end_s(group[-1])))


def outlier(stem: Stem, usual_s: float, count: int, of: int, tolerance_s: float) -> Finding:
    """The finding for one stem."""
    difference_s = end_s(stem) - usual_s
    stamped = f", from its time stamp at {stem.start_s:.2f} s on" if stem.start_s else ""
    return RULE.finding(
        "note",
        (stem.name,),
        round(difference_s, 4),
        "s",
        f"{stem.name} is {stem.known.duration_s:.2f} s long{stamped} and ends {abs(difference_s):.2f} s "
        f"{'after' if difference_s > 0 else 'before'} the others: {count} of {of} stems end at {usual_s:.2f} s",
        doubt(difference_s),
        confidence=0.9,
        threshold=tolerance_s,
        evidence={"ends_s": round(end_s(stem), 4), "most_end_s": round(usual_s, 4), "stems_together": count},
    )


def doubt(difference_s: float) -> str:
    """What would make it untrue."""
    if difference_s < 0:
        return "a part that ends early may be trimmed behind its last note, with nothing missing"
    return "a tail that rings longer, or a range set by hand, ends later with nothing amiss"


def no_common_end(stems: Sequence[Stem], tolerance_s: float) -> Finding:
    """The finding for a pack in which nothing ends together."""
    first, last = min(stems, key=end_s), max(stems, key=end_s)
    return RULE.finding(
        "note",
        tuple(stem.name for stem in stems),
        round(spread_s(stems), 4),
        "s",
        f"the {len(stems)} stems end from {end_s(first):.2f} s ({first.name}) to {end_s(last):.2f} s ({last.name}), no "
        "more than half of them together",
        "files trimmed one by one end like this, and may still start together",
        confidence=0.7,
        threshold=tolerance_s,
        evidence={"ends_s": {stem.name: round(end_s(stem), 4) for stem in stems}},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask whether it starts with the others; or move it, where it lost its beginning."""
    stem = finding.stems[0]
    asked = stem if len(finding.stems) == 1 else "the stems"
    yield Option(
        AskTheBand(
            stem, f"do {asked} and the others start at the same bar? The lengths differ by {abs(finding.value):.2f} s"
        ),
        "ask for an export from one common range",
        "start and end are certain, nothing has to be lined up by ear",
        "a message and a wait",
    )
    if len(finding.stems) == 1 and finding.value < 0:
        yield Option(
            Nudge(stem, -finding.value),
            f"if it lost its beginning: move {stem} {-finding.value:.2f} s later, so that it ends with the others",
            "the part is in time again if its beginning is what is missing",
            "out of time by as much if it is its end that is missing: listen against the drums",
        )


def example() -> tuple[Session, Session]:
    """Three stems of 2 s and one of 1.5 s; and four of 2 s."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(16_000) / 8_000)
    whole = scenes.session(8_000, drums=tone, keys=tone, vox=tone, bass=tone)
    return scenes.session(8_000, drums=tone, keys=tone, vox=tone, bass=tone[:12_000]), whole
