"""Two microphones on one source whose sum is a comb.

Hears
    A pair that shares sound, 0.1 to 10 ms apart, where the softer is more than 0.3 (-10 dB) of the louder in what
    they have in common: the sum then has gaps at odd multiples of 1 / (2 delay), predicted depth
    20 log10 ((1 + a) / (1 - a)), and at least half of that depth is found in the sum.
Matters
    The gaps lie in the middle of the spectrum, evenly spaced: hollow, phasey, and no equaliser fills them.
Fine
    The two panned apart and never summed; a flanger, a chorus, a doubling that is meant. The 3:1 rule keeps the
    softer below -9.5 dB.
Misses
    Reflections within one recording; pairs whose sound differs too much (half of 250 Hz to 4 kHz is not shared);
    microphones on two different drums, and overheads and rooms, whose distance is space.
Try
    Move one by the delay, turn it down by 10 dB, or pan the two apart; listen in mono.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Nudge, StaticGain
from earmark.features.own_hits import FAR
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule
from earmark.rules.spacing import distance, evidence, later_of

RULE = Rule(
    code="PH03",
    name="comb-filtering",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
)
MIDDLE_HZ = (250.0, 4000.0)
FOUND_SHARE = 0.5  # of the predicted depth, to be found in the sum; house default


def check(
    pair: PairLag,
    *,
    threshold: float = 0.3,  # amplitude of the softer over the louder, shared part: -10 dB, 5.4 dB of ripple
    min_ms: float = 0.1,  # the first gap at 5 kHz
    max_ms: float = 10.0,  # beyond, it is heard as an echo; house default
    min_coherence: float = 0.5,  # from 250 Hz to 4 kHz; house default
) -> Iterator[Finding]:
    """A note for a pair whose sum is a comb, as predicted and as found."""
    ripple, late_ms = pair.ripple, abs(pair.lag_s) * 1000.0
    if not pair.firm or any(stem.role in FAR for stem in pair.stems) or not min_ms <= late_ms <= max_ms:
        return
    coherence = max(band.coherence for band in pair.bands if band.low_hz >= MIDDLE_HZ[0])
    found = ripple.measured_db >= FOUND_SHARE * ripple.predicted_db
    if ripple.echo < threshold or coherence < min_coherence or not found:
        return
    later, earlier = later_of(pair)
    yield RULE.finding(
        "note",
        (pair.stems[0].name, pair.stems[1].name),
        round(ripple.measured_db, 1),
        "dB",
        f"{later} is {distance(pair.lag_s)} after {earlier}: their sum has gaps {ripple.measured_db:.0f} dB deep, the "
        f"first at {ripple.first_gap_hz:.0f} Hz (predicted {ripple.predicted_db:.0f} dB)",
        "panned apart they never meet, but for mono; or the hollow sound is meant",
        confidence=round(min(0.95, 0.4 + 0.5 * coherence), 2),
        threshold=round(20.0 * float(np.log10((1 + threshold) / (1 - threshold))), 1),
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        band_hz=MIDDLE_HZ,
        evidence={
            **evidence(pair),
            "later": later,
            "earlier": earlier,
            "echo": round(ripple.echo, 3),
            "predicted_db": round(ripple.predicted_db, 1),
            "first_gap_hz": round(ripple.first_gap_hz, 1),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Move the later, turn the softer down, or leave it."""
    later = str(finding.evidence["later"])
    late_s = abs(float(str(finding.evidence["lag_ms"]))) / 1000.0
    softer = finding.stems[1] if float(str(finding.evidence["gain_db"])) < 0.0 else finding.stems[0]
    yield Option(
        Nudge(later, -late_s),
        f"move {later} {late_s * 1000.0:.2f} ms earlier",
        f"the gaps of {finding.value:.0f} dB close",
        "the distance between the two was space",
    )
    yield Option(
        StaticGain(softer, -6.0),
        f"turn {softer} down by 6 dB",
        "the gaps become about half as deep",
        f"less of what {softer} brings; panning the two apart does it too, but not in mono",
    )
    yield Option(
        LeaveIt(), "leave it", "the sound of the pair stays", f"gaps of {finding.value:.0f} dB stay in the sum"
    )


def example() -> tuple[Session, Session]:
    """An acoustic guitar before two microphones a foot apart, and the second one 14 dB softer."""
    rate_hz = 16_000
    draw = np.random.default_rng(31)
    at_s = np.arange(6 * rate_hz) / rate_hz
    sound = 0.3 * np.exp(-6.0 * (at_s % 0.5)) * draw.standard_normal(at_s.size)
    late = np.roll(sound, 14) + 1e-4 * draw.standard_normal(at_s.size)
    return (
        scenes.session(rate_hz, acoustic_body=sound, acoustic_neck=0.9 * late),
        scenes.session(rate_hz, acoustic_body=sound, acoustic_neck=0.2 * late),
    )
