"""The session's own markers, and sections out of them: its named ranges, or else from each mark to the next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from earmark.model import Clips, Marker, Section, Stem
from earmark.session.ardour.clock import Clock, Unplaced

NOT_OURS = {"IsHidden", "IsAutoLoop", "IsAutoPunch", "IsSessionRange", "IsSkip", "IsXrun", "IsCDMarker", "IsCueMarker"}
UNNAMED = re.compile(r"(mark|range|unnamed|location) ?\d*$", re.IGNORECASE)
EARMARKED = re.compile("·[0-9a-f]{4,}$")  # a mark that earmark has laid


@dataclass(frozen=True, slots=True)
class Location:
    """A mark or a range of the engineer's own, in seconds."""

    name: str
    start_s: float
    end_s: float
    is_range: bool


def locations(root: Element, clock: Clock) -> list[Location]:
    """Every mark and range by start, but for those of the DAW itself and earmark's."""
    found = (location(each, clock) for each in root.findall("Locations/Location"))
    return sorted(filter(None, found), key=lambda each: each.start_s)


def location(element: Element, clock: Clock) -> Location | None:
    """One of them, or None where it is nobody's mark or lies where no time can be told."""
    flags = set(element.get("flags", "").split(","))
    name = element.get("name", "").strip()
    if flags & NOT_OURS or not name or EARMARKED.search(name):
        return None
    try:
        start_s, end_s = (clock.samples(element.get(edge, "")) / clock.rate_hz for edge in ("start", "end"))
    except Unplaced:
        return None
    is_range = "IsRangeMarker" in flags and end_s > start_s
    return Location(name, start_s, end_s, is_range) if is_range or flags & {"IsMark", "IsSection"} else None


def markers(found: Sequence[Location]) -> tuple[Marker, ...]:
    """The marks, whatever they are called."""
    return tuple(Marker(each.name, each.start_s) for each in found if not each.is_range)


def sections(found: Sequence[Location], stems: Sequence[Stem]) -> tuple[Section, ...]:
    """The song's parts, by start. Marks with the names a DAW gives by itself divide nothing."""
    named = [each for each in found if not UNNAMED.match(each.name)]
    ranges = [Section(each.name, each.start_s, each.end_s) for each in named if each.is_range]
    marks = [(each.start_s, each.name) for each in named if not each.is_range]
    return tuple(ranges or between(marks, end_of(stems)))


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
