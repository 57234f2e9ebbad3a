"""Does to a stem, in memory, what an action proposes; or says why that cannot be heard beforehand.

Gain, curves, polarity, shifts and pan are exact. Bells and high-passes are pedalboard's, one of many
equalisers a person may own: the shape is right, the colour is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from earmark.actions import (
    Action,
    AskTheBand,
    BellCut,
    GainCurve,
    HighPass,
    InvertPolarity,
    LeaveIt,
    Nudge,
    Pan,
    Rearrange,
    Repair,
    StaticGain,
)
from earmark.suggestions.curves import Point

PRE_ROLL_S = 0.5  # lets a filter settle before the excerpt begins
EDGE_S = 0.02  # of a filter that is on for one span only
Read = Callable[[float, int], np.ndarray]  # from a session time, so many samples: float32 (channels, count)

NOT_HEARD: Mapping[type, str] = {
    Repair: "a repair is done with a tool of your choice; earmark plays the place as it is",
    AskTheBand: "a question to the band has no sound; earmark plays the place as it is",
    Rearrange: "another arrangement has to be played first; earmark plays the place as it is",
    LeaveIt: "leaving it sounds as it sounds now; earmark plays the place as it is",
}


def can_be_heard(action: Action) -> bool:
    """Whether an action has a sound that can be rendered beforehand."""
    return type(action) in TREATMENTS or isinstance(action, Pan)


def treated(action: Action, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int) -> np.ndarray:
    """Float32 (channels, count) of the stem from `start_s` on, as the action would leave it."""
    treatment = TREATMENTS.get(type(action))
    return read(start_s, count) if treatment is None else treatment(action, curve, read, start_s, count, rate_hz)


def ridden(
    action: GainCurve, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int
) -> np.ndarray:
    """The gain of the curve at every sample, straight lines in dB, 0 outside."""
    at_s = start_s + np.arange(count) / rate_hz
    times, dbs = zip(*curve, strict=True) if curve else ((0.0,), (0.0,))
    gain = 10 ** (np.interp(at_s, times, dbs, left=0.0, right=0.0) / 20)
    return np.asarray(read(start_s, count) * gain.astype(np.float32))


def turned(
    action: StaticGain, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int
) -> np.ndarray:
    """One gain."""
    return np.asarray(read(start_s, count) * np.float32(10 ** (action.gain_db / 20)))


def flipped(
    action: InvertPolarity, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int
) -> np.ndarray:
    """Upside down."""
    return -read(start_s, count)


def shifted(action: Nudge, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int) -> np.ndarray:
    """Moved by whole samples, as a DAW moves a region, and upside down if that belongs to it."""
    moved = read(start_s - round(action.shift_s * rate_hz) / rate_hz, count)
    return -moved if action.inverted else moved


def cut(action: BellCut, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int) -> np.ndarray:
    """Through a bell."""
    from pedalboard import PeakFilter

    return filtered([PeakFilter(action.centre_hz, action.gain_db, action.q)], read, start_s, count, rate_hz)


def thinned(
    action: HighPass, curve: Sequence[Point], read: Read, start_s: float, count: int, rate_hz: int
) -> np.ndarray:
    """Through a high-pass of 12 dB per octave, over the action's span or all of it."""
    from pedalboard import HighpassFilter

    stages = [HighpassFilter(action.corner_hz), HighpassFilter(action.corner_hz)]
    wet = filtered(stages, read, start_s, count, rate_hz)
    if action.span_s is None:
        return wet
    begins_s, ends_s = action.span_s
    at_s = start_s + np.arange(count) / rate_hz
    share = np.interp(at_s, [begins_s - EDGE_S, begins_s, ends_s, ends_s + EDGE_S], [0, 1, 1, 0]).astype(np.float32)
    dry = read(start_s, count)
    return np.asarray(dry + share * (wet - dry))


def filtered(stages: Sequence[Any], read: Read, start_s: float, count: int, rate_hz: int) -> np.ndarray:
    """Through pedalboard, settled before the excerpt begins."""
    before = round(PRE_ROLL_S * rate_hz)
    sound = np.ascontiguousarray(read(start_s - before / rate_hz, before + count))
    for stage in stages:
        sound = stage(sound, rate_hz)
    return sound[:, before:]


TREATMENTS: Mapping[type, Callable[[Any, Sequence[Point], Read, float, int, int], np.ndarray]] = {
    GainCurve: ridden,
    StaticGain: turned,
    InvertPolarity: flipped,
    Nudge: shifted,
    BellCut: cut,
    HighPass: thinned,
}


def panned(sound: np.ndarray, gains: tuple[float, float], position: float | None) -> np.ndarray:
    """Float32 (2, count): a stem at its gains; or at a position, -1 left to +1 right, with the power they had.

    One channel is panned with constant power; two keep their sides and the far side fades, as a balance control does.
    """
    left, right = gains
    if position is not None:
        power = float(np.hypot(left, right))
        if sound.shape[0] == 1:
            left, right = (power * wave((position + 1) * np.pi / 4) for wave in (np.cos, np.sin))
        else:
            even = power / np.sqrt(2)
            left, right = even * min(1.0, 1.0 - position), even * min(1.0, 1.0 + position)
    both = sound[:2] if sound.shape[0] > 1 else np.repeat(sound, 2, axis=0)
    return np.asarray(both * np.array([[left], [right]], np.float32))
