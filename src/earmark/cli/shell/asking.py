"""After the report: card by card, each answer on disk before the next card is shown."""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.printable import printable

if TYPE_CHECKING:
    from earmark.ledger import Ledger, Place
    from earmark.model import Card, Session
    from earmark.reports.report import Report


def ask_about(report: Report, state: Path | None) -> Report:
    """Ask on stderr, for stdout is the report alone; the report comes back with what was answered."""
    from earmark.ledger import Ledger, place_of
    from earmark.surfaces import terminal

    place = place_of(report.session, state)
    with Ledger.at(place) as ledger:
        answers = terminal.ask(
            report.open_cards(),
            ledger.record,
            hear=partial(hear, report.session, place),
            undo=ledger.undo,
            out=sys.stderr,
            short_ids=dict(report.short_ids),
        )
        for _ in answers:
            pass
        return answered(report, ledger)


def hear(session: Session, place: Place, card: Card) -> None:
    """Write what the card's first option would change as sound, name the files, play the place as it is."""
    from earmark.auditions import audition, played, write_files

    heard = audition(session, card, card.worst, cache=place.cache)
    files = write_files(heard, place.hear, f"{card.worst.id}-{heard.option}")
    for file in files.values():
        print(f"  {printable(str(file))}", file=sys.stderr)
    played(files["a"])


def answered(report: Report, ledger: Ledger) -> Report:
    """The report with the answers that now stand; one set aside in earmark.toml stays so."""
    given = {id: kept.decision.answer for kept in ledger.answers() for id in kept.ids}
    findings = tuple(replace(each, answered=given.get(each.id, each.answered)) for each in report.findings)
    return replace(report, findings=findings)
