"""Another instrument in a microphone while its own source rests.

Hears
    In windows of a third of a second in which a stem stays 6 dB under its loud level while another plays, the other's
    waveform in it, no earlier than in its own microphone (peak of the whitened correlation 12 times its median). Whom
    to look for, the two levels say: in the softer half of the stem they go together. Said where what the two share
    lies less than 30 dB under the stem's own loud level.
Matters
    What is done to the one is done to the other: a delayed copy of the drums goes through the voice's reverb and comes
    up with its compressor.
Fine
    A band recorded in one room: bleed is the glue. Microphones of one drum kit, overheads and rooms are meant to hear
    each other and are not spoken of.
Misses
    Bleed under a part that never rests, bleed of a source that has no stem of its own, or more than two sources at once
    in one microphone.
Try
    Mute the source and listen to the stem in the named place. A clean-up of the gaps, or leaving the microphone open on
    purpose and building the picture with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import LeaveIt, Repair
from earmark.features.bleed import Bleed, BleedPair
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO09",
    name="bleed",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix"}),
    worse_by=3.0,
)
EARLIEST_S = -0.001  # the source's own microphone is the nearer one; a millisecond for the peak's own width


def check(
    session: Bleed,
    *,
    under_loud_db: float = 30.0,  # house default; at 18 dB it is in the way of most mixes
    prominence: float = 12.0,  # tuned on data: unrelated stems of seven songs reach 6.5, planted bleed 48 and more
) -> Iterator[Finding]:
    """A note per pair whose waveforms agree."""
    for pair in session.pairs:
        same = pair.prominence >= prominence and pair.lag_s >= EARLIEST_S
        if same and pair.under_db <= under_loud_db:
            yield noted(pair, under_loud_db, prominence)


def noted(pair: BleedPair, under_loud_db: float, prominence: float) -> Finding:
    """One source in one microphone."""
    name, source = pair.stem.name, pair.source.name
    start_s, end_s = pair.place_s
    return RULE.finding(
        "note",
        (name, source),
        round(-pair.under_db, 1),
        "dB",
        f"{source} is heard in {name} while it rests, {abs(pair.under_db):.0f} dB "
        f"{'under' if pair.under_db >= 0 else 'over'} its loud level and {1000 * max(0.0, pair.lag_s):.1f} ms late",
        "two tracks of one performance (a double, an effect return, a second microphone) would look alike",
        confidence=round(min(0.95, 0.75 + 0.1 * pair.following + 0.002 * (pair.prominence - prominence)), 2),
        threshold=-under_loud_db,
        start_s=start_s,
        end_s=end_s,
        evidence={
            "under_source_db": round(pair.transfer_db, 1),
            "lag_ms": round(1000 * pair.lag_s, 2),
            "following": round(pair.following, 2),
            "prominence": round(pair.prominence, 1),
        },
        throughout=True,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A clean-up of the gaps, ducking from the source, or leaving it."""
    stem, source = finding.stems
    yield Option(
        Repair(stem, f"turn {stem} down by 6-12 dB where it rests"),
        f"turn {stem} down where it rests",
        f"{source} keeps its own place and tone in the gaps of {stem}",
        "the room of the song changes whenever the microphone opens",
    )
    yield Option(
        Repair(stem, f"an expander on {stem}, 2:1, opening some dB over the bleed"),
        f"an expander on {stem}",
        "follows the playing by itself",
        f"soft notes of {stem} may fall under it",
    )
    yield Option(
        LeaveIt(),
        "leave it",
        "the band stays in one room",
        f"{source} stays in {stem} {abs(finding.value):.0f} dB under its loud level; effects on it reach both",
    )


def example() -> tuple[Session, Session]:
    """A voice that rests every other second with drums in its microphone, 20 dB softer and 4 ms late; and without."""
    rate_hz = 16_000
    drums, voice = noisy_drums(rate_hz), resting_voice(rate_hz)
    late = np.concatenate([np.zeros(64), drums[:-64]]) * 0.1
    return scenes.session(rate_hz, vocal=voice + late, drums=drums), scenes.session(rate_hz, vocal=voice, drums=drums)


def noisy_drums(rate_hz: int, seconds: int = 10, seed: int = 4) -> np.ndarray:
    """A stroke of noise, of one of three strengths, every quarter of a second."""
    rng = np.random.default_rng(seed)
    at_s = np.arange(seconds * rate_hz) / rate_hz
    strength = rng.choice([0.1, 0.2, 0.4], 4 * seconds)[(at_s * 4).astype(int)]
    return np.asarray(strength * np.exp(-25.0 * (at_s % 0.25)) * rng.standard_normal(at_s.size))


def resting_voice(rate_hz: int, seconds: int = 10, seed: int = 8) -> np.ndarray:
    """A vowel every other second, and the noise of its room."""
    at_s = np.arange(seconds * rate_hz) / rate_hz
    vowel = sum(np.sin(2 * np.pi * 210.0 * k * at_s) / k for k in range(1, 9)) * 0.15
    noise = 1e-4 * np.random.default_rng(seed).standard_normal(at_s.size)
    return np.asarray(vowel * np.clip(np.minimum(at_s % 2 / 0.05, (1 - at_s % 2) / 0.05), 0, 1) + noise)
