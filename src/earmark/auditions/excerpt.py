"""Which seconds of a session are heard for a place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark import audio
from earmark.model import Finding, Session, Stem

SHORTEST_S, LONGEST_S = 8.0, 12.0
LEAD_IN_S = 2.5  # of music before the place begins


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A stretch of session time."""

    start_s: float
    length_s: float


def excerpt_for(finding: Finding, session: Session, stem: Stem) -> Excerpt:
    """8 to 12 s around the place; for something true of the whole file, where the stem is loudest.

    A session shorter than that is heard from end to end.
    """
    ends_s = max(each.start_s + each.known.duration_s for each in session.stems)
    if finding.start_s is None or finding.end_s is None:
        start_s, length_s = loudest_s(stem, SHORTEST_S), SHORTEST_S
    else:
        wanted_s = finding.end_s - finding.start_s + 2 * LEAD_IN_S
        start_s, length_s = finding.start_s - LEAD_IN_S, min(LONGEST_S, max(SHORTEST_S, wanted_s))
    length_s = min(length_s, ends_s)
    return Excerpt(max(0.0, min(start_s, ends_s - length_s)), length_s)


def loudest_s(stem: Stem, length_s: float) -> float:
    """Where the loudest stretch of this length begins, to the second, in session time."""
    rate_hz = stem.known.rate_hz
    energy = [float(np.nansum(np.square(block, dtype=np.float64))) for block in audio.blocks(stem, rate_hz)]
    if not energy:
        return stem.start_s
    sums = np.convolve(energy, np.ones(max(1, round(length_s))))[round(length_s) - 1 :]
    return stem.start_s + float(np.argmax(sums))
