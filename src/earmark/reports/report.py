"""What one run of the line has to say about one session: the noun that every report is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import StemFeature
from earmark.model import SEVERITIES, Card, Finding, NotListenedFor, Session, Severity, Stage
from earmark.rules.catalogue import LoadedRule

Numbers = Mapping[str, float | None]


@dataclass(frozen=True, slots=True)
class Listened:
    """A rule that listened, whether or not it found anything; `per_stem`: to each stem by itself."""

    code: str
    name: str
    summary: str
    ceiling: Severity
    per_stem: bool

    @classmethod
    def of(cls, loaded: LoadedRule) -> Listened:
        """What a report needs to know of a rule."""
        per_stem = issubclass(loaded.feature, StemFeature)
        return cls(loaded.code, loaded.name, loaded.summary(), loaded.rule.ceiling, per_stem)


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in order of codes, cards in listening order, and what nobody listened for."""

    session: Session
    stage: Stage
    stage_because: str  # "asked for", or what it was guessed from
    findings: tuple[Finding, ...] = ()
    cards: tuple[Card, ...] = ()
    not_listened_for: tuple[NotListenedFor, ...] = ()
    measurements: Mapping[str, Numbers] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    short_ids: Mapping[str, str] = field(default_factory=dict)  # what a person types for each id
    set_aside: int = 0  # findings that an [[ignore]] of earmark.toml answers
    listened_for: tuple[Listened, ...] = ()
    envelopes: Mapping[str, StemEnvelope] = field(default_factory=dict)  # by stem, of those that could be read

    def open_findings(self) -> tuple[Finding, ...]:
        """Those that wait for an answer."""
        return tuple(finding for finding in self.findings if is_open(finding))

    def open_cards(self) -> tuple[Card, ...]:
        """Cards with something on them that waits for an answer."""
        return tuple(card for card in self.cards if any(is_open(finding) for finding in card.findings))

    def remains(self, at_least: Severity) -> bool:
        """Whether something as grave as this waits for an answer."""
        floor = SEVERITIES.index(at_least)
        return any(SEVERITIES.index(finding.severity) >= floor for finding in self.open_findings())


def is_open(finding: Finding) -> bool:
    """Whether it waits for an answer; "later" is a promise of one."""
    return finding.answered in (None, "later")
