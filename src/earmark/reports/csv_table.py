"""The findings as a table: one row each, the same columns in the same order for good, new ones only at the end.

UTF-8, commas, quotes where they are needed, one line break per row: names and sentences are put on one line. An empty
cell is a number that does not exist. A text that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from earmark.model import Finding
from earmark.printable import printable
from earmark.reports.report import Report

COLUMNS = (
    "session",
    "stage",
    "id",
    "card",
    "code",
    "name",
    "severity",
    "answered",
    "stems",
    "start_s",
    "end_s",
    "low_hz",
    "high_hz",
    "value",
    "unit",
    "threshold",
    "confidence",
    "message",
    "doubt",
)
FORMULAS = ("=", "+", "-", "@")
BETWEEN_STEMS = "; "


def as_csv(reports: Iterable[Report]) -> str:
    """All findings of all reports under one heading."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for report in reports:
        table.writerows(row(report, finding) for finding in report.findings)
    return text.getvalue()


def row(report: Report, finding: Finding) -> Sequence[str | float | None]:
    """One finding, in the order of `COLUMNS`."""
    low_hz, high_hz = finding.band_hz or (None, None)
    return (
        words(report.session.name),
        report.stage,
        finding.id,
        finding.card,
        finding.code,
        finding.name,
        finding.severity,
        finding.answered,
        words(BETWEEN_STEMS.join(finding.stems)),
        rounded(finding.start_s),
        rounded(finding.end_s),
        rounded(low_hz),
        rounded(high_hz),
        rounded(finding.value),
        finding.unit,
        rounded(finding.threshold),
        rounded(finding.confidence),
        words(finding.message),
        words(finding.doubt),
    )


def words(text: str) -> str:
    """A text on one line that stays a text, whoever opens the table."""
    line = printable(text)
    return f"'{line}" if line.startswith(FORMULAS) else line


def rounded(number: float | None) -> float | None:
    """To the millionth; none for what is not finite."""
    if number is None or number != number or abs(number) == float("inf"):
        return None
    return round(float(number), 6)
