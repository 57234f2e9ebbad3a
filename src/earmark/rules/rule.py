"""What a rule file declares. Everything else of a rule is its docstring, its `check` and its `suggest`.

A rule file holds, in this order: the module docstring (Hears, Matters, Fine, Misses, Try),
`RULE`, `check`, `suggest`, `example`. See docs/contributing.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from earmark.model import Finding, Json, Need, Severity, Stage


@dataclass(frozen=True, slots=True)
class Rule:
    """The standing facts of one rule.

    `ceiling` is the gravest severity it may ever give. `worse_by` is how much the value must
    worsen, in the finding's own unit, before an answered question is asked again; its sign says
    which way is worse (+3.0: larger is worse, -0.1: smaller is worse). None: never asked again
    at the same place.
    """

    code: str
    name: str
    since: str
    ceiling: Severity
    stages: frozenset[Stage]
    worse_by: float | None
    needs: frozenset[Need] = frozenset()
    selected: bool = True  # False: only when named in --select
    deep: bool = False  # only under --deep

    def finding(
        self,
        severity: Severity,
        stems: tuple[str, ...],
        value: float,
        unit: str,
        message: str,
        doubt: str,
        *,
        confidence: float,
        threshold: float | None = None,
        start_s: float | None = None,
        end_s: float | None = None,
        band_hz: tuple[float, float] | None = None,
        evidence: Mapping[str, Json] | None = None,
        aspect: str = "",
        throughout: bool = False,
    ) -> Finding:
        """A finding of this rule."""
        return Finding(
            code=self.code,
            name=self.name,
            severity=severity,
            stems=stems,
            value=value,
            unit=unit,
            message=message,
            doubt=doubt,
            confidence=confidence,
            threshold=threshold,
            start_s=start_s,
            end_s=end_s,
            band_hz=band_hz,
            evidence=evidence or {},
            worse_by=self.worse_by,
            aspect=aspect,
            throughout=throughout,
        )
