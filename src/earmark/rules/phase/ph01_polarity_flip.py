"""Two microphones on one source, one of them upside down.

Hears
    A pair of stems that carry the same sound with opposite polarity: the whitened correlation has its peak below
    zero, in most windows and at two whitenings alike, and the low end, once aligned, is opposite too. Around a drum
    kit each drum is heard on its own strokes alone, and a microphone counts as upside down when it disagrees with
    most of those that hear the same drum.
Matters
    Summed, they cancel: the low end thins, the middle goes hollow, and no equaliser brings back what is gone.
Fine
    Two heads of one drum (snare top and bottom, kick in and out) begin opposite by nature: the flip is the answer
    there, not a fault of the recording. A DI and its amplifier turn phase differently in each band; where the bands
    disagree this is a note at most. A sound made hollow on purpose.
Misses
    A pair that shares less than a quarter of its power in the band; microphones so far apart that the delay, not
    the sign, decides the sum; a pair that never sounds together for four windows of a third of a second; stems at
    different sampling rates; the microphone of a hi-hat, which has no low end to lose; one whose
    distance has turned its low end already, so that a flip loses none.
Try
    Flip the polarity of the named stem and listen to the two together in mono, low end first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from earmark import scenes
from earmark.actions import InvertPolarity, LeaveIt, Nudge
from earmark.features.band_sum import BandSum
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Json, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PH01",
    name="polarity-flip",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
)
OTHER_HEAD = ("bottom", "btm", "bot", "under", "below", "out", "sub", "back", "rear")  # flipped by custom, not its pair
HEARD_SHARE_DB = -30.0  # a band softer than this in either stem says nothing about the pair; house default


def check(
    pair: PairLag,
    *,
    threshold_db: float = 1.5,  # house default: what a flip must gain, stems at equal level
    min_shared: float = 0.5,  # of the power in the band: below, a note; house default
    min_shared_note: float = 0.25,  # a quarter; house default
) -> Iterator[Finding]:
    """A question when the low end is opposite and nothing contradicts it; a note when a band does."""
    band = deciding_band(pair)
    if not (pair.firm and pair.polarity < 0 and band) or outvoted(pair):
        return
    shared = band.likeness**2
    if band.likeness >= 0.0 or shared < min_shared_note or band.even_flip_gains_db < threshold_db:
        return
    against = [other for other in heard_bands(pair) if other.likeness > 0.0 and other.likeness**2 >= min_shared_note]
    flip, keep = to_flip(pair)
    yield RULE.finding(
        "question" if shared >= min_shared and not against else "note",
        (pair.stems[0].name, pair.stems[1].name),
        round(band.even_flip_gains_db, 1),
        "dB",
        message(pair, band, flip, keep),
        doubt(pair, against),
        confidence=round(min(0.98, 0.5 * pair.agreement + 0.5 * abs(band.likeness)) * (0.7 if against else 1.0), 2),
        threshold=threshold_db,
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        band_hz=(band.low_hz, band.high_hz),
        evidence=evidence(pair, flip),
        throughout=True,
    )


def outvoted(pair: PairLag) -> bool:
    """Whether both are microphones of a kit that agree with most of the others: a reflection, not a flip."""
    dissent = [opposed / max(1, related) for opposed, related in zip(pair.opposed, pair.related, strict=True)]
    return pair.hits > 0 and max(dissent) <= 0.5


def heard_bands(pair: PairLag) -> list[BandSum]:
    """The bands in which both stems have something to say, low to high."""
    return [band for band in pair.bands if band.share_db >= HEARD_SHARE_DB]


def deciding_band(pair: PairLag) -> BandSum | None:
    """40 to 250 Hz, or the next band up where the pair has no low end."""
    return next(iter(heard_bands(pair)), None)


def to_flip(pair: PairLag) -> tuple[str, str]:
    """The stem to flip and the one to keep.

    The one opposite to more of the other stems it is related to than agree with it, or simply to more; else the
    other head by its name; else the quieter; else the second.
    """
    first, second = (stem.name for stem in pair.stems)
    dissent = [(2 * opposed - related, opposed) for opposed, related in zip(pair.opposed, pair.related, strict=True)]
    if dissent[0] != dissent[1]:
        return (first, second) if dissent[0] > dissent[1] else (second, first)
    by_name = [is_other_head(name) for name in (first, second)]
    if by_name[0] != by_name[1]:
        return (first, second) if by_name[0] else (second, first)
    return (first, second) if pair.gain_db > 0.0 else (second, first)


def is_other_head(name: str) -> bool:
    """Whether the name says that this microphone looks at the side away from the stick or the beater."""
    words = name.lower().replace("_", " ").replace("-", " ").replace(".", " ").split()
    return any(word in OTHER_HEAD for word in words)


def message(pair: PairLag, band: BandSum, flip: str, keep: str) -> str:
    """What was heard, in one sentence."""
    gain_db = band.even_flip_gains_db
    more = f"more than {np.floor(gain_db):.0f}" if gain_db > 40.0 else f"{gain_db:.1f}"
    return (
        f"{flip} is upside down against {keep}: with it flipped, their sum is {more} dB stronger from "
        f"{band.low_hz:.0f} to {band.high_hz:.0f} Hz at equal levels ({band.flip_gains_db:.1f} dB at the levels sent)"
    )


def doubt(pair: PairLag, against: list[BandSum]) -> str:
    """What would make the finding untrue, or need no answer."""
    if against:
        where = " and ".join(f"{band.low_hz:.0f}-{band.high_hz:.0f} Hz" for band in against)
        return f"the sign differs by band: at {where} the two agree, as a DI and its amplifier would"
    if is_other_head(pair.stems[0].name) != is_other_head(pair.stems[1].name):
        return "two sides of one drum begin opposite by nature; it may be flipped in the mix already"
    if abs(pair.lag_s) >= 0.001:
        return f"they are {abs(pair.lag_s) * 1000:.1f} ms apart: a shift changes the sum as much as a flip does"
    return "one of them may be upside down on purpose, or flipped in the mix already"


def evidence(pair: PairLag, flip: str) -> dict[str, Json]:
    """The numbers behind the sentence."""
    return {
        "flip": flip,
        "lag_ms": round(pair.lag_s * 1000, 3),
        "prominence": round(pair.prominence, 1),
        "agreement": round(pair.agreement, 2),
        "windows": pair.windows,
        "likeness": round(pair.likeness, 3),
        "gain_db": round(pair.gain_db, 1),
        "bands": [
            {
                "hz": [band.low_hz, band.high_hz],
                "likeness": round(band.likeness, 3),
                "sum_db": round(band.sum_db, 1),
                "flipped_db": round(band.flipped_db, 1),
                "flip_gains_at_equal_levels_db": round(band.even_flip_gains_db, 1),
            }
            for band in pair.bands
        ],
        "opposed": list(pair.opposed),
        "related": list(pair.related),
    }


def suggest(finding: Finding) -> Iterator[Option]:
    """Flip one; where they also lie apart, a shift is the other thing to try; or leave it."""
    flip = str(finding.evidence["flip"])
    keep = next(name for name in finding.stems if name != flip)
    yield Option(
        InvertPolarity(flip),
        f"flip the polarity of {flip} in the DAW",
        f"the sum with {keep} gains {finding.value:.1f} dB in the low end at equal levels",
        f"{flip} then lies opposite to whatever it agrees with now; listen to the whole group in mono",
    )
    lag_s = cast(float, finding.evidence["lag_ms"]) / 1000.0
    if abs(lag_s) >= 0.0005:
        later = finding.stems[1] if lag_s > 0.0 else finding.stems[0]
        yield Option(
            Nudge(later, -abs(lag_s), inverted=True),
            f"flip {later}, and move it {abs(lag_s) * 1000:.2f} ms earlier",
            "the two line up: the flip then works at every frequency they share",
            "distance is also space: the sound comes closer and drier",
        )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound of the pair stays as it is",
        f"{finding.value:.1f} dB of low end stay cancelled wherever both play at equal level",
    )


def example() -> tuple[Session, Session]:
    """A kick from inside and, a millisecond later and duller, from outside: upside down, and not."""
    rate_hz = 16_000
    at_s = np.arange(4 * rate_hz) / rate_hz
    since_s = at_s % 0.5
    rng = np.random.default_rng(5)
    thump = 0.5 * np.sin(2 * np.pi * (52.0 * since_s + 3.0 * (1.0 - np.exp(-40.0 * since_s)))) * np.exp(-9.0 * since_s)
    inside = thump + 0.2 * rng.standard_normal(at_s.size) * np.exp(-200.0 * since_s)
    outside = 0.5 * np.convolve(np.concatenate([np.zeros(16), inside])[: at_s.size], np.full(4, 0.25), mode="same")
    outside += 0.001 * rng.standard_normal(at_s.size)
    return (
        scenes.session(rate_hz, kick_in=inside, kick_out=-outside),
        scenes.session(rate_hz, kick_in=inside, kick_out=outside),
    )
