"""What became of one stem between two bounces: moved, turned up, upside down, changed here and there, or another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from earmark.features.alignment import Alignment, align, sounding_starts
from earmark.features.envelope import StemEnvelope
from earmark.features.null_cells import null_cells, same_sound
from earmark.features.rises import alike, gain_between_db
from earmark.features.stretches import Stretch, stretches_of
from earmark.model import FileFacts

# "same" may be moved, louder or upside down, and then differs by rounding alone; "changed" is the same but for
# `stretches`; "processed" is the same performance with something done to all of it; "other" is another recording;
# "muted" and "woken" are silent on one side alone.
Sameness = Literal["identical", "same", "changed", "processed", "other", "silent", "muted", "woken", "unread"]

DIFFERS_DB = -40.0  # house default: a tenth of a second differs where this much of it is left over (0.1 dB of gain)
QUIETEST_DBFS = -120.0  # below this nothing is heard, whatever the format holds; house default
ROUNDING_DB = 16.0  # over one rounding of the coarser file: two roundings, both dithered, and a margin of 8 dB
THROUGHOUT = 0.9  # share of what sounds that has to differ for "all of it"; house default
MOSTLY = 0.5  # share of windows that have to correlate by 0.9 before place and polarity are claimed; house default
SAME_TAKE = 0.5  # correlation of the best windows, or of the rises and falls, of one performance; as the ledger has it


@dataclass(frozen=True, slots=True)
class Rebounce:
    """What became of a stem.

    Attributes
    ----------
    sameness : str
        One word for it.
    moved_samples : int
        At the new file's rate, above 0: it now lies later on the session's timeline. To the sample unless
        `exact` is False, when it comes from levels every 10 ms.
    gain_db : float
        By how much it is louder now; 0.0 where that cannot be told.
    upside_down : bool
        Its polarity was inverted.
    left_db : float or None
        Power left over the power there is when the old is taken from the new, outside the stretches.
        None: nothing at all is left, or nothing was compared sample by sample.
    stretches : tuple of Stretch
        Where it differs, in session time of the new one.
    exact : bool
        Compared sample by sample. False where rates or channels differ too much for that.
    """

    sameness: Sameness
    moved_samples: int = 0
    gain_db: float = 0.0
    upside_down: bool = False
    left_db: float | None = None
    stretches: tuple[Stretch, ...] = ()
    exact: bool = True


def rebounce(old: StemEnvelope, new: StemEnvelope) -> Rebounce:
    """Compare two stems that can be read, by their envelopes first and then sample by sample."""
    zero = start_samples(old, new)
    if same_sound(old.stem, new.stem):
        return Rebounce("identical", moved_samples=zero)
    starts, others = sounding_starts(old), sounding_starts(new)
    if not (starts.size and others.size):
        return Rebounce("muted" if starts.size else "woken" if others.size else "silent")
    if not comparable(old.stem.known, new.stem.known):
        return by_levels(old, new)
    shift_s, _ = alike(old, new)
    guesses = (0, -zero, round(shift_s * new.stem.known.rate_hz))
    found = align(old.stem, new.stem, starts, dict.fromkeys(guesses))
    if found is None or found.gain == 0.0:
        return by_levels(old, new)
    return by_samples(old, new, found, zero)


def start_samples(old: StemEnvelope, new: StemEnvelope) -> int:
    """By how many samples the new file begins later on the session's timeline."""
    return round((new.stem.start_s - old.stem.start_s) * new.stem.known.rate_hz)


def comparable(one: FileFacts, other: FileFacts) -> bool:
    """Whether two can be taken from each other: one rate, and as many channels, or one against several."""
    return one.rate_hz == other.rate_hz and (one.channels == other.channels or 1 in (one.channels, other.channels))


def by_samples(old: StemEnvelope, new: StemEnvelope, found: Alignment, zero: int) -> Rebounce:
    """What the null test says at one lag and gain."""
    cells = null_cells(old.stem, new.stem, found.lag_samples)
    floor = floor_power(old.stem.known, new.stem.known, found.gain)
    heard = np.maximum(cells.new, found.gain**2 * cells.old)
    left = cells.left(found.gain)
    sounds = heard > floor
    differs = sounds & (left > np.maximum(floor, heard * 10.0 ** (DIFFERS_DB / 10.0)))
    moved, gain_db = found.lag_samples + zero, rounded(20.0 * float(np.log10(abs(found.gain))))
    if differs.sum() > THROUGHOUT * max(1, sounds.sum()):
        return throughout(old, new, found, left_db(left, cells.new, sounds), moved, gain_db)
    where = stretches_of(cells, differs, sounds, found, old.stem, new.stem) if differs.any() else ()
    return Rebounce(
        "changed" if where else "same", moved, gain_db, found.gain < 0.0, left_db(left, cells.new, ~differs), where
    )


def throughout(
    old: StemEnvelope, new: StemEnvelope, found: Alignment, left: float | None, moved: int, gain_db: float
) -> Rebounce:
    """It differs all along: something was done to all of it, or it is another recording.

    What filters and compressors turned in phase says little of place and polarity; then levels have to.
    """
    if found.alike >= MOSTLY:
        return Rebounce("processed", moved, gain_db, found.gain < 0.0, left)
    told = by_levels(old, new)
    if told.sameness == "other" and found.correlation >= SAME_TAKE:
        return Rebounce("processed", moved, gain_db, exact=False)
    return told


def by_levels(old: StemEnvelope, new: StemEnvelope) -> Rebounce:
    """What levels every 10 ms can tell, where samples cannot be compared."""
    shift_s, likeness = alike(old, new)
    if likeness < SAME_TAKE:
        return Rebounce("other", exact=False)
    moved_s = shift_s + new.stem.start_s - old.stem.start_s
    gain_db = rounded(gain_between_db(old, new, shift_s))
    return Rebounce("processed", round(moved_s * new.stem.known.rate_hz), gain_db, exact=False)


def floor_power(one: FileFacts, other: FileFacts, gain: float) -> float:
    """Mean square of what rounding to the coarser of the two formats may leave: 2 ** -(bits - 1) squared over 12."""
    bits = min(facts.bits if facts.bits and facts.encoding.startswith("PCM") else 32 for facts in (one, other))
    rounding = 2.0 ** (2 - 2 * bits) / 12.0 * 10.0 ** (ROUNDING_DB / 10.0)
    return float(max(rounding * max(1.0, gain * gain), 10.0 ** (QUIETEST_DBFS / 10.0)))


def left_db(left: np.ndarray, new: np.ndarray, where: np.ndarray) -> float | None:
    """What is left in these cells over what there is, in dB; None for nothing."""
    rest, power = float(left[where].sum()), float(new[where].sum())
    return rounded(10.0 * float(np.log10(rest / power))) if rest > 0.0 and power > 0.0 else None


def rounded(db: float) -> float:
    """To the hundredth of a dB, and never -0.0."""
    return float(round(db, 2)) + 0.0
