"""Ardour's times as session samples: `a123` superclock, `b123` ticks (1920 per quarter note), `123` samples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from earmark.session.ardour.numbers import number

SUPERCLOCK_PER_S = 282_240_000
TICKS_PER_QUARTER = 1920
LONGEST_S = 24 * 3600  # no song lies beyond; a broken number does


class Unplaced(ValueError):
    """A time that cannot be told; says why, to follow "its position"."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """A constant tempo from one place on; `ramped` where it changes on the way to the next."""

    start_s: Fraction
    start_quarters: Fraction
    quarters_per_s: Fraction
    ramped: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the time in one session."""

    rate_hz: int
    superclock_per_s: int
    tempos: tuple[Tempo, ...]

    def samples(self, text: str) -> int:
        """A position, or an audio length."""
        return self.in_samples(self.seconds(text))

    def span(self, length: str, position: str) -> tuple[int, int]:
        """Start and length; a length in beats depends on where it starts."""
        start = self.samples(position)
        if not length.startswith("b"):
            return start, self.samples(length)
        begin = self.quarters(self.seconds(position)) if position[:1] != "b" else beats(position)
        return start, self.in_samples(self.at_quarters(begin + beats(length))) - start

    def seconds(self, text: str) -> Fraction:
        """A position in seconds."""
        if text.startswith("b"):
            return self.at_quarters(beats(text))
        if text.startswith("a"):
            return Fraction(whole(text[1:]), self.superclock_per_s)
        return Fraction(whole(text), self.rate_hz)

    def at_quarters(self, quarters: Fraction) -> Fraction:
        """The second in which a beat falls."""
        tempo = self.ruling(lambda candidate: candidate.start_quarters <= quarters)
        return tempo.start_s + (quarters - tempo.start_quarters) / tempo.quarters_per_s

    def quarters(self, second: Fraction) -> Fraction:
        """The beat that falls in a second."""
        tempo = self.ruling(lambda candidate: candidate.start_s <= second)
        return tempo.start_quarters + (second - tempo.start_s) * tempo.quarters_per_s

    def ruling(self, begun: Callable[[Tempo], bool]) -> Tempo:
        """The last tempo that has begun."""
        tempo = [candidate for candidate in self.tempos if begun(candidate)][-1:] or list(self.tempos[:1])
        if not tempo:
            raise Unplaced("is in beats, and the session has no tempo")
        if tempo[0].ramped:
            raise Unplaced("is in beats within a tempo ramp")
        return tempo[0]

    def in_samples(self, seconds: Fraction) -> int:
        """Whole samples."""
        if seconds > LONGEST_S:
            raise Unplaced(f"lies beyond {LONGEST_S // 3600} h")
        return round(seconds * self.rate_hz)


def clock_of(root: Element, rate_hz: int) -> Clock:
    """The session's clock; a tempo that makes no sense is left out, and times in beats then cannot be told."""
    found = root.find("TempoMap")
    said = found.get("superclocks-per-second", "") if found is not None else ""
    per_s = int(said[:18]) if said.isascii() and said.isdigit() and int(said[:18]) else SUPERCLOCK_PER_S
    elements = root.findall("TempoMap/Tempos/Tempo")
    try:
        tempos = tuple(sorted((tempo_of(element, per_s) for element in elements), key=lambda tempo: tempo.start_s))
    except (ValueError, ZeroDivisionError):
        tempos = ()
    return Clock(rate_hz, per_s, tempos)


def tempo_of(element: Element, per_s: int) -> Tempo:
    """One tempo: notes a minute, of which kind, from where."""
    notes = number(element.get("npm", ""))
    end_notes = number(element.get("enpm", "")) if element.get("enpm") else notes
    quarters_per_s = Fraction(notes) * 4 / Fraction(number(element.get("note-type", "4"))) / 60
    if quarters_per_s <= 0:
        raise ValueError(f"a tempo of {notes} notes a minute")
    whole_beats, _, ticks = element.get("quarters", "0:0").partition(":")
    start_quarters = whole(whole_beats) + Fraction(whole(ticks or "0"), TICKS_PER_QUARTER)
    return Tempo(Fraction(whole(element.get("sclock", "0")), per_s), start_quarters, quarters_per_s, end_notes != notes)


def beats(text: str) -> Fraction:
    """Quarter notes of a time in ticks."""
    return Fraction(whole(text[1:]), TICKS_PER_QUARTER)


def whole(text: str) -> int:
    """A number of at least 0."""
    if not text.isascii() or not text.isdigit() or len(text) > 20:
        raise Unplaced(f"is {text[:20]!r}, not a time")
    return int(text)
