"""A stem that runs at another speed than the rest.

Hears
    A stem whose length, to 3 ms, is that of the others times 48/44.1, 44.1/48, 1.001 or 1/1.001; and whether its onsets
    fall on those of the others as it is, or only once the speed is taken out.
Matters
    44.1 kHz sound played as 48 is 1.47 semitones sharp and runs away from the band by 88 ms in every second. Film
    speed (pull-up or pull-down of 0.1 %) is 1.7 cents and 1 ms in every second: nothing at the start, chaos at the end.
Fine
    A stem that happens to be so long, trimmed behind its last note.
Misses
    A stem trimmed at its end or start, so that its length says nothing; a whole pack at another speed; a speed that was
    converted for, with the pitch or the time kept.
Try
    Play it at the speed named here against the drums, and compare its tuning with the bass.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Repair
from earmark.features.speed import OddLength, Speeds
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI11",
    name="wrong-speed",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)
LARGE = 1.01  # above, the speed is that of another sample rate; below, film speed


def check(
    speeds: Speeds,
    *,
    threshold: float = 4.0,  # standard deviations; tuned on data: at speeds that are not theirs stems reach 2.6
    clearly: float = 2.0,  # by so much more than at the other speed; house default
) -> Iterator[Finding]:
    """A fault where the onsets agree only at the other speed; a question where the length alone says it.

    Silent where the onsets agree as the stem was sent. Film speed is proven only by songs of a minute and more.
    """
    if speeds.session.kind not in ("folder", "memory"):
        return
    for odd in speeds.odd:
        as_sent, at_speed = odd.agrees_as_sent or 0.0, odd.agrees_at_speed or 0.0
        if as_sent >= threshold and as_sent >= at_speed + clearly:
            continue
        proven = at_speed >= threshold and at_speed >= as_sent + clearly
        yield other_speed(speeds, odd, proven, threshold)


def other_speed(speeds: Speeds, odd: OddLength, proven: bool, threshold: float) -> Finding:
    """The finding for one stem."""
    stem, percent = odd.stem, 100.0 * (odd.speed - 1.0)
    said = (
        f"; its onsets fall on those of the others only when it is played {abs(percent):.1f} % "
        f"{'slower' if percent > 0 else 'faster'}"
        if proven
        else ""
    )
    return RULE.finding(
        "fault" if proven else "question",
        (stem.name,),
        round(percent, 3),
        "%",
        f"{stem.name} is {stem.known.duration_s:.2f} s long and the others {speeds.common_s or 0.0:.2f} s: "
        f"{cause(odd.speed)}{said}",
        "a part that follows no beat would have to be heard against the others"
        if proven
        else "its length may be what it is by chance: nothing but the length says so",
        confidence=0.98 if proven else 0.75 if abs(percent) > 1.0 else 0.6,
        threshold=threshold,
        evidence={
            "speed": round(odd.speed, 6),
            "semitones": round(12.0 * float(np.log2(odd.speed)), 3),
            "remainder_ms": round(1000.0 * odd.remainder_s, 3),
            "agrees_as_sent": None if odd.agrees_as_sent is None else round(odd.agrees_as_sent, 1),
            "agrees_at_speed": None if odd.agrees_at_speed is None else round(odd.agrees_at_speed, 1),
        },
    )


def cause(speed: float) -> str:
    """What makes a stem run so."""
    if speed > LARGE:
        return "as 44.1 kHz sound is when it is played at 48"
    if speed < 1.0 / LARGE:
        return "as 48 kHz sound is when it is played at 44.1"
    return f"0.1 % too {'fast' if speed > 1.0 else 'slow'}, as between film and video"


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for it, or play it at the other speed."""
    (stem,) = finding.stems
    speed = float(str(finding.evidence["speed"]))
    yield Option(
        AskTheBand(
            stem, f"at which sample rate was {stem} recorded? It runs {finding.value:+.1f} % against the others."
        ),
        f"ask for {stem} again, from the session's own rate",
        "right by origin, and converted by whoever knows it",
        "a message and a wait",
    )
    yield Option(
        Repair(stem, f"play {stem} at {100.0 / speed:.3f} % speed, pitch along with it"),
        f"vari-speed it to {100.0 / speed:.3f} %",
        "length and pitch go back together",
        "one more conversion; if the length is chance, it is now out of time and tune",
    )


def example() -> tuple[Session, Session]:
    """Three parts on one beat of which one is 44.1 kHz sound in a file at 48; and all at one rate."""
    seconds, rate_hz = 14.7, 8_000
    rng = np.random.default_rng(11)
    beats_s = np.cumsum(rng.uniform(0.2, 0.7, 30))
    size = round(seconds * rate_hz)
    drums, bass, keys = (struck(beats_s, size, rate_hz, seed) for seed in range(3))
    session = scenes.session(rate_hz, drums=drums, bass=bass, keys=keys)
    fast = struck(beats_s / (48 / 44.1), round(size / (48 / 44.1)), rate_hz, 3)
    odd = scenes.session(rate_hz, keys=fast).stems[0]
    return replace(session, stems=(*session.stems[:2], odd)), session


def struck(beats_s: np.ndarray, size: int, rate_hz: int, seed: int) -> np.ndarray:
    """Bursts of noise on these beats."""
    noise = 0.2 * np.random.default_rng(seed).standard_normal(size)
    since_s = np.full(size, 10.0)
    for beat_s in beats_s:
        first = round(beat_s * rate_hz)
        since_s[first:] = np.arange(max(0, size - first)) / rate_hz
    return np.asarray(noise * np.exp(-15.0 * since_s))
