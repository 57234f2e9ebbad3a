"""Ardour's gain lanes as text and as numbers: what they play, and what they play after a curve is added.

Between two points a trim moves evenly in dB and a fader evenly along its travel, so a straight line in
dB on a fader lane needs points in between. What comes out is smoothed by a low-pass of 25 Hz, so that every
ramp is heard 6.4 ms late: a curve is added that much early. A lane travels as text, `STATE VALUE SAMPLE:GAIN,...`, the
same to the last digit on both sides, so that two lanes are equal when their texts are.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

Curve: TypeAlias = "Sequence[tuple[int, float]]"  # (sample, dB)

PLAYING = ("Play", "Touch", "Latch")
PROMISED_DB = 0.05  # how far the ramp that is heard may lie from the one that was promised
AIMED_DB = 0.02  # what is built for, so that Ardour's own rounding stays inside the promise
LOOKS = 16  # places looked at between two points
SMOOTHING_HZ = 156.825 / math.tau  # Ardour 7.3 follows a gain lane by y += 156.825 / rate * (x - y)
FLOOR = 1e-6  # -120 dB: below it a lane is silence, and silence has no dB to add to


@dataclass(frozen=True, slots=True)
class Control:
    """One gain control: its range as factors, and how it moves between two points."""

    name: str
    lower: float
    upper: float
    between: Callable[[float, float, float], float]


def _evenly_in_db(start: float, end: float, share: float) -> float:
    return start * math.pow(end / start, share)


def _travel(gain: float) -> float:
    """Where the fader stands for a gain, 0 to 1: Ardour's fader law, +6 dB at the top."""
    return ((6.0 * math.log2(gain) + 192.0) / 198.0) ** 8 if gain > 0.0 else 0.0


def _gain_at(travel: float) -> float:
    return math.pow(2.0, (math.pow(travel, 0.125) * 198.0 - 192.0) / 6.0) if travel > 0.0 else 0.0


def _evenly_in_travel(start: float, end: float, share: float) -> float:
    return _gain_at(_travel(start) + share * (_travel(end) - _travel(start)))


TRIM = Control("trim", 0.1, 10.0, _evenly_in_db)
FADER = Control("fader", 0.0, 2.0, _evenly_in_travel)
CONTROLS = {control.name: control for control in (TRIM, FADER)}


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane: its state, its value where the control stands still, its points (sample, gain factor)."""

    state: str
    value: float | None
    points: tuple[tuple[int, float], ...]

    @classmethod
    def parse(cls, text: str) -> Lane:
        """The lane a text stands for."""
        state, value, points = text.split(" ", 2)
        pairs = (pair.split(":") for pair in points.split(",") if pair)
        return cls(
            state,
            None if value == "-" else float(value),
            tuple((int(sample), float(gain)) for sample, gain in pairs),
        )

    @property
    def text(self) -> str:
        """The lane as it travels."""
        value = "-" if self.value is None else f"{self.value:.9g}"
        return f"{self.state} {value} " + ",".join(f"{sample}:{gain:.9g}" for sample, gain in self.points)

    def gain(self, sample: float, control: Control) -> float:
        """The factor it plays at a sample."""
        if not self.points:
            return 1.0 if self.value is None else self.value
        after = bisect_right(self.points, sample, key=lambda point: point[0])
        if after == 0 or after == len(self.points):
            return self.points[min(after, len(self.points) - 1)][1]
        (left, start), (right, end) = self.points[after - 1], self.points[after]
        if start <= FLOOR or end <= FLOOR:
            return start
        return control.between(start, end, (sample - left) / (right - left))


@dataclass(frozen=True, slots=True)
class Added:
    """A lane with a curve added. `clamped_db` is how much of it did not fit the control, 0 when all did."""

    lane: Lane
    clamped_db: float


def unsuited(lane: Lane) -> str | None:
    """Why a curve cannot be added to this lane; None when it can."""
    if lane.state == "Write":
        return "the lane is being written; set it to Play or Manual first"
    if lane.state == "Off" and lane.points:
        return "the lane is manual but holds points, and playing them would be a change nobody asked for"
    return None


def in_db(gain: float) -> float:
    """A factor in dB."""
    return 20.0 * math.log10(max(gain, FLOOR))


def curve_db(curve: Curve, sample: float) -> float:
    """What a curve says at a sample: straight lines in dB, 0 outside."""
    after = bisect_right(curve, sample, key=lambda point: point[0])
    if after == 0 or after == len(curve):
        return curve[-1][1] if curve and sample == curve[-1][0] else 0.0
    (left, start), (right, end) = curve[after - 1], curve[after]
    return start + (end - start) * (sample - left) / (right - left)


def lead_samples(rate_hz: int) -> int:
    """How late a ramp on a lane is heard: the time constant of Ardour's smoothing."""
    return round(rate_hz / (math.tau * SMOOTHING_HZ))


def add(lane: Lane, curve: Curve, control: Control, rate_hz: int) -> Added:
    """The lane after a curve: every ramp within `AIMED_DB` of the sum, nothing changed outside it.

    A lane that plays keeps its state; one that stands still plays from here on, around its value.
    """
    early = lead_samples(rate_hz)
    curve = _pinned([(max(0, sample - early), db) for sample, db in curve])

    def promised(sample: float) -> float:
        factor: float = lane.gain(sample, control) * 10.0 ** (curve_db(curve, sample) / 20.0)
        return factor

    samples = sorted({0, *(sample for sample, _ in curve), *(sample for sample, _ in lane.points)})
    dense = _densified(samples, promised, control, (curve[0][0], curve[-1][0]))
    wished = [(sample, promised(sample)) for sample in dense]
    points = tuple((sample, min(max(gain, control.lower), control.upper)) for sample, gain in wished)
    over = max(abs(in_db(gain) - in_db(kept)) for (_, gain), (_, kept) in zip(wished, points, strict=True))
    state = lane.state if lane.state in PLAYING else "Play"
    return Added(replace(lane, state=state, value=None, points=_rounded(points)), over)


def _pinned(curve: Curve) -> Curve:
    """A curve that begins and ends at 0 dB, so that nothing outside it moves."""
    first = [] if curve[0][1] == 0.0 else [(max(0, curve[0][0] - 1), 0.0)]
    last = [] if curve[-1][1] == 0.0 else [(curve[-1][0] + 1, 0.0)]
    return [*first, *curve, *last]


def _rounded(points: Sequence[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Points as they survive the journey as text."""
    return tuple((sample, float(f"{gain:.9g}")) for sample, gain in points)


def _densified(
    samples: Sequence[int], promised: Callable[[float], float], control: Control, span: tuple[int, int]
) -> list[int]:
    """The samples that need a point so that the control's own way between two follows the promise."""
    dense = [samples[0]]
    for right in samples[1:]:
        left = dense[-1]
        if span[0] <= left and right <= span[1]:
            dense += _halved(left, right, promised, control)
        dense.append(right)
    return dense


def _halved(left: int, right: int, promised: Callable[[float], float], control: Control) -> list[int]:
    """Points between two, halving until every part follows the promise."""
    start, end = promised(left), promised(right)
    if right - left < 2 * LOOKS or min(start, end) <= FLOOR or _strays_db(left, right, promised, control) <= AIMED_DB:
        return []
    middle = (left + right) // 2
    return [*_halved(left, middle, promised, control), middle, *_halved(middle, right, promised, control)]


def _strays_db(left: int, right: int, promised: Callable[[float], float], control: Control) -> float:
    """How far one piece would stray from the promise, at most, in dB."""
    start, end = promised(left), promised(right)
    shares = [look / LOOKS for look in range(1, LOOKS)]
    return max(
        abs(in_db(control.between(start, end, share)) - in_db(promised(left + share * (right - left))))
        for share in shares
    )
