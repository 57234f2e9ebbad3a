"""A stem from beginning to end in one strip, with the places of a card on it: SVG, in the page's own colours."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.model import Finding

WIDTH, HEIGHT = 600, 40
BOTTOM_DB = -60.0
COLUMNS = 300
LEAST = 3.0  # a place is seen, however short


def strip(envelope: StemEnvelope, ends_s: float, findings: Iterable[Finding], words: str) -> str:
    """The level of a stem over the song, `ends_s` long; `words`, escaped, are what is read out instead."""
    scale = WIDTH / max(ends_s, 1e-3)
    marks = "".join(mark(finding, scale) for finding in findings if finding.start_s is not None)
    return (
        f'<svg class="strip" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{words}">'
        f'<path class="level" d="{outline(envelope, scale)}"/>{marks}</svg>'
    )


def outline(envelope: StemEnvelope, scale: float) -> str:
    """The loudest level of each column, -60 to 0 dBFS, mirrored about the middle."""
    level = np.clip(1.0 - envelope.level_dbfs / BOTTOM_DB, 0.0, 1.0)
    if not level.size:
        return ""
    count = min(COLUMNS, level.size)
    edges = np.linspace(0, level.size, count + 1).astype(int)
    tops = np.maximum.reduceat(level, edges[:-1]) * 0.5 * HEIGHT
    x = (envelope.stem.start_s + edges * envelope.step_s) * scale
    upper = [f"{x[at]:.1f} {0.5 * HEIGHT - tops[at]:.1f}H{x[at + 1]:.1f}" for at in range(count)]
    lower = [f"{x[at + 1]:.1f} {0.5 * HEIGHT + tops[at]:.1f}H{x[at]:.1f}" for at in reversed(range(count))]
    return f"M{'L'.join([*upper, *lower])}Z"


def mark(finding: Finding, scale: float) -> str:
    """One place."""
    start_s = finding.start_s or 0.0
    width = max(LEAST, ((finding.end_s or start_s) - start_s) * scale)
    left = max(0.0, start_s * scale - (0.5 * LEAST if width == LEAST else 0.0))
    return f'<rect class="mark" x="{left:.1f}" y="0" width="{width:.1f}" height="{HEIGHT}"/>'
