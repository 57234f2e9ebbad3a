"""One side of a stereo recording louder than the other by a fixed amount.

Hears
    Left against right after the K filter, in windows of 3 s: their median and how far the quartiles lie apart. On what
    has different sound on its sides; and on a mix, whatever its sides.
Matters
    A pair of microphones at two gains, or a chain with one side turned up: the image leans, and the noise of the
    quieter side comes up when it is levelled.
Fine
    A mono sound that was panned: it has the same wave on both sides, and is not asked about. A part that sits on one
    side, with its room on the other.
Misses
    What leans now here, now there: it is played so, or ridden. One side silent: missing-channel hears that. Whether the
    source stood off the centre or the gains differ cannot be told apart by level alone.
Try
    Listen to a sound that belongs in the middle. One gain on one side; or the balance control of the strip.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import Pan, Repair
from earmark.features.channel_balance import ChannelBalance
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="LV05",
    name="channel-imbalance",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=1.0,
)
ONE_SOUND = 0.9995  # Essentia's FalseStereoDetector: one wave on both sides


def check(
    balance: ChannelBalance,
    *,
    threshold_db: float = 3.0,  # house default
    fixed_within_db: float = 1.0,  # house default: quartiles of a fixed gain lie closer than this
    max_correlation: float = 0.7,  # tuned on data: panned parts with their effects 0.80 to 0.99
) -> Iterator[Finding]:
    """A note where one side is louder by a fixed amount, and not because something mono was panned."""
    limit = ONE_SOUND if balance.stem.role == "mix" else max_correlation
    lean_db = abs(balance.median_db)
    if lean_db < threshold_db or balance.spread_db > fixed_within_db or balance.correlation > limit:
        return
    side = "left" if balance.median_db > 0.0 else "right"
    yield RULE.finding(
        "note",
        (balance.stem.name,),
        round(lean_db, 1),
        "dB",
        f"{balance.stem.name} is {lean_db:.1f} dB louder on the {side}, always by about as much "
        f"(the middle half of all 3 s windows lies within {balance.spread_db:.1f} dB)",
        "a part or a room that lies to one side is meant so; microphones at different distances do the same",
        confidence=round(min(0.8, 0.5 + 0.05 * (lean_db - threshold_db) + 0.1 * (1.0 - balance.spread_db)), 2),
        threshold=threshold_db,
        evidence={
            "left_over_right_db": round(balance.median_db, 2),
            "quartiles_apart_db": round(balance.spread_db, 2),
            "correlation": round(balance.correlation, 3),
            "windows": balance.windows,
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Gain on one side, or a balance control."""
    (stem,) = finding.stems
    side, sign = ("right", 1.0) if float(str(finding.evidence["left_over_right_db"])) > 0.0 else ("left", -1.0)
    yield Option(
        Repair(stem, f"turn the {side} side of {stem} up by {finding.value:.1f} dB"),
        f"{finding.value:.1f} dB more on the {side}",
        "both sides are equally loud, and what was recorded in the middle stands there",
        f"the noise of the {side} side comes up as much",
    )
    yield Option(
        Pan(stem, sign * round(min(1.0, finding.value / 12.0), 2)),
        f"lean it to the {side} with the balance control",
        "the image is level",
        "the louder side comes down",
    )


def example() -> tuple[Session, Session]:
    """A pair of microphones in a room, one 6 dB hotter; and both alike."""
    draw = np.random.default_rng(5)
    time_s = np.arange(15 * 8_000) / 8_000
    both = 0.05 * draw.standard_normal((2, time_s.size)) * (0.4 + np.exp(-6.0 * (time_s % 0.5)))
    hot = both * np.array([[2.0], [1.0]])
    return scenes.session(8_000, overheads=hot), scenes.session(8_000, overheads=both)
