"""Answers card by card at a terminal; each is on disk before the next card is shown."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Literal, Protocol, TextIO, TypeAlias

from earmark.errors import EarmarkError
from earmark.model import Answer, Card, Decision, Finding, Option
from earmark.printable import printable
from earmark.surfaces.keyboard import Keys, keys_of

REASONS = ("not so", "meant", "done already", "not worth it")
ANSWERS: dict[str, Answer] = {"a": "accept", "d": "decline", "p": "on-purpose", "l": "later"}
KEYS = "a accept, d decline, p on purpose, l later, h hear, s skip, u undo, q quit"
PLACES_SHOWN = 3
WIDEST = 100

Record: TypeAlias = Callable[[Decision], object]  # returns when the answer is on disk
_ENTER = ("\r", "\n")
_CANCEL = ("\x1b", "\x7f", "\b")


class Screen(Protocol):
    """Where words go; `style` is one that rich knows."""

    def __call__(self, text: str, style: str = "", *, end: str = "\n") -> None:
        """Write one text."""


def ask(
    cards: Sequence[Card],
    record: Record,
    *,
    hear: Callable[[Card], object] | None = None,
    undo: Callable[[str], object] | None = None,
    keys: Keys | None = None,
    out: TextIO | None = None,
    short_ids: dict[str, str] | None = None,
) -> Iterator[Decision]:
    """Show every card that waits for an answer, and yield each answer once `record` has kept it.

    `undo` takes back the answer to one finding's card; `hear` plays a card. Without `keys`, a terminal gives one
    key at a time and anything else is read as it comes: `a2`, a new line, `d1`, `p`.
    """
    waiting = [card for card in cards if any(finding.answered is None for finding in card.findings)]
    desk = Desk(waiting, record, hear, undo, keys or keys_of(sys.stdin), screen_of(out or sys.stdout), short_ids or {})
    yield from desk.answers()


class Desk:
    """The cards that wait, and which of them lies on top."""

    def __init__(
        self,
        cards: Sequence[Card],
        record: Record,
        hear: Callable[[Card], object] | None,
        undo: Callable[[str], object] | None,
        keys: Keys,
        say: Screen,
        short_ids: dict[str, str],
    ) -> None:
        self._cards, self._record, self._hear, self._undo = cards, record, hear, undo
        self._keys, self._say, self._short_ids = keys, say, short_ids
        self._top = 0
        self._given: list[tuple[int, Decision]] = []

    def answers(self) -> Iterator[Decision]:
        """Card after card, until all were shown or the human has had enough."""
        while self._top < len(self._cards):
            self._show(self._cards[self._top])
            decision = self._answer(self._cards[self._top])
            if decision is None:
                break
            if decision != "moved":
                self._record(decision)
                self._say(f"  kept: {said(decision)}", "green")
                self._given.append((self._top, decision))
                self._top += 1
                yield decision
        self._say(f"\n{self._count()}", "bold")

    def _answer(self, card: Card) -> Decision | Literal["moved"] | None:
        """One answer; `moved` when another card lies on top now; None to stop."""
        while True:
            self._say(f"  {KEYS} › ", "dim", end="")
            key = self._next_key()
            if key in ("", "q"):
                self._say("quit" if key else "")
                return None
            if key in ANSWERS:
                decision = self._decision(card, ANSWERS[key])
                if decision is not None:
                    return decision
            elif self._other(card, key):
                return "moved"

    def _decision(self, card: Card, answer: Answer) -> Decision | None:
        """The answer with what belongs to it; None where the human thought better of it."""
        self._say(answer.replace("-", " "), "bold")
        decision = Decision(waiting_worst(card).id, answer)
        options = card.suggestion.options
        if answer == "accept" and options:
            number = self._number("option", len(options), "for 1") if len(options) > 1 else 1
            return (
                None
                if number is None
                else replace(decision, option=number or 1, curve=options[(number or 1) - 1].curve)
            )
        if answer == "decline":
            listed = ", ".join(f"{n} {reason}" for n, reason in enumerate(REASONS, start=1))
            number = self._number(f"because {listed};", len(REASONS), "for no reason")
            return None if number is None else replace(decision, because=REASONS[number - 1] if number else None)
        return decision

    def _number(self, what: str, highest: int, default: str) -> int | None:
        """A number from 1 to `highest`, 0 for Enter, None when it was cancelled."""
        self._say(f"  {what} 1 to {highest}, Enter {default} › ", "dim", end="")
        while True:
            key = self._keys()
            if key in _ENTER or (key.isdecimal() and 1 <= int(key) <= highest):
                self._say(key if key.isdecimal() else "")
                return int(key) if key.isdecimal() else 0
            if key in ("", "q", *_CANCEL):
                self._say("not decided")
                return None

    def _other(self, card: Card, key: str) -> bool:
        """Everything that is no answer; whether another card lies on top now."""
        if key == "s":
            self._say("skip")
            self._top += 1
        elif key == "h":
            self._say("hear")
            self._play(card)
        elif key == "u":
            self._say("undo")
            return self._take_back()
        else:
            self._say(f"{printable(key)} ?")
        return key == "s"

    def _play(self, card: Card) -> None:
        if self._hear is None:
            self._say("  nothing can be heard from here; `earmark hear` writes the files")
            return
        try:
            self._hear(card)
        except EarmarkError as refusal:
            self._say(f"  {printable(str(refusal))}", "yellow")

    def _take_back(self) -> bool:
        """Undo the last answer of this sitting, and lay its card on top again."""
        if self._undo is None or not self._given:
            self._say("  nothing was answered yet that could be undone")
            return False
        top, decision = self._given[-1]
        self._undo(decision.finding_id)
        self._given.pop()
        self._top = top
        self._say(f"  taken back: {said(decision)}", "yellow")
        return True

    def _next_key(self) -> str:
        """The next key that is more than a blank or the end of a line."""
        while (key := self._keys()) and key.isspace():
            pass
        return key if len(key) > 1 else key.lower()

    def _show(self, card: Card) -> None:
        worst = waiting_worst(card)
        id = self._short_ids.get(worst.id, worst.id)
        self._say(f"\n{self._top + 1} of {len(self._cards)}  {printable(card.title)}", "bold cyan", end="")
        self._say(f"  ·{id}  {worst.severity}", "dim")
        for text, style in told(card, worst):
            self._say(text, style)

    def _count(self) -> str:
        left = len(self._cards) - len(self._given)
        answered = f"{len(self._given)} answered" if self._given else "nothing answered"
        return f"{answered}, {left} left for another time" if left else answered


def waiting_worst(card: Card) -> Finding:
    """The finding that stands for the card: the worst of those that wait for an answer."""
    waiting = tuple(finding for finding in card.findings if finding.answered is None)
    return replace(card, findings=waiting or card.findings).worst


def told(card: Card, worst: Finding) -> Iterator[tuple[str, str]]:
    """What a card says, wrapped, each line with its style."""
    width = min(WIDEST, shutil.get_terminal_size().columns) - 2
    yield _wrapped(places(card, worst), width, "  "), "magenta"
    yield _wrapped(worst.message, width, "  "), ""
    yield _wrapped(f"Doubt: {worst.doubt}", width, "  "), "italic"
    for number, option in enumerate(card.suggestion.options, start=1):
        yield _wrapped(described(option), width, f"  {number}  ", "     "), "" if number > 1 else "bold"


def places(card: Card, worst: Finding) -> str:
    """Where the worst of them is, and where others are."""
    others = [finding for finding in card.findings if finding is not worst and finding.start_s is not None]
    near = ", ".join(clock(finding.start_s or 0.0) for finding in others[: PLACES_SHOWN - 1])
    more = len(others) - (PLACES_SHOWN - 1)
    also = f"; also at {near}" + (f" and {more} more" if more > 0 else "") if near else ""
    return f"{', '.join(worst.stems) or 'all stems'}, {span(worst)}{also}"


def span(finding: Finding) -> str:
    """Where on the session's timeline."""
    if finding.start_s is None:
        return "the whole file"
    if finding.end_s is None or finding.end_s - finding.start_s < 0.01:
        return f"at {clock(finding.start_s)}"
    return f"{clock(finding.start_s)} to {clock(finding.end_s)}"


def clock(time_s: float) -> str:
    """Minutes and seconds, to a hundredth."""
    hundredths = round(abs(time_s) * 100)
    return f"{'-' if time_s < 0 and hundredths else ''}{hundredths // 6000}:{hundredths % 6000 / 100:05.2f}"


def described(option: Option) -> str:
    """An option, with what it gains and what it costs."""
    parts = [option.text, f"gains: {option.gain_text}" if option.gain_text else ""]
    return " — ".join(part for part in (*parts, f"costs: {option.cost_text}" if option.cost_text else "") if part)


def said(decision: Decision) -> str:
    """An answer in words."""
    option = f", option {decision.option}" if decision.option else ""
    because = f", {decision.because}" if decision.because else ""
    return f"{decision.answer.replace('-', ' ')}{option}{because}"


def screen_of(out: TextIO) -> Screen:
    """Styled on a terminal that may be, plain everywhere else."""
    if not out.isatty() or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return partial(_plain, out)
    from rich.console import Console
    from rich.text import Text

    console = Console(file=out, highlight=False)

    def styled(text: str, style: str = "", *, end: str = "\n") -> None:
        console.print(Text(text, style), end=end, soft_wrap=True)

    return styled


def _plain(out: TextIO, text: str, style: str = "", *, end: str = "\n") -> None:
    print(text, file=out, end=end, flush=True)


def _wrapped(text: str, width: int, first: str, then: str = "  ") -> str:
    return textwrap.fill(printable(text), max(width, 20), initial_indent=first, subsequent_indent=then)
