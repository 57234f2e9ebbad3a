"""Numbers, times and counts in the form that is read, not computed with."""

from __future__ import annotations

import math

MINUS = "-"  # the sign that terminals, fonts and searches agree on


def number(value: float) -> str:
    """Whole where it is whole or large, else three figures or one decimal, whichever says more."""
    if not math.isfinite(value):
        return "none"
    if value == int(value) or abs(value) >= 1000:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def place(start_s: float | None, end_s: float | None = None) -> str:
    """`0:23.5`, or `0:23.5-0:24.3` where there is more than a moment."""
    if start_s is None:
        return "whole file"
    start = clock(start_s)
    end = start if end_s is None else clock(end_s)
    return start if end == start else f"{start}-{end}"


def clock(at_s: float) -> str:
    """Minutes and seconds, to the tenth: `1:02.3`."""
    tenths = round(abs(at_s) * 10)
    return f"{MINUS if at_s < 0 and tenths else ''}{tenths // 600}:{tenths % 600 / 10:04.1f}"


def length(duration_s: float) -> str:
    """Minutes and whole seconds: `2:43`."""
    seconds = round(duration_s)
    return f"{seconds // 60}:{seconds % 60:02d}"


def rate(rate_hz: int) -> str:
    """`44.1 kHz`, `48 kHz`."""
    return f"{rate_hz / 1000:g} kHz"


def counted(count: int, thing: str) -> str:
    """`1 stem`, `8 stems`."""
    return f"{count} {thing}{'' if count == 1 else 's'}"
