"""The report as one page: a picture per card, nothing fetched from anywhere, no script.

It holds all that it shows, so that it can be sent, kept and printed; a policy in its head forbids it to ask for more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from earmark import __version__
from earmark.reports.html_card import anchor, card_html, shown
from earmark.reports.html_style import STYLE
from earmark.reports.numbers import counted, length, place, rate
from earmark.reports.report import Report, is_open
from earmark.reports.text import by_reason, end_of, measured, shown_of, summary

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
DRAWN = 60  # cards with a picture; a page with more is too large to send
GIST = "Places to listen again, and why. Nothing was changed; every place has an option to leave it as it is."


def as_html(reports: Sequence[Report]) -> str:
    """All reports on one page."""
    title = ", ".join(shown(report.session.name) for report in reports)
    body = "\n".join(session(report, number) for number, report in enumerate(reports, start=1))
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>earmark: {title}</title>
<style>
{STYLE}
</style>
</head>
<body>
<a class="skip" href="#places-1">to the places to listen</a>
<div class="page">
{body}
<footer class="quiet"><p>{GIST}</p><p>earmark {__version__}</p></footer>
</div>
</body>
</html>
"""


def session(report: Report, number: int) -> str:
    """One session: how it was read, what to listen to, what was answered, what nobody listened for."""
    cards = report.open_cards()
    parts = [
        f'<section class="session" aria-labelledby="session-{number}">',
        *head(report, number),
        *contents(report, number),
        f'<main id="places-{number}" tabindex="-1">' if number == 1 else f'<div id="places-{number}">',
        *(card_html(report, card, number, at < DRAWN) for at, card in enumerate(cards)),
        "</main>" if number == 1 else "</div>",
        *answered(report),
        *not_listened_for(report),
        "</section>",
    ]
    return "\n".join(parts)


def head(report: Report, number: int) -> Iterator[str]:
    """What the session is taken for."""
    heard = report.session
    facts = [counted(len(heard.stems), "stem") + (f" and {shown(heard.mix.name)}" if heard.mix else "")]
    facts += [rate(heard.rate_hz)] if heard.rate_hz else []
    facts += [length(end_of(heard))] if end_of(heard) else []
    cards = report.open_cards()
    yield f'<header><h1 id="session-{number}">{shown(heard.name)}</h1>'
    yield f"<p>{', '.join(facts)}</p>"
    yield f'<p class="quiet">stage {report.stage}, {shown(report.stage_because)}</p>'
    yield from (f'<p class="quiet">{shown(remark)}</p>' for remark in report.remarks)
    yield f"<p><strong>{summary(cards) if cards else f'nothing to ask at stage {report.stage}'}</strong></p></header>"


def contents(report: Report, number: int) -> Iterator[str]:
    """A link to each card."""
    cards = report.open_cards()
    if len(cards) < 2:
        return
    yield '<nav class="contents" aria-label="places to listen"><ol>'
    for card in cards:
        finding = shown_of(card)
        link = f'<a href="#{anchor(report, card, number)}">{shown(card.title)}</a>'
        yield f'<li class="{finding.severity}"><span class="tag">{finding.severity}</span> {link}</li>'
    yield "</ol></nav>"


def answered(report: Report) -> Iterator[str]:
    """What the human has said, and what is set aside."""
    kept = [finding for finding in report.findings if not is_open(finding)]
    if not kept:
        return
    yield f"<details><summary>{len(kept)} answered before</summary><ul class='plain'>"
    for finding in kept:
        whose = f"{', '.join(finding.stems)}: {finding.name.replace('-', ' ')}"
        told = f"{whose}, {place(finding.start_s, finding.end_s)}, {measured(finding)}"
        yield f"<li>{shown(told)} ({finding.answered})</li>"
    yield "</ul></details>"


def not_listened_for(report: Report) -> Iterator[str]:
    """The rules that kept silent: silence there is not an all-clear."""
    if not report.not_listened_for:
        return
    yield "<details><summary>not listened for</summary><ul class='plain'>"
    for because, names in by_reason(report.not_listened_for).items():
        yield f"<li>{shown(', '.join(names))}: {shown(because)}</li>"
    yield "</ul></details>"
