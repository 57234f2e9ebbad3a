"""What the demo plants: each fault is laid into one stem, and written down as a line of truth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from earmark.scenes import faults, song
from earmark.scenes.signals import silence

Takes = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Planted:
    """One line of truth: which rule it is for, on which stem, where, and in words."""

    code: str
    stem: str
    what: str
    span_s: tuple[float, float] | None = None  # None: true of the whole file


CLOSE_BARS = (3, 5)  # of the verse: the second and the fourth phrase
CLOSE_DB = 7.0
LOUD_KEYS_DB = 11.0
COVERED_BARS = (14, 16)  # the second half of the last chorus
CLIP_DRIVE_DB = 8.0
HUM_DBFS = -58.0
DC = 0.02
CUT_S = 1.75
PUSHED_DOWN_DB = -6.0  # the right guitar, in the mix alone


def plant(takes: Takes) -> tuple[Takes, tuple[Planted, ...]]:
    """The takes with every fault in its place, and the truth about them."""
    stems, truth = dict(takes), []
    for fault in (upside_down, humming, clipping, off_zero, short, twice_the_same, empty, close_to_the_mic, covered):
        truth.append(fault(stems))
    truth.append(Planted("PK12", "guitar right", f"{-PUSHED_DOWN_DB:.0f} dB lower in the mix than its stem says"))
    return stems, tuple(truth)


def upside_down(stems: Takes) -> Planted:
    """The outer kick microphone, with its polarity turned."""
    stems["kick out"] = faults.flipped(stems["kick out"])
    return Planted("PH01", "kick out", "upside down against kick in")


def humming(stems: Takes) -> Planted:
    """Hum on the left guitar from end to end; bare in the break and at the end."""
    stems["guitar left"] = faults.add_hum(stems["guitar left"], HUM_DBFS, seed=5)
    return Planted("NO01", "guitar left", f"50 Hz and harmonics, {HUM_DBFS:.0f} dBFS", song.BREAK.span_s)


def clipping(stems: Takes) -> Planted:
    """The snare, struck harder in the last chorus than its converter could take."""
    driven = faults.turned(stems["snare top"], CLIP_DRIVE_DB, [song.LAST_CHORUS.span_s])
    stems["snare top"] = faults.clipped(driven, 0.0)
    return Planted("LV01", "snare top", "flat tops at full scale", song.LAST_CHORUS.span_s)


def off_zero(stems: Takes) -> Planted:
    """The bass, off the zero line."""
    stems["bass"] = faults.with_dc(stems["bass"], DC)
    return Planted("LV04", "bass", f"{20 * np.log10(DC):.0f} dBFS of direct current")


def short(stems: Takes) -> Planted:
    """The tambourine, exported only as far as its last region."""
    stems["tambourine"] = faults.cut_short(stems["tambourine"], CUT_S)
    return Planted("PK01", "tambourine", f"{CUT_S} s shorter than the others")


def twice_the_same(stems: Takes) -> Planted:
    """The backing vocals, one channel in both."""
    stems["backing vocals"] = faults.dual_mono(stems["backing vocals"])
    return Planted("PK06", "backing vocals", "left and right are the same")


def empty(stems: Takes) -> Planted:
    """A track that was muted when it was exported."""
    stems["guitar double"] = silence(song.DURATION_S)[None, :]
    return Planted("PK03", "guitar double", "nothing but zeros")


def close_to_the_mic(stems: Takes) -> Planted:
    """The singer leans into the microphone for two phrases of the verse."""
    spans = [(song.bar_s(bar, 0.2), song.bar_s(bar, 3.5)) for bar in CLOSE_BARS]
    stems["lead vocal"] = faults.turned(stems["lead vocal"], CLOSE_DB, spans)
    first, last = song.bar_s(CLOSE_BARS[0]), song.bar_s(CLOSE_BARS[-1] + 1)
    return Planted("PF01", "lead vocal", f"two phrases of the verse {CLOSE_DB:.0f} dB louder than sung", (first, last))


def covered(stems: Takes) -> Planted:
    """The electric piano, far too loud under the end of the last chorus: the singer is behind it."""
    span_s = (song.bar_s(COVERED_BARS[0]), song.bar_s(COVERED_BARS[1]))
    stems["keys"] = faults.turned(stems["keys"], LOUD_KEYS_DB, [span_s])
    return Planted("MA02", "lead vocal", f"covered by keys {LOUD_KEYS_DB:.0f} dB louder than before", span_s)
