"""Two signals of one low end that are out of step there.

Hears
    A close pair that shares its low end (kick in and out, a bass's DI and its amplifier): the mean phase of one
    against the other from 30 to 120 Hz, as delivered. Over 90 degrees the sum is softer than the two unrelated
    (-3 dB against in phase, 20 log10 |cos(phase / 2)|): a question. From 60 to 90, a note.
Matters
    This is where kick and bass live. What an equaliser adds to each of them, the sum takes away again.
Fine
    One of the two without low end by choice, or high-passed in the mix; a sound built from the hollow.
Misses
    A pair with less than half of the band in common; a low end 15 dB below the rest in either; two microphones
    more than a metre apart, where phase is distance; a plain flip, which is asked about by that name.
Try
    Flip one, move one by a millisecond at a time, or turn an all-pass, listening under 120 Hz in mono.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import InvertPolarity, LeaveIt, Nudge
from earmark.features.low_end import LOW_END_HZ
from earmark.features.own_hits import FAR
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule
from earmark.rules.spacing import evidence

RULE = Rule(
    code="PH05",
    name="low-end-phase",
    since="0.2",
    ceiling="question",
    stages=frozenset({"intake", "mix"}),
    worse_by=20.0,
)
HEARD_DB = -15.0  # of the low end against the whole, in either; house default
NEAR_S = 0.003  # one metre; house default
PROMINENT = 12.0  # as a firm pair needs; tonal bass may miss the rest of what makes a pair firm
CENTRE_HZ = 60.0  # geometric middle of the band
FLIP_GAINS_DB = 1.5  # from here on a flip asks by its own name; house default


def check(
    pair: PairLag,
    *,
    threshold_deg: float = 60.0,  # costs 1.2 dB; house default
    question_deg: float = 90.0,  # costs 3 dB: no more than two unrelated sounds; geometry
    min_coherence: float = 0.5,  # house default
) -> Iterator[Finding]:
    """By the angle between the two."""
    low, angle = pair.low, abs(pair.low.phase_deg)
    if angle < threshold_deg or low.coherence < min_coherence or low.share_db < HEARD_DB or not close(pair):
        return
    if is_flip(pair):
        return
    names = (pair.stems[0].name, pair.stems[1].name)
    side = "behind" if low.phase_deg < 0.0 else "ahead of"
    yield RULE.finding(
        "question" if angle >= question_deg else "note",
        names,
        round(angle, 0),
        "degrees",
        f"from 30 to 120 Hz {names[1]} is {angle:.0f} degrees {side} {names[0]}: "
        f"their sum is {-low.loss_db:.1f} dB softer there than in step, at equal levels",
        "one of the two may be high-passed in the mix, or moved already",
        confidence=round(min(0.95, 0.3 + 0.6 * low.coherence), 2),
        threshold=question_deg if angle >= question_deg else threshold_deg,
        start_s=pair.place_s[0],
        end_s=pair.place_s[1],
        band_hz=LOW_END_HZ,
        evidence={
            **evidence(pair),
            "phase_deg": round(low.phase_deg, 1),
            "coherence_low": round(low.coherence, 2),
            "loss_db": round(low.loss_db, 1),
        },
    )


def close(pair: PairLag) -> bool:
    """Whether these are two ends of one sound and not two places in a room."""
    far = any(stem.role in FAR for stem in pair.stems)
    return not far and abs(pair.lag_s) <= NEAR_S and (pair.firm or pair.prominence >= PROMINENT)


def is_flip(pair: PairLag) -> bool:
    """Whether one of them is upside down as a whole."""
    low = pair.bands[0]
    return pair.firm and pair.polarity < 0 and low.likeness < -0.5 and low.even_flip_gains_db >= FLIP_GAINS_DB


def suggest(finding: Finding) -> Iterator[Option]:
    """Flip, move by what the phase comes to at 60 Hz, or leave it."""
    phase_deg = float(str(finding.evidence["phase_deg"]))
    loss_db = -float(str(finding.evidence["loss_db"]))
    behind = finding.stems[1] if phase_deg < 0.0 else finding.stems[0]
    shift_s = abs(phase_deg) / 360.0 / CENTRE_HZ
    if abs(phase_deg) > 90.0:
        yield Option(
            InvertPolarity(finding.stems[1]),
            f"flip the polarity of {finding.stems[1]}",
            f"{180.0 - abs(phase_deg):.0f} degrees stay instead of {abs(phase_deg):.0f}",
            "the middle of the spectrum turns over too: listen there",
        )
    yield Option(
        Nudge(behind, -shift_s),
        f"move {behind} {shift_s * 1000.0:.1f} ms earlier, and listen on the way",
        f"up to {loss_db:.1f} dB at 60 Hz",
        "the attack of the two comes apart by as much",
    )
    yield Option(LeaveIt(), "leave it", "the sound of the pair stays", f"{loss_db:.1f} dB of low end stay cancelled")


def example() -> tuple[Session, Session]:
    """A bass's DI and an amplifier whose low end lags by a third of a turn, and by little."""
    rate_hz = 16_000
    draw = np.random.default_rng(51)
    at_s = np.arange(8 * rate_hz) / rate_hz
    pitch_hz = np.array([41.2, 55.0, 49.0, 65.4])[(at_s / 0.5).astype(int) % 4]
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    pluck = np.exp(-3.0 * (at_s % 0.5))

    def heard(turn_deg: float) -> np.ndarray:
        turned = sum(np.sin(k * phase - np.radians(turn_deg) / k**2) / k for k in range(1, 30))
        noise = 1e-3 * draw.standard_normal(at_s.size)
        return np.asarray(0.1 * pluck * turned + noise)

    return (
        scenes.session(rate_hz, bass_DI=heard(0.0), bass_amp=heard(115.0)),
        scenes.session(rate_hz, bass_DI=heard(0.0), bass_amp=heard(20.0)),
    )
