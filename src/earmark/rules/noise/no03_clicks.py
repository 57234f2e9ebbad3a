"""Clicks: a few samples that lie off the course of the wave.

Hears
    Up to 1 ms that neither the sound before leads to nor the sound after leads back to: the error of a linear
    predictor of order 24 is 8 times the largest within 20 ms on either side (12 times, where it lasts over 0.2 ms),
    the wave goes on behind it as it was, and it stands -40 dBFS or more off the line drawn across.
Matters
    A click is heard as soon as the part is alone, compressed or brightened; one click in a quiet bar undoes a take.
Fine
    Vinyl, a drum machine, a glitch beat. Where they are dense, or evenly spaced and all alike, one note says so.
Misses
    Clicks on a stick or pick attack, softer than -40 dBFS, longer than 1 ms. Of clicks that lie less than 8 dB over
    the music around them in every band, half are found. A pop that rises at once and falls off smoothly is heard as
    an edit-click.
Try
    Loop a second around the place. Then: a de-clicker on this place alone, or redraw the samples by hand.
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
    code="NO03",
    name="clicks",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=6.0,
)
LONG_MS = 0.2  # house default: longer, it may be a sound of its own
BEYOND_DOUBT = 10.0  # tuned on data: attacks came to 5 times their limit
SURELY = 3.0  # house default: so far over its limit it may be drawn over badly and still be one
TONE_TURNS = 16  # a copy that goes on for so many of its own lengths is a steady tone, not a glitch


def check(
    ruptures: Ruptures,
    *,
    threshold_dbfs: float = -40.0,  # house default
    min_over: float = 8.0,  # tuned on data: on four real songs nothing so short is above
    min_over_long: float = 12.0,  # tuned on data: a fret and a lip of up to 38 samples came to 10
    max_length_ms: float = 1.0,  # planted clicks have up to 40 samples
    max_rise_db: float = 6.0,  # what begins here is an attack; house default
    max_left_over: float = 3.0,  # tuned on data: drawn over, half of the planted clicks leave less than 1.1
) -> Iterator[Finding]:
    """A question per click; one note where they are a layer of the sound."""
    over = np.minimum(ruptures.over_before, ruptures.over_after)
    heights = np.maximum(ruptures.heights, 1e-9)
    limits = np.where(ruptures.length_samples > LONG_MS / 1000.0 * ruptures.stem.known.rate_hz, min_over_long, min_over)
    found = np.flatnonzero(
        (ruptures.length_samples >= 1)
        & (ruptures.length_samples <= max_length_ms / 1000.0 * ruptures.stem.known.rate_hz)
        & (over >= limits)
        & (20.0 * np.log10(heights) >= threshold_dbfs)
        & ((ruptures.after_dbfs - ruptures.before_dbfs <= max_rise_db) | (over >= BEYOND_DOUBT * limits))
        & ((ruptures.left_over <= max_left_over) | (over >= SURELY * limits))
        & ~ruptures.at_gap
        & ~another_cause(ruptures)
    )
    at_s = ruptures.at_samples[found] / ruptures.stem.known.rate_hz
    because = layered(at_s, heights[found], ruptures.sounding_s)
    if because:
        yield throughout(ruptures, found, because, threshold_dbfs)
        return
    for place in found:
        yield one_click(ruptures, int(place), float(over[place]), float(limits[place]), threshold_dbfs, found.size)


def another_cause(ruptures: Ruptures) -> np.ndarray:
    """Bool (places,): a value is held there, or a block is repeated: a digital glitch."""
    copied = (ruptures.copy_samples > 0) & (ruptures.copy_samples <= TONE_TURNS * ruptures.copy_lag_samples)
    return np.asarray((ruptures.held_samples > 0) | copied)


def one_click(ruptures: Ruptures, place: int, over: float, limit: float, threshold_dbfs: float, count: int) -> Finding:
    """One place."""
    stem, rate_hz = ruptures.stem, ruptures.stem.known.rate_hz
    at, length = int(ruptures.at_samples[place]), int(ruptures.length_samples[place])
    height_dbfs = round(20.0 * float(np.log10(ruptures.heights[place])), 1)
    side = f" in channel {int(ruptures.channels[place]) + 1}" if stem.known.channels > 1 else ""
    return RULE.finding(
        "question",
        (stem.name,),
        height_dbfs,
        "dBFS",
        f"a click on {stem.name}{side}: {length} {'sample' if length == 1 else 'samples'} "
        f"stand up to {height_dbfs:.0f} dBFS off the wave",
        "a very short percussive sound that was meant, such as a rim or a mouth noise, could look alike",
        confidence=sure(over, limit),
        threshold=threshold_dbfs,
        start_s=at / rate_hz,
        end_s=(at + length) / rate_hz,
        evidence={
            "sample": at,
            "length_samples": length,
            "channel": int(ruptures.channels[place]),
            "over_surroundings": round(over, 1),
            "left_over": round(float(ruptures.left_over[place]), 2),
            "places": count,
        },
    )


def throughout(ruptures: Ruptures, found: np.ndarray, because: str, threshold_dbfs: float) -> Finding:
    """One note for all of them."""
    rate_hz = ruptures.stem.known.rate_hz
    worst = int(found[np.argmax(ruptures.heights[found])])
    at, length = int(ruptures.at_samples[worst]), int(ruptures.length_samples[worst])
    height_dbfs = round(20.0 * float(np.log10(ruptures.heights[worst])), 1)
    return RULE.finding(
        "note",
        (ruptures.stem.name,),
        height_dbfs,
        "dBFS",
        f"{found.size} clicks on {ruptures.stem.name}, up to {height_dbfs:.0f} dBFS: {because}",
        "a layer of vinyl, a click track or a drum machine would be just so; is it on purpose?",
        confidence=0.6,
        threshold=threshold_dbfs,
        start_s=at / rate_hz,
        end_s=(at + length) / rate_hz,
        evidence={
            "samples": [int(sample) for sample in ruptures.at_samples[found]],
            "length_samples": length,
            "places": int(found.size),
        },
        throughout=True,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Draw over the few samples, ask for another file, or leave it."""
    (stem,) = finding.stems
    places, length = finding.evidence["places"], finding.evidence["length_samples"]
    what = "the click" if places == 1 else f"{places} clicks"
    yield Option(
        Repair(stem, f"de-click {what} on {stem}, each place by itself"),
        f"de-click {what}",
        f"the wave goes on across {length} {'sample' if length == 1 else 'samples'} as if nothing had been",
        "a few samples are made up; over a whole stem a de-clicker dulls attacks, over one place it does not",
    )
    yield Option(
        AskTheBand(
            stem, f"{stem} clicks in {'1 place' if places == 1 else f'{places} places'}. Is it in your file too?"
        ),
        "ask whether the click is in the recording or came with the export",
        "an export that went astray is sent again and nothing is made up",
        "a message and a wait",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it came",
        f"{finding.value:.0f} dBFS of click, plainer once compressed",
    )


def example() -> tuple[Session, Session]:
    """A held chord with a single sample off its course; and without."""
    rate_hz = 16_000
    at_s = np.arange(2 * rate_hz) / rate_hz
    chord = sum(0.1 * np.sin(2 * np.pi * hz * at_s) for hz in (220.0, 277.2, 329.6))
    chord = chord + 1e-4 * np.random.default_rng(3).standard_normal(at_s.size)
    clicked = chord.copy()
    clicked[rate_hz] += 0.15
    return scenes.session(rate_hz, keys=clicked), scenes.session(rate_hz, keys=chord)
