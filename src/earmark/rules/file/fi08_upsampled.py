"""A file at a higher sample rate than its sound was recorded at.

Hears
    A spectrum that ends between 94 and 100.5 % of half of 44.1, 48, 88.2 or 96 kHz, in a file whose rate reaches
    higher, and falls by 30 dB or more within about a kilohertz to where nothing follows. In a dark part it is the
    recording's own noise that ends there.
Matters
    The file is larger without holding more, and was converted once on the way; the other stems may not have been, and
    the file as it was recorded may still be there.
Fine
    A part recorded elsewhere and brought to the session's rate, a sample library, a session moved to a higher rate.
Misses
    Conversion without a steep filter, which leaves images above; noise added since (dither, a tape or console
    plug-in); a 16-bit file of a dark part.
Try
    Ask for the file at the rate it was recorded at.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.bandwidth import Bandwidth
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI08",
    name="upsampled",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
SOURCE_RATES_HZ = (44_100, 48_000, 88_200, 96_000)
FROM, TO = 0.94, 1.005  # of half the source rate; a codec's low-pass at 44.1 kHz ends at 20.7 kHz, below 0.94
LEAST_FRAMES = 3  # 2 s of sound; house default


def check(spectrum: Bandwidth, *, threshold_db: float = 30.0) -> Iterator[Finding]:
    """A note where the spectrum ends as a resampler ends it (30 dB: tuned on data: resamplers leave 31 dB and more)."""
    rate_hz = spectrum.stem.known.rate_hz
    source_hz = source_rate_hz(spectrum.cutoff_hz, rate_hz)
    if source_hz is None or spectrum.cliff_db < threshold_db or spectrum.frames < LEAST_FRAMES:
        return
    if spectrum.stem.known.lossy:
        return
    yield RULE.finding(
        "note",
        (spectrum.stem.name,),
        round(spectrum.cliff_db, 1),
        "dB",
        f"{spectrum.stem.name} runs at {rate_hz / 1000:g} kHz and holds nothing above {spectrum.cutoff_hz / 1000:.1f} "
        f"kHz: {spectrum.cliff_db:.0f} dB down within a kilohertz, as sound recorded at {source_hz / 1000:g} kHz ends",
        "a steep low-pass at that place, as of a conversion down from a higher rate, would look the same",
        confidence=float(np.interp(spectrum.cliff_db, [30.0, 60.0], [0.8, 0.95])),
        threshold=threshold_db,
        band_hz=(round(spectrum.cutoff_hz), rate_hz / 2),
        evidence={"cutoff_hz": round(spectrum.cutoff_hz), "source_rate_hz": source_hz, "rate_hz": rate_hz},
    )


def source_rate_hz(cutoff_hz: float, rate_hz: int) -> int | None:
    """The rate below this file's whose half the spectrum ends at, or None."""
    fits = [source for source in SOURCE_RATES_HZ if source < rate_hz and FROM <= cutoff_hz / (source / 2) <= TO]
    return fits[0] if fits else None


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the file before the conversion."""
    (stem,) = finding.stems
    source_khz = float(str(finding.evidence["source_rate_hz"])) / 1000
    yield Option(
        AskTheBand(stem, f"was {stem} recorded at {source_khz:g} kHz? If so, can you send that file?"),
        f"ask for {stem} as it was recorded, at {source_khz:g} kHz",
        "converted once at most, by a converter that you chose",
        "a message and a wait; what is heard will hardly differ",
    )


def example() -> tuple[Session, Session]:
    """Noise that ends at 22.05 kHz in a file at 96 kHz; and noise up to 48 kHz."""
    rate_hz = 96_000
    noise = np.random.default_rng(8).standard_normal(4 * rate_hz)
    spectrum = np.fft.rfft(noise)
    spectrum[np.fft.rfftfreq(noise.size, 1 / rate_hz) > 21_500.0] = 0.0
    ended = np.fft.irfft(spectrum, noise.size)
    return scenes.session(rate_hz, room=0.05 * ended), scenes.session(rate_hz, room=0.05 * noise)
