"""A stem that was thrown through a lossy codec.

Hears
    A file whose sound is coded with loss: MP3, Ogg Vorbis or Opus by its own name, or MP3, A-law, mu-law or ADPCM
    inside a .wav or .aiff.
Matters
    What the codec left out is gone: treble, quiet detail, the silence before an attack. Equalising and compressing
    bring the gaps up, and a decoded stem no longer cancels against the mix.
Fine
    A rough mix or a reference to listen to; a sound that only exists as MP3.
Misses
    A file that was lossy once and has been saved as PCM since: that is lossy-source.
Try
    Ask for the file as WAV, AIFF or FLAC, from the session and not converted from this one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import PackHeaders
from earmark.features.one_pack import common_end_s
from earmark.model import FileFacts, Finding, Option, Session, Stem
from earmark.rules.rule import Rule

RULE = Rule(
    code="FI04",
    name="lossy-codec",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print", "deliver"}),
    worse_by=None,
)
SAID = {
    "MPEG_LAYER_I": "MPEG layer I",
    "MPEG_LAYER_II": "MPEG layer II",
    "MPEG_LAYER_III": "MP3",
    "VORBIS": "Ogg Vorbis",
    "OPUS": "Opus",
    "ALAW": "A-law",
    "ULAW": "mu-law",
    "IMA_ADPCM": "IMA ADPCM",
    "MS_ADPCM": "Microsoft ADPCM",
    "GSM610": "GSM 6.10",
}
PROMISE_PCM = ("WAV", "AIFF", "CAF", "W64", "RF64", "AU")  # containers that people take for uncompressed


def check(pack: PackHeaders) -> Iterator[Finding]:
    """A question where the container hides it, or where the stems of one song came so; a note for any other file.

    Stems that end together were exported to be mixed; files of many lengths, or one alone, may be there to listen to.
    """
    to_be_mixed = common_end_s(pack.session.stems) is not None
    for stem in pack.session.stems:
        if stem.known.lossy and stem.known.trouble is None:
            yield coded(stem, to_be_mixed)


def coded(stem: Stem, to_be_mixed: bool) -> Finding:
    """The finding for one stem."""
    facts = stem.known
    codec = SAID.get(facts.encoding, facts.encoding)
    hidden = facts.container in PROMISE_PCM
    return RULE.finding(
        "question" if hidden or to_be_mixed else "note",
        (stem.name,),
        1.0,
        "files",
        f"{stem.name} is {codec}" + (f" inside a {facts.container} file" if hidden else ""),
        "nothing, as to the codec; how much it took away depends on its bit rate, and there may be no other file",
        confidence=1.0,
        evidence={"encoding": facts.encoding, "container": facts.container, "hidden": hidden},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for the file it was made from."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"{stem} came in a lossy format. Can you export it from the session as 24-bit WAV?"),
        f"ask for {stem} as WAV, AIFF or FLAC from the session",
        "all of the recording, and a stem that can be held against the mix",
        "a message, a wait, and about ten times the size",
    )


def example() -> tuple[Session, Session]:
    """Two stems of which one is A-law inside a WAV file; and both as PCM."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    session = scenes.session(8_000, keys=tone, vox=tone[::-1])
    alaw = FileFacts(8_000, 1, 8_000, container="WAV", encoding="ALAW", lossy=True)
    return replace(session, stems=(session.stems[0], replace(session.stems[1], facts=alaw))), session
