"""A thin steady line above the mains: a screen, an interface, a telephone, feedback.

Hears
    From 400 Hz to 20 kHz, a line that stands 12 dB over what is about it in the quietest third of a second of each
    fifth of the stem, at one frequency (within 1 Hz) and one level (within 3 dB), over -90 dBFS. Below 8 kHz only where
    the stem pauses there (20 dB under its loud level). And bursts of a mobile telephone: eight of fifteen lines every
    216.7 Hz.
Matters
    One line is easily overlooked on loudspeakers and sits in the ear on headphones; it comes up with every compressor.
Fine
    A drone, feedback that is meant, a test tone. Lines at multiples of 50 or 60 Hz are hum, and not spoken of here.
Misses
    A line that is there for part of the song only, one under a part that never pauses (below 8 kHz), one that slides; a
    telephone over which loud low notes are played.
Try
    A notch of a few hertz at the named line: nothing else lives there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, BellCut, LeaveIt, Repair
from earmark.features.steady_lines import BURSTS_HZ, BurstComb, SteadyLine, SteadyLines
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="NO10",
    name="whistle",
    since="0.2",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=6.0,
)
# ITU-R BT.470: 625 lines at 25 frames, 525 at 29.97; USB 1.1 and 2.0 send a frame every 1 ms, a microframe every 125 us
SOURCES_HZ = (
    (15_625.0, "the line frequency of a 625-line screen"),
    (15_734.3, "the line frequency of a 525-line screen"),
    (1000.0, "the frame rate of USB"),
    (8000.0, "the microframe rate of USB"),
)
NEAR = 0.0005  # of the frequency: a screen's crystal and the converter's own
HIGH_HZ = 8000.0
MAINS_HZ = (50.0, 60.0)
LEAST_MAINS_LINES = 3


def check(
    lines: SteadyLines,
    *,
    threshold_dbfs: float = -90.0,  # house default: 10 dB over the noise of 16 bits
    least_height_db: float = 12.0,  # house default
    max_swing_db: float = 3.0,  # tuned on data: held and repeated notes of seven songs move by 4 dB and more
    max_drift_hz: float = 1.0,  # a third of a bin
    pause_depth_db: float = 20.0,  # house default
    comb_lines: int = 8,  # house default: of fifteen
) -> Iterator[Finding]:
    """The strongest line, with its companions; and a telephone."""
    steady = [
        line
        for line in lines.lines
        if line.height_db >= least_height_db
        and line.level_dbfs >= threshold_dbfs
        and line.swing_db <= max_swing_db
        and line.drift_hz <= max_drift_hz
        and (line.freq_hz >= HIGH_HZ or lines.depth_db >= pause_depth_db)
    ]
    alone = not_mains(steady)
    if alone:
        yield whistle(lines, alone, threshold_dbfs)
    if lines.comb is not None and lines.comb.lines >= comb_lines and lines.comb.level_dbfs >= threshold_dbfs:
        yield telephone(lines, lines.comb, threshold_dbfs)


def not_mains(lines: Sequence[SteadyLine]) -> list[SteadyLine]:
    """The lines without those of a buzz: three and more at multiples of 50 or 60 Hz."""
    left = list(lines)
    for mains_hz in MAINS_HZ:
        buzz = [line for line in left if abs(line.freq_hz / mains_hz - round(line.freq_hz / mains_hz)) * mains_hz < 2.0]
        usb = [line for line in buzz if abs(line.freq_hz % 1000.0) < 1.0 or line.freq_hz % 1000.0 > 999.0]
        if len(buzz) - len(usb) >= LEAST_MAINS_LINES:
            left = [line for line in left if line not in buzz]
    return left


def whistle(found: SteadyLines, lines: Sequence[SteadyLine], threshold_dbfs: float) -> Finding:
    """The strongest line over its floor, at the first quiet window."""
    top = max(lines, key=lambda line: line.height_db)
    name = found.stem.name
    others = ", ".join(f"{line.freq_hz:.0f}" for line in lines if line is not top)
    source = source_of(top.freq_hz)
    start_s, end_s = found.windows_s[0]
    return RULE.finding(
        "note",
        (name,),
        round(top.level_dbfs, 1),
        "dBFS",
        f"a steady tone on {name}: {top.freq_hz:.1f} Hz at {top.level_dbfs:.0f} dBFS, {top.height_db:.0f} dB over what "
        f"is about it{f', {source}' if source else ''}{f'; also at {others} Hz' if others else ''}",
        "a drone, or a note of a synthesiser that is held all through, would look alike",
        confidence=round(min(0.95, 0.6 + 0.01 * (top.height_db - 10) + (0.15 if source else 0.0)), 2),
        threshold=threshold_dbfs,
        start_s=start_s,
        end_s=end_s,
        band_hz=(round(top.freq_hz - 2.0, 1), round(top.freq_hz + 2.0, 1)),
        evidence={
            "freq_hz": round(top.freq_hz, 1),
            "over_floor_db": round(top.height_db, 1),
            "swing_db": round(top.swing_db, 1),
            "source": source,
            "lines_hz": [round(line.freq_hz, 1) for line in lines],
            "windows": len(found.windows_s),
        },
        throughout=True,
    )


def source_of(freq_hz: float) -> str:
    """What is known to whistle there."""
    return next((name for known_hz, name in SOURCES_HZ if abs(freq_hz - known_hz) <= NEAR * known_hz), "")


def telephone(found: SteadyLines, comb: BurstComb, threshold_dbfs: float) -> Finding:
    """The bursts, where they are fullest."""
    name = found.stem.name
    return RULE.finding(
        "note",
        (name,),
        round(comb.level_dbfs, 1),
        "dBFS",
        f"what may be a mobile telephone on {name}: {comb.lines} lines every 216.7 Hz up to {comb.level_dbfs:.0f} dBFS",
        "a held note a quarter tone below A3, rich in harmonics, would look alike",
        confidence=round(min(0.9, 0.45 + 0.03 * comb.lines), 2),
        threshold=threshold_dbfs,
        start_s=comb.start_s,
        end_s=comb.end_s,
        band_hz=(round(BURSTS_HZ, 1), round(16 * BURSTS_HZ, 1)),
        evidence={"lines": comb.lines, "source": "a mobile telephone", "freq_hz": round(BURSTS_HZ, 1)},
        aspect="telephone",
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """A narrow cut, another take of the place, or leaving it."""
    (stem,) = finding.stems
    freq_hz = float(str(finding.evidence["freq_hz"]))
    if "lines" in finding.evidence:
        yield Option(
            AskTheBand(
                stem, f"is there another take of {stem} about {finding.start_s or 0.0:.0f} s, without a telephone?"
            ),
            "ask for another take of the place",
            "nothing is filtered",
            "the performance may not come back",
        )
        yield Option(
            Repair(stem, f"a comb of notches at multiples of {BURSTS_HZ:.1f} Hz over this place only"),
            f"notches on {stem} at multiples of {freq_hz:.1f} Hz, here only",
            "takes the buzz out of the pauses",
            "notes close to these lines lose level for that moment",
        )
    else:
        yield Option(
            BellCut(stem, freq_hz, -24.0, 60.0),
            f"a notch on {stem} at {freq_hz:.0f} Hz, a few hertz wide",
            f"takes {finding.value:.0f} dBFS of tone out all through",
            "a notch this narrow is not heard in music; it rings for some milliseconds",
        )
    yield Option(
        LeaveIt(),
        "leave it",
        "the sound stays as it was recorded",
        f"{finding.value:.0f} dBFS of tone stays, {finding.value + 12:.0f} after 12 dB of compression",
    )


def example() -> tuple[Session, Session]:
    """A plucked line with a screen's whistle at -70 dBFS; and without."""
    rate_hz = 48_000
    at_s = np.arange(5 * rate_hz) / rate_hz
    line = 0.3 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-9.0 * (at_s % 1.0))
    line += 3e-5 * np.random.default_rng(9).standard_normal(at_s.size)
    screen = 10 ** (-70 / 20) * np.sin(2 * np.pi * 15_625.0 * at_s)
    return scenes.session(rate_hz, guitar=line + screen), scenes.session(rate_hz, guitar=line)
