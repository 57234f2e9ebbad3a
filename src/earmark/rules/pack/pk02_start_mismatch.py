"""Stems that do not start together, or of which nobody can say where they start.

Hears
    Time stamps (BWF) that contradict each other: some files have one and others not, or they differ although all files
    are equally long. A stem that sounds from its first 50 ms on and is shorter than the others, while all of
    them begin with silence. A pack in which every file sounds at once and no lengths agree.
Matters
    A stem trimmed to its own first note plays early from the first bar to the last, and no two players are together.
Fine
    Stems with stamps that agree: they are placed by them. A part that comes in later behind silence of its own. A
    shorter part that begins with silence like the rest.
Misses
    A stem that was shifted inside files of equal length.
Try
    Ask for an export of all tracks from one common start; or lay the stem against the drums by ear.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.actions import AskTheBand, Nudge
from earmark.features.edges import PackEdges, StemEdges
from earmark.model import Finding, Option, Session, Stem
from earmark.rules.rule import Rule

RULE = Rule(
    code="PK02",
    name="start-mismatch",
    since="0.1",
    ceiling="question",
    stages=frozenset({"intake", "mix", "print"}),
    worse_by=None,
)
SHORTER_S = 0.08  # as the padding of lossy codecs, see PK01
SAMPLES_APART = 1.5  # stamps that differ by no more are one place, rounded


def check(
    pack: PackEdges,
    *,
    sounds_within_s: float = 0.05,  # of its start; house default
    threshold_s: float = 0.5,  # of silence before each of the others; house default
) -> Iterator[Finding]:
    """A question about stamps that contradict each other, or about one stem; a note on a pack without any order."""
    if pack.session.kind not in ("folder", "memory") or len(pack.edges) < 2:
        return
    stamped = [edges for edges in pack.edges if edges.stem.known.time_reference_samples is not None]
    if stamped and stamps_differ([edges.stem for edges in stamped]):
        if not any(edges.stem.start_s for edges in pack.edges):  # stamps that agree have placed the stems
            yield contradicting(pack, [edges.stem for edges in stamped])
        return
    if pack.common_end_s is None:
        yield from no_order(pack, sounds_within_s)
        return
    for edges in pack.edges:
        if trimmed(pack, edges, sounds_within_s, threshold_s):
            yield starts_at_once(pack, edges, threshold_s)


def stamp_s(stem: Stem) -> float:
    """Seconds since midnight."""
    return (stem.known.time_reference_samples or 0) / stem.known.rate_hz


def stamps_differ(stems: Sequence[Stem]) -> bool:
    """Whether the stamps are of more than one moment."""
    stamps = [stamp_s(stem) for stem in stems]
    return max(stamps) - min(stamps) > SAMPLES_APART / min(stem.known.rate_hz for stem in stems)


def contradicting(pack: PackEdges, stamped: Sequence[Stem]) -> Finding:
    """The finding for stamps that were not followed."""
    stamps = [stamp_s(stem) for stem in stamped]
    spread_s = max(stamps) - min(stamps)
    of = len(pack.edges)
    why = (
        "although the files are equally long"
        if len(stamped) == of
        else f"and {of - len(stamped)} of {of} files have none"
    )
    return RULE.finding(
        "question",
        tuple(stem.name for stem in stamped),
        round(spread_s, 4),
        "s",
        f"the time stamps of {len(stamped)} stems lie {spread_s:.2f} s apart, {why}; all are taken to start together",
        "stamps may be left over from the recording while the files were exported from one start",
        confidence=0.7,
        evidence={"stamps_s": {stem.name: round(stamp_s(stem), 4) for stem in stamped}, "files": of},
    )


def at_once(edges: StemEdges, within_s: float) -> bool:
    """Whether the stem sounds as soon as it starts."""
    return edges.first_sound_s is not None and edges.first_sound_s <= within_s


def trimmed(pack: PackEdges, edges: StemEdges, within_s: float, silent_s: float) -> bool:
    """Whether this stem starts with its own first note, and none of those that end together does."""
    assert pack.common_end_s is not None
    others = [other for other in pack.edges if other is not edges and not shorter(pack, other)]
    begun = [other.first_sound_s for other in others if other.first_sound_s is not None]
    return at_once(edges, within_s) and shorter(pack, edges) and len(begun) > 1 and min(begun) >= silent_s + within_s


def shorter(pack: PackEdges, edges: StemEdges) -> bool:
    """Whether the stem ends before most do."""
    return pack.common_end_s is not None and pack.common_end_s - edges.stem.known.duration_s > SHORTER_S


def starts_at_once(pack: PackEdges, edges: StemEdges, threshold_s: float) -> Finding:
    """The finding for one stem."""
    assert pack.common_end_s is not None
    stem = edges.stem
    missing_s = pack.common_end_s - stem.known.duration_s
    others = [other.first_sound_s or 0.0 for other in pack.edges if other is not edges and not shorter(pack, other)]
    return RULE.finding(
        "question",
        (stem.name,),
        round(missing_s, 4),
        "s",
        f"{stem.name} sounds from its first moment on, and is {missing_s:.2f} s shorter than the others, which begin "
        f"with {min(others):.2f} s of silence at least: it may start from its own first note",
        "it may come in alone at the very start, and end earlier",
        confidence=0.8,
        threshold=threshold_s,
        evidence={"shorter_s": round(missing_s, 4), "others_first_sound_s": round(min(others), 2)},
    )


def no_order(pack: PackEdges, within_s: float) -> Iterator[Finding]:
    """A note where every file begins with sound and no lengths agree."""
    ends = [edges.stem.known.duration_s for edges in pack.edges]
    if len(pack.edges) < 3 or not all(at_once(edges, within_s) for edges in pack.edges):
        return
    yield RULE.finding(
        "note",
        tuple(edges.stem.name for edges in pack.edges),
        round(max(ends) - min(ends), 4),
        "s",
        f"all {len(ends)} files begin with sound, and their lengths differ by up to {max(ends) - min(ends):.2f} s: "
        "nothing says where each belongs",
        "files that are no parts of one song, or that all begin on the first beat, look like this",
        confidence=0.6,
        evidence={"lengths_s": {edges.stem.name: round(edges.stem.known.duration_s, 4) for edges in pack.edges}},
    )


def suggest(finding: Finding) -> Iterator[Option]:
    """Ask for one start; or move the stem by what it lacks."""
    stem = finding.stems[0]
    yield Option(
        AskTheBand(stem, "can you export all tracks again from one common start, silence included?"),
        "ask for an export from one common start",
        "every part is where it was played",
        "a message and a wait",
    )
    if "shorter_s" in finding.evidence:
        yield Option(
            Nudge(stem, finding.value),
            f"if its end is whole: move {stem} {finding.value:.2f} s later, so that it ends with the others",
            "in time again, to the sample, if only its beginning was trimmed",
            "out of time by as much if its end was trimmed too: listen against the drums",
        )


def example() -> tuple[Session, Session]:
    """Three stems that begin with silence and one that lost it; and four that have it."""
    rate_hz = 8_000
    at_s = np.arange(3 * rate_hz) / rate_hz
    note = 0.2 * np.sin(2 * np.pi * 220.0 * at_s) * (at_s >= 1.0)
    whole = scenes.session(rate_hz, drums=note, keys=0.5 * note, vox=0.7 * note, bass=note)
    trimmed_bass = scenes.session(rate_hz, bass=note[rate_hz:]).stems
    return replace(whole, stems=(*whole.stems[:3], *trimmed_bass)), whole
