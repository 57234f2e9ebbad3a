"""A microphone that hears the same sound later than its neighbours.

Hears
    A delay between two stems that share sound, when taking it out would raise their sum by 2 dB or more from 40 to
    250 Hz. Around a drum kit: a close microphone that is later than the way there and back allows (snare to kick and
    kick to snare is one distance), overheads more than 6 ms (2 m) and rooms more than 30 ms (10 m) behind the drum,
    and a distant microphone that hears a drum before its own microphone does.
Matters
    Each delay cancels where it is half a wave long: 3 ms at 167 Hz. A plug-in whose latency is not made up for does
    the same as a metre of air, without the air.
Fine
    Distance. Overheads at 1.5 to 6 ms and rooms at 6 to 30 ms are the sound of the room: space is not an error.
Misses
    A late overhead or room that is still within those distances; a late close microphone with fewer than two others,
    on other drums, that hear it; delays over 50 ms.
Try
    Listen to the two together, low end first, with the later one moved and as it is; keep what sounds larger.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Nudge
from earmark.features.band_sum import BandSum
from earmark.features.pair_lag import PairLag
from earmark.features.shared_pairs import SharedPairs
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule
from earmark.rules.spacing import distance, evidence, heard_bands, later_of

RULE = Rule(
    code="PH02",
    name="late-mic",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=1.0,
)
OUTSIDE = ("out", "sub", "front", "bottom", "under")  # further from the beater or the stick by design
OUTSIDE_MS = 1.5  # 50 cm more; house default
LEAST_LAG_S = 0.0001  # nearer than 3 cm nothing is gained by moving
WORTH_COHERENCE = 0.25  # of the band; below, there is little in common to align; house default


def check(
    shared: SharedPairs,
    *,
    threshold_db: float = 2.0,  # what aligning has to gain from 40 to 250 Hz; house default
    late_ms: float = 0.8,  # of a close microphone against those on other drums; house default: 27 cm
    overhead_ms: float = 6.0,  # 2 m; geometry
    room_ms: float = 30.0,  # 10 m; geometry
) -> Iterator[Finding]:
    """Each late microphone of a kit once, the most costly distance of a kit once, and every other pair."""
    late = list(late_close(shared, late_ms))
    yield from late
    said = {str(found.evidence["late"]) for found in late}
    yield from (found for found in too_far(shared, overhead_ms, room_ms) if found.evidence["late"] not in said)
    worth = [pair for pair in shared.pairs if pair.firm and gain_db(pair) >= threshold_db]
    kit = [pair for pair in worth if pair.hits]
    yield from (spaced(pair, threshold_db) for pair in worth if not pair.hits)
    yield from (spaced(pair, threshold_db) for pair in sorted(kit, key=gain_db)[-1:])


def gain_db(pair: PairLag) -> float:
    """What aligning gains in the lowest band both have; 0.0 where there is little to align."""
    band = next(iter(heard_bands(pair)), None)
    if band is None or abs(pair.lag_s) < LEAST_LAG_S or band.likeness**2 < WORTH_COHERENCE:
        return 0.0
    return band.align_gains_db


def late_close(shared: SharedPairs, late_ms: float) -> Iterator[Finding]:
    """The close microphones that are late by the way there and back."""
    for name, late_s in lateness(shared).items():
        if late_s * 1000.0 < late_ms + (OUTSIDE_MS if is_outside(name) else 0.0):
            continue
        pair = max((pair for pair in shared.pairs if name in names(pair)), key=lambda pair: (pair.firm, pair.likeness))
        yield late_finding(name, late_s, pair, late_ms)


def late_finding(name: str, late_s: float, pair: PairLag, late_ms: float) -> Finding:
    """One close microphone that lies later than the others say."""
    other = next(each for each in names(pair) if each != name)
    return RULE.finding(
        "note",
        (name, other),
        round(late_s * 1000.0, 2),
        "ms",
        f"{name} lies {late_s * 1000.0:.2f} ms later than the microphones on the other drums allow: from its drum to "
        "them and from theirs to it is one distance, and the two take different times",
        "a microphone far from its own drum reads late by that distance",
        confidence=0.85,
        threshold=late_ms,
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        evidence={**evidence(pair), "late": name, "late_ms": round(late_s * 1000.0, 3), "kind": "late"},
    )


def lateness(shared: SharedPairs) -> dict[str, float]:
    """By how much each close microphone is late, where that is known."""
    return {
        stem.name: late_s
        for pair in shared.pairs
        for stem, late_s in zip(pair.stems, pair.late_s, strict=True)
        if late_s is not None
    }


def too_far(shared: SharedPairs, overhead_ms: float, room_ms: float) -> Iterator[Finding]:
    """Distant microphones of a kit that no stand could be at, each once, by its nearest drum."""
    limits = {"overheads": overhead_ms, "room": room_ms}
    nearest: dict[str, tuple[float, PairLag]] = {}
    for pair in (pair for pair in shared.pairs if pair.hits and pair.firm):
        roles = [stem.role for stem in pair.stems]
        if sum(role in limits for role in roles) == 1:
            at = 0 if roles[0] in limits else 1
            behind_ms = pair.lag_s * 1000.0 * (1 if at else -1)
            name = pair.stems[at].name
            if name not in nearest or behind_ms < nearest[name][0]:
                nearest[name] = (behind_ms, pair)
    for name, (behind_ms, pair) in nearest.items():
        limit_ms = limits[next(stem.role for stem in pair.stems if stem.name == name)]
        if behind_ms > limit_ms or behind_ms < 0.0:
            yield far_finding(name, behind_ms, limit_ms, pair)


def far_finding(name: str, behind_ms: float, limit_ms: float, pair: PairLag) -> Finding:
    """One distant microphone that is too late, or too early, for its place."""
    near = next(each for each in names(pair) if each != name)
    late, other = (name, near) if behind_ms > 0.0 else (near, name)
    said = "of air would be between them" if behind_ms > 0.0 else "before its own microphone does"
    return RULE.finding(
        "note",
        (late, other),
        round(abs(behind_ms), 2),
        "ms",
        f"{name} hears {near} {distance(behind_ms / 1000.0).removesuffix(' of air')} {said}"
        if behind_ms > 0.0
        else f"{name} hears the drum of {near} {abs(behind_ms):.2f} ms {said}",
        "a very large room, or a delay that is meant" if behind_ms > 0.0 else "the two may be on different drums",
        confidence=0.7,
        threshold=limit_ms if behind_ms > 0.0 else 0.0,
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        evidence={**evidence(pair), "late": late, "late_ms": round(abs(behind_ms), 3), "kind": "far"},
    )


def spaced(pair: PairLag, threshold_db: float) -> Finding:
    """Two microphones at a distance that costs low end."""
    later, earlier = later_of(pair)
    band, gains_db = heard_bands(pair)[0], gain_db(pair)
    return RULE.finding(
        "note",
        names(pair),
        round(gains_db, 1),
        "dB",
        f"{later} is {distance(pair.lag_s)} after {earlier}: aligned, their sum is {gains_db:.1f} dB stronger from "
        f"{band.low_hz:.0f} to {band.high_hz:.0f} Hz{in_words(band)}",
        "a distance is space: it may be what makes the two sound large",
        confidence=round(min(0.9, 0.4 + 0.5 * band.likeness**2), 2),
        threshold=threshold_db,
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        band_hz=(band.low_hz, band.high_hz),
        evidence={**evidence(pair), "late": later, "late_ms": round(abs(pair.lag_s) * 1000.0, 3), "kind": "space"},
    )


def in_words(band: BandSum) -> str:
    """What the sum does as it stands, flipped and aligned."""
    return f" (now {band.sum_db:+.1f}, flipped {band.flipped_db:+.1f}, aligned {band.aligned_db:+.1f} dB)"


def names(pair: PairLag) -> tuple[str, str]:
    """Of the two stems."""
    return pair.stems[0].name, pair.stems[1].name


def is_outside(name: str) -> bool:
    """Whether the name says that the microphone stands off its drum."""
    return any(word in OUTSIDE for word in name.lower().replace("_", " ").replace("-", " ").split())


def suggest(finding: Finding) -> Iterator[Option]:
    """Leave a distance as space; move what is late."""
    late = str(finding.evidence["late"])
    late_s = float(str(finding.evidence["late_ms"])) / 1000.0
    space = finding.evidence["kind"] == "space"
    gain = f"{finding.value:.1f} dB of low end" if space else "the drums line up as they were played"
    yield Option(
        Nudge(late, -late_s),
        f"move {late} {late_s * 1000.0:.2f} ms earlier",
        gain,
        "the sound comes closer and drier, and the other drums in that microphone move too"
        if space
        else "check first "
        "whether a plug-in on that track reports its latency: then the DAW makes up for it and nothing needs to move",
    )
    yield Option(
        LeaveIt(),
        "leave it: this is space" if space else "leave it",
        "depth, and the size of the room, stay",
        f"{finding.value:.1f} {finding.unit} stay as they are",
    )


def example() -> tuple[Session, Session]:
    """A guitar amplifier near and 90 cm away, and both at one distance."""
    rate_hz = 16_000
    draw = np.random.default_rng(21)
    at_s = np.arange(6 * rate_hz) / rate_hz
    pluck = np.exp(-5.0 * (at_s % 0.6))
    tone = pluck * sum(np.sin(2 * np.pi * 110.0 * k * at_s + k) / k for k in range(1, 20))
    sound = 0.1 * tone + 0.05 * pluck * draw.standard_normal(at_s.size)
    far, near = (0.8 * np.roll(sound, late) + 1e-4 * draw.standard_normal(at_s.size) for late in (42, 1))
    return (
        scenes.session(rate_hz, guitar_close=sound, guitar_far=far),
        scenes.session(rate_hz, guitar_close=sound, guitar_far=near),
    )
