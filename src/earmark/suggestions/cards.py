"""Findings become cards: grouped by cause, given their options, put in listening order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace

from earmark.model import SEVERITIES, Card, Finding, Session, Suggestion
from earmark.suggestions.listening_order import listening_order
from earmark.suggestions.options import options_of

KIT = frozenset({"kick", "snare", "toms", "hihat", "overheads", "room", "drums", "percussion"})
PACK_FAMILIES = ("FI", "PK")
PER_STEM = frozenset({"NO14"})  # a curve for each drum: each is answered by itself
PLACES_SHOWN = 3


def gather(findings: Sequence[Finding], session: Session) -> tuple[Card, ...]:
    """The cards of a session in listening order, `c1` first; every finding is on exactly one, worst first."""
    roles = {stem.name: stem.role for stem in session.stems}
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault(cause(finding, roles), []).append(finding)
    cards = listening_order([card(key, group) for key, group in groups.items()], session)
    return tuple(named(each, f"c{count}") for count, each in enumerate(cards, start=1))


def cause(finding: Finding, roles: dict[str, str]) -> tuple[str, ...]:
    """What belongs on one card: the rule and its stems, or the whole kit, or the whole pack."""
    if finding.code.startswith(PACK_FAMILIES):
        return (finding.code, "pack")
    if finding.stems and finding.code not in PER_STEM and all(roles.get(stem) in KIT for stem in finding.stems):
        return (finding.code, "kit")
    return (finding.code, "stems", *finding.stems)


def card(key: tuple[str, ...], group: Iterable[Finding]) -> Card:
    """One card, without its place in the order."""
    findings = tuple(sorted(group, key=gravity))
    stems = tuple(dict.fromkeys(stem for finding in findings for stem in finding.stems))
    suggestion = Suggestion(
        suggestion_id(key, stems), options_of(findings[: PLACES_SHOWN if key[1] == "pack" else None])
    )
    return Card("", title(key, stems, findings), stems, findings, suggestion)


def gravity(finding: Finding) -> tuple[int, float, float]:
    """Sorts the gravest first, then the surest, then the earliest."""
    return -SEVERITIES.index(finding.severity), -finding.confidence, finding.start_s or 0.0


def title(key: tuple[str, ...], stems: Sequence[str], findings: Sequence[Finding]) -> str:
    """Whose card it is and what for: `vox sibilance ×41`."""
    what = findings[0].name.replace("-", " ")
    whose = " / ".join(stems) if len(stems) <= 2 else f"{len(stems)} stems" if key[1] != "kit" else "drums"
    count = f" ×{len(findings)}" if len(findings) > 1 else ""
    return f"{whose} {what}{count}".strip()


def suggestion_id(key: tuple[str, ...], stems: Sequence[str]) -> str:
    """The same for the same cause on the same stems, in every run."""
    said = "\x1f".join([key[0], key[1], *sorted(stems)])
    return "s" + hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def named(unnamed: Card, name: str) -> Card:
    """The card under its name, which its findings carry too."""
    return replace(unnamed, id=name, findings=tuple(replace(finding, card=name) for finding in unnamed.findings))
