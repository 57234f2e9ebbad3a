"""After the report: card by card, each answer on disk before the next card is shown."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from earmark.ledger import Ledger
    from earmark.reports.report import Report


def ask_about(report: Report, state: Path | None) -> Report:
    """Ask on stderr, for stdout is the report alone; the report comes back with what was answered."""
    from earmark.ledger import Ledger, place_of
    from earmark.surfaces import terminal

    with Ledger.at(place_of(report.session, state)) as ledger:
        cards = report.open_cards()
        answers = terminal.ask(cards, ledger.record, undo=ledger.undo, out=sys.stderr, short_ids=dict(report.short_ids))
        for _ in answers:
            pass
        return answered(report, ledger)


def answered(report: Report, ledger: Ledger) -> Report:
    """The report with the answers that now stand; one set aside in earmark.toml stays so."""
    given = {id: kept.decision.answer for kept in ledger.answers() for id in kept.ids}
    findings = tuple(replace(each, answered=given.get(each.id, each.answered)) for each in report.findings)
    return replace(report, findings=findings)
