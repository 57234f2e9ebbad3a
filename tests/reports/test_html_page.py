import html.parser
import re
from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.reports.html_page import as_html
from hearing import FORBIDDEN

VOID = {"meta", "img", "br", "rect", "path"}


class Reader(html.parser.HTMLParser):
    """Every tag that is opened is closed, in order; collects what a browser would."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def read(*reports) -> Reader:
    reader = Reader()
    reader.feed(as_html(reports))
    assert reader.open == []
    return reader


@pytest.fixture
def heard(report):
    """The report, with sound under one of its stems."""
    noise = np.random.default_rng(1).normal(0.0, 0.1, 30 * 48_000).astype(np.float32)
    session = scenes.session(48_000, **{"04_clean_electric_guitar": noise})
    (envelope,) = measure(session, {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    sounding = tuple(envelope.stem if each.name == envelope.stem.name else each for each in report.session.stems)
    told = replace(report.session, stems=sounding)
    return replace(report, session=told, envelopes={envelope.stem.name: envelope})


def test_the_page_is_whole_and_every_tag_is_closed(report):
    page = as_html([report])
    assert page.startswith("<!doctype html>")
    assert [tag for tag, _ in read(report).found].count("article") == len(report.open_cards())


def test_nothing_is_fetched_and_nothing_runs(heard):
    found = read(heard).found
    assert not {tag for tag, _ in found} & {"script", "link", "iframe", "object", "audio"}
    addresses = [given[name] or "" for _, given in found for name in ("src", "href") if name in given]
    assert addresses
    assert all(address.startswith(("data:image/png;base64,", "#")) for address in addresses)
    assert not re.search(r"url\(|@import|\bon\w+=", as_html([heard]))
    policy = next(given["content"] for tag, given in found if given.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; img-src data:")


def test_cards_stand_in_listening_order_under_their_links(report):
    reader = read(report)
    links = [given["href"] for tag, given in reader.found if tag == "a"][1:]
    articles = [given["id"] for tag, given in reader.found if tag == "article"]
    assert links == [f"#{name}" for name in articles]
    assert len(set(articles)) == len(articles)


def test_every_card_has_its_number_its_doubt_and_all_its_options(report):
    words = "\n".join(read(report).words)
    for card in report.open_cards():
        assert all(option.text in words for option in card.suggestion.options)
    assert words.count("doubt: ") == len(report.open_cards())
    assert "-77 dBFS (against -80) at 0:23.5-0:24.3, 1:01.0-1:10.0, 1:21.0 and 1 more" in words


def test_a_card_has_a_picture_that_says_what_it_shows(heard):
    pictures = [given for tag, given in read(heard).found if tag == "img"]
    assert len(pictures) == 2  # two cards are about the stem that sounds
    assert pictures[0]["alt"].startswith("spectrogram of 04 clean electric guitar, 0:22.5-0:25.3, ")
    strips = [given["aria-label"] for tag, given in read(heard).found if tag == "svg"]
    assert strips[0] == "level of 04 clean electric guitar over the song, 4 places marked"


def test_names_are_words_and_never_markup(report):
    odd = "</style><script>alert('1')</script>\" onload=\"x"
    finding = replace(report.findings[1], stems=(odd,), message=odd, doubt=odd)
    card = replace(report.cards[1], title=odd, stems=(odd,), findings=(finding,))
    stems = (replace(report.session.stems[0], name=odd), *report.session.stems[1:])
    session = replace(report.session, name=odd, stems=stems)
    reader = read(replace(report, session=session, cards=(card,), findings=(finding,), remarks=(odd,)))
    assert "script" not in {tag for tag, _ in reader.found}
    assert not [given for _, given in reader.found if "onload" in given]
    assert odd in reader.words


def test_a_name_of_any_bytes_can_be_written(report):
    assert b"caf\\xe9" in as_html([report]).encode("utf-8")


def test_what_was_answered_and_what_nobody_listened_for_is_there(report):
    words = "\n".join(read(report).words)
    assert "1 answered before" in words
    assert "(on-purpose)" in words
    assert "true-peak-over, off-target-loudness: speaks at stage print or deliver" in words


def test_nothing_to_ask_is_said(report):
    words = read(replace(report, cards=(), findings=())).words
    assert "nothing to ask at stage intake" in words


def test_the_command_that_answers_can_be_copied(report):
    assert "earmark decide 7f3a accept --session /song" in read(report).words


def test_several_sessions_share_a_page_with_one_main_part(report):
    found = read(report, report).found
    tags, names = [tag for tag, _ in found], [given["id"] for _, given in found if "id" in given]
    assert (tags.count("main"), tags.count("h1")) == (1, 2)
    assert len(set(names)) == len(names)


def test_the_page_uses_no_word_that_judges(report):
    assert not [word for text in read(report).words for word in FORBIDDEN.findall(text)]
