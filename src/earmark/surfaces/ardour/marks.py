"""Which markers a report becomes: few, apart, one per card, readable at a glance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from earmark.model import Card, Finding, Section

MARKERS = 12  # laid unless asked otherwise
APART_S = 4.0  # no two closer, unless all are asked for
WIDTH = 28  # characters a marker shows
STEM_ROOM = 10  # characters of the stem's name that are always kept


@dataclass(frozen=True, slots=True)
class Mark:
    """One marker: where, what it says, and whose finding it is."""

    sample: int
    text: str
    finding_id: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person has asked to see: everything, one stem, or one section; and how many."""

    stem: str | None = None
    section: str | None = None
    limit: int | None = MARKERS  # None lays every finding that has a place

    @property
    def is_all(self) -> bool:
        """Whether nothing is held back to keep the time line readable."""
        return self.limit is None


def plan(
    cards: Sequence[Card],
    rate_hz: int,
    shown: Shown,
    *,
    short_ids: Mapping[str, str],
    sections: Sequence[Section] = (),
) -> tuple[Mark, ...]:
    """The markers for these cards, by time. A finding of the whole file or one that is answered has none."""
    chosen: list[Finding] = []
    for card in cards:
        open_here = [finding for finding in card.findings if _is_shown(finding, shown, sections)]
        if shown.is_all:
            chosen += open_here
        elif open_here:
            chosen += _apart(open_here, chosen)[:1]
    kept = chosen if shown.limit is None else chosen[: shown.limit]
    return tuple(sorted((_mark(finding, rate_hz, short_ids) for finding in kept), key=lambda mark: mark.sample))


def _is_shown(finding: Finding, shown: Shown, sections: Sequence[Section]) -> bool:
    if finding.start_s is None or finding.answered is not None:
        return False
    if shown.stem is not None and shown.stem not in finding.stems:
        return False
    if shown.section is None:
        return True
    end_s = finding.start_s if finding.end_s is None else finding.end_s
    return any(s.name == shown.section and finding.start_s < s.end_s and end_s >= s.start_s for s in sections)


def _apart(findings: Sequence[Finding], chosen: Sequence[Finding]) -> list[Finding]:
    """Those that keep their distance from what is laid already; the first is the most exposed."""
    places = [other.start_s for other in chosen if other.start_s is not None]
    return [f for f in findings if all(abs((f.start_s or 0.0) - place_s) >= APART_S for place_s in places)]


def _mark(finding: Finding, rate_hz: int, short_ids: Mapping[str, str]) -> Mark:
    return Mark(round((finding.start_s or 0.0) * rate_hz), text_of(finding, short_ids), finding.id)


def text_of(finding: Finding, short_ids: Mapping[str, str]) -> str:
    """`gtr4 hum -77 dBFS ·7f3a`: stem, plain word, one number, short id; `!` only for a fault.

    What does not fit goes in this order: the unit, letters of the stem, letters of the word.
    """
    end = f" ·{short_ids.get(finding.id, finding.id[:4])}"
    grave = "!" if finding.severity == "fault" else ""
    stem = " ".join((finding.stems[0] if finding.stems else "").split())
    words = finding.name.replace("-", " ")
    number = _number(finding.value)
    room = WIDTH - len(end) - len(grave)
    if len(whole := f"{stem} {words} {number} {finding.unit}") <= room:
        return f"{grave}{whole}{end}"
    room -= len(number) + 2
    stem = _shortened(stem, max(STEM_ROOM, room - len(words)))
    return f"{grave}{stem} {_first_words(words, room - len(stem))} {number}{end}"


def _first_words(words: str, room: int) -> str:
    """As many whole words as fit; of the first one, what fits."""
    kept = words.split()
    while len(kept) > 1 and len(" ".join(kept)) > room:
        kept.pop()
    return " ".join(kept)[:room]


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 10 else f"{value:.1f}"


def _shortened(name: str, room: int) -> str:
    """A name in this many characters, its end kept: that is where takes and sides differ."""
    if len(name) <= room:
        return name
    tail = room // 2
    return name[: room - tail - 1].rstrip() + "…" + name[len(name) - tail :].lstrip()
