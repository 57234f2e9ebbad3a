"""The report as SARIF 2.1.0 (OASIS, 2020): what code scanners write and what review tools read.

fault, question and note are its error, warning and note. A stem is an artifact and a logical location; where in time,
which SARIF has no word for in sound, is in the message and under `properties`. An answered finding is suppressed by
an accepted external suppression. What was not listened for is a notification, never an empty result.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_from_bytes

from earmark import __version__
from earmark.model import Clips, Finding, NotListenedFor, Session, Severity, SoundFile, Stem
from earmark.printable import encodable
from earmark.reports.document import plain
from earmark.reports.numbers import place
from earmark.reports.report import Listened, Report, is_open

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS: Mapping[Severity, str] = {"fault": "error", "question": "warning", "note": "note"}
ROOT = "SESSION"


def as_sarif(reports: Iterable[Report]) -> str:
    """All reports, each as one run."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run(report) for report in reports]}
    return json.dumps(log, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def run(report: Report) -> dict[str, Any]:
    """One session."""
    rules = rules_of(report)
    indices = {rule["id"]: index for index, rule in enumerate(rules)}
    invocation = {
        "executionSuccessful": True,
        "toolConfigurationNotifications": [silent(each, indices) for each in report.not_listened_for],
    }
    made = {
        "tool": {"driver": {"name": "earmark", "version": __version__, "rules": rules}},
        "automationDetails": {"id": f"earmark/{report.stage}/"},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [result(finding, report.session, indices) for finding in report.findings],
        "properties": {"session": encodable(report.session.name), "stage": report.stage},
    }
    folder = folder_of(report.session)
    return made | ({"originalUriBaseIds": {ROOT: {"uri": f"file://{uri(folder)}/"}}} if folder else {})


def rules_of(report: Report) -> list[dict[str, Any]]:
    """Every rule that listened, and those that kept silent, by code."""
    listened = {rule.code: heard(rule) for rule in report.listened_for}
    others = {each.code: {"id": each.code, "name": each.name} for each in report.not_listened_for}
    found = {each.code: {"id": each.code, "name": each.name} for each in report.findings}
    return [rule for _, rule in sorted((found | others | listened).items())]


def heard(rule: Listened) -> dict[str, Any]:
    """A rule that listened; its level is the gravest it ever gives."""
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "defaultConfiguration": {"level": LEVELS[rule.ceiling]},
    }


def silent(each: NotListenedFor, indices: Mapping[str, int]) -> dict[str, Any]:
    """A rule that kept silent."""
    return {
        "level": "note",
        "message": {"text": f"{each.name} was not listened for: {encodable(each.because)}"},
        "associatedRule": {"id": each.code, "index": indices[each.code]},
    }


def result(finding: Finding, session: Session, indices: Mapping[str, int]) -> dict[str, Any]:
    """One finding. `rank` is how sure earmark is, 0 to 100."""
    at = f"{place(finding.start_s, finding.end_s)}: " if finding.start_s is not None else ""
    made = {
        "ruleId": finding.code,
        "ruleIndex": indices[finding.code],
        "level": LEVELS[finding.severity],
        "message": {"text": f"{at}{encodable(finding.message)} (doubt: {encodable(finding.doubt)})"},
        "locations": [location(name, session) for name in finding.stems],
        "partialFingerprints": {"earmark/1": finding.id},
        "rank": plain(round(100.0 * finding.confidence, 1)),
        "properties": numbers(finding),
    }
    if is_open(finding):
        return made
    reason = {"kind": "external", "status": "accepted", "justification": f"answered: {finding.answered}"}
    return made | {"suppressions": [reason]}


def numbers(finding: Finding) -> dict[str, Any]:
    """What was measured, and where."""
    told = {
        "card": finding.card,
        "value": finding.value,
        "unit": finding.unit,
        "threshold": finding.threshold,
        "start_s": finding.start_s,
        "end_s": finding.end_s,
        "band_hz": finding.band_hz,
        "evidence": finding.evidence,
    }
    return {name: plain(value) for name, value in told.items()}


def location(name: str, session: Session) -> dict[str, Any]:
    """A stem, by its name and, where it is a file, by that."""
    named = {"name": encodable(name), "fullyQualifiedName": encodable(f"{session.name}/{name}"), "kind": "stem"}
    stems = {stem.name: stem for stem in (*session.stems, *([session.mix] if session.mix else []))}
    path = path_of(stems.get(name))
    if path is None:
        return {"logicalLocations": [named]}
    return {"logicalLocations": [named], "physicalLocation": {"artifactLocation": artifact(path, folder_of(session))}}


def path_of(stem: Stem | None) -> Path | None:
    """The file of a stem, or the first that a track plays."""
    match stem.source if stem else None:
        case SoundFile(path=path):
            return path
        case Clips(clips=clips) if clips:
            return clips[0].path
    return None


def folder_of(session: Session) -> Path | None:
    """What the files are told relative to."""
    if session.path is None:
        return None
    whole = Path(os.path.abspath(session.path))
    return whole if whole.is_dir() else whole.parent


def artifact(path: Path, folder: Path | None) -> dict[str, str]:
    """A file, below the session's folder where it lies there."""
    whole = Path(os.path.abspath(path))
    if folder is not None and whole.is_relative_to(folder):
        return {"uri": uri(whole.relative_to(folder)), "uriBaseId": ROOT}
    return {"uri": f"file://{uri(whole)}"}


def uri(path: Path) -> str:
    """A path as it stands in a URI, whatever its bytes are."""
    return quote_from_bytes(os.fsencode(path.as_posix()))
