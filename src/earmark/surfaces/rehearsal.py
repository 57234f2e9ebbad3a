"""A surface without a DAW: answers from a script, lanes in memory, and the guarded accept as every surface does it.

For trying out what uses a surface, and as the plainest account of the order of an accept:

1. the answer is on disk (`memory.record`);
2. an order with the lane that was expected and the lane to be is laid into the outbox, and `sent` is noted;
3. the lane is read again: what is not as expected stops everything and is shown beside what was expected;
4. the new lane is set, read back, and `confirmed` is noted.

After a crash `reconnect` compares: the new lane is there, so it is confirmed; the old one is, so it waits until
the human accepts once more; or neither, and both are shown.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from earmark.actions import GainCurve, LeaveIt, StaticGain
from earmark.errors import SurfaceError
from earmark.model import Answer, Card, Decision, Option
from earmark.surfaces.surface import Memory

NAME = "rehearsal"
CAN = (GainCurve, StaticGain, LeaveIt)
Target: TypeAlias = tuple[str, str]  # stem, and which lane: trim, fader or region
Curve: TypeAlias = "Sequence[tuple[float, float]]"  # (time_s, dB)
Moment = Literal["recorded", "sent", "applied"]
# What the controls of a common mixer reach, in dB: a trim of ±20, a fader that ends at +6.
RANGES_DB = {"trim": (-20.0, 20.0), "fader": (-120.0, 6.0), "region": (-120.0, 12.0)}


@dataclass(frozen=True, slots=True)
class Lane:
    """One gain lane in dB, straight between its points; `value_db` is where a control stands that does not play."""

    value_db: float = 0.0
    points: tuple[tuple[float, float], ...] = ()
    plays: bool = False

    @property
    def text(self) -> str:
        """The lane as it is compared: two lanes are the same when their texts are."""
        points = ",".join(f"{at_s:.6f}:{db:.6f}" for at_s, db in self.points)
        return f"{'play' if self.plays else 'manual'} {self.value_db:.6f} {points}"

    def db_at(self, at_s: float) -> float:
        """What is heard of it at a time."""
        return _between(self.points, at_s) if self.plays and self.points else self.value_db


@dataclass(frozen=True, slots=True)
class Order:
    """One accepted change on its way: made against the lane `expected`, to become `new`."""

    id: str
    target: Target
    expected: str
    new: Lane


@dataclass(frozen=True, slots=True)
class Stopped:
    """An accept that was not carried out, with both lanes to look at."""

    id: str
    target: Target
    expected: str
    found: str


@dataclass
class Rehearsal:
    """A mixer that is only numbers.

    `answers` scripts what the human says, by the title of a card or the id of any of its findings; a card without
    an entry is passed over. `meanwhile` is called between showing a card and answering it: there somebody may move
    a lane. `deaf` acknowledges nothing. `crash_after` raises SurfaceError at that moment of the next accept.
    """

    answers: Mapping[str, Answer | Decision] = field(default_factory=dict)
    lanes: dict[Target, Lane] = field(default_factory=dict)
    meanwhile: Callable[[Card], object] | None = None
    deaf: bool = False
    crash_after: Moment | None = None
    outbox: dict[str, Order] = field(default_factory=dict)
    stopped: list[Stopped] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)  # accepted, not yet applied
    remarks: list[str] = field(default_factory=list)

    def lane(self, target: Target) -> Lane:
        """A lane as it is now; one that nobody touched stands at 0 dB."""
        return self.lanes.get(target, Lane())

    def ask(self, cards: Sequence[Card], memory: Memory) -> Iterator[Decision]:
        """Answer each card as scripted; each answer is on disk, and carried out if accepted, before the next."""
        for card in cards:
            seen = {target: self.lane(target).text for target in _targets(card)}
            if self.meanwhile is not None:
                self.meanwhile(card)
            decision = self._scripted(card)
            if decision is not None:
                memory.record(decision)
                self._reach("recorded")
                if decision.answer == "accept":
                    self._accept(card, decision, memory, seen)
                yield decision

    def reconnect(self, memory: Memory) -> None:
        """After a crash: confirm what was applied, list what waits, show what is neither."""
        self.waiting.clear()
        for kept in memory.pending(NAME):
            id = kept.decision.finding_id
            order = self.outbox.get(id)
            found = self.lane(order.target).text if order else ""
            if order is not None and found == order.new.text:
                memory.mark(id, "confirmed")
            elif order is None or found == order.expected:
                self.waiting.append(id)
            else:
                self.stopped.append(Stopped(id, order.target, order.expected, found))

    def press_again(self, id: str, memory: Memory) -> None:
        """The human accepts once more what was accepted and not yet applied."""
        if id not in self.waiting or id not in self.outbox:
            raise SurfaceError(f"{id} does not wait to be applied; nothing was done: accept it on its card")
        self._carry_out(self.outbox[id], memory)
        self.waiting.remove(id)

    def _scripted(self, card: Card) -> Decision | None:
        names = (card.title, *(finding.id for finding in card.findings))
        said = next((self.answers[name] for name in names if name in self.answers), None)
        if said is None:
            return None
        decision = said if isinstance(said, Decision) else Decision(card.worst.id, said)
        number = decision.option or (1 if decision.answer == "accept" and card.suggestion.options else None)
        curve = decision.curve or (card.suggestion.options[number - 1].curve if number else None)
        return replace(decision, option=number, curve=curve, surface=NAME)

    def _accept(self, card: Card, decision: Decision, memory: Memory, seen: Mapping[Target, str]) -> None:
        option = card.suggestion.options[decision.option - 1] if decision.option else None
        target = _target(option) if option else None
        if option is None or target is None:
            if option is None or not isinstance(option.action, LeaveIt):
                self.remarks.append(
                    f"{decision.finding_id} is for the human to do: {option.text if option else card.title}"
                )
            return
        before = self.outbox.get(decision.finding_id)
        if before is not None and self.lane(before.target).text == before.new.text:  # accepted, and there, already
            memory.mark(before.id, "confirmed")
            return
        change = option.action.gain_db if isinstance(option.action, StaticGain) else decision.curve or ()
        order = self._order(decision.finding_id, target, seen[target], change)
        if order is not None:
            self.outbox[order.id] = order
            memory.mark(order.id, "sent")
            self._reach("sent")
            self._carry_out(order, memory)

    def _order(self, id: str, target: Target, expected: str, change: Curve | float) -> Order | None:
        """What is to be done, or None where the lane is not the one that was shown, or cannot take it."""
        lane = self.lane(target)
        if lane.text != expected or (lane.points and not lane.plays):
            self.stopped.append(Stopped(id, target, expected, lane.text))
            return None
        new, clamped_db = add(lane, change, RANGES_DB[target[1]])
        if clamped_db > 0.0:
            self.remarks.append(f"{id} reaches the end of the {target[1]}: {clamped_db:.1f} dB of it do not fit")
        return Order(id, target, expected, new)

    def _carry_out(self, order: Order, memory: Memory) -> None:
        """The mixer's side: compare, set, read back. Two of the same apply once."""
        if self.deaf:
            self.remarks.append(f"{order.id} was not acknowledged; nothing was done")
            return
        found = self.lane(order.target).text
        if found == order.expected:
            self.lanes[order.target] = order.new
        elif found != order.new.text:
            self.stopped.append(Stopped(order.id, order.target, order.expected, found))
            return
        self._reach("applied")
        memory.mark(order.id, "confirmed")

    def _reach(self, moment: Moment) -> None:
        if self.crash_after == moment:
            self.crash_after = None
            raise SurfaceError(
                f"the rehearsal was cut off after the answer was {moment}; reconnect to see how it stands"
            )


def add(lane: Lane, change: Curve | float, range_db: tuple[float, float]) -> tuple[Lane, float]:
    """The lane with a curve, or one number of dB, added; and how many dB of it did not fit the control's range.

    A lane that plays keeps its ramps. One that stands still plays around its value under a curve, and stands
    elsewhere under a number. Nothing outside a curve moves.
    """
    if isinstance(change, float) and not lane.plays:
        wished_db = lane.value_db + change
        value_db = min(max(wished_db, range_db[0]), range_db[1])
        return replace(lane, value_db=value_db), abs(wished_db - value_db)
    wished = _wished(lane, change)
    points = tuple((at_s, min(max(db, range_db[0]), range_db[1])) for at_s, db in wished)
    clamped_db = max((abs(db - kept) for (_, db), (_, kept) in zip(wished, points, strict=True)), default=0.0)
    return replace(lane, points=points, plays=True), clamped_db


def _wished(lane: Lane, change: Curve | float) -> list[tuple[float, float]]:
    if isinstance(change, float):
        return [(at_s, db + change) for at_s, db in lane.points or ((0.0, lane.value_db),)]
    times_s = sorted({at_s for at_s, _ in (*lane.points, *change)})
    return [(at_s, lane.db_at(at_s) + _between(change, at_s, outside=0.0)) for at_s in times_s]


def _between(points: Curve, at_s: float, outside: float | None = None) -> float:
    """Straight lines between points; beyond them `outside`, or the nearest point."""
    after = bisect_right(points, at_s, key=lambda point: point[0])
    if after == 0 or after == len(points):
        nearest = points[0] if after == 0 else points[-1]
        return nearest[1] if outside is None or at_s == nearest[0] else outside
    (left_s, start_db), (right_s, end_db) = points[after - 1], points[after]
    return start_db + (end_db - start_db) * (at_s - left_s) / (right_s - left_s)


def _targets(card: Card) -> list[Target]:
    return [target for option in card.suggestion.options if (target := _target(option)) is not None]


def _target(option: Option) -> Target | None:
    """Which lane an option would change; None where a human has to do it."""
    action = option.action
    if isinstance(action, GainCurve):
        return action.stem, action.lane
    return (action.stem, "fader") if isinstance(action, StaticGain) else None
