"""Runs one rule over a session in memory, as `check` would: what the tests of rules are written with."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.model import Finding, Samples, Session
from earmark.rules import profile as profiles
from earmark.rules.catalogue import LoadedRule, judge, rules, wanted
from earmark.rules.profile import Profile

# words about somebody's music that earmark does not use, with the two names that hold one
FORBIDDEN = re.compile(
    r"\bwrong\b(?!\.wav|-speed)|\bfix(es)?\b|\bbetter\b|\bshould\b|\bprofessional\b|industry[ -]standard|\bscores?\b"
    r"|ready for release",
    re.IGNORECASE,
)


def hear(session: Session, code: str, *, profile: Profile | None = None, **options: Any) -> tuple[Finding, ...]:
    """What one rule says of a probed session, with these of its settings, under a profile where it takes one."""
    chosen = [loaded for loaded in rules() if loaded.rule.code == code]
    assert chosen, f"there is no rule {code}"
    profile = profile or profile_of_example(chosen[0])
    return judge(measure(session, wanted(chosen), jobs=1), chosen, {code: options}, profile).findings


def profile_of_example(loaded: LoadedRule) -> Profile | None:
    """The profile under which a rule's own example is heard, where it names one."""
    if not hasattr(loaded.module, "EXAMPLE_PROFILE"):
        return None
    name, stage = loaded.module.EXAMPLE_PROFILE
    return profiles.named(name).at(stage)


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
