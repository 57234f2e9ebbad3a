"""One card of the page: what, where, a picture, what was heard, what could be done, how to answer."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from html import escape

from earmark.model import Card, Finding
from earmark.printable import printable
from earmark.reports.numbers import counted, length, place
from earmark.reports.overview import strip
from earmark.reports.picture import Picture, picture_of, share_hz, told
from earmark.reports.report import Report, is_open
from earmark.reports.text import end_of, measured, messages, offered, places, shown_of

STRIPS = 4  # stems drawn from end to end; the others are named
TICKS_HZ = ((100.0, "100 Hz"), (1000.0, "1 kHz"), (10_000.0, "10 kHz"))


def shown(text: str) -> str:
    """A text of anybody's, as the page may hold it."""
    return escape(printable(text), quote=True)


def anchor(report: Report, card: Card, number: int) -> str:
    """What a link to this card of the page's `number`th session is called: it stays, whatever else is found."""
    return f"place-{number}-{report.short_ids.get(shown_of(card).id, shown_of(card).id)}"


def card_html(report: Report, card: Card, number: int, draw: bool) -> str:
    """The whole card; without its picture where there are too many."""
    finding = shown_of(card)
    name = anchor(report, card, number)
    parts = [
        f'<article class="card {finding.severity}" id="{name}" aria-labelledby="{name}-title">',
        f'<h2 id="{name}-title"><span class="tag">{finding.severity}</span> {shown(card.title)}</h2>',
        f'<p class="measured">{shown(measured(finding) + places(card))}</p>',
        *(f"<p>{shown(message)}</p>" for message in messages(card)),
        *figures(report, card, draw),
        f'<p class="quiet">doubt: {shown(finding.doubt)}</p>',
        options(card),
        answering(report, finding),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def figures(report: Report, card: Card, draw: bool) -> Iterator[str]:
    """The place itself, and where it lies in the song."""
    picture = picture_of(card, report) if draw else None
    if picture:
        yield figure(picture)
    ends_s = end_of(report.session)
    heard = [report.envelopes[name] for name in card.stems if name in report.envelopes]
    placed = [finding for finding in card.findings if is_open(finding) and finding.start_s is not None]
    if not heard or not (placed or picture is None):
        return
    rows = []
    for envelope in heard[:STRIPS]:
        own = [finding for finding in placed if envelope.stem.name in finding.stems]
        words = f"level of {shown(envelope.stem.name)} over the song, {counted(len(own), 'place')} marked"
        label = f'<span class="quiet">{shown(envelope.stem.name)}</span>' if len(heard) > 1 else ""
        rows.append(label + strip(envelope, ends_s, own, words))
    more = f"<figcaption>and {counted(len(heard) - STRIPS, 'more stem')}</figcaption>" if heard[STRIPS:] else ""
    ends = f'<div class="ends"><span>0:00</span><span>{length(ends_s)}</span></div>'
    yield f"<figure>{''.join(rows)}{ends}{more}</figure>"


def figure(picture: Picture) -> str:
    """The picture with its frames, its scale and its caption."""
    over = "".join(frames(picture))
    words = shown(told(picture))
    begins, ends = ends_of(picture)
    return (
        f'<figure><div class="drawn {picture.kind}"><img alt="{words}" src="{picture.uri}">{over}</div>'
        f'<div class="ends"><span>{begins}</span><span>{ends}</span></div>'
        f"<figcaption>{caption(picture)}</figcaption></figure>"
    )


def ends_of(picture: Picture) -> tuple[str, str]:
    """What stands at either end: of a waveform, milliseconds from its middle."""
    if picture.kind == "spectrogram":
        return place(picture.start_s), place(picture.end_s)
    half_ms = 500.0 * (picture.end_s - picture.start_s)
    return f"−{half_ms:.0f} ms", f"+{half_ms:.0f} ms"


def caption(picture: Picture) -> str:
    """What it shows; of two traces, which is which."""
    if len(picture.stems) < 2:
        return shown(told(picture))
    names = (
        f'<span class="{colour}">{shown(name)}</span>' for colour, name in zip(COLOURS, picture.stems, strict=True)
    )
    return f"{' above, '.join(names)} below, each as large as it fits; {shown(told(picture))}"


COLOURS = ("first", "second")


def frames(picture: Picture) -> Iterator[str]:
    """Where to look, and the scale."""
    for first, last in picture.marks:
        yield f'<i style="left:{100 * first:.2f}%;width:{100 * (last - first):.2f}%"></i>'
    if picture.band:
        low, high = picture.band
        yield f'<b style="bottom:{100 * low:.2f}%;height:{100 * (high - low):.2f}%"></b>'
    for frequency_hz, words in TICKS_HZ if picture.hz else ():
        if picture.hz and picture.hz[0] < frequency_hz < picture.hz[1]:
            yield f'<em style="bottom:{100 * share_hz(frequency_hz, picture.hz):.2f}%">{words}</em>'


def options(card: Card) -> str:
    """What could be done; the last is to leave it."""
    rows = []
    for option in card.suggestion.options:
        gains = ((sign, text) for sign, text in (("+", option.gain_text), ("−", option.cost_text)) if text)
        trade = "".join(f'<span class="trade">{sign} {shown(text)}</span>' for sign, text in gains)
        rows.append(f"<li>{shown(offered(card, option))}{trade}</li>")
    return f'<ol class="options">{"".join(rows)}</ol>' if rows else ""


def answering(report: Report, finding: Finding) -> str:
    """The command that answers it, to be copied."""
    short = report.short_ids.get(finding.id, finding.id)
    where = f" --session {shlex.quote(str(report.session.path))}" if report.session.path else ""
    return f'<p class="quiet">to answer: <code>{shown(f"earmark decide {short} accept{where}")}</code></p>'
