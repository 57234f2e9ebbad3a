"""A desk, a real ledger, and a stand-in for Ardour."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from earmark.actions import GainCurve, LeaveIt
from earmark.ledger import Ledger
from earmark.model import Card, Finding, Option, Suggestion
from earmark.surfaces.ardour.desk import Desk
from earmark.surfaces.ardour.stack import finding_of
from surfaces.ardour.stand_in import StandIn

RATE_HZ = 48_000
STILL = "Off 1 "


def ride(number: int, stem: str, lane: str, at_s: float) -> Card:
    """A card with one curve."""
    finding = Finding(
        "PF01", "needs-riding", "question", (stem,), -3.2, "LU", f"{stem} is quieter here", "meant so", 0.9,
        start_s=at_s, end_s=at_s + 2.0, id=f"{number:04x}abcd", card=f"c{number}",
    )  # fmt: skip
    curve = ((at_s, 0.0), (at_s + 0.2, -3.0), (at_s + 2.0, -3.0), (at_s + 2.2, 0.0))
    curved = Option(GainCurve(stem, lane, ()), f"ride the {lane}", "even", "a lane", curve)  # type: ignore[arg-type]
    options = (curved, Option(LeaveIt(), "leave it", "", ""))
    return Card(f"c{number}", f"{stem} needs riding", (stem,), (finding,), Suggestion(f"s{number}", options))


CARDS = (ride(1, "vox", "trim", 4.0), ride(2, "gtr", "fader", 9.0), ride(3, "bass", "trim", 15.0))
IDS = tuple(finding_of(card).id for card in CARDS)


@dataclass
class Room:
    """A session on disk, with everything about it."""

    folder: Path

    def __post_init__(self) -> None:
        self.session_file = self.folder / "song" / "song.ardour"
        self.session_file.parent.mkdir(exist_ok=True)
        self.session_file.touch()
        self.settings = self.folder / "settings"
        self.outbox = self.folder / "state" / "outbox"
        self.said: list[str] = []

    def ledger(self, cards: Sequence[Card] = CARDS) -> Ledger:
        """The ledger, the cards laid out in it."""
        ledger = Ledger.open(self.folder / "state")
        ledger.remember([f for card in cards for f in card.findings], {}, cards)
        return ledger

    def desk(self, ledger: Ledger) -> Desk:
        """A desk with this ledger as its memory."""
        return Desk(
            self.session_file, RATE_HZ, ledger, self.outbox, self.said.append, settings=self.settings, by="test"
        )

    def host(self, **more: object) -> StandIn:
        """The stand-in, every lane standing still."""
        lanes = {(card.stems[0], name): STILL for card in CARDS for name in ("trim", "fader")}
        return StandIn(self.session_file, self.settings, lanes, **more)  # type: ignore[arg-type]


@dataclass
class Pair:
    """A desk and the stand-in it speaks to."""

    desk: Desk
    host: StandIn
    ledger: Ledger
    said: list[str]

    def go(self, until: Callable[[], object] | None = None) -> None:
        """Let both work until something is so, or until nothing is under way."""
        for _ in range(400):
            self.desk.step(0.002)
            self.host.tick()
            if self.desk.met and self.desk.is_idle and (until is None or until()):
                return
        raise AssertionError(f"it did not come to that: {self.said[-4:]}")

    def states(self) -> dict[str, str]:
        """How far each accepted answer has come."""
        return {id: kept.state for kept in self.ledger.answers() for id in kept.ids}


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


@pytest.fixture
def pair(room: Room) -> Iterator[Pair]:
    with room.ledger() as ledger:
        made = Pair(room.desk(ledger), room.host(), ledger, room.said)
        made.go()
        yield made
        made.desk.close()
        made.host.close()
