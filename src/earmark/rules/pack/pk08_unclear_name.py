"""A file name that does not say what plays.

Hears
    A name that holds nothing but a number, a date, or words that every DAW gives by itself (Audio 14, Track 03, New
    Recording, Bounce), once the words that all names of the pack share are taken out.
Matters
    Somebody has to listen to each file to know what it is, and a part that is missing is not missed.
Fine
    A single file, or a list of tracks that came beside the files.
Misses
    A name that says something else than what plays.
Try
    Listen and rename a copy, or ask for the list of tracks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.rule import Rule
from earmark.session.roles import words

RULE = Rule(
    code="PK08",
    name="unclear-name",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake"}),
    worse_by=None,
)
SAYS_NOTHING = re.compile(
    r"audio|aufnahme|aux|bank|bounce|bounced|bus|ch|chan|channel|clip|comp|consolidated|copy|edit|edited|"
    r"export|exported|file|final|flac|freeze|frozen|group|import|in|inp|input|inst|instrument|item|l|layer|"
    r"left|loop|m|memo|merge|merged|midi|mono|mp|new|no|number|out|output|part|piste|pista|pt|r|rec|recorded|"
    r"recording|region|render|rendered|right|sample|sound|spur|st|stem|stems|stereo|take|takes|temp|test|tk|"
    r"track|tracks|trk|unbenannt|undefined|unknown|unnamed|untitled|v|ver|version|voice|wav|wave|khz|hz|bit|"
    r"bits|bip|glued|fx1|a|b|c|d|e|f|g|h|x|y|z"
)
A_WORD = re.compile(r"[^\W\d_]{2,}")


def check(pack: PackHeaders) -> Iterator[Finding]:
    """A note for each stem of a pack whose name says nothing; nothing is held against a number."""
    stems = pack.session.stems
    if len(stems) < 2 or pack.session.kind not in ("folder", "memory"):
        return
    shared = set.intersection(*(said(stem) for stem in stems)) if len(stems) > 2 else set()
    for stem in stems:
        if stem.role == "unknown" and not any(map(says_something, said(stem) - shared)):
            yield unclear(stem)


def said(stem: Stem) -> set[str]:
    """The words of a stem's name."""
    return set(words(stem.name).split())


def says_something(word: str) -> bool:
    """Whether a word is one, and not one that programs give by themselves."""
    return A_WORD.fullmatch(word) is not None and SAYS_NOTHING.fullmatch(word) is None


def unclear(stem: Stem) -> Finding:
    """The finding for one stem."""
    return RULE.finding(
        "note",
        (stem.name,),
        float(len(stem.name)),
        "characters",
        f"the name {stem.name!r} does not say what plays in it",
        "it may be an abbreviation that earmark does not know, or a list of tracks came beside the files",
        confidence=0.9,
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask what it is."""
    (stem,) = finding.stems
    yield Option(
        AskTheBand(stem, f"which part is {stem}?"),
        "ask which part it is",
        "every part is known by its name, and its role by earmark",
        "a message and a wait; listening to it may be quicker",
    )


def example() -> tuple[Session, Session]:
    """Two stems, of which one is called as a DAW calls it; and two that say what they are."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    return scenes.session(8_000, bass=tone, Audio_14=tone), scenes.session(8_000, bass=tone, kazoo=tone)
