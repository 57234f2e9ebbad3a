"""Where earmark sits while Ardour is open: it hears what was pressed, writes it down, and only then acts.

One thread, one loop: `step` hears messages, looks for replies, shows that earmark is alive. Every letter
has a reply that was read back from the session; what it says is kept in `delivered`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from earmark.model import Section
from earmark.surfaces.ardour import letters, stack, wishes
from earmark.surfaces.ardour.answering import Answering
from earmark.surfaces.ardour.link import Link, settings_folder
from earmark.surfaces.ardour.mailbox import Outbox, Reply
from earmark.surfaces.ardour.marks import Mark, Shown, plan
from earmark.surfaces.surface import Memory
from earmark.wire.messages import Message
from earmark.wire.sockets import Ear

BEAT_S = 1.0  # how often the link is written anew
LOOK_S = 2.0  # how often answers given elsewhere are looked for


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a report came to: markers read back from the session, and those that are not there."""

    confirmed: tuple[Mark, ...] = ()
    missing: tuple[Mark, ...] = ()


@dataclass
class Desk:
    """One connection to one open session."""

    session_file: Path
    rate_hz: int
    memory: Memory
    outbox_folder: Path
    say: Callable[[str], None]
    sections: Sequence[Section] = ()
    short_ids: Mapping[str, str] = field(default_factory=dict)
    shown: Shown = field(default_factory=Shown)
    settings: Path = field(default_factory=settings_folder)
    by: str = ""

    def __post_init__(self) -> None:
        self.ear = Ear()
        self.outbox = Outbox(self.outbox_folder)
        self.link = Link(self.session_file, self.outbox_folder, self.ear.port, self.settings)
        self.stack = stack.Stack(self.memory.cards())
        self.met = False
        self.delivered = Delivered()
        self.made_against: dict[str, str] = {}
        self.answering = Answering(self)
        self._expected: dict[int, Callable[[Reply], None]] = {}
        self._beat_at_s = self._look_at_s = 0.0

    # --- the loop ---------------------------------------------------------------------------

    def step(self, timeout_s: float = 0.05) -> None:
        """Hear what has come, at most `timeout_s`; then look after what is due."""
        now_s = time.monotonic()
        if now_s >= self._beat_at_s:
            self.link.beat()
            self._beat_at_s = now_s + BEAT_S
        for message, _ in self.ear.poll(timeout_s):
            self._hear(message)
        self._take_replies()
        if self.met and (wish := wishes.take(self.outbox_folder)):
            self._fulfil(wish)
        if self.met and now_s >= self._look_at_s:
            self._look_at_s = now_s + LOOK_S
            self._follow_other_answers()

    def wait(self, until: Callable[[], bool], timeout_s: float) -> bool:
        """Go on with the loop until something is so, at most this long."""
        deadline_s = time.monotonic() + timeout_s
        while not until():
            if time.monotonic() > deadline_s:
                return False
            self.step()
        return True

    @property
    def is_idle(self) -> bool:
        """Whether every letter has been answered."""
        return not self._expected

    def close(self) -> None:
        """Leave: the script sees the link gone and switches Listen off."""
        self.link.remove()
        self.ear.close()

    def _take_replies(self) -> None:
        for number in list(self._expected):
            reply = self.outbox.reply(number)
            if reply is not None:
                then = self._expected.pop(number)
                self.outbox.clear(number)
                then(reply)

    def post(self, lines: Sequence[Sequence[object]], then: Callable[[Reply], None]) -> None:
        """Send a letter; `then` is called with what was read back."""
        self._expected[self.outbox.post(lines)] = then

    # --- what comes in ------------------------------------------------------------------------

    def _hear(self, message: Message) -> None:
        address = message.address
        if address == "/earmark/hello":
            self._hello(message)
        elif address == "/earmark/focus":
            self.focus(message.text("which"), locate=True)
        elif address == "/earmark/decide":
            self.answering.decided(message)
        elif address == "/earmark/ack":
            self.answering.acknowledged(message)
        elif address == "/earmark/error":
            self.say(message.text("text"))

    def _hello(self, message: Message) -> None:
        """A script that read our own link; anything else is a script of another connection."""
        if message.text("token") != self.link.token:
            return
        self._expected.clear()
        self.outbox = Outbox(self.outbox_folder)
        self.met = True
        self.say(f"{message.text('host')} has {Path(message.text('session')).name} open")
        self.answering.settle_after_a_crash()
        self.lay()
        self.focus("stay")

    def _fulfil(self, wish: Sequence[str]) -> None:
        """What a command in another terminal asks for."""
        if wish[0] == "show":
            self.show(wishes.as_shown(tuple(wish)))
        elif wish[0] == "sweep":
            self.sweep()

    # --- the report -----------------------------------------------------------------------------

    def lay(self, *, recorded: bool = True) -> None:
        """Make the markers what they are to be; one undo step at most, none for what follows from an answer."""
        marks = plan(self.stack.laid, self.rate_hz, self.shown, short_ids=self.short_ids, sections=self.sections)
        self.post(letters.markers(marks, recorded=recorded), lambda reply: self._laid(marks, reply))

    def _laid(self, marks: Sequence[Mark], reply: Reply) -> None:
        there = letters.marks_in(reply)
        confirmed = tuple(mark for mark in marks if (mark.sample, mark.text) in there)
        self.delivered = Delivered(confirmed, tuple(mark for mark in marks if mark not in confirmed))
        self.outbox.list_cards((stack.finding_of(card).id, card.title) for card in self.stack.open)
        if self.delivered.missing:
            self.say(f"{len(self.delivered.missing)} of {len(marks)} markers are not there: {reply.detail}")

    def show(self, shown: Shown) -> None:
        """Show another part of the report."""
        self.shown = shown
        self.lay()

    def sweep(self) -> None:
        """Remove everything earmark made; one undo step."""
        self.stack.focus = None
        self.post(letters.SWEEP, self._swept)

    def _swept(self, reply: Reply) -> None:
        left = len(letters.marks_in(reply))
        ghosts = sum(int(line[0]) for line in reply.of_kind("ghosts"))
        self.delivered = Delivered()
        self.say(f"swept: {ghosts} suggestion lane{'s' * (ghosts != 1)} gone, {left} of earmark's markers left")

    def focus(self, which: str, *, locate: bool = False) -> None:
        """Bring a card into focus, its curve laid beside its track; the playhead goes there only when stopped."""
        card = self.stack.move(which)
        if card is None:
            self.post(letters.NO_FOCUS, lambda reply: None)
            return
        finding = stack.finding_of(card)
        offer = stack.offer_of(card)
        self.post(
            letters.focus(card, offer, self.rate_hz, locate=locate), lambda reply: self._focused(finding.id, reply)
        )
        self.say(f"{card.title} {self.short(finding.id)}: {finding.message}")

    def _focused(self, id: str, reply: Reply) -> None:
        for _, _, text in reply.of_kind("lane"):
            self.made_against[id] = text
        if reply.state == "refused":
            self.say(f"no curve is laid: {reply.detail}")

    def look_again(self, then: str = "stay") -> None:
        """After an answer: its marker goes, its curve goes, the next card comes into focus."""
        self.read_cards()
        self.lay(recorded=False)
        self.focus(then)

    def read_cards(self) -> None:
        """The cards as the memory has them now."""
        focus = self.stack.focus
        self.stack = stack.Stack(self.memory.cards(), self.answering.aside)
        self.stack.focus = focus

    def _follow_other_answers(self) -> None:
        """An answer given in the terminal takes its marker away here too."""
        before = self.stack.open
        self.read_cards()
        if self.stack.open != before:
            self.lay(recorded=False)
            self.focus("stay")

    def short(self, id: str) -> str:
        """An id as people see it."""
        return "·" + self.short_ids.get(id, id[:4])
