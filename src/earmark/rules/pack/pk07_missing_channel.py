"""A stereo stem of which one side is missing.

Hears
    A channel that is exactly 0, or lies 60 dB and more below the loudest one, in more than 95 % of the time in which
    the stem sounds.
Matters
    A cable, a muted side, a mono track exported into a stereo file: half of a stereo part is lost, or a part that
    belongs in the middle plays from one side only.
Fine
    A mono part panned hard to one side on purpose, in a pack of stereo files.
Misses
    A side that carries only bleed or noise less than 60 dB down.
Try
    Listen to each side alone. If the part is mono, put it on a mono track; if it is stereo, ask for the other side.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.extremes import Levels
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK07",
    name="missing-channel",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
SOUNDS_BELOW_LOUD_DB = 40.0  # a tenth of a second counts within 40 dB of the stem's own loud ones; house default
LEAST_DBFS = -70.0  # below this a tenth of a second says nothing about either side; house default
LEAST_S = 1.0  # of sounding time; house default
NOTHING_DB = -150.0  # shown for exact zeros


def check(
    levels: Levels,
    *,
    threshold_db: float = -60.0,  # house default: no pan law and no hand leaves a side so low
    share: float = 0.95,  # of the sounding time; house default
) -> Iterator[Finding]:
    """A question for each channel that is not there."""
    channels = levels.squares.shape[0]
    if channels < 2 or not levels.counts.size:
        return
    powers = levels.squares / levels.counts
    loudest = powers.max(axis=0)
    floor = max(10.0 ** (LEAST_DBFS / 10.0), float(np.percentile(loudest, 95)) * 10.0 ** (-SOUNDS_BELOW_LOUD_DB / 10.0))
    sounding = loudest > floor
    if float(levels.counts[sounding].sum()) < LEAST_S * levels.stem.known.rate_hz:
        return
    for channel in range(channels):
        low = powers[channel, sounding] <= loudest[sounding] * 10.0 ** (threshold_db / 10.0)
        if float(low.mean()) > share:
            yield missing(levels, channel, powers[:, sounding], threshold_db)


def missing(levels: Levels, channel: int, powers: np.ndarray, threshold_db: float) -> Finding:
    """The finding for one channel, from the powers of the sounding tenths of a second."""
    own, most = float(powers[channel].mean()), float(powers.max(axis=0).mean())
    exact = own == 0.0
    below_db = NOTHING_DB if exact else max(NOTHING_DB, 10.0 * float(np.log10(own / most)))
    side = called(channel, len(powers))
    stem = levels.stem.name
    return RULE.finding(
        "question",
        (stem,),
        round(below_db, 1),
        "dB",
        f"{side} of {stem} is {'exactly zero' if exact else f'{-below_db:.0f} dB below the loudest'} while it sounds",
        "a mono part may be panned hard to one side on purpose",
        confidence=0.95,
        threshold=threshold_db,
        evidence={"channel": channel + 1, "channels": len(powers), "exactly_zero": exact, "side": side},
    )


def called(channel: int, channels: int) -> str:
    """A channel, as a person says it."""
    return ("the left side", "the right side")[channel] if channels == 2 else f"channel {channel + 1} of {channels}"


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the side, use the other as mono, or leave it."""
    (stem,) = finding.stems
    side = str(finding.evidence["side"])
    yield Option(
        AskTheBand(stem, f"{side} of {stem} is silent. Was the part stereo, and can you send both sides?"),
        f"ask for {side}",
        "the part as wide as it was",
        "a message and a wait",
    )
    if finding.evidence["channels"] == 2:
        yield Option(
            Repair(stem, f"put {stem} on a mono track from its other side"),
            "use the other side as mono",
            "plays in the middle, and the pan control pans",
            "if it was panned hard on purpose, that is lost",
        )
    yield Option(LeaveIt(), "leave it", "it plays from one side, as it was sent", "a missing side stays missing")


def example() -> tuple[Session, Session]:
    """A noise on the left alone; and on both sides."""
    noise = 0.1 * np.random.default_rng(7).standard_normal((2, 16_000))
    return scenes.session(8_000, pad=noise * [[1.0], [0.0]]), scenes.session(8_000, pad=noise)
