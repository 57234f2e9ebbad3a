"""One frequency of the mix rings whatever is played.

Hears
    Of a mix alone, and only when selected: a line 8 dB and more over the third octave around it, in 30 % of the
    frames and in seven tenths of the song, while at least four different notes carry the loudest peak; and nothing that
    would belong to a note of that pitch (its fundamental, its overtones, its fifth) comes nearly as often.
Matters
    A ringing cymbal, a room mode, a whistling preamp tires the ear before it is noticed.
Fine
    A drone, a hurdy-gurdy, a tuned drum, an 808 that holds the tonic. Engineers who mark resonances by ear agree in
    less than half of the cases (Bitzer, LeBoeuf, Simmer, AES 124, 2008): a place to listen, never more.
Misses
    Broad colour (a quality under about 25), what rings for single notes, anything below 100 Hz and over 12 kHz.
Try
    A narrow cut by ear, swept with the song playing, on the stem that rings.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import BellCut, LeaveIt, Repair
from earmark.features.mix_spectra import SpectralLines
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="MX02",
    name="resonance",
    since="0.2",
    ceiling="note",
    stages=frozenset({"mix", "print", "deliver"}),
    worse_by=15.0,
    selected=False,
)
LEAST_SPREAD, LEAST_NOTES = 0.7, 4  # house defaults
AHEAD = 0.35  # of the frames, more than its kin: tuned, the lines of notes in eight recordings have 0.26 at most
NEIGHBOURS = 3  # steps of 1/48 octave that are one place
Q, CUT_DB = 20.0, -4.0  # house defaults


def check(session: SpectralLines, *, threshold_percent: float = 30.0) -> Iterator[Finding]:  # house default
    """A note for every line that is no note's."""
    if session.notes < LEAST_NOTES:
        return
    rings = (100 * session.share > threshold_percent) & (session.spread >= LEAST_SPREAD)
    rings &= session.share - session.kin >= AHEAD
    for line in np.flatnonzero(rings):
        first = max(0, int(line) - NEIGHBOURS)
        near = np.where(rings, session.share, 0.0)[first : int(line) + NEIGHBOURS + 1]
        if line == first + int(np.argmax(near)):
            yield found(session, int(line), threshold_percent)


def found(session: SpectralLines, line: int, threshold_percent: float) -> Finding:
    """One line."""
    name, hz, share = session.mix.name, float(session.freq_hz[line]), 100 * float(session.share[line])
    return RULE.finding(
        "note",
        (name,),
        round(share),
        "% of frames",
        f"{name} rings at {hz:.0f} Hz in {share:.0f} % of the frames, {session.height_db[line]:.0f} dB over its "
        f"surroundings, whatever is played",
        "a drone or a tuned drum does the same; engineers agree on resonances in less than half of the cases",
        confidence=round(
            min(0.6, 0.3 + 0.003 * (share - threshold_percent) + 0.01 * float(session.height_db[line])), 2
        ),
        threshold=threshold_percent,
        band_hz=(round(hz * 2 ** (-1 / 24), 1), round(hz * 2 ** (1 / 24), 1)),
        evidence={
            "hz": round(hz, 1),
            "height_db": round(float(session.height_db[line]), 1),
            "tenths_of_the_song": round(10 * float(session.spread[line])),
            "kin_percent": round(100 * float(session.kin[line])),
            "notes": session.notes,
        },
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Look for the stem, a narrow cut, or leaving it."""
    (mix,) = finding.stems
    hz = finding.evidence["hz"]
    assert isinstance(hz, float)
    yield Option(
        Repair(mix, f"listen for {hz:.0f} Hz stem by stem, and take it out of the one that rings"),
        "find the stem that rings",
        "nothing else is touched",
        "a search",
    )
    yield Option(
        BellCut(mix, hz, CUT_DB, Q),
        f"cut {-CUT_DB:.0f} dB at {hz:.0f} Hz, as narrow as it rings",
        "the ringing steps back",
        "notes at that pitch step back with it",
    )
    yield Option(LeaveIt(), "leave it", "the colour stays", f"it rings on in {finding.value:.0f} % of the frames")


def example() -> tuple[Session, Session]:
    """A melody of twelve notes over noise, with a whistle at 3150 Hz; then without."""
    rate_hz = 16_000
    at_s = np.arange(36 * rate_hz) / rate_hz
    steps = np.array([0, 2, 4, 5, 7, 9, 11, 12, 10, 8, 3, 1])[(at_s / 0.75).astype(int) % 12]
    phase = 2 * np.pi * np.cumsum(220.0 * 2 ** (steps / 12)) / rate_hz
    music = sum(0.1 * np.sin(k * phase) / k for k in range(1, 7))
    music = music + 0.01 * np.random.default_rng(4).standard_normal(at_s.size)
    whistle = 0.02 * np.sin(2 * np.pi * 3150.0 * at_s)
    return scenes.session(rate_hz, mix=music + whistle, keys=music), scenes.session(rate_hz, mix=music, keys=music)
