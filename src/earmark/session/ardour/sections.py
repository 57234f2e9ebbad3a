"""Sections out of the session's own markers: its named ranges, or else from each mark to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from earmark.model import Clips, Section, Stem
from earmark.session.ardour.clock import Clock, Unplaced

NOT_OURS = {"IsHidden", "IsAutoLoop", "IsAutoPunch", "IsSessionRange", "IsSkip", "IsXrun", "IsCDMarker", "IsCueMarker"}
UNNAMED = re.compile(r"(mark|range|unnamed|location) ?\d*$", re.IGNORECASE)
EARMARKED = re.compile("·[0-9a-f]{4,}$")  # a mark that earmark has laid


def sections(root: Element, clock: Clock, stems: Sequence[Stem]) -> tuple[Section, ...]:
    """The song's parts, by start. Marks with the names a DAW gives by itself divide nothing."""
    ranges: list[Section] = []
    marks: list[tuple[float, str]] = []
    end_s = end_of(stems)
    for location in root.findall("Locations/Location"):
        flags = set(location.get("flags", "").split(","))
        name = location.get("name", "").strip()
        if flags & NOT_OURS or not name or UNNAMED.match(name) or EARMARKED.search(name):
            continue
        try:
            start, end = (clock.samples(location.get(edge, "")) / clock.rate_hz for edge in ("start", "end"))
        except Unplaced:
            continue
        if "IsRangeMarker" in flags and end > start:
            ranges.append(Section(name, start, end))
        elif flags & {"IsMark", "IsSection"}:
            marks.append((start, name))
    return tuple(sorted(ranges or between(sorted(marks), end_s), key=lambda section: section.start_s))


def between(marks: Sequence[tuple[float, str]], end_s: float) -> list[Section]:
    """From each mark to the next; one mark alone divides nothing."""
    if len(marks) < 2:
        return []
    ends = [*(start_s for start_s, _ in marks[1:]), end_s]
    return [Section(name, start_s, end) for (start_s, name), end in zip(marks, ends, strict=True) if end > start_s]


def end_of(stems: Sequence[Stem]) -> float:
    """Where the last clip ends, in seconds."""
    ends = [
        (clip.start_samples + clip.length_samples) / stem.source.rate_hz
        for stem in stems
        if isinstance(stem.source, Clips)
        for clip in stem.source.clips
    ]
    return max(ends, default=0.0)
