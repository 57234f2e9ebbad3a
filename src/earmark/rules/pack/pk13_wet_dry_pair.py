"""One part sent dry and with its effect.

Hears
    Two stems that share sound and whose names differ only by words such as dry, DI, wet, FX, verb or amp.
Matters
    One choice has to be made: the dry one and an effect of your own, or the processed one as the band knows it. Both
    together double the part, and comb where the effect delays it.
Fine
    A return that holds the effect alone, meant to be played beside the dry part; a DI sent for re-amping.
Misses
    Pairs whose names do not say it, and returns so wet or so late that they share no waveform within 50 ms.
Try
    Listen to each alone: does the wet one hold the direct sound as well? Then play one of the two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule
from earmark.session.roles import words

RULE = Rule(
    code="PK13",
    name="wet-dry-pair",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=None,
)
DRY = re.compile(r"dry|di|direct|nofx|unprocessed|untreated|line")
WET = re.compile(
    r"wet|fx|efx|effect|effects|verb|reverb|rvb|plate|hall|spring|delay|dly|echo|chorus|flanger|amp|amped|"
    r"reamp|reamped|processed|proc|printed|treated|fxprint"
)


def check(pair: PairLag, *, threshold: float = 0.3) -> Iterator[Finding]:
    """A note where the names say dry and wet and the two share sound (likeness, absolute; house default)."""
    names = dry_and_wet(*(stem.name for stem in pair.stems))
    if names is None or not (pair.firm or abs(pair.likeness) >= threshold):
        return
    dry, wet = names
    yield RULE.finding(
        "note",
        (dry, wet),
        round(pair.likeness, 2),
        "correlation",
        f"{dry} and {wet} are one part, dry and processed: they correlate by {pair.likeness:+.2f} at "
        f"{pair.lag_s * 1000:+.1f} ms",
        "the names may mean two parts, of which one bleeds into the other",
        confidence=0.9 if pair.firm else 0.75,
        threshold=threshold,
        evidence={
            "dry": dry,
            "wet": wet,
            "lag_ms": round(pair.lag_s * 1000.0, 3),
            "polarity": pair.polarity,
            "level_db": round(pair.gain_db if wet == pair.stems[1].name else -pair.gain_db, 1),
        },
    )


def dry_and_wet(one: str, other: str) -> tuple[str, str] | None:
    """The two names, the dry one first, where they are of one part; else None."""
    first, second = (said(name) for name in (one, other))
    if part_of(first) != part_of(second) or not part_of(first):
        return None
    for dry, wet, names in ((first, second, (one, other)), (second, first, (other, one))):
        if any_of(WET, wet) and not any_of(WET, dry) and not any_of(DRY, wet):
            return names
        if any_of(DRY, dry) and not any_of(DRY, wet) and not any_of(WET, dry):
            return names
    return None


def part_of(words_said: frozenset[str]) -> frozenset[str]:
    """The words that are left without those for dry and wet."""
    return frozenset(word for word in words_said if not any_of(DRY, {word}) and not any_of(WET, {word}))


def any_of(pattern: re.Pattern[str], words_said: Collection[str]) -> bool:
    """Whether one of the words is of this kind."""
    return any(pattern.fullmatch(word) for word in words_said)


def said(name: str) -> frozenset[str]:
    """The words of a name; "no fx" is one word."""
    return frozenset(words(name).replace("no fx", "nofx").split())


def suggest(finding: Finding) -> Iterator[Option]:
    """One of the two, or both."""
    dry, wet = finding.stems
    yield Option(
        AskTheBand(wet, f"is {wet} meant to replace {dry}, or to be played beside it?"),
        "ask how the two are meant",
        "the effect as the band knows it, at the level they meant",
        "a message and a wait",
    )
    yield Option(
        Repair(wet, f"mute {wet}"),
        f"mute {wet} and treat {dry} yourself",
        "every choice is open",
        "an effect that belongs to the part has to be made again",
    )
    yield Option(
        Repair(dry, f"mute {dry}"), f"mute {dry}", "the part as the band knows it", "what is printed cannot be undone"
    )
    yield Option(LeaveIt(), "leave it", "both can be balanced", "where both hold the direct sound it is doubled")


def example() -> tuple[Session, Session]:
    """A plucked line, dry and with an echo of 9 ms, under names that say so; and under names of two parts."""
    rate_hz = 48_000
    rng = np.random.default_rng(13)
    at_s = np.arange(6 * rate_hz) / rate_hz
    line = 0.3 * rng.standard_normal(at_s.size) * np.exp(-12.0 * (at_s % 0.5))
    late = np.concatenate([np.zeros(432), line[:-432]])
    wet = 0.7 * line + 0.4 * late + 1e-3 * rng.standard_normal(at_s.size)
    return scenes.session(rate_hz, gtr_dry=line, gtr_wet=wet), scenes.session(rate_hz, gtr_left=line, gtr_right=wet)
