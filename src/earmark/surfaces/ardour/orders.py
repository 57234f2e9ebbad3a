"""An accepted curve on its way: what the lane must be, what it becomes, and what that has come to.

An order is written only after the answer is on disk. It stays beside the outbox until it is settled, so that
after a crash the lane itself tells: as the new one, it was applied; as the expected one, it was not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from earmark.surfaces.ardour.lanes import CONTROLS, Added, Curve, Lane, add, unsuited
from earmark.surfaces.ardour.mailbox import Line, Outbox, put

Came = Literal["applied", "not yet", "changed"]


@dataclass(frozen=True, slots=True)
class Order:
    """One lane, from one text to another, as one named undo step."""

    id: str
    track: str
    lane: str
    expected: str
    new: str
    name: str

    @property
    def lines(self) -> tuple[Line, ...]:
        """The order as it lies in its file."""
        keys = ("track", "lane", "expected", "new", "name")
        return tuple((key, str(getattr(self, key))) for key in keys)

    def came_to(self, lane_text: str) -> Came:
        """What the lane, read now, says of this order."""
        if lane_text == self.new:
            return "applied"
        return "not yet" if lane_text == self.expected else "changed"

    def reversed(self) -> Order:
        """The order that takes this one back."""
        return Order(self.id, self.track, self.lane, self.new, self.expected, f"{self.name}, taken back")


@dataclass(frozen=True, slots=True)
class Press:
    """What the script noted when accept was pressed: the lane as it is, the curve as the human left it."""

    track: str
    lane: str
    lane_text: str
    curve: Curve


def press_in(outbox: Outbox, id: str) -> Press | None:
    """The note for this id, or None when there is none or it is not whole."""
    lines = {line[0]: line[1:] for line in outbox.lines(f"{id}.lane")}
    if len(lines.get("lane", ())) != 3 or len(lines.get("ghost", ())) != 1:
        return None
    track, lane, text = lines["lane"]
    return Press(track, lane, text, points_in(lines["ghost"][0]))


def points_in(text: str) -> Curve:
    """`SAMPLE:DB,...` as a curve."""
    pairs = (pair.split(":") for pair in text.split(",") if pair)
    return tuple((int(sample), float(db)) for sample, db in pairs)


def order_for(id: str, press: Press, rate_hz: int) -> tuple[Order, Added] | str:
    """The order this press asks for, or why there can be none."""
    if press.lane not in CONTROLS:
        return f"earmark does not write to a lane called {press.lane}"
    lane = Lane.parse(press.lane_text)
    trouble = unsuited(lane)
    if trouble is not None:
        return trouble
    if not any(db for _, db in press.curve):
        return "the curve is flat at 0 dB; there is nothing to add"
    added = add(lane, press.curve, CONTROLS[press.lane], rate_hz)
    name = f"earmark: {press.lane} of {press.track} ·{id[:4]}"
    return Order(id, press.track, press.lane, press.lane_text, added.lane.text, name), added


def kept(outbox: Outbox, id: str) -> Order | None:
    """The order that was last written for this id."""
    lines = {line[0]: line[1] for line in outbox.lines(f"{id}.order") if len(line) == 2}
    try:
        return Order(id, lines["track"], lines["lane"], lines["expected"], lines["new"], lines["name"])
    except KeyError:
        return None


def hand_out(outbox: Outbox, order: Order) -> None:
    """Keep the order, then put it where the script waits for it."""
    put(outbox.folder / f"{order.id}.order", order.lines)
    put(outbox.folder / f"{order.id}.apply", order.lines)


def settle(outbox: Outbox, id: str, text: str) -> None:
    """Tell a waiting script that there is nothing to do."""
    put(outbox.folder / f"{id}.apply", (("settled", text),))


def withdraw(outbox: Outbox, id: str) -> None:
    """Nothing is to be applied any more."""
    (outbox.folder / f"{id}.apply").unlink(missing_ok=True)


def forget(outbox: Outbox, id: str) -> None:
    """The order has been taken back: nothing of it remains."""
    withdraw(outbox, id)
    (outbox.folder / f"{id}.order").unlink(missing_ok=True)
