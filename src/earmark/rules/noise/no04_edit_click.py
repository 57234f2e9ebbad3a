"""Edits that click: the wave jumps from one course to another between two samples.

Hears
    Between two samples the sound leaves its course for good: the error of a linear predictor of order 24 is 6 times
    the largest within 20 ms on either side, forwards up to the cut and backwards down to it, and the jump is 0.03 of
    full scale or more. A smaller one, from 0.01 on, is a note where it stands out 20 times.
Matters
    A cut without a crossfade is a click that no de-clicker removes cleanly: there is nothing in between to draw over.
Fine
    A stutter or a chop that is part of the beat; a square or a saw wave, whose jumps are all alike.
Misses
    Cuts at which both sides happen to meet, within 6 dB of the sharpest sound around; edits into or out of digital
    silence that last up to 3.5 s, which are dropouts.
Try
    Loop the place. Then: a crossfade of 5 to 10 ms at the edit, or move the cut to where the wave crosses zero.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.ruptures import Ruptures
from earmark.model import Finding, Option, Session
from earmark.rules.repetition import layered, sure
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO04",
    name="edit-click",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=0.05,
)
TONE_TURNS = 16  # a copy that goes on for so many of its own lengths is a steady tone, not a glitch
SILENT_DBFS = -60.0  # house default: what comes out of it begins here, and is no edit
CERTAIN_OVER = 20.0  # house default: so far does a small jump stand out that is worth a note
OPENING_S = 0.005


def check(
    ruptures: Ruptures,
    *,
    threshold: float = 0.03,  # house default; planted cuts jump by 0.05 or more
    note_threshold: float = 0.01,  # house default: -40 dBFS
    min_over: float = 6.0,  # tuned on data: on four real songs only true cuts are above 5
) -> Iterator[Finding]:
    """A question per jump, a note per small one; one note where they are a layer of the sound."""
    over = np.minimum(ruptures.over_before, ruptures.over_after)
    rate_hz = ruptures.stem.known.rate_hz
    jumps = np.flatnonzero(
        (ruptures.length_samples <= 0)
        & (over >= np.where(ruptures.heights >= threshold, min_over, max(min_over, CERTAIN_OVER)))
        & (ruptures.heights >= note_threshold)
        & (ruptures.before_dbfs >= SILENT_DBFS)
        & (ruptures.at_samples >= OPENING_S * rate_hz)
        & ~ruptures.at_gap
        & ~another_cause(ruptures)
    )
    because = layered(ruptures.at_samples[jumps] / rate_hz, ruptures.heights[jumps], ruptures.sounding_s)
    if because:
        yield throughout(ruptures, jumps, because, threshold)
        return
    for place in jumps:
        yield one_jump(ruptures, int(place), float(over[place]), min_over, threshold, jumps.size)


def another_cause(ruptures: Ruptures) -> np.ndarray:
    """Bool (places,): a value is held there, or a block is repeated: a digital glitch."""
    copied = (ruptures.copy_samples > 0) & (ruptures.copy_samples <= TONE_TURNS * ruptures.copy_lag_samples)
    return np.asarray((ruptures.held_samples > 0) | copied)


def one_jump(ruptures: Ruptures, place: int, over: float, min_over: float, threshold: float, count: int) -> Finding:
    """One place."""
    stem, rate_hz = ruptures.stem, ruptures.stem.known.rate_hz
    at, jump = int(ruptures.at_samples[place]), round(float(ruptures.heights[place]), 4)
    into_silence = bool(ruptures.silent_after[place]) or float(ruptures.after_dbfs[place]) < SILENT_DBFS
    side = f" in channel {int(ruptures.channels[place]) + 1}" if stem.known.channels > 1 else ""
    end = "and is silent" if into_silence else "and goes on elsewhere"
    return RULE.finding(
        "question" if jump >= threshold else "note",
        (stem.name,),
        jump,
        "of full scale",
        f"an edit that clicks on {stem.name}{side}: the wave jumps by {jump:.3f} between two samples {end}",
        "a chop, a hard sync or a sample that is started anew on purpose jumps like an edit",
        confidence=sure(over, min_over),
        threshold=threshold,
        start_s=at / rate_hz,
        end_s=(at + 1) / rate_hz,
        evidence={
            "sample": at,
            "channel": int(ruptures.channels[place]),
            "over_surroundings": round(over, 1),
            "into_silence": into_silence,
            "places": count,
        },
    )


def throughout(ruptures: Ruptures, jumps: np.ndarray, because: str, threshold: float) -> Finding:
    """One note for all of them."""
    rate_hz = ruptures.stem.known.rate_hz
    worst = int(jumps[np.argmax(ruptures.heights[jumps])])
    at, jump = int(ruptures.at_samples[worst]), round(float(ruptures.heights[worst]), 4)
    return RULE.finding(
        "note",
        (ruptures.stem.name,),
        jump,
        "of full scale",
        f"the wave of {ruptures.stem.name} jumps in {jumps.size} places, by up to {jump:.3f}: {because}",
        "a synthesiser or a chopped loop would be just so; is it on purpose?",
        confidence=0.6,
        threshold=threshold,
        start_s=at / rate_hz,
        end_s=(at + 1) / rate_hz,
        evidence={
            "samples": [int(sample) for sample in ruptures.at_samples[jumps]],
            "into_silence": False,
            "places": int(jumps.size),
        },
        throughout=True,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A fade or crossfade at the edit, the file again, or leaving it."""
    (stem,) = finding.stems
    places, silent = finding.evidence["places"], finding.evidence["into_silence"]
    what, where = ("a fade-out", "before the silence") if silent else ("a crossfade", "over the edit")
    yield Option(
        Repair(stem, f"{what} of 5 to 10 ms {where} on {stem}, at {places} {'place' if places == 1 else 'places'}"),
        f"{what} of 5 to 10 ms {where}",
        "the jump becomes a slope and is no longer heard",
        "a few milliseconds of both sides overlap; a note that is cut in its middle stays cut",
    )
    yield Option(
        AskTheBand(stem, f"{stem} has an edit without a fade. Can it be exported again with crossfades?"),
        "ask for the file again with crossfades at the edits",
        "the overlap is made from what was really played there",
        "a message and a wait",
    )
    yield Option(LeaveIt(), "leave it", "the edit stays as sharp as it is", f"a jump of {finding.value:.3f} stays")


def example() -> tuple[Session, Session]:
    """A held chord out of which 100 samples are cut; and whole."""
    rate_hz = 16_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    chord = sum(0.1 * np.sin(2 * np.pi * hz * at_s) for hz in (220.0, 277.2, 329.6))
    chord = chord + 1e-4 * np.random.default_rng(4).standard_normal(at_s.size)
    cut = np.concatenate([chord[:rate_hz], chord[rate_hz + 100 :]])
    return scenes.session(rate_hz, keys=cut), scenes.session(rate_hz, keys=chord)
