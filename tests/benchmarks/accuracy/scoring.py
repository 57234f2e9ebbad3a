"""The arithmetic: which finding belongs to which planted fault, and what many such cases come to."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from earmark.model import Finding

from .plant import Truth

# How far off a place may be. Opponents are matched with the same. Others need only overlap.
TOLERANCE_S: Mapping[str, float] = {
    "FI03": 0.001,
    "NO03": 0.001,
    "NO04": 0.001,
    "NO05": 0.005,
    "NO06": 0.15,
    "NO07": 0.1,
    "NO11": 0.002,
    "PK09": 0.2,
}
AT_ITS_EDGES = frozenset({"NO04", "NO05", "NO11"})  # a finding at either end of the fault is one of it
HEARD = ("clear", "gross")
Z95 = 1.959964


def wilson(hits: int, of: int, z: float = Z95) -> tuple[float, float]:
    """Bounds of a share (Wilson, JASA 22, 1927); (0, 1) for no cases."""
    if of == 0:
        return 0.0, 1.0
    share, squared = hits / of, z * z
    middle = share + squared / (2 * of)
    reach = z * math.sqrt(share * (1 - share) / of + squared / (4 * of * of))
    low, high = (middle - reach) / (1 + squared / of), (middle + reach) / (1 + squared / of)
    return max(0.0, low), min(1.0, high)


def place_error_s(finding: Finding, truth: Truth) -> float | None:
    """How far off the finding begins; None where either has no place."""
    if truth.place_s is None or finding.start_s is None:
        return None
    ends = truth.place_s if truth.code in AT_ITS_EDGES else truth.place_s[:1]
    return min(abs(finding.start_s - end) for end in ends)


def same_place(finding: Finding, truth: Truth) -> bool:
    """Within the rule's tolerance, or, where it has none, anywhere in common."""
    error = place_error_s(finding, truth)
    if error is None:
        return True
    if truth.code in TOLERANCE_S:
        return error <= TOLERANCE_S[truth.code]
    assert truth.place_s is not None
    assert finding.start_s is not None
    end_s = finding.end_s if finding.end_s is not None else finding.start_s
    return finding.start_s <= truth.place_s[1] and end_s >= truth.place_s[0]


def same_band(finding: Finding, truth: Truth) -> bool:
    """With something in common, where both name a band."""
    if finding.band_hz is None or truth.band_hz is None:
        return True
    return finding.band_hz[0] <= truth.band_hz[1] and finding.band_hz[1] >= truth.band_hz[0]


def matches(finding: Finding, truth: Truth) -> bool:
    """Whether this finding speaks of this fault, under whatever code."""
    named = [name in finding.stems for name in truth.stems]
    stems = all(named) if truth.all_stems else any(named)
    return stems and same_place(finding, truth) and same_band(finding, truth)


def told(finding: Finding, session: str) -> dict[str, Any]:
    """What is kept of a finding that no fault explains."""
    return {
        "in": session,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "stems": list(finding.stems),
        "start_s": finding.start_s,
        "value": finding.value,
        "message": finding.message,
    }


def score_truth(truth: Truth, severity: str, findings: Sequence[Finding]) -> dict[str, Any]:
    """What became of one planted fault."""
    mine = [finding for finding in findings if finding.code == truth.code and matches(finding, truth)]
    best = max(mine, key=lambda one: (one.severity != "note", one.confidence), default=None)
    others = sorted({one.code for one in findings if one.code != truth.code and matches(one, truth)})
    return {
        "strength": round(truth.strength, 2),
        "class": severity,
        "stems": list(truth.stems),
        "place_s": truth.place_s,
        "found": best is not None,
        "severity": best.severity if best else None,
        "confidence": best.confidence if best else None,
        "place_error_s": place_error_s(best, truth) if best else None,
        "value_error": None if best is None or truth.value is None else best.value - truth.value,
        "unit": best.unit if best else None,
        "said_otherwise": others,
    }


def recall(rows: Iterable[Mapping[str, Any]], classes: Sequence[str]) -> tuple[int, int]:
    """(found, of) among the faults of these classes."""
    of = [truth for row in rows for truth in row["truths"] if truth["class"] in classes]
    return sum(truth["found"] for truth in of), len(of)


def precision(rows: Sequence[Mapping[str, Any]], *, asked: bool = False) -> tuple[int, int]:
    """(true, of) among what was said, each fault once; with `asked` only what was more than a note."""
    truths = [truth for row in rows for truth in row["truths"] if truth["found"]]
    false = [one for row in rows for one in row["false"]]
    if asked:
        truths = [truth for truth in truths if truth["severity"] != "note"]
        false = [one for one in false if one["severity"] != "note"]
    return len(truths), len(truths) + len(false)


def calibration(
    pairs: Sequence[tuple[float, bool]], bins: int = 10
) -> tuple[float | None, list[tuple[float, float, int]]]:
    """Expected calibration error, and per bin (mean confidence, share that was true, count).

    Guo et al., "On calibration of modern neural networks", ICML 2017, equation 3.
    """
    held: list[list[tuple[float, bool]]] = [[] for _ in range(bins)]
    for confidence, true in pairs:
        held[min(bins - 1, int(confidence * bins))].append((confidence, true))
    rows = [(sum(c for c, _ in one) / len(one), sum(t for _, t in one) / len(one), len(one)) for one in held if one]
    if not pairs:
        return None, []
    return sum(abs(said - was) * count for said, was, count in rows) / len(pairs), rows


def confidences(rows: Iterable[Mapping[str, Any]]) -> list[tuple[float, bool]]:
    """Every confidence that was said, and whether there was a fault."""
    said: list[tuple[float, bool]] = []
    for row in rows:
        said += [(truth["confidence"], True) for truth in row["truths"] if truth["found"]]
        said += [(one["confidence"], False) for one in row["false"]]
    return said


def quantile(values: Sequence[float], share: float) -> float | None:
    """Of the sorted values, the nearest; None of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None
