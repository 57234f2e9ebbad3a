"""What was planted against what was found: by code, stem and place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from earmark.model import Finding
from earmark.scenes.planted import Planted


def read_truth(path: Path) -> tuple[Planted, ...]:
    """What a truth file says was planted."""
    return tuple(
        Planted(
            one["code"], one["stem"], one["what"], None if one["start_s"] is None else (one["start_s"], one["end_s"])
        )
        for one in json.loads(path.read_text(encoding="utf-8"))["planted"]
    )


def is_of(finding: Finding, planted: Planted) -> bool:
    """Whether this finding speaks of this fault: its code, its stem, and a place inside where it was planted."""
    if finding.code != planted.code or planted.stem not in finding.stems:
        return False
    if planted.span_s is None:
        return True
    start_s, end_s = planted.span_s
    middle_s = None if finding.start_s is None or finding.end_s is None else (finding.start_s + finding.end_s) / 2
    return middle_s is not None and start_s <= middle_s <= end_s


def missed(planted: Sequence[Planted], findings: Sequence[Finding]) -> list[Planted]:
    """The faults that no finding speaks of."""
    return [fault for fault in planted if not any(is_of(finding, fault) for finding in findings)]


def unplanted(planted: Sequence[Planted], findings: Iterable[Finding]) -> list[Finding]:
    """The findings that speak of nothing that was planted."""
    return [finding for finding in findings if not any(is_of(finding, fault) for fault in planted)]
