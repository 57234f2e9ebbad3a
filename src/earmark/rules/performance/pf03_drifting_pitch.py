"""A voice, a bass, a wind or a bowed string that leaves the tuning it began in, or one phrase of it.

Hears
    Notes by pYIN, each against the stem's own tuning (the circular mean of all its steady notes over a semitone, never
    440 Hz, never another stem). Two things: a drift of 20 cents and more from beginning to end at 15 cents a minute or
    more, which explains the notes clearly closer than one tuning does; and single phrases of three notes and more
    that lie 30 cents and more off.
Matters
    Everybody else in the room has a tuner. A take that has crept up is heard at the first chord after it.
Fine
    Blue notes, quarter tones, a slide into a phrase, speech on pitch; a choir on its own may drift as one.
Misses
    Voices that bend most of their notes (their steady notes do not gather anywhere: then it keeps silent), chords, and
    stems with fewer than 20 steady notes. Octave errors of the tracker fall out, a phrase a semitone off does not:
    that is another tuning's note.
Try
    Listen to the last chorus after the first. A take from earlier in the day, or a tuner on single phrases.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.features.pitches import Note, Pitches
from earmark.features.tuning import apart_cents, circular_mean, of_notes
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PF03",
    name="drifting-pitch",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=10.0,
    deep=True,
)
STEADY_S, STEADY_CENTS = 0.2, 60.0  # a note that stays: its length, its interquartile range. House defaults
LEAST_NOTES = 20  # house default
LEAST_SHARPNESS = 0.35  # of the tuning: tuned, seven singers have 0.24 to 0.53, four basses 0.9 and more
GAIN = 8.0  # 2 n (R with drift - R without): 3 at most in the songs it was tuned on
PER_MINUTE = 15.0  # cents. House default
PHRASE_GAP_S, PHRASE_NOTES, PHRASE_SHARPNESS = 0.4, 3, 0.7  # house defaults
TRIED_CENTS = np.arange(-90.0, 91.0, 2.0)  # drifts from first to last note


def check(
    stem: Pitches,
    *,
    threshold_cents: float = 20.0,  # house default, from the first to the last note
    phrase_cents: float = 30.0,  # house default
) -> Iterator[Finding]:
    """A drift of the whole, else the phrases that lie off."""
    steady = [note for note in stem.notes if note.duration_s >= STEADY_S and note.spread_cents <= STEADY_CENTS]
    if len(steady) < LEAST_NOTES:
        return
    drift_cents, sharpness, plain = drifted(steady)
    if sharpness < LEAST_SHARPNESS:
        return
    span_min = (steady[-1].end_s - steady[0].start_s) / 60
    gained = 2 * len(steady) * (sharpness - plain)
    if abs(drift_cents) >= max(threshold_cents, PER_MINUTE * span_min) and gained >= GAIN:
        yield drift_found(stem, steady, drift_cents, sharpness, gained, threshold_cents)
    elif plain >= LEAST_SHARPNESS:
        yield from phrases_off(stem, steady, plain, phrase_cents)


def drifted(notes: Sequence[Note]) -> tuple[float, float, float]:
    """The drift in cents that makes the notes gather most, the sharpness with it, and without any."""
    pitch, weight = of_notes(notes)
    at = np.array([note.start_s for note in notes])
    way = (at - at[0]) / max(at[-1] - at[0], 1e-9)
    sharpness = np.array([circular_mean(pitch - way * cents / 100, weight)[1] for cents in TRIED_CENTS])
    best = int(np.argmax(sharpness - 1e-6 * np.abs(TRIED_CENTS)))
    return float(TRIED_CENTS[best]), float(sharpness[best]), float(circular_mean(pitch, weight)[1])


def phrases_off(stem: Pitches, notes: Sequence[Note], sharpness: float, phrase_cents: float) -> Iterator[Finding]:
    """The phrases whose own tuning lies off the stem's."""
    own = circular_mean(*of_notes(notes))[0] or 0.0
    for phrase in phrases_of(notes):
        offset, gathered = circular_mean(*of_notes(phrase))
        off_cents = apart_cents(offset or 0.0, own)
        if len(phrase) >= PHRASE_NOTES and gathered >= PHRASE_SHARPNESS and abs(off_cents) >= phrase_cents:
            yield phrase_found(stem, phrase, off_cents, sharpness, phrase_cents)


def phrases_of(notes: Sequence[Note]) -> Iterator[list[Note]]:
    """Notes with less than 0.4 s between them."""
    phrase: list[Note] = []
    for note in notes:
        if phrase and note.start_s - phrase[-1].end_s > PHRASE_GAP_S:
            yield phrase
            phrase = []
        phrase.append(note)
    if phrase:
        yield phrase


def drift_found(
    stem: Pitches, notes: Sequence[Note], cents: float, sharpness: float, gained: float, threshold_cents: float
) -> Finding:
    """The drift of a whole stem."""
    name = stem.stem.name
    minutes = (notes[-1].end_s - notes[0].start_s) / 60
    way = "up" if cents > 0 else "down"
    return RULE.finding(
        "note",
        (name,),
        round(abs(cents)),
        "cents",
        f"{name} goes {way} by {abs(cents):.0f} cents from first note to last, {abs(cents) / minutes:.0f} a minute",
        "it may follow the song, a change of key by less than a semitone, or a tape that was meant to run so",
        confidence=round(min(0.9, 0.5 + 0.01 * gained), 2),
        threshold=threshold_cents,
        start_s=notes[0].start_s,
        end_s=notes[-1].end_s,
        evidence={
            "cents": round(cents),
            "notes": len(notes),
            "sharpness": round(sharpness, 2),
            "gain": round(gained, 1),
        },
        aspect="drift",
    )


def phrase_found(stem: Pitches, phrase: Sequence[Note], cents: float, sharpness: float, phrase_cents: float) -> Finding:
    """One phrase."""
    name, way = stem.stem.name, "above" if cents > 0 else "below"
    return RULE.finding(
        "note",
        (name,),
        round(abs(cents)),
        "cents",
        f"a phrase of {len(phrase)} notes of {name} lies {abs(cents):.0f} cents {way} the tuning it has otherwise",
        "blue notes, slides and quarter tones look the same to a tracker of pitch",
        confidence=round(min(0.8, 0.4 + 0.005 * (abs(cents) - phrase_cents) + 0.3 * sharpness), 2),
        threshold=phrase_cents,
        start_s=phrase[0].start_s,
        end_s=phrase[-1].end_s,
        evidence={"cents": round(cents), "notes": len(phrase), "sharpness": round(sharpness, 2)},
        aspect="phrase",
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Another take, a tuner on the place, or leaving it."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, "is there a take of this from nearer the time the others were recorded?"),
        f"ask for another take of {stem}",
        "the pitch comes from the player",
        "time, and the feeling of this take",
    )
    yield Option(
        Repair(stem, f"a pitch tool by hand, about {finding.value:.0f} cents, whole phrases rather than notes"),
        f"shift the phrases of {stem} by hand",
        "vibrato, slides and the notes' own movement stay",
        "formants and consonants move with it where the tool cannot keep them",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the take stays as it was played",
        f"{finding.value:.0f} cents between it and its own tuning stay",
    )


def example() -> tuple[Session, Session]:
    """Twenty-four notes of a voice that rises by half a semitone over 10 s; then one that stays."""
    rate_hz, notes = 22_050, 24
    at_s = np.arange(round(notes * 0.45 * rate_hz)) / rate_hz
    number = (at_s / 0.45).astype(int)
    scale = np.array([0, 2, 4, 5, 7, 5, 4, 2])[number % 8]
    shape = np.clip(40 * (0.2 - np.abs(at_s % 0.45 - 0.22)), 0, 1)

    def sung(rise: float) -> np.ndarray:
        phase = 2 * np.pi * np.cumsum(220.0 * 2 ** ((scale + rise * at_s / at_s[-1]) / 12)) / rate_hz
        return np.asarray(0.1 * shape * sum(np.sin(k * phase) / k for k in (1, 2, 3, 4)))

    return scenes.session(rate_hz, lead_vocal=sung(0.5)), scenes.session(rate_hz, lead_vocal=sung(0.0))
