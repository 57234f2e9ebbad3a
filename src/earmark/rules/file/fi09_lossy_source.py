"""A file that ends in treble as a lossy codec leaves it.

Hears
    A spectrum that falls by 28 dB or more within about a kilohertz, somewhere from 15 to 20.7 kHz, to the rounding of
    the file, with nothing above. Below 16.2 kHz it has to be 48 dB.
Matters
    MP3 at 128 kbit/s ends near 16 kHz, at 192 near 18 to 19, at 320 near 20. A WAV made from one looks lossless and is
    not: what was left out is gone, and the equaliser brings up what replaced it.
Fine
    A sample library, a drum machine or a radio recording at 32 kHz; a steep low-pass set by hand. Cabinets, pickups and
    tape end gently and are not meant.
Misses
    Codecs without a low-pass (Vorbis and AAC at high rates, MP3 at its best variable rate); a codec that ended below
    15 kHz; dark parts, in which nothing reaches the cliff; anything mixed with other sound or noise since.
Try
    Ask which program the file came from. Listen to the cymbals and to the ends of words for a watery edge.
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
    code="FI09",
    name="lossy-source",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
LEAST_FRAMES = 3  # 2 s of sound; house default
SHARE_OF_HALF = 0.94  # of half the sample rate; above, every converter and resampler ends
ALSO_SAMPLE_RATE_HZ = 16_200.0  # half of 32 kHz, at which sample libraries end too
ROUNDING_DB = -110.0  # per bin; rounding to 16 bits lies near -125


def check(
    spectrum: Bandwidth,
    *,
    threshold_db: float = 28.0,  # tuned on data: MP3 and Vorbis leave 30 to 60 dB, untouched recordings under 25
    low_threshold_db: float = 48.0,  # below 16.2 kHz; tuned on data: guitars that are not known as lossy show 45
    lowest_hz: float = 15_000.0,  # tuned on data: drum samples end at 10.5 kHz as steeply
    highest_hz: float = 20_700.0,  # the highest low-pass of LAME at constant rates, 320 kbit/s
) -> Iterator[Finding]:
    """A note where the spectrum ends in a cliff."""
    facts = spectrum.stem.known
    at_hz = spectrum.cutoff_hz
    if facts.lossy or spectrum.frames < LEAST_FRAMES or spectrum.floor_db > ROUNDING_DB:
        return
    if not lowest_hz <= at_hz <= min(highest_hz, SHARE_OF_HALF * facts.rate_hz / 2):
        return
    needed_db = low_threshold_db if at_hz < ALSO_SAMPLE_RATE_HZ else threshold_db
    if spectrum.cliff_db < needed_db:
        return
    yield RULE.finding(
        "note",
        (spectrum.stem.name,),
        round(spectrum.cliff_db, 1),
        "dB",
        f"{spectrum.stem.name} ends at {at_hz / 1000:.1f} kHz, {spectrum.cliff_db:.0f} dB down within a kilohertz, "
        f"as {like(at_hz)} leaves it",
        "a steep low-pass, or samples recorded at a lower rate, end like this without any codec",
        confidence=sureness(spectrum.cliff_db, at_hz),
        threshold=needed_db,
        band_hz=(round(at_hz), facts.rate_hz / 2),
        evidence={"cutoff_hz": round(at_hz), "shelf_db": round(spectrum.shelf_db, 1)},
    )


def like(cutoff_hz: float) -> str:
    """Which bit rate of MP3 ends here: usual low-passes of encoders, as D'Alessandro and Shi (2009) list them."""
    rates = ((16_500.0, 128), (18_200.0, 192), (19_300.0, 256))
    kbps = next((rate for limit_hz, rate in rates if cutoff_hz <= limit_hz), 320)
    return f"MP3 at about {kbps} kbit/s"


def sureness(cliff_db: float, cutoff_hz: float) -> float:
    """Surer for a higher cliff, less sure where 32 kHz sound ends as well. House default."""
    sure = float(np.interp(cliff_db, [28.0, 45.0], [0.7, 0.9]))
    return round(min(sure, 0.6) if cutoff_hz < ALSO_SAMPLE_RATE_HZ else sure, 2)


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask where it came from."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"was {stem} an MP3 or a stream once? If so, is there a file from before that?"),
        f"ask where {stem} comes from",
        "all of the recording, where an earlier file exists",
        "a message and a wait; there may be nothing earlier",
    )


def example() -> tuple[Session, Session]:
    """Noise that ends at 18.5 kHz at once; and noise that goes gently."""
    rate_hz = 44_100
    noise = np.random.default_rng(9).standard_normal(4 * rate_hz)
    hz = np.fft.rfftfreq(noise.size, 1 / rate_hz)
    spectrum = np.fft.rfft(noise)
    cut = np.fft.irfft(spectrum * (hz < 18_500.0), noise.size)
    gentle = np.fft.irfft(spectrum / (1.0 + (hz / 9_000.0) ** 4), noise.size)
    return scenes.session(rate_hz, cymbals=0.05 * cut), scenes.session(rate_hz, cymbals=0.05 * gentle)
