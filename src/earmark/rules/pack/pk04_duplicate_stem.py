"""One recording sent twice under two names.

Hears
    Two stems of which one, at the right gain, shift and polarity, cancels the other to 60 dB below itself, in
    windows over the whole length, and whose loudness agrees in every half second.
Matters
    A copy plays 6 dB louder than meant, or combs when it is shifted, or cancels to silence when it is upside down;
    and the part that belongs under the second name may have been left behind.
Fine
    The two sides of a mono recording sent as a left and a right file; a copy kept for parallel processing.
Misses
    A copy with any other processing, a copy shifted by part of a sample or resampled, a lossy copy, a copy of less
    than the whole, and a copy in one channel only.
Try
    Flip the polarity of one, set both to the same level and play them together: a copy falls silent.
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
    code="PK04",
    name="duplicate-stem",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)
LEAST_DB = -150.0  # "nothing is left" has no level; the value shown for it
ROUNDED_AT_MOST_DB = -40.0  # however coarse the files, a residual above this is no copy; house default


def check(pair: Likeness, *, threshold_db: float = -60.0) -> Iterator[Finding]:
    """A question for each pair of which nothing is left but rounding (-60 dB: house default)."""
    rounding = pair.residual_dbfs <= rounding_dbfs(pair) + 3.0 and pair.residual_db <= ROUNDED_AT_MOST_DB
    if not pair.same_throughout or (pair.residual_db > threshold_db and not rounding):
        return
    first, second = (stem.name for stem in pair.stems)
    yield RULE.finding(
        "question",
        (first, second),
        round(max(pair.residual_db, LEAST_DB), 1),
        "dB",
        f"{first} and {second} are the same recording{how(pair)}: one cancels the other {left(pair)}",
        "a copy may be meant: for parallel processing, or as the two sides of a mono recording",
        confidence=0.99 if pair.windows >= 4 else 0.9,
        threshold=threshold_db,
        evidence={
            "gain_db": round(20.0 * float(np.log10(abs(pair.gain))), 2),
            "upside_down": pair.gain < 0.0,
            "lag_ms": round(pair.lag_s * 1000.0, 3),
            "residual_dbfs": round(max(pair.residual_dbfs, LEAST_DB), 1),
            "windows": pair.windows,
        },
    )


def rounding_dbfs(pair: Likeness) -> float:
    """The noise that rounding to whole codes leaves in the difference, RMS.

    A code of 2 ** (1 - bits) rounded with triangular dither has a noise power of a quarter of its square (Lipshitz,
    Wannamaker and Vanderkooy, "Quantization and dither", JAES 40 (1992)); the gain scales that of the first.
    """
    first, second = (rounding_power(stem) for stem in pair.stems)
    return float(10.0 * np.log10(first * pair.gain**2 + second + 1e-30))


def rounding_power(stem: Stem) -> float:
    """Mean square of the rounding of one file; 0.0 for floating point and lossy files, which do not round so."""
    facts = stem.known
    exact = facts.bits is None or facts.lossy or facts.encoding.startswith(("FLOAT", "DOUBLE"))
    return 0.0 if exact or facts.bits is None else 0.25 * 4.0 ** (1 - facts.bits)


def how(pair: Likeness) -> str:
    """By what the copy differs, for the sentence."""
    gain_db = 20.0 * float(np.log10(abs(pair.gain)))
    ways = [
        "upside down" if pair.gain < 0.0 else "",
        f"{abs(gain_db):.1f} dB {'louder' if gain_db > 0 else 'softer'}" if abs(gain_db) >= 0.05 else "",
        f"{abs(pair.lag_s) * 1000:.2f} ms {'later' if pair.lag_s > 0 else 'earlier'}" if pair.lag_s else "",
    ]
    said = ", ".join(way for way in ways if way)
    return f" ({pair.stems[1].name} {said})" if said else ""


def left(pair: Likeness) -> str:
    """How much is left, for the sentence."""
    return "without a remainder" if pair.residual_db < LEAST_DB else f"to {pair.residual_db:.0f} dB"


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask what was meant, or take one out; leaving it says what the two do together."""
    first, second = finding.stems
    upside_down, gain_db = finding.evidence["upside_down"], finding.evidence["gain_db"]
    yield Option(
        AskTheBand(second, f"{first} and {second} are the same recording: did another part belong under {second}?"),
        "ask the band which part belongs here",
        "finds a part that was left behind",
        "a message, and a wait for the answer",
    )
    yield Option(
        Repair(second, f"mute {second}"),
        f"mute {second}",
        "the part plays once, at the level it was sent",
        "a copy kept for parallel processing is gone",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "both stay for what they are meant for",
        f"together they {'take each other away' if upside_down else 'add up'} ({gain_db} dB apart)",
    )


def example() -> tuple[Session, Session]:
    """A plucked line under two names, 3 dB softer; and two lines of their own."""
    rate_hz = 16_000
    at_s = np.arange(4 * rate_hz) / rate_hz
    rng = np.random.default_rng(4)
    levels = np.repeat(rng.uniform(0.2, 1.0, (2, 8)), rate_hz // 2, axis=1)
    notes = [220.0 * 2.0 ** (np.repeat(rng.integers(0, 12, 8), rate_hz // 2) / 12.0) for _ in range(2)]
    lines = [
        0.3 * level * np.sin(2 * np.pi * hz * at_s) * np.exp(-6.0 * (at_s % 0.5))
        + 1e-4 * rng.standard_normal(at_s.size)
        for level, hz in zip(levels, notes, strict=True)
    ]
    return (
        scenes.session(rate_hz, guitar=lines[0], guitar_two=0.708 * lines[0]),
        scenes.session(rate_hz, guitar=lines[0], guitar_two=lines[1]),
    )
