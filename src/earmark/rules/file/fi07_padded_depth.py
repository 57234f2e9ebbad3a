"""A file with more bits than its sound has.

Hears
    A file of 24 bits or more whose every sample fits into 20 bits or fewer: the rest of each sample is always zero.
    A file of 16 bits whose lowest 4 are never used.
Matters
    The part went through a shorter word once: an export at 16 bits, a plug-in, an old sampler. What that cut off below
    -98 dBFS is gone, and quiet tails may be grainy; the session's own 24-bit file may still be there.
Fine
    Drum machines, samplers and 16-bit recorders; 24-bit recordings in a floating-point file are not asked about.
Misses
    16-bit sound that was turned up or down, faded or dithered since: its lowest bits are set. Less than a second of
    sound. Regions of a DAW session.
Try
    Ask at how many bits it was recorded, and for the original where that was 24.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.effective_bits import EffectiveBits
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI07",
    name="padded-depth",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=-1.0,
)
FLOAT_HOLDS_BITS = 24  # the significand of IEEE 754 single precision


def check(
    bits: EffectiveBits,
    *,
    threshold_bits: float = 4.0,  # unused bits; house default: converters of 20 and 22 bits exist
    least_s: float = 1.0,  # of samples that are not 0; house default
) -> Iterator[Finding]:
    """A note where the lowest bits are never set."""
    facts = bits.stem.known
    if bits.effective_bits is None or facts.bits is None or facts.lossy or facts.container == "CLIPS":
        return
    unused = min(facts.bits, FLOAT_HOLDS_BITS) - bits.effective_bits
    if unused < threshold_bits or bits.sounding_samples < least_s * facts.rate_hz:
        return
    floating = facts.encoding in ("FLOAT", "DOUBLE")
    yield RULE.finding(
        "note",
        (bits.stem.name,),
        float(bits.effective_bits),
        "bits",
        f"every sample of {bits.stem.name} fits into {bits.effective_bits} bits, in a file of {facts.bits}"
        f"{' (floating point)' if floating else ''}",
        f"a sampler, drum machine or recorder of {bits.effective_bits} bits leaves the same, with nothing lost since",
        confidence=0.98,
        threshold=min(facts.bits, FLOAT_HOLDS_BITS) - threshold_bits,
        evidence={"effective_bits": bits.effective_bits, "file_bits": facts.bits, "floating_point": floating},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the original."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(
            stem,
            f"{stem} holds {finding.value:.0f} bits of sound. At how many was it recorded, and is that file there?",
        ),
        f"ask at how many bits {stem} was recorded",
        "quiet tails as they were recorded, where a longer file exists",
        "a message and a wait; most parts never come near their last bit",
    )


def example() -> tuple[Session, Session]:
    """A noise rounded to 16 bits; and the same noise as it was."""
    noise = 0.1 * np.random.default_rng(7).standard_normal(12_000)
    return scenes.session(8_000, pad=np.round(noise * 2**15) / 2**15), scenes.session(8_000, pad=noise)
