"""The closed list of what may be proposed. A surface does each of these or says that it cannot.

None of them is ever carried out by this module: an action is a sentence with numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class GainCurve:
    """Ride the gain of one stem. `wishes` are (start_s, end_s, dB), one per phrase, ess, plosive, gap or take,
    unlimited; the suggestions room turns them into a curve within the limits of `docs/curves.md`, by kind."""

    stem: str
    lane: Literal["trim", "fader", "region"]
    wishes: tuple[tuple[float, float, float], ...]
    kind: Literal["ride", "esses", "plosives", "gaps", "step"] = "ride"


@dataclass(frozen=True, slots=True)
class StaticGain:
    """Set the gain of one stem once, for the whole song."""

    stem: str
    gain_db: float


@dataclass(frozen=True, slots=True)
class InvertPolarity:
    """Turn one stem upside down."""

    stem: str


@dataclass(frozen=True, slots=True)
class Nudge:
    """Move one stem in time; positive is later. `inverted` turns it upside down as well."""

    stem: str
    shift_s: float
    inverted: bool = False


@dataclass(frozen=True, slots=True)
class BellCut:
    """A bell filter on one stem."""

    stem: str
    centre_hz: float
    gain_db: float
    q: float


@dataclass(frozen=True, slots=True)
class HighPass:
    """A high-pass filter on one stem, over one span or all of it."""

    stem: str
    corner_hz: float
    span_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Pan:
    """Move one stem in the stereo field; -1 left, +1 right."""

    stem: str
    position: float


@dataclass(frozen=True, slots=True)
class Repair:
    """Something done to the sound itself with a tool of the engineer's choice."""

    stem: str
    how: str


@dataclass(frozen=True, slots=True)
class AskTheBand:
    """A question, or a file to send again."""

    stem: str
    request: str


@dataclass(frozen=True, slots=True)
class Rearrange:
    """A change of part, octave or entrance: the human's craft alone."""

    stem: str
    how: str


@dataclass(frozen=True, slots=True)
class LeaveIt:
    """Do nothing: always offered, always last."""


Action: TypeAlias = (
    GainCurve
    | StaticGain
    | InvertPolarity
    | Nudge
    | BellCut
    | HighPass
    | Pan
    | Repair
    | AskTheBand
    | Rearrange
    | LeaveIt
)

ACTIONS: tuple[type, ...] = (
    GainCurve,
    StaticGain,
    InvertPolarity,
    Nudge,
    BellCut,
    HighPass,
    Pan,
    Repair,
    AskTheBand,
    Rearrange,
    LeaveIt,
)
