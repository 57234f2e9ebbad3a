"""What an answer sets going: it is guarded, then written down, and only then handed to the script.

Nothing here touches a lane: the script does, when the lane is still the one that was expected.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from earmark.model import Answer, Card, Decision
from earmark.surfaces.ardour import orders, stack
from earmark.surfaces.ardour.lanes import Added
from earmark.surfaces.ardour.mailbox import Reply
from earmark.wire.messages import Message

if TYPE_CHECKING:
    from earmark.surfaces.ardour.desk import Desk

REASONS = {"1": "not so", "2": "meant", "3": "done already", "4": "not worth it"}
SURFACE = "ardour"
SHOWN_CHARACTERS = 80  # of a lane, where two are shown beside each other


class Answering:
    """The answers of one desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.last_answered: str | None = None
        self.aside: set[str] = set()

    def decided(self, message: Message) -> None:
        """The human has pressed an answer."""
        answer = message.text("answer")
        table = self.desk.stack
        card = table.card_of(message.text("id")) or table.in_focus()
        if answer == "take-back":
            self._take_back()
        elif card is None:
            self.desk.say("that card is not on the table any more; press next")
        elif answer == "accept" and stack.offer_of(card):
            self._accept(card)
        else:
            self._keep(card, message)

    def _record(self, decision: Decision) -> None:
        self.desk.memory.record(decision)
        self.last_answered = decision.finding_id

    def _keep(self, card: Card, message: Message) -> None:
        """An answer that asks nothing of the session, or that the human carries out."""
        answer = cast(Answer, message.text("answer"))  # one of the words of its field
        because = message.text("because")
        option = message.number("option") or (1 if answer == "accept" else None)
        reason = REASONS.get(because, because) or None
        id = stack.finding_of(card).id
        self._record(Decision(id, answer, option, reason, self.desk.by, SURFACE))
        if answer == "later":
            self.aside.add(id)
        if answer == "accept" and option is not None and option <= len(card.suggestion.options):
            self.desk.say(f"yours to do: {stack.in_words(card.suggestion.options[option - 1])}")
        self.desk.look_again()

    # --- accept: guard, write down, hand out ------------------------------------------------------

    def _accept(self, card: Card) -> None:
        id = stack.finding_of(card).id
        press = orders.press_in(self.desk.outbox, id)
        if press is None:
            self.desk.say("what was pressed cannot be read; nothing was done, press accept again")
            return
        if self._is_settled(id, press) or not self._is_as_it_was(id, press):
            return
        made = orders.order_for(id, press, self.desk.rate_hz)
        if isinstance(made, str):
            self._refuse(id, f"{press.lane} of {press.track}: {made}")
            return
        self._hand_out(card, press, *made)

    def _hand_out(self, card: Card, press: orders.Press, order: orders.Order, added: Added) -> None:
        offer = stack.offer_of(card)
        curve = tuple((sample / self.desk.rate_hz, db) for sample, db in press.curve)
        number = offer.number if offer else None
        self._record(Decision(order.id, "accept", number, None, self.desk.by, SURFACE, curve))
        orders.hand_out(self.desk.outbox, order)
        self.desk.memory.mark(order.id, "sent")
        if added.clamped_db > 0.0:
            self.desk.say(f"{press.lane} of {press.track} ends there: {added.clamped_db:.1f} dB did not fit")

    def _is_settled(self, id: str, press: orders.Press) -> bool:
        """Two accepts of one id apply once; one that never arrived may be handed out again."""
        order = orders.kept(self.desk.outbox, id)
        if order is None or order.came_to(press.lane_text) == "not yet":
            return False
        if order.came_to(press.lane_text) == "applied":
            orders.settle(self.desk.outbox, id, "applied before")
            self._confirm(id, "is in the session already")
        else:
            self._refuse(id, self._both(press, order.new))
        return True

    def _is_as_it_was(self, id: str, press: orders.Press) -> bool:
        """The lane has to be the one that the suggestion was made against; else both are shown."""
        then = self.desk.made_against.get(id, press.lane_text)
        self.desk.made_against[id] = press.lane_text
        if then != press.lane_text:
            self._refuse(id, self._both(press, then) + "; accept again to add the curve to it as it is now")
        return then == press.lane_text

    def _both(self, press: orders.Press, other: str) -> str:
        now = press.lane_text[:SHOWN_CHARACTERS]
        return f"{press.lane} of {press.track} has changed: it was {other[:SHOWN_CHARACTERS]}, it is {now}"

    def _refuse(self, id: str, text: str) -> None:
        orders.settle(self.desk.outbox, id, text)
        self.desk.say(f"nothing was done: {text}")

    # --- what the script says of it ---------------------------------------------------------------

    def acknowledged(self, message: Message) -> None:
        """A curve was applied and read back, or it was not; letters answer through their replies."""
        id = message.text("id")
        if message.number("letter") or self.desk.stack.card_of(id) is None:
            return
        orders.withdraw(self.desk.outbox, id)
        if message.text("state") == "confirmed":
            self._confirm(id, message.text("detail") or "is in the session, read back")
            self.desk.look_again()
            return
        applied = self.desk.outbox.lines(f"{id}.applied")
        now = applied[0][1] if applied and len(applied[0]) > 1 else ""
        self.desk.say(f"not applied ({message.text('detail')}); the lane is now {now[:SHOWN_CHARACTERS]}")

    def _confirm(self, id: str, text: str) -> None:
        self.desk.memory.mark(id, "confirmed")
        self.desk.say(f"{self.desk.short(id)} {text}")

    # --- taking back ------------------------------------------------------------------------------

    def _take_back(self) -> None:
        id, self.last_answered = self.last_answered, None
        if id is None:
            self.desk.say("no answer was given since earmark is here; earmark ledger undo ID takes back an older one")
            return
        order = orders.kept(self.desk.outbox, id)
        self.desk.memory.undo(id)
        self.aside.discard(id)
        self.desk.say(f"{self.desk.short(id)} taken back")
        if order is not None:
            orders.hand_out(self.desk.outbox, order.reversed())
            self.desk.post((("apply", id),), partial(self._taken_back, id))
        self.desk.look_again(id)

    def _taken_back(self, id: str, reply: Reply) -> None:
        orders.forget(self.desk.outbox, id)
        if reply.state != "confirmed":
            self.desk.say(f"the lane was left as it is: {reply.detail}")

    # --- after a crash ----------------------------------------------------------------------------

    def settle_after_a_crash(self) -> None:
        """Each accepted answer without its confirmation: the lane itself says what became of it."""
        for answer in self.desk.memory.pending(SURFACE):
            order = orders.kept(self.desk.outbox, answer.decision.finding_id)
            if order is not None:
                self.desk.post((("read", order.track, order.lane),), partial(self._settled, order))
            elif answer.decision.curve is not None:
                self._not_yet(answer.decision.finding_id)

    def _settled(self, order: orders.Order, reply: Reply) -> None:
        texts = [line[2] for line in reply.of_kind("lane")]
        came = order.came_to(texts[0]) if texts else "changed"
        if came == "applied":
            self._confirm(order.id, "was applied before the connection broke")
        elif came == "not yet":
            self._not_yet(order.id)
        else:
            now = (texts or [reply.detail])[0][:SHOWN_CHARACTERS]
            wanted = order.new[:SHOWN_CHARACTERS]
            self.desk.say(f"{self.desk.short(order.id)} accepted; the lane is {now}, accepted was {wanted}")

    def _not_yet(self, id: str) -> None:
        self.desk.say(f"{self.desk.short(id)} accepted, not yet applied; press accept in Ardour to apply it")
