"""Whether stems were exported together: their common length says so."""

from __future__ import annotations

from collections.abc import Sequence

from earmark.model import Stem

END_TOGETHER_S = 0.08  # MP3 adds up to 1105 + 2 * 1152 samples at 44.1 kHz: 77 ms


def ends_s(stems: Sequence[Stem]) -> list[float]:
    """Where each stem with sound in it ends on the session's timeline, earliest first."""
    return sorted(stem.start_s + stem.known.duration_s for stem in stems if stem.known.frames)


def common_end_s(stems: Sequence[Stem], *, within_s: float = END_TOGETHER_S) -> float | None:
    """Where more than half of the stems, and at least two, end within 80 ms of each other; None where they do not."""
    ends = ends_s(stems)
    most = len(ends) // 2 + 1
    if len(ends) < 2:
        return None
    together = [last for first, last in zip(ends, ends[most - 1 :], strict=False) if last - first <= within_s]
    return together[-1] if together else None
