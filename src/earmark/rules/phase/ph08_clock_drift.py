"""Two recordings of one performance whose clocks do not run alike.

Hears
    A pair that shares sound and whose delay grows or shrinks steadily: most windows lie within 0.25 ms of a sloping
    line, fewer of a level one. The slope in millionths (ppm) is the difference of the clocks; 1 ms and more over
    the pair's span is a question, less is a note.
Matters
    Two machines without a common word clock differ by 5 to 50 ppm: 0.3 to 3 ms a minute. The pair lines up at the
    start and flams, or cancels, at the end.
Fine
    A tape machine, a chorus, a performer who walked: those wander and do not keep to a line.
Misses
    Drift that comes to less than 0.5 ms over the file; a pair that shares sound in fewer than eight windows; a
    recording that was cut and moved along the way; stems at different sampling rates.
Try
    Resample one by the ppm said, then line up the start; ask for the takes from one clock.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PH08",
    name="clock-drift",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix"}),
    worse_by=5.0,
)
LEAST_WINDOWS = 8  # house default
LEAST_SHARE = 0.6  # of the windows that vote: on the line; as for a firm pair
SURE = 4.0  # times the standard error of the slope; house default
LEAST_SPAN_S = 5.0


def check(
    pair: PairLag,
    *,
    threshold_ms: float = 0.5,  # over the span; twice the width of the line; house default
    question_ms: float = 1.0,  # over the span: cancels at 500 Hz; house default
) -> Iterator[Finding]:
    """By how far the two have come apart from the first shared window to the last."""
    drift = pair.drift
    apart_ms = abs(drift.ppm) * drift.span_s * 1e-3
    steady = drift.windows >= LEAST_WINDOWS and drift.share >= LEAST_SHARE and drift.span_s >= LEAST_SPAN_S
    if (
        not steady
        or apart_ms < threshold_ms
        or abs(drift.ppm) < SURE * drift.error_ppm
        or drift.flat_share >= drift.share
    ):
        return
    first, second = (stem.name for stem in pair.stems)
    slow, fast = (second, first) if drift.ppm > 0.0 else (first, second)
    yield RULE.finding(
        "question" if apart_ms >= question_ms else "note",
        (first, second),
        round(abs(drift.ppm), 1),
        "ppm",
        f"{slow} falls behind {fast} by {abs(drift.ppm):.1f} ppm: {apart_ms:.2f} ms over {drift.span_s:.0f} s",
        "one of them may have been stretched or edited on purpose",
        confidence=round(min(0.95, 0.35 + 0.6 * drift.share), 2),
        threshold=round(threshold_ms / drift.span_s * 1e3, 2),
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        evidence={
            "slow": slow,
            "fast": fast,
            "ppm": round(drift.ppm, 2),
            "error_ppm": round(drift.error_ppm, 2),
            "apart_ms": round(apart_ms, 3),
            "span_s": round(drift.span_s, 1),
            "windows": drift.windows,
            "share": round(drift.share, 2),
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Resample, ask, or leave it."""
    slow, fast = str(finding.evidence["slow"]), str(finding.evidence["fast"])
    apart_ms = float(str(finding.evidence["apart_ms"]))
    ratio = 1.0 - finding.value * 1e-6
    yield Option(
        Repair(slow, f"change its length by a factor of {ratio:.7f} (pitch follows, unheard), then line up the start"),
        f"make {slow} shorter by {finding.value:.1f} ppm",
        f"the {apart_ms:.2f} ms between {slow} and {fast} at the end are gone",
        f"{slow} is resampled once",
    )
    yield Option(
        AskTheBand(slow, f"was {slow} recorded on another machine than {fast}, or bounced at another rate?"),
        "ask where it comes from",
        "a copy from one clock needs no repair",
        "time",
    )
    yield Option(LeaveIt(), "leave it", "nothing is resampled", f"{apart_ms:.2f} ms come between the two")


def example() -> tuple[Session, Session]:
    """A room recorder that runs 100 ppm slow beside the console, and one that does not."""
    rate_hz = 8_000
    draw = np.random.default_rng(81)
    seconds = 30
    sound = 0.2 * draw.standard_normal(seconds * rate_hz)
    at = np.arange(sound.size)
    smooth = np.convolve(sound, np.hanning(8) / 4.0, mode="same")
    slow = np.interp(at * (1.0 - 100e-6), at, smooth) + 1e-3 * draw.standard_normal(at.size)
    same = np.interp(at, at, smooth) + 1e-3 * draw.standard_normal(at.size)
    return (
        scenes.session(rate_hz, console=smooth, recorder=slow),
        scenes.session(rate_hz, console=smooth, recorder=same),
    )
