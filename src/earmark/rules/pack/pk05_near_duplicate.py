"""Two stems of one take that differ a little.

Hears
    Two stems of which one, at one gain and shift, takes the other down by 20 to 60 dB, in windows over the whole
    length: the same performance through another plug-in, converter or codec, or edited in part.
Matters
    Two versions of one take play the part louder than meant, and comb where they differ in phase; often one was meant
    to replace the other.
Fine
    A take sent dry and processed so that you may choose; parallel processing; a microphone and its copy.
Misses
    Versions that differ more than that: another amplifier, a heavy compressor, a reverb. Copies to the last bit are
    duplicate-stem, names that say dry and wet are wet-dry-pair.
Try
    Flip one and listen to what is left of the two: that is all by which they differ.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.likeness import Likeness
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK05",
    name="near-duplicate",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)
COPY_DB = -60.0  # at and below, duplicate-stem speaks
COARSE_COPY_DB = -40.0  # where what is left is only the rounding of coarse files, it does from here on
OVER_ROUNDING_DB = 3.0
ASKED_DB = -30.0  # house default: a thousandth of the power; more is another sound


def check(pair: Likeness, *, threshold_db: float = -20.0) -> Iterator[Finding]:
    """A question under -30 dB, else a note (-20 dB: house default, after which two takes are told apart)."""
    rounded = pair.residual_dbfs <= rounding_dbfs(pair) + OVER_ROUNDING_DB and pair.residual_db <= COARSE_COPY_DB
    copy = pair.same_throughout and (pair.residual_db <= COPY_DB or rounded)
    if copy or pair.residual_db > threshold_db:
        return
    first, second = (stem.name for stem in pair.stems)
    residual_db = max(pair.residual_db, -150.0)
    yield RULE.finding(
        "question" if residual_db <= ASKED_DB else "note",
        (first, second),
        round(residual_db, 1),
        "dB",
        f"{first} and {second} are one take: at the best match {-residual_db:.0f} dB of {second} are gone"
        f"{'' if pair.same_throughout else ', though not everywhere'}",
        "two versions may be meant: to choose from, or for parallel processing",
        confidence=float(np.interp(residual_db, [-30.0, -20.0], [0.95, 0.8])),
        threshold=threshold_db,
        evidence={
            "gain_db": round(20.0 * float(np.log10(abs(pair.gain))), 2),
            "upside_down": pair.gain < 0.0,
            "lag_ms": round(pair.lag_s * 1000.0, 3),
            "windows": pair.windows,
            "everywhere": pair.same_throughout,
        },
    )


def rounding_dbfs(pair: Likeness) -> float:
    """What rounding to whole codes leaves of the difference; a quarter of a squared code each (dithered: Lipshitz,
    Wannamaker and Vanderkooy, "Quantization and dither", JAES 40 (1992))."""
    first, second = (rounding_power(stem) for stem in pair.stems)
    return float(10.0 * np.log10(first * pair.gain**2 + second + 1e-30))


def rounding_power(stem: Stem) -> float:
    """Mean square of the rounding of one file; 0.0 for floating point and lossy files."""
    facts = stem.known
    exact = facts.bits is None or facts.lossy or facts.encoding.startswith(("FLOAT", "DOUBLE"))
    return 0.0 if exact or facts.bits is None else 0.25 * 4.0 ** (1 - facts.bits)


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask which one is meant, or mute one."""
    first, second = finding.stems
    yield Option(
        AskTheBand(second, f"{first} and {second} are the same take: which of them is the one to use?"),
        "ask which of the two is meant",
        "the part plays once, in the version that is meant",
        "a message, and a wait for the answer",
    )
    yield Option(
        Repair(second, f"mute {second}"),
        f"mute {second}",
        "the part plays once, at the level it was sent",
        "the other version is not heard; it may be the one that was meant",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "both stay for what they are meant for",
        f"together they are up to 6 dB louder than {first}",
    )


def example() -> tuple[Session, Session]:
    """A plucked line twice, the second a little overdriven; and two lines of their own."""
    rate_hz = 16_000
    at_s = np.arange(4 * rate_hz) / rate_hz
    rng = np.random.default_rng(5)
    levels = np.repeat(rng.uniform(0.2, 1.0, (2, 8)), rate_hz // 2, axis=1)
    notes = [220.0 * 2.0 ** (np.repeat(rng.integers(0, 12, 8), rate_hz // 2) / 12.0) for _ in range(2)]
    lines = [
        0.5 * level * np.sin(2 * np.pi * np.cumsum(hz) / rate_hz) * np.exp(-6.0 * (at_s % 0.5))
        + 1e-4 * rng.standard_normal(at_s.size)
        for level, hz in zip(levels, notes, strict=True)
    ]
    return (
        scenes.session(rate_hz, guitar=lines[0], guitar_two=np.tanh(lines[0])),
        scenes.session(rate_hz, guitar=lines[0], guitar_two=lines[1]),
    )
