"""Runs one rule over a session in memory, as `check` would: what the tests of rules are written with."""

from __future__ import annotations

from typing import Any

import numpy as np

from earmark import scenes
from earmark.features.engine import measure
from earmark.model import Finding, Session
from earmark.rules.catalogue import judge, rules, wanted


def hear(session: Session, code: str, **options: Any) -> tuple[Finding, ...]:
    """What one rule says of a probed session, with these of its settings."""
    chosen = [loaded for loaded in rules() if loaded.rule.code == code]
    assert chosen, f"there is no rule {code}"
    return judge(measure(session, wanted(chosen), jobs=1), chosen, {code: options}).findings


def findings(
    code: str, *, rate_hz: int = 48_000, mix: np.ndarray | None = None, **stems: np.ndarray
) -> tuple[Finding, ...]:
    """What one rule says of these stems."""
    return hear(scenes.session(rate_hz, mix=mix, **stems), code)
