"""A pack of stems without the band's own mix.

Hears
    A folder of three stems or more, exported together, and no file among them that is called a mix.
Matters
    The rough mix says what the band is used to: balance, effects, which takes are meant, how the song ends. With it
    earmark knows the balance, and can say whether the stems sum to it.
Fine
    A mix that came another way, or a song that never had one.
Misses
    A mix whose name does not say so: name it with --mix FILE.
Try
    Ask for a bounce of the session as the band last heard it, without a limiter if there is a choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand
from earmark.features.feature import PackHeaders
from earmark.features.one_pack import common_end_s
from earmark.model import Finding, Option, Session
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK11",
    name="no-rough-mix",
    since="0.1",
    ceiling="note",
    stages=frozenset({"intake"}),
    worse_by=None,
)


def check(pack: PackHeaders, *, threshold: int = 3) -> Iterator[Finding]:
    """One note for the pack; from three stems on, house default: two files may be anything."""
    session = pack.session
    stems = [stem for stem in session.stems if stem.known.frames]
    mixed = session.mix is not None or any(stem.role == "mix" for stem in session.stems)
    if mixed or session.kind != "folder" or len(stems) < threshold or common_end_s(stems) is None:
        return
    yield RULE.finding(
        "note",
        tuple(stem.name for stem in stems),
        float(len(stems)),
        "stems",
        f"{len(stems)} stems, and no mix of them to hear what was meant",
        "the mix may have come another way, or under a name that does not say so",
        confidence=0.9,
        threshold=float(threshold),
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for it."""
    yield Option(
        AskTheBand(finding.stems[0], "can you send a rough mix, as you last heard it, beside the stems?"),
        "ask for a rough mix",
        "the balance that the band knows, and a check that nothing is missing from the stems",
        "a message and a wait; it may pull the mix towards what was there",
    )


def example() -> tuple[Session, Session]:
    """Three stems in a folder; and the same three with a mix."""
    tone = 0.1 * np.sin(2 * np.pi * 220.0 * np.arange(8_000) / 8_000)
    alone = scenes.session(8_000, bass=tone, keys=tone, vox=tone)
    mixed = scenes.session(8_000, mix=3 * tone, bass=tone, keys=tone, vox=tone)
    return replace(alone, kind="folder"), replace(mixed, kind="folder")
