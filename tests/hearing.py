"""Runs one rule over a session in memory, as `check` would: what the tests of rules are written with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.model import Finding, Samples, Session
from earmark.rules.catalogue import judge, rules, wanted

# words about somebody's music that earmark does not use, with the two names that hold one
FORBIDDEN = re.compile(
    r"\bwrong\b(?!\.wav|-speed)|\bfix(es)?\b|\bbetter\b|\bshould\b|\bprofessional\b|industry[ -]standard|\bscores?\b"
    r"|ready for release",
    re.IGNORECASE,
)


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


def on_disk(folder: Path, session: Session) -> Path:
    """The stems of a session in memory, and its mix, as WAV files in this folder."""
    for stem in (*session.stems, *([session.mix] if session.mix else [])):
        assert isinstance(stem.source, Samples)
        audio.write(folder / f"{stem.name}.wav", stem.source.samples, stem.source.rate_hz)
    return folder
