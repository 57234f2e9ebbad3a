"""A metronome out of somebody's headphones, in the tails and pauses of a stem.

Hears
    Six or more knocks, 15 dB or more under the stem's loud level, in places 20 dB or more under it. They keep one beat
    between 37 and 300 a minute to 6 ms, in 60 % of the quiet places where that beat falls, four times as often as
    chance would have it; and they are alike: their waveforms correlate to 0.8.
Matters
    It is masked while everybody plays, and bare in the last bar, the breakdown and the fade.
Fine
    A click that is part of the song. Drums and percussion, whose own beat it would be, are not asked; nor is a stem
    that is called a click.
Misses
    A click that is heard in fewer than six quiet places, or lies less than 6 dB over what sounds there, or follows a
    tempo map; a click that is only heard under the part.
Try
    Mute the others and listen to the named pauses, then to the end of the last note. Then: a clean-up of the pauses,
    a gate on the tails, or the click notched where it is a tone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.ticks import Ticks
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO12",
    name="click-bleed",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=6.0,
)
BEATING_ROLES = frozenset({"kick", "snare", "toms", "hihat", "overheads", "room", "drums", "percussion"})
A_CLICK = re.compile(r"click|metronome|clave|count|cue|drum|perc|loop|beat", re.IGNORECASE)


def check(
    ticks: Ticks,
    *,
    threshold_dbfs: float = -80.0,  # house default: -68 after 12 dB of compression
    min_under_loud_db: float = 15.0,  # house default: what is louder is the part itself
    min_beats: int = 6,  # house default
    min_share: float = 0.6,  # house default, of the slots of the beat in quiet places
    min_over_chance: float = 4.0,  # house default
    min_likeness: float = 0.8,  # tuned on data: a bass that keeps its own beat came to 0.83, in 0.46 of the slots
) -> Iterator[Finding]:
    """A question where one beat of like knocks runs through the quiet places."""
    hits = ticks.at_s.size
    if hits < min_beats or ticks.stem.role in BEATING_ROLES or A_CLICK.search(ticks.stem.name):
        return
    share, likeness = hits / max(ticks.slots, hits), float(np.median(ticks.likeness))
    level_dbfs = float(np.median(ticks.level_dbfs))
    if (
        share < min_share
        or hits < min_over_chance * ticks.by_chance
        or likeness < min_likeness
        or not threshold_dbfs <= level_dbfs <= ticks.loud_dbfs - min_under_loud_db
    ):
        return
    yield one_beat(ticks, share, likeness, level_dbfs, threshold_dbfs)


def one_beat(ticks: Ticks, share: float, likeness: float, level_dbfs: float, threshold_dbfs: float) -> Finding:
    """The one finding of a stem."""
    loudest = int(np.argmax(ticks.level_dbfs))
    per_minute = 60.0 / ticks.interval_s
    return RULE.finding(
        "question",
        (ticks.stem.name,),
        round(level_dbfs, 1),
        "dBFS",
        f"a click on {ticks.stem.name} keeps {per_minute:.1f} beats a minute through its quiet places: "
        f"{ticks.at_s.size} knocks at {level_dbfs:.0f} dBFS, {ticks.loud_dbfs - level_dbfs:.0f} dB under the part",
        "a foot, a muted string or an echo that keeps the beat could look alike",
        confidence=round(min(0.97, 0.4 + 0.3 * share + 0.2 * likeness + 0.01 * min(ticks.at_s.size, 10)), 2),
        threshold=threshold_dbfs,
        start_s=float(ticks.at_s[loudest]),
        end_s=float(ticks.at_s[loudest]) + 0.03,
        evidence={
            "beats_a_minute": round(per_minute, 2),
            "places_s": [round(float(at_s), 3) for at_s in ticks.at_s],
            "share_of_quiet_beats": round(share, 2),
            "likeness": round(likeness, 2),
            "by_chance": round(ticks.by_chance, 1),
        },
        throughout=True,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Clean the pauses, ask for another take, or leave it."""
    (stem,) = finding.stems
    count = len(list(finding.evidence["places_s"]))  # type: ignore[arg-type]
    yield Option(
        Repair(stem, f"cut the pauses of {stem} with fades, and take the click out of the tails with a spectral tool"),
        f"clean the pauses and tails ({count} places)",
        f"{finding.value:.0f} dBFS of click go from every quiet place",
        "fades shorten a natural decay; in a tail a spectral tool takes a little of the note along",
    )
    yield Option(
        AskTheBand(
            stem, f"the headphones' click is in {stem}. Is there a take with closed headphones or a softer click?"
        ),
        "ask for another take",
        "nothing is taken out of the sound",
        "costs the band a session; the performance may not come back",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it was recorded",
        f"{finding.value:.0f} dBFS of click stay, {finding.value + 12:.0f} after 12 dB of compression",
    )


def example() -> tuple[Session, Session]:
    """Sung phrases with a metronome in their pauses; and without."""
    rate_hz = 16_000
    at_s = np.arange(12 * rate_hz) / rate_hz
    swell = np.clip(np.minimum(at_s % 4.0 - 0.1, 2.0 - at_s % 4.0) / 0.1, 0.0, 1.0)
    voice = 0.2 * swell * np.sin(2 * np.pi * 220.0 * at_s) + 3e-5 * np.random.default_rng(6).standard_normal(at_s.size)
    since_s = at_s % 0.5
    metronome = 0.004 * np.exp(-since_s / 0.006) * np.sin(2 * np.pi * 1500.0 * since_s)
    return scenes.session(rate_hz, vocal=voice + metronome), scenes.session(rate_hz, vocal=voice)
