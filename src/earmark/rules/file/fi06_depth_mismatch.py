"""A file with fewer or other bits than its destination asks for.

Hears
    The bits per sample in the header of every stem and of the mix, against the chosen delivery profile.
Matters
    A 16-bit stem brings its rounding into every fade and every gain that follows; a CD plant takes nothing but 16 bits.
Fine
    A 16-bit stem whose source never had more: a sampler, an old machine. Converting it up brings nothing back.
Misses
    Lossy files, which have no bits to count. 24 bits of which only 16 are used: padded-depth hears those.
Try
    Ask for the export again from the session it came from, at the depth it was mixed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.limits import Missed, cited, evidence, files_of, missed
from earmark.rules.profile import Profile, Quantity
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI06",
    name="depth-mismatch",
    since="0.1",
    ceiling="fault",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
    needs=frozenset({"profile"}),
)
QUANTITIES: tuple[Quantity, ...] = ("bits",)
EXAMPLE_PROFILE = ("mix-stems", "intake")


def check(pack: PackHeaders, *, profile: Profile) -> Iterator[Finding]:
    """A fault on each file that misses a hard number, a note on one that misses advice."""
    limits = profile.limits_on(QUANTITIES)
    for stem in dict.fromkeys(stem for limit in limits for stem in files_of(pack.session, profile, limit.of)):
        about = [limit for limit in limits if stem in files_of(pack.session, profile, limit.of)]
        bits = stem.known.bits
        if bits is not None and stem.known.frames:
            yield from (odd(stem, bits, profile, missing) for missing in missed(about, {"bits": float(bits)})[:1])


def odd(stem: Stem, bits: int, profile: Profile, missing: Missed) -> Finding:
    """The finding for one file."""
    return RULE.finding(
        missing.severity,
        (stem.name,),
        float(bits),
        "bits",
        f"{stem.name} has {bits} bits per sample; {profile.name} asks for {cited(missing.limit)}",
        "a source that never had more bits gains nothing from a deeper file" if missing.gap < 0 else missing.doubt,
        confidence=1.0,
        threshold=float(bits) - missing.gap,
        evidence={**evidence(profile, [missing]), "bits": bits},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """The same export, deeper or with dither."""
    (stem,) = finding.stems
    depth = f"{finding.threshold or 0.0:.0f} bits"
    more = finding.value < (finding.threshold or 0.0)
    yield Option(
        AskTheBand(stem, f"{stem} came with {finding.value:.0f} bits. Can it be exported with {depth}, undithered?")
        if more
        else AskTheBand(stem, f"{stem} has {finding.value:.0f} bits; {depth} are asked for. Who dithers it down?"),
        f"ask for an export with {depth}",
        "what was rounded away is there again"
        if more
        else "it is rounded once, with dither, by whoever knows the source",
        "a message and a wait",
    )


def example() -> tuple[Session, Session]:
    """A pack with a 16-bit stem in it, and the same pack all at 24 bits, held against what mixing engineers ask for."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(9_600) / 48_000)
    session = of_bits(scenes.session(kick=tone, bass=tone, vox=tone), 24)
    return replace(session, stems=(*session.stems[:2], *of_bits(session, 16).stems[2:])), session


def of_bits(session: Session, bits: int) -> Session:
    """The session, its headers saying so many bits."""
    stems = (replace(stem, facts=replace(stem.known, bits=bits, encoding=f"PCM_{bits}")) for stem in session.stems)
    return replace(session, stems=tuple(stems))
