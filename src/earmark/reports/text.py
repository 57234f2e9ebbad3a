"""The report as a person reads it, in listening order: three places in full, the rest a line each.

Written as lines of styled pieces; `plain` drops the styles, `styled` hands them to rich. No markup is
parsed anywhere, so a stem may be called `[bold]` and stays that.
"""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, TextIO

from earmark.model import SEVERITIES, Card, Finding, NotListenedFor, Option, Session
from earmark.printable import printable
from earmark.reports.numbers import counted, length, number, place, rate
from earmark.reports.report import Report, is_open

IN_FULL = 3
PLACES = 3
NAMED = 8  # more silent rules than this for one reason are counted, not named
WIDTH = 80
WIDEST = 100  # beyond this, lines are hard to read
STYLES = {"fault": "bold red", "question": "bold yellow", "note": "cyan", "title": "bold", "quiet": "dim", "": ""}
INDENT = 6


class Piece(NamedTuple):
    """A stretch of a line in one style."""

    text: str
    style: str = ""


Line = tuple[Piece, ...]


def plain(report: Report, width: int = WIDTH) -> str:
    """The report without a single escape."""
    return "".join("".join(piece.text for piece in line) + "\n" for line in lines(report, width))


def styled(report: Report, stream: TextIO, width: int = WIDTH) -> None:
    """The report on a terminal, in the terminal's own colours."""
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True)
    for line in lines(report, min(width, WIDEST)):
        console.print(Text.assemble(*((piece.text, STYLES[piece.style]) for piece in line)))


def lines(report: Report, width: int = WIDTH) -> Iterator[Line]:
    """The whole report."""
    yield from how_it_was_read(report, width)
    yield ()
    yield from places_to_listen(report, width)
    yield from answered_before(report, width)
    yield from not_listened_for(report, width)


def how_it_was_read(report: Report, width: int) -> Iterator[Line]:
    """What the session is taken for; first, since everything below hangs on it."""
    session = report.session
    facts = [counted(len(session.stems), "stem") + (f" and {printable(session.mix.name)}" if session.mix else "")]
    facts += [rate(session.rate_hz)] if session.rate_hz else []
    facts += [length(end_of(session))] if end_of(session) else []
    yield Piece(printable(session.name), "title"), Piece(f"  {', '.join(facts)}")
    yield from wrapped(f"stage {report.stage}, {report.stage_because}", width, 0, "quiet")
    for remark in report.remarks:
        yield from wrapped(printable(remark), width, 0, "quiet")


def end_of(session: Session) -> float:
    """Where the last stem ends."""
    return max((stem.start_s + stem.known.duration_s for stem in session.stems), default=0.0)


def places_to_listen(report: Report, width: int) -> Iterator[Line]:
    """The cards that wait for an answer."""
    cards = report.open_cards()
    if not cards:
        yield (Piece(f"nothing to ask at stage {report.stage}", "title"),)
        return
    for card in cards[:IN_FULL]:
        yield from in_full(card, report.short_ids, width)
        yield ()
    if cards[IN_FULL:]:
        yield (Piece("then", "quiet"),)
        yield from (line for card in cards[IN_FULL:] for line in in_one_line(card, report.short_ids, width))
        yield ()
    first = report.short_ids[shown_of(cards[0]).id]
    yield (Piece(summary(cards), "title"),)
    yield from wrapped(f"to hear one: earmark hear {first}", width, 0, "quiet")
    answers = "accept, decline, on-purpose or later"
    yield from wrapped(f"to answer: earmark decide {first} {answers}", width, 0, "quiet")
    if not stands_in(report.session):
        # not wrapped: it is there to be copied
        yield (Piece(f"from here both need --session {printable(shlex.quote(str(report.session.path)))}", "quiet"),)


def stands_in(session: Session) -> bool:
    """Whether a command given here would find this session by itself."""
    if session.path is None:
        return True
    folder = session.path if session.path.is_dir() else session.path.parent
    return Path.cwd().is_relative_to(folder.absolute())


def shown_of(card: Card) -> Finding:
    """The gravest open finding of a card: the one that speaks for it."""
    return max(filter(is_open, card.findings), key=gravity)


def gravity(finding: Finding) -> tuple[int, float, float]:
    """Sorts the gravest last; among equals the surest, then the earliest."""
    return SEVERITIES.index(finding.severity), finding.confidence, -(finding.start_s or 0.0)


def in_full(card: Card, short: Mapping[str, str], width: int) -> Iterator[Line]:
    """Title, number, place, what was heard, what would make it otherwise, what could be done."""
    finding = shown_of(card)
    yield heading(finding, short, printable(card.title))
    yield from wrapped(measured(finding) + places(card), width, INDENT)
    for message in messages(card):
        yield from wrapped(printable(message), width, INDENT)
    yield from wrapped(f"doubt: {printable(finding.doubt)}", width, INDENT, "quiet")
    for count, option in enumerate(card.suggestion.options, start=1):
        yield from wrapped(f"{count}. {printable(offered(card, option))}", width, INDENT, hang=3)
        for sign, told in (("+", option.gain_text), ("-", option.cost_text)):
            if told:
                yield from wrapped(f"{sign} {printable(told)}", width, INDENT + 3, "quiet", hang=2)


def offered(card: Card, option: Option) -> str:
    """What could be done, and on which stem where the card is about several."""
    stem = getattr(option.action, "stem", None)
    named = stem is None or len(card.stems) < 2 or stem in option.text
    return option.text if named else f"{stem}: {option.text}"


def messages(card: Card) -> list[str]:
    """What was heard, once per stem: a card for the whole pack speaks of several."""
    waiting = sorted(filter(is_open, card.findings), key=gravity, reverse=True)
    by_stems = {finding.stems: finding.message for finding in reversed(waiting)}
    told = [by_stems[stems] for stems in dict.fromkeys(finding.stems for finding in waiting)]
    return told[:PLACES] + ([f"and {len(told) - PLACES} more"] if len(told) > PLACES else [])


def in_one_line(card: Card, short: Mapping[str, str], width: int) -> Iterator[Line]:
    """Title, number and place."""
    finding = shown_of(card)
    head = heading(finding, short, printable(card.title))
    rest = f"  {measured(finding)}{places(card)}"
    if sum(len(piece.text) for piece in head) + len(rest) <= width:
        yield (*head, Piece(rest))
    else:
        yield head
        yield from wrapped(rest.strip(), width, INDENT)


def heading(finding: Finding, short: Mapping[str, str], title: str) -> Line:
    """Id, severity and title, in columns."""
    return (
        Piece(f"{short[finding.id]:<6}", "quiet"),
        Piece(f"{finding.severity:<10}", finding.severity),
        Piece(title, "title"),
    )


def measured(finding: Finding) -> str:
    """The number that stands behind a finding, and what it is held against where that reads otherwise."""
    value, held = number(finding.value), "" if finding.threshold is None else number(finding.threshold)
    return f"{value} {finding.unit}{f' (against {held})' if held not in ('', value) else ''}"


def places(card: Card) -> str:
    """Where to put the playhead: the first of the gravest places, in song order."""
    waiting = [finding for finding in card.findings if is_open(finding) and finding.start_s is not None]
    waiting.sort(key=gravity, reverse=True)
    chosen = sorted(waiting[:PLACES], key=lambda f: f.start_s or 0.0)
    more = f" and {len(waiting) - PLACES} more" if len(waiting) > PLACES else ""
    return f" at {', '.join(place(f.start_s, f.end_s) for f in chosen)}{more}" if chosen else ""


def summary(cards: Iterable[Card]) -> str:
    """How many of each severity wait."""
    heard = [shown_of(card).severity for card in cards]
    parts = [counted(heard.count(severity), severity) for severity in reversed(SEVERITIES) if severity in heard]
    return f"{counted(len(heard), 'place')} to listen: {', '.join(parts)}"


def answered_before(report: Report, width: int) -> Iterator[Line]:
    """The answers that are kept, in one quiet line."""
    answered = len(report.findings) - len(report.open_findings()) - report.set_aside
    parts = [f"{answered} answered before"] if answered else []
    parts += [f"{report.set_aside} set aside in earmark.toml"] if report.set_aside else []
    if parts:
        yield from wrapped("; ".join(parts), width, 0, "quiet")


def not_listened_for(report: Report, width: int) -> Iterator[Line]:
    """The rules that kept silent, grouped by why: silence there is not an all-clear."""
    if not report.not_listened_for:
        return
    yield ()
    yield (Piece("not listened for:", "quiet"),)
    for because, names in by_reason(report.not_listened_for).items():
        who = ", ".join(names) if len(names) <= NAMED else counted(len(names), "rule")
        yield from wrapped(f"{who}: {printable(because)}", width, 2, "quiet", hang=2)


def by_reason(silent: Iterable[NotListenedFor]) -> dict[str, list[str]]:
    """Names of the silent rules under each reason, in order of codes."""
    grouped: dict[str, list[str]] = {}
    for each in silent:
        names = grouped.setdefault(each.because, [])
        names += [each.name] if each.name not in names else []
    return grouped


def wrapped(text: str, width: int, indent: int, style: str = "", hang: int = 0) -> Iterator[Line]:
    """One paragraph within the width."""
    margin = " " * indent
    for line in textwrap.wrap(
        text, width, initial_indent=margin, subsequent_indent=margin + " " * hang, break_on_hyphens=False
    ):
        yield (Piece(line, style),)
