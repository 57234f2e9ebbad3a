"""The cards as they lie before the human: which are open, and which one is in focus."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from earmark.actions import GainCurve
from earmark.model import Card, Finding, Option

GHOST_DB = 6.0  # the lane of a suggestion reaches from -6 to +6 dB
STEPS = {"next": 1, "previous": -1, "stay": 0}
SCRIPTS = {False: "earmark suggestion", True: "earmark clean-up"}


@dataclass(frozen=True, slots=True)
class Offer:
    """A curve that Ardour can carry: the option's number, its track, its lane, its points."""

    number: int
    track: str
    lane: str
    curve: tuple[tuple[float, float], ...]

    @property
    def script(self) -> str:
        """The ghost that is wide enough."""
        return SCRIPTS[any(abs(db) > GHOST_DB for _, db in self.curve)]


def finding_of(card: Card) -> Finding:
    """The finding a card is answered by: its gravest."""
    return card.worst


def offer_of(card: Card) -> Offer | None:
    """The first option with a curve for a lane that Ardour has; a region's gain is done by hand."""
    for number, option in enumerate(card.suggestion.options, start=1):
        action = option.action
        if isinstance(action, GainCurve) and action.lane in ("trim", "fader") and option.curve:
            return Offer(number, action.stem, action.lane, option.curve)
    return None


def in_words(option: Option) -> str:
    """An option that the human carries out."""
    return f"{option.text} ({option.gain_text}; {option.cost_text})"


class Stack:
    """All cards in listening order. Focus is on one open card, or on none.

    Those put aside (`later`) are asked again by the next connection, and are not laid in this one.
    """

    def __init__(self, cards: Sequence[Card], aside: Collection[str] = ()) -> None:
        self.cards = tuple(cards)
        self.aside = frozenset(aside)
        self.focus: str | None = None

    @property
    def laid(self) -> tuple[Card, ...]:
        """Cards that may have a marker."""
        return tuple(card for card in self.cards if finding_of(card).id not in self.aside)

    @property
    def open(self) -> tuple[Card, ...]:
        """Cards with something unanswered."""
        return tuple(card for card in self.laid if any(f.answered is None for f in card.findings))

    def card_of(self, finding_id: str) -> Card | None:
        """The card that holds a finding, by the whole id or the only one that begins so."""
        hits = [card for card in self.cards if any(f.id.startswith(finding_id) for f in card.findings)]
        return hits[0] if finding_id and len(hits) == 1 else None

    def in_focus(self) -> Card | None:
        """The card in focus."""
        return self.card_of(self.focus) if self.focus else None

    def move(self, which: str) -> Card | None:
        """Bring another card into focus: `next`, `previous`, `stay`, or an id; None when nothing is open."""
        card = self._beside(which) if which in STEPS else self.card_of(which)
        self.focus = finding_of(card).id if card else None
        return card

    def _beside(self, which: str) -> Card | None:
        now, waiting = self.in_focus(), self.open
        if not waiting:
            return None
        if now in waiting:
            return waiting[(waiting.index(now) + STEPS[which]) % len(waiting)]
        later = [card for card in waiting if now is None or self.cards.index(card) > self.cards.index(now)]
        return (later or list(waiting))[0]
