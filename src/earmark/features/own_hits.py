"""Which strokes of a kit belong to which close microphone: those at which its own drum drowns the others.

Every microphone of a kit hears every drum. What it says of lag and polarity counts only while its own drum sounds
alone; elsewhere the bleed votes too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from earmark.features.envelope import FLOOR_DBFS, StemEnvelope
from earmark.model import Stem

SKINS = ("kick", "snare", "toms")
CLOSE = (*SKINS, "hihat")
FAR = ("overheads", "room")
SIDES = ("top", "bottom", "btm", "bot", "under", "in", "out", "sub", "trig", "trigger", "sample", "smp")
ALONE_DB = 12.0  # above the other drums, each against its own loudest stroke; house default
LEAST_DB, USUAL_DB = (
    5.0,
    3.0,
)  # less will do where it is what this drum's bleed always comes to, within 3; house default
RISE_DB = 6.0  # from one of the three steps before to the next: a stroke; house default
WITHIN_DB = 20.0  # of the microphone's loudest stroke: softer ones are ghosts or bleed; house default
LEAST_HITS = 4  # fewer own strokes say nothing; house default
STEP_S = 0.01
BEFORE, AFTER = 1, 4  # steps around a stroke in which another drum counts as sounding with it
APART = 6  # steps between two strokes of one drum, at least


@dataclass(frozen=True)
class OwnHits:
    """The strokes of one close microphone at which its drum is at least 12 dB above the other drums.

    Attributes
    ----------
    stem : Stem
    family : str
        Its drum: microphones on one drum share it.
    at_s : ndarray of float64, shape (hits,)
        Session time of the 10 ms step in which each begins, in order of time.
    margin_db : ndarray of float64, shape (hits,)
        How far above the loudest other drum, each against its own loudest stroke.
    """

    stem: Stem
    family: str
    at_s: np.ndarray
    margin_db: np.ndarray


def family_of(stem: Stem) -> str:
    """The drum a close microphone is on: toms are told apart by name, other drums by role."""
    if stem.role != "toms":
        return stem.role
    words = stem.name.lower().replace("_", " ").replace("-", " ").split()
    return " ".join(["toms", *(word for word in words if word not in SIDES)])


def own_hits(stems: Sequence[Stem], envelopes: Sequence[StemEnvelope]) -> list[OwnHits]:
    """The own strokes of every close microphone that has some, in the order of the stems.

    Parameters
    ----------
    stems : sequence of Stem
        All of a session; those that are no close microphone on a drum are passed over.
    envelopes : sequence of StemEnvelope
        Theirs.

    Notes
    -----
    Skins are held against skins alone: a straight beat has a hi-hat on every stroke, and little of it in their low
    end. A hi-hat is held against everything. A drum that is never played leaves a microphone full of bleed, which
    would be as loud as its own loudest stroke at all times: while some drum is left without strokes, the quietest
    such microphone is set aside.
    """
    close = [index for index, stem in enumerate(stems) if stem.role in CLOSE]
    if not close:
        return []
    levels = on_one_clock([envelopes[index] for index in close])
    tops = np.percentile(levels, 99.5, axis=1, keepdims=True)
    relative = levels - tops
    strokes = [beginnings(row) for row in relative]
    families = [family_of(stems[index]) for index in close]
    playing = set(families)
    while True:
        found = {
            at: _alone(at, relative, strokes[at], families, playing)
            for at in range(len(close))
            if families[at] in playing
        }
        mute = {
            family
            for family in playing
            if all(len(found[at][0]) < LEAST_HITS for at in found if families[at] == family)
        }
        if not mute or len(playing) == 1:
            break
        loudest = {family: max(float(tops[at, 0]) for at in found if families[at] == family) for family in mute}
        playing.discard(min(mute, key=lambda family: loudest[family]))
    start_s = min(envelopes[index].stem.start_s for index in close)
    return [
        OwnHits(stems[close[at]], families[at], start_s + steps * STEP_S, margin)
        for at, (steps, margin) in found.items()
        if len(steps) >= LEAST_HITS
    ]


def on_one_clock(envelopes: Sequence[StemEnvelope]) -> np.ndarray:
    """Levels (stems, steps) in steps of 10 ms from where the first stem starts, -120 where there is none."""
    start_s = min(envelope.stem.start_s for envelope in envelopes)
    ends = [e.stem.start_s - start_s + len(e.level_dbfs) * e.step_s for e in envelopes]
    at_s = (np.arange(int(max(ends) / STEP_S) + 1) + 0.5) * STEP_S
    rows = []
    for envelope in envelopes:
        steps = np.floor((at_s - (envelope.stem.start_s - start_s)) / envelope.step_s).astype(int)
        there = (steps >= 0) & (steps < len(envelope.level_dbfs))
        rows.append(
            np.where(there, envelope.level_dbfs[np.clip(steps, 0, max(0, len(envelope.level_dbfs) - 1))], FLOOR_DBFS)
        )
    return np.array(rows, np.float64)


def beginnings(relative_db: np.ndarray) -> np.ndarray:
    """Steps at which the level rises by 6 dB from one of the three before, and comes within 20 dB of the top."""
    padded = np.concatenate([np.full(3, FLOOR_DBFS), relative_db])
    before = np.lib.stride_tricks.sliding_window_view(padded, 3)[:-1].min(axis=1)
    rising = np.flatnonzero((relative_db - before >= RISE_DB) & (peaks(relative_db) >= -WITHIN_DB))
    kept: list[int] = []
    for step in rising:
        if not kept or step - kept[-1] >= APART:
            kept.append(int(step))
    return np.array(kept, int)


def peaks(relative_db: np.ndarray, before: int = 0) -> np.ndarray:
    """The loudest of each step, so many before it, and the four after it."""
    padded = np.concatenate([np.full(before, FLOOR_DBFS), relative_db, np.full(AFTER, FLOOR_DBFS)])
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, before + AFTER + 1).max(axis=1))


def _alone(
    at: int, relative: np.ndarray, strokes: np.ndarray, families: Sequence[str], playing: set[str]
) -> tuple[np.ndarray, np.ndarray]:
    """The strokes of one microphone at which its drum is alone, and how far above the loudest other drum."""
    skin = families[at] != "hihat"
    others = [
        row
        for row, family in zip(relative, families, strict=True)
        if family in playing and family != families[at] and not (skin and family == "hihat")
    ]
    if not len(strokes) or not others:
        return strokes, np.full(len(strokes), -FLOOR_DBFS)
    margins = peaks(relative[at])[strokes] - np.array([peaks(row, BEFORE)[strokes] for row in others])
    mine = margins.min(axis=0) > 0.0
    if not mine.any():
        return strokes[:0], np.zeros(0)
    usual = np.percentile(margins[:, mine], 75, axis=1, keepdims=True) - USUAL_DB
    needed = np.clip(usual, LEAST_DB, ALONE_DB)
    alone = mine & (margins >= needed).all(axis=0)
    return strokes[alone], margins.min(axis=0)[alone]
