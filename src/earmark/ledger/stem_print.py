"""How a stem is known again after it was bounced anew: its level every 10 ms, one byte each.

A print answers one question: is this the performance remembered, and if so, by how much was it
moved and turned up? Equalising, compressing and adding noise leave the rises and falls of a
performance where they were, so prints are compared by the differences of their levels in dB.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import LedgerError

if TYPE_CHECKING:
    from earmark.features.envelope import StemEnvelope

VERSION = 1
STEP_S = 0.01
BOTTOM_DB = -120.0
GRAIN_DB = 0.5  # a byte spans -120 to +7.5 dB; the error, 0.14 dB rms, averages out over frames

# How far below its loud moments a stem still counts: under that lie noise and hum, which are allowed to change.
DEPTH_DB = 40.0
# One jump may not outweigh a whole song: an edit or a pop counts for no more than this per frame. House default.
JUMP_DB = 6.0
# A move by half a step reads the same hit in two frames, and a bass note ripples within one: [1 2 1] smooths both.
SMOOTH = np.array([0.25, 0.5, 0.25], np.float32)
# House default, tuned on real multitracks: a raw track against its processed stem gives 0.80 to 1.0, bounced with
# another equaliser and moved 0.56 to 0.99; two different stems, of one song or of two, at most 0.43.
SAME_PERFORMANCE = 0.5
# Loops repeat themselves: among peaks this close to the best, the smallest move is believed. House default.
AS_GOOD_AS_BEST = 0.98
# Frames within this of the loud moments tell the gain; quieter ones belong to noise, reverb and gates. House default.
GAIN_DEPTH_DB = 20.0
# Below this much rise and fall (mean square, dB^2 per frame) a sound is steady and cannot be placed: the grain alone
# gives GRAIN_DB^2 / 12 / 4 = 0.005, white noise at 48 kHz (4.34 dB)^2 * 2 / 480 / 4 = 0.02.
STEADY_DB2 = 0.01


@dataclass(frozen=True, slots=True, eq=False)
class StemPrint:
    """Levels of one stem, uint8, shape (frames,): 0 is -120 dBFS, each step 0.5 dB.

    `start_s` is where its first frame lay on the session's timeline.
    """

    levels: np.ndarray
    start_s: float = 0.0

    @classmethod
    def of_levels(cls, level_dbfs: np.ndarray, step_s: float = STEP_S, start_s: float = 0.0) -> StemPrint:
        """The print of a stem whose RMS level every `step_s` is `level_dbfs` (float, shape (frames,))."""
        level_db = np.nan_to_num(level_dbfs, nan=BOTTOM_DB, posinf=0.0, neginf=BOTTOM_DB)
        grains = np.rint((_in_steps(level_db, step_s) - BOTTOM_DB) / GRAIN_DB)
        return cls(np.clip(grains, 0, 255).astype(np.uint8), float(start_s))

    @property
    def level_db(self) -> np.ndarray:
        """The levels in dBFS, float32, shape (frames,)."""
        return self.levels.astype(np.float32) * np.float32(GRAIN_DB) + np.float32(BOTTOM_DB)

    @property
    def digest(self) -> str:
        """Sha256 of the print as it is kept."""
        return hashlib.sha256(self.pack()).hexdigest()

    def pack(self) -> bytes:
        """One line of JSON, then the levels."""
        head = {"print": VERSION, "start_s": self.start_s}
        return json.dumps(head, sort_keys=True).encode("ascii") + b"\n" + self.levels.tobytes()

    @classmethod
    def unpack(cls, packed: bytes) -> StemPrint:
        """The print that `pack` wrote."""
        head, _, levels = packed.partition(b"\n")
        try:
            facts = json.loads(head)
            return cls(np.frombuffer(levels, np.uint8), float(facts["start_s"]))
        except (ValueError, KeyError, TypeError) as trouble:
            raise LedgerError(
                f"a stem's print in the ledger begins {head[:40]!r}, not with its step and start"
            ) from trouble


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a stem between two prints.

    `shift_s` is positive when it now lies later on the session's timeline, `gain_db` when it is
    louder; `likeness` runs from 0 (unrelated) to 1 (the same rises and falls).
    """

    shift_s: float
    gain_db: float
    likeness: float


UNCHANGED = Change(0.0, 0.0, 1.0)


def compare(then: StemPrint, now: StemPrint) -> Change | None:
    """How `now` was moved and turned up against `then`; None when it is another performance.

    Two steady sounds (a tone, a hum) show no place, and count as not moved within their files. Whoever
    gets None compares places and values as they are.
    """
    if not (_sounds(then) and _sounds(now)):
        return None
    rises_then, rises_now = _rises(then), _rises(now)
    moved_s = now.start_s - then.start_s
    if _steady(rises_then) and _steady(rises_now):
        return Change(moved_s, _gain_db(then, now, 0), 0.0)
    frames, likeness = _best_shift(rises_then, rises_now)
    if likeness < SAME_PERFORMANCE:
        return None
    return Change(frames * STEP_S + moved_s, _gain_db(then, now, round(frames)), likeness)


def prints_of(envelopes: Iterable[StemEnvelope]) -> dict[str, StemPrint]:
    """The prints of a session, by the names of its stems."""
    return {
        envelope.stem.name: StemPrint.of_levels(envelope.level_dbfs, envelope.step_s, envelope.stem.start_s)
        for envelope in envelopes
    }


def _in_steps(level_db: np.ndarray, step_s: float) -> np.ndarray:
    """Levels every 10 ms exactly, from those of a rate that 100 does not divide."""
    if abs(step_s - STEP_S) < 1e-9 or level_db.size == 0:
        return level_db
    frames = max(1, int(level_db.size * step_s / STEP_S))
    middles = (np.arange(frames) + 0.5) * STEP_S / step_s - 0.5
    return np.asarray(np.interp(middles, np.arange(level_db.size), level_db))


def _sounds(known: StemPrint) -> bool:
    return known.levels.size > 1 and int(known.levels.max()) > 0


def _loud_db(level_db: np.ndarray) -> float:
    """The level of the loud moments: silence between them, however long, does not lower it."""
    return float(np.percentile(level_db[level_db > level_db.max() - DEPTH_DB], 90))


def _rises(known: StemPrint) -> np.ndarray:
    level_db = known.level_db
    heard_db = np.maximum(level_db, _loud_db(level_db) - DEPTH_DB)
    return np.asarray(np.clip(np.convolve(np.diff(heard_db), SMOOTH, "same"), -JUMP_DB, JUMP_DB))


def _steady(rises: np.ndarray) -> bool:
    return float(np.mean(np.square(rises))) < STEADY_DB2


def _best_shift(then: np.ndarray, now: np.ndarray) -> tuple[float, float]:
    """Frames by which `now` lies later, to a fraction, and the normalised correlation there."""
    size = 1 << (then.size + now.size - 1).bit_length()
    cross = np.fft.irfft(np.conj(np.fft.rfft(then, size)) * np.fft.rfft(now, size), size)
    energy = float(np.sqrt(np.sum(np.square(then)) * np.sum(np.square(now))))
    if energy <= 0.0:
        return 0.0, 0.0
    cross /= energy
    peak = _nearest_of_the_best(cross)
    return peak + _between_frames(cross, peak), float(cross[peak])


def _nearest_of_the_best(cross: np.ndarray) -> int:
    """The index, negative for earlier, of the smallest shift that is as good as the best."""
    good = np.flatnonzero(cross >= AS_GOOD_AS_BEST * cross.max())
    shifts = np.where(good > cross.size // 2, good - cross.size, good)
    nearest = int(shifts[np.argmin(np.abs(shifts))])
    return max((nearest - 1, nearest, nearest + 1), key=lambda k: float(cross[k]))


def _between_frames(cross: np.ndarray, peak: int) -> float:
    """Vertex of the parabola through the peak and its neighbours, in frames from the peak."""
    before, at, after = (float(cross[(peak + k) % cross.size]) for k in (-1, 0, 1))
    bend = before - 2.0 * at + after
    return 0.5 * (before - after) / bend if bend < 0.0 else 0.0


def _gain_db(then: StemPrint, now: StemPrint, frames: int) -> float:
    """The middle half of the level differences where both are loud, averaged."""
    late, early = max(frames, 0), max(-frames, 0)
    count = min(then.levels.size - early, now.levels.size - late)
    if count < 1:
        return 0.0
    before_db, after_db = then.level_db[early : early + count], now.level_db[late : late + count]
    loud = (before_db > _loud_db(before_db) - GAIN_DEPTH_DB) & (after_db > _loud_db(after_db) - GAIN_DEPTH_DB)
    if not loud.any():
        return 0.0
    differences_db = np.sort(after_db[loud] - before_db[loud])
    quarter = differences_db.size // 4
    return float(np.mean(differences_db[quarter : differences_db.size - quarter]))
