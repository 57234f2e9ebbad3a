"""Versions of one song that do not fit together.

Hears
    Files called instrumental and a cappella beside the main mix: whether all are equally long, start together to the
    sample, and whether instrumental and a cappella sum to the main mix.
Matters
    Whoever cuts between them (film, radio, a stage) relies on it: a version that starts 12 ms late jumps at each cut,
    and a sum that is not the main mix means that something was changed in one of them.
Fine
    Versions mastered one by one: a limiter reacts to what it is fed, and the sum is near the main mix but not it.
Misses
    Versions whose names do not say what they are. Starts more than 0.1 s apart.
Try
    Lay all three on one start, flip the main mix and listen to what is left.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Nudge, StaticGain
from earmark.features.version_set import Version, VersionSet
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK14",
    name="version-set",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
LATE_S = 0.05e-3  # 2.4 samples at 48 kHz: a resampled or filtered version is rarely clearer than that; house default


def check(
    versions: VersionSet,
    *,
    threshold_db: float = -40.0,  # house default: a sum nobody tells from the mix
    question_db: float = -20.0,  # house default: a part is missing, or much was done to one version alone
    longer_s: float = 0.04,  # one video frame at 25 per second, as PK01
) -> Iterator[Finding]:
    """Questions about length and start; about the sum a question above -20 dB and a note above -40 dB."""
    for version in filter(None, (versions.instrumental, versions.a_cappella)):
        if abs(version.longer_s) > longer_s:
            yield other_length(versions, version, longer_s)
        if version.late_s is not None and abs(version.late_s) > LATE_S:
            yield other_start(versions, version)
    if versions.residual_db is not None and versions.residual_db > threshold_db:
        yield other_sum(versions, threshold_db, question_db)


def other_length(versions: VersionSet, version: Version, threshold_s: float) -> Finding:
    """The finding for a version that is longer or shorter."""
    way = "longer" if version.longer_s > 0 else "shorter"
    return RULE.finding(
        "question",
        (version.stem.name,),
        round(version.longer_s, 4),
        "s",
        f"{version.stem.name} is {abs(version.longer_s):.2f} s {way} than {versions.main.name}",
        "a version may have an ending of its own",
        confidence=0.9,
        threshold=threshold_s,
        evidence={"what": "length"},
    )


def other_start(versions: VersionSet, version: Version) -> Finding:
    """The finding for a version that starts earlier or later."""
    late_ms = 1000.0 * (version.late_s or 0.0)
    return RULE.finding(
        "question",
        (version.stem.name,),
        round(late_ms, 3),
        "ms",
        f"{version.stem.name} lies {abs(late_ms):.2f} ms {'later' if late_ms > 0 else 'earlier'} than "
        f"{versions.main.name}",
        "another take, or an effect that delays everything, could be heard as a shift",
        confidence=0.9,
        threshold=round(1000.0 * LATE_S, 3),
        evidence={"what": "start"},
    )


def other_sum(versions: VersionSet, threshold_db: float, question_db: float) -> Finding:
    """The finding for a sum that is not the main mix."""
    residual_db, fitted_db = versions.residual_db or 0.0, versions.fitted_db or 0.0
    assert versions.instrumental is not None
    assert versions.a_cappella is not None
    assert versions.gains_db is not None
    level = fitted_db <= threshold_db
    one, two = versions.gains_db
    said = (
        f"they do with the instrumental at {one:+.1f} dB and the a cappella at {two:+.1f} dB"
        if level
        else f"{fitted_db:.0f} dB are left at the best levels"
    )
    return RULE.finding(
        "question" if residual_db > question_db and not level else "note",
        (versions.instrumental.stem.name, versions.a_cappella.stem.name),
        round(residual_db, 1),
        "dB",
        f"instrumental and a cappella do not sum to {versions.main.name}: {residual_db:.0f} dB of it are left; {said}",
        "versions mastered one by one differ from the sum by what the limiter does",
        confidence=0.85,
        threshold=threshold_db,
        evidence={
            "what": "sum",
            "fitted_db": round(fitted_db, 1),
            "instrumental_db": round(one, 2),
            "a_cappella_db": round(two, 2),
            "windows": versions.windows,
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Print it again, or move it to where it belongs."""
    stem = finding.stems[0]
    yield Option(
        AskTheBand(
            stem,
            f"{stem} does not fit the main mix ({finding.evidence['what']}). Can it be printed again from one session?",
        ),
        "print the versions again from one session, from one start",
        "they can be cut against each other to the sample",
        "another pass, and all versions have to be checked again",
    )
    if finding.unit == "ms":
        yield Option(
            Nudge(stem, -finding.value / 1000.0),
            f"move {stem} by {-finding.value:+.2f} ms",
            "it lies with the main mix",
            "its file is no longer the one that was printed",
        )
    if finding.evidence["what"] == "sum" and finding.severity == "note":
        gain_db = float(str(finding.evidence["instrumental_db"]))
        yield Option(
            StaticGain(stem, gain_db), f"set {stem} to {gain_db:+.1f} dB", "nearer to the main mix", "a new print of it"
        )


def example() -> tuple[Session, Session]:
    """A main mix whose a cappella starts 5 ms late; and the same set in order."""
    rate_hz = 16_000
    rng = np.random.default_rng(14)
    at_s = np.arange(6 * rate_hz) / rate_hz
    band, voice = (0.2 * rng.standard_normal((2, at_s.size)).T * np.exp(-8.0 * (at_s[:, None] % [[0.5, 0.7]]))).T
    late = np.concatenate([np.zeros(80), voice[:-80]])
    return (
        scenes.session(rate_hz, mix=band + voice, song_instrumental=band, song_acappella=late),
        scenes.session(rate_hz, mix=band + voice, song_instrumental=band, song_acappella=voice),
    )
