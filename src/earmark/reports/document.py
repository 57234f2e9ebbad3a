"""The report as `earmark/report/1`: typed, so that docs/report.schema.json is built from what is written."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from earmark import __version__
from earmark.model import (
    Answer,
    Balance,
    Card,
    Clips,
    Finding,
    Option,
    Samples,
    Session,
    Severity,
    SoundFile,
    Stage,
    Stem,
)
from earmark.printable import encodable
from earmark.reports.report import Report

SCHEMA: Literal["earmark/report/1"] = "earmark/report/1"


class MarkerRow(msgspec.Struct, frozen=True):
    """A point that the engineer has named."""

    name: str
    at_s: float


class SectionRow(msgspec.Struct, frozen=True):
    """A named part of the song."""

    name: str
    start_s: float
    end_s: float


class StemRow(msgspec.Struct, frozen=True):
    """One stem as it was read."""

    name: str
    file: str | None
    role: str
    role_confirmed: bool
    start_s: float
    duration_s: float
    channels: int
    sample_rate_hz: int | None


class SessionRow(msgspec.Struct, frozen=True):
    """The session as it was read."""

    name: str
    path: str | None
    kind: str
    sample_rate_hz: int | None
    balance: Balance
    mix: str | None
    sections: list[SectionRow]
    markers: list[MarkerRow]
    stems: list[StemRow]
    remarks: list[str]


class SilentRow(msgspec.Struct, frozen=True):
    """A rule that kept silent."""

    code: str
    name: str
    because: str


class FindingRow(msgspec.Struct, frozen=True):
    """One place to listen."""

    id: str
    code: str
    name: str
    severity: Severity
    card: str
    stems: list[str]
    start_s: float | None
    end_s: float | None
    band_hz: tuple[float, float] | None
    value: float
    unit: str
    threshold: float | None
    confidence: float
    message: str
    doubt: str
    evidence: dict[str, Any]
    answered: Answer | None


class OptionRow(msgspec.Struct, frozen=True):
    """One thing that could be done; `target` is the stem it is about."""

    id: str
    option: int
    action: str
    target: str | None
    text: str
    gain_text: str
    cost_text: str
    curve: list[tuple[float, float]] | None


class SuggestionRow(msgspec.Struct, frozen=True):
    """The options of one card; the last is to leave it."""

    id: str
    options: list[OptionRow]


class CardRow(msgspec.Struct, frozen=True):
    """One cause, as the human is asked about it."""

    id: str
    title: str
    stems: list[str]
    findings: list[str]
    suggestion: SuggestionRow


class Document(msgspec.Struct, frozen=True):
    """The whole report."""

    schema: Literal["earmark/report/1"]
    earmark: str
    stage: Stage
    stage_because: str
    session: SessionRow
    not_listened_for: list[SilentRow]
    findings: list[FindingRow]
    cards: list[CardRow]
    measurements: dict[str, dict[str, float | None]]


def as_json(report: Report, *, indent: int = 1) -> str:
    """The report as text; `indent` 0 puts it on one line."""
    encoded = msgspec.json.encode(document(report))
    if indent:
        encoded = msgspec.json.format(encoded, indent=indent)
    return encoded.decode("utf-8") + "\n"


def schema() -> dict[str, Any]:
    """The JSON Schema of what `as_json` writes; docs/report.schema.json is this."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": SCHEMA,
        **msgspec.json.schema(Document),
    }


def document(report: Report) -> Document:
    """The report, typed, and with every name encodable."""
    return Document(
        schema=SCHEMA,
        earmark=__version__,
        stage=report.stage,
        stage_because=report.stage_because,
        session=session_row(report.session, report.remarks),
        not_listened_for=[
            SilentRow(silent.code, silent.name, encodable(silent.because)) for silent in report.not_listened_for
        ],
        findings=[finding_row(finding) for finding in report.findings],
        cards=[card_row(card) for card in report.cards],
        measurements={encodable(stem): plain(numbers) for stem, numbers in report.measurements.items()},
    )


def session_row(session: Session, remarks: Sequence[str]) -> SessionRow:
    """How the session was read."""
    return SessionRow(
        name=encodable(session.name),
        path=written(session.path),
        kind=session.kind,
        sample_rate_hz=session.rate_hz,
        balance=session.balance,
        mix=file_of(session.mix) if session.mix else None,
        sections=[SectionRow(encodable(part.name), part.start_s, part.end_s) for part in session.sections],
        markers=[MarkerRow(encodable(marker.name), marker.at_s) for marker in session.markers],
        stems=[stem_row(stem) for stem in session.stems],
        remarks=[encodable(remark) for remark in remarks],
    )


def stem_row(stem: Stem) -> StemRow:
    """How one stem was read."""
    facts = stem.known
    return StemRow(
        name=encodable(stem.name),
        file=file_of(stem),
        role=stem.role,
        role_confirmed=stem.role_confirmed,
        start_s=stem.start_s,
        duration_s=facts.duration_s,
        channels=facts.channels,
        sample_rate_hz=facts.rate_hz or None,
    )


def file_of(stem: Stem) -> str | None:
    """The file a stem is, or the first that a track plays; none for sound in memory."""
    match stem.source:
        case SoundFile(path=path):
            return written(path)
        case Clips(clips=clips) if clips:
            return written(clips[0].path)
        case Clips() | Samples():
            return None


def written(path: Path | None) -> str | None:
    """A path as text."""
    return None if path is None else encodable(str(path))


def finding_row(finding: Finding) -> FindingRow:
    """One finding, every number finite or null."""
    return FindingRow(
        id=finding.id,
        code=finding.code,
        name=finding.name,
        severity=finding.severity,
        card=finding.card,
        stems=[encodable(stem) for stem in finding.stems],
        start_s=finding.start_s,
        end_s=finding.end_s,
        band_hz=finding.band_hz,
        value=plain(finding.value),
        unit=finding.unit,
        threshold=plain(finding.threshold),
        confidence=plain(finding.confidence),
        message=encodable(finding.message),
        doubt=encodable(finding.doubt),
        evidence=plain(finding.evidence),
        answered=finding.answered,
    )


def card_row(card: Card) -> CardRow:
    """One card with its options."""
    options = [option_row(card, number, option) for number, option in enumerate(card.suggestion.options, start=1)]
    return CardRow(
        id=card.id,
        title=encodable(card.title),
        stems=[encodable(stem) for stem in card.stems],
        findings=[finding.id for finding in card.findings],
        suggestion=SuggestionRow(card.suggestion.id, options),
    )


def option_row(card: Card, number: int, option: Option) -> OptionRow:
    """One option, by the number that `decide --option` takes."""
    target = getattr(option.action, "stem", None)
    return OptionRow(
        id=f"{card.suggestion.id}.{number}",
        option=number,
        action=type(option.action).__name__,
        target=encodable(target) if target else None,
        text=encodable(option.text),
        gain_text=encodable(option.gain_text),
        cost_text=encodable(option.cost_text),
        curve=None if option.curve is None else [(float(at_s), float(db)) for at_s, db in option.curve],
    )


def plain(value: Any) -> Any:
    """A value as JSON has it: encodable text, numbers of Python's own kinds, null for what is not finite."""
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, Mapping):
        return {encodable(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if hasattr(value, "item"):  # a number that numpy has kept
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
