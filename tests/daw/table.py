"""A table to work at: cards, a memory, a desk, and a hand on the keys of a real Ardour."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from daw.programs import RATE_HZ, Ardour
from earmark.actions import GainCurve, LeaveIt
from earmark.model import Card, Decision, Finding, Option, Suggestion
from earmark.surfaces.ardour.desk import Desk
from earmark.surfaces.ardour.marks import Shown
from earmark.surfaces.ardour.stack import finding_of
from earmark.wire.sockets import Voice

LENGTH_S = 20
MARKS = """for l in Session:locations ():list ():iter () do
  if l:is_mark () then say (l:start ():samples () .. "\\t" .. l:name ()) end
end"""
TRACKS = {"vox": 220.0, "gtr 2": 330.0, "bass": 110.0}


def exact(samples: np.ndarray) -> np.ndarray:
    """Sound on a 16-bit grid: sums of it are exact in float32, in whatever order Ardour mixes."""
    return (np.round(samples * 32768) / 32768).astype(np.float32)


def tone(hz: float, seed: int = 0) -> np.ndarray:
    """A steady tone in a little noise."""
    time_s = np.arange(LENGTH_S * RATE_HZ) / RATE_HZ
    noise = np.random.default_rng(seed).standard_normal(time_s.size)
    return exact(0.12 * np.sin(2 * np.pi * hz * time_s) + 0.003 * noise)


@dataclass
class Notes:
    """A memory that keeps answers in a list; the ledger's own tests are elsewhere."""

    laid: list[Card]
    said: list[object] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Decision] = field(default_factory=dict)

    def record(self, decisions: Decision) -> None:
        self.said.append(decisions)
        self.answers[decisions.finding_id] = decisions
        self.states[decisions.finding_id] = "decided"

    def mark(self, finding_id: str, state: str) -> None:
        self.said.append((finding_id, state))
        self.states[finding_id] = state

    def undo(self, finding_id: str) -> None:
        self.answers.pop(finding_id, None)
        self.states.pop(finding_id, None)

    def pending(self, surface: str | None = None) -> Sequence[object]:
        return [Waiting(d, self.states[d.finding_id]) for d in self.answers.values() if self.is_waiting(d)]

    def is_waiting(self, decision: Decision) -> bool:
        return decision.answer == "accept" and self.states[decision.finding_id] != "confirmed"

    def cards(self) -> tuple[Card, ...]:
        return tuple(replace(card, findings=tuple(map(self._as_answered, card.findings))) for card in self.laid)

    def _as_answered(self, finding: Finding) -> Finding:
        answer = self.answers.get(finding.id)
        return replace(finding, answered=answer.answer if answer else None)


@dataclass(frozen=True)
class Waiting:
    """An answer as `pending` gives it."""

    decision: Decision
    state: str


def ride(number: int, stem: str, lane: str, curve: Sequence[tuple[float, float]]) -> Card:
    """A card with one curve."""
    at_s = curve[0][0]
    finding = Finding(
        "PF01", "needs-riding", "question", (stem,), -3.2, "LU", "one phrase is quieter than the others", "meant so",
        0.9, start_s=at_s, end_s=curve[-1][0], id=f"{0xA1B00000 + number * 0x10001:08x}", card=f"c{number}",
    )  # fmt: skip
    curved = Option(GainCurve(stem, lane, ()), f"ride the {lane}", "even phrases", "one more lane", tuple(curve))  # type: ignore[arg-type]
    leave = Option(LeaveIt(), "leave it", "", "")
    return Card(f"c{number}", f"{stem} needs riding", (stem,), (finding,), Suggestion(f"s{number}", (curved, leave)))


CARDS = (
    ride(1, "vox", "trim", [(4.0, 0.0), (4.2, -3.0), (6.0, -3.0), (6.3, 0.0)]),
    ride(2, "gtr 2", "fader", [(8.0, 0.0), (8.25, 3.0), (9.0, 1.0), (10.0, 3.0), (10.3, 0.0)]),
    ride(3, "bass", "trim", [(13.0, 0.0), (13.2, 2.0), (15.0, 2.0), (15.2, 0.0)]),
)


def free_port() -> int:
    """A UDP port nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Table:
    """A desk with what a test needs beside it: what was said, what was kept, a hand on Ardour's keys."""

    desk: Desk
    notes: Notes
    heard: list[str]
    ardour: Ardour
    remote: Voice

    def press(self, action: str) -> None:
        """Press the key that a slot of earmark's is on."""
        self.remote.say("/access_action", ("s", f"LuaAction/script-{SLOTS[action]}"))

    def until(self, so: Callable[[], object], timeout_s: float = 8.0) -> None:
        """Go on until something is so."""
        assert self.desk.wait(lambda: bool(so()), timeout_s), self.heard[-5:]

    def export(self) -> np.ndarray:
        """What the saved session exports to. The desk is kept meanwhile: a silent one counts as left."""
        with ThreadPoolExecutor(1) as aside:
            made = aside.submit(self.ardour.home.export, self.ardour.session_file)
            self.until(made.done, 60.0)
        return made.result()

    def settle(self) -> None:
        """Go on until nothing is under way."""
        self.until(lambda: self.desk.is_idle)

    def marks(self) -> list[tuple[int, str]]:
        """Every mark in the session, also those earmark did not make."""
        said = self.look(MARKS)
        pairs = (line.split("\t") for line in said.splitlines())
        return sorted((int(sample), text) for sample, text in pairs)

    def look(self, lua: str) -> str:
        """Run Lua in the program."""
        said = self.ardour.probe(lua)
        assert said is not None
        assert "RAISED" not in said, said
        return said

    def texts(self) -> list[str]:
        """What the marks say."""
        return [text for _, text in self.marks()]

    def lane(self, track: str, control: str) -> str:
        """State, number of points and value of a lane."""
        return self.look(LANE % (track, control))

    def listen(self) -> str:
        """Where the switch of the ghost on the vocal stands."""
        return self.look(LISTEN)

    def focus(self, number: int) -> str:
        """Bring a card into focus by its key; gives its id."""
        wanted = finding_of(CARDS[number]).id
        for _ in CARDS:
            now = self.desk.stack.focus
            if now == wanted:
                break
            self.press("next")
            self.until(lambda now=now: self.desk.stack.focus != now)
            self.settle()
        assert self.desk.stack.focus == wanted
        return wanted

    def accept(self, number: int) -> str:
        """Accept a card by its key, to the end; gives its id."""
        id = self.focus(number)
        self.press("accept")
        self.until(lambda: self.notes.states.get(id) == "confirmed")
        self.settle()
        return id

    def save(self) -> None:
        """As the engineer does it."""
        file = self.ardour.session_file
        before = file.stat().st_mtime_ns
        self.remote.say("/save_state")
        self.until(lambda: file.stat().st_mtime_ns != before)


SLOTS = {name: slot for slot, name in enumerate(
    ("next", "previous", "hear", "accept", "decline", "on purpose", "later", "undo last", "list"), start=1
)}  # fmt: skip


LANE = """local c = Session:route_by_name ("%s"):%s_control ()
say (c:automation_state (), c:alist ():events ():size (), string.format ("%%.6f", c:get_value ()))"""
LISTEN = """local ghost = Session:route_by_name ("vox"):nth_plugin (0)
say ((ARDOUR.LuaAPI.get_processor_param (ghost, 1)))"""
AS_BUILT = """for r in Session:get_tracks ():iter () do
  for _, c in ipairs ({ r:trim_control (), r:gain_control () }) do
    c:alist ():clear_list ()
    c:set_automation_state (ARDOUR.AutoState.Off)
    c:set_value (1.0, PBD.GroupControlDisposition.NoGroup)
  end
end"""


class lay_table:  # noqa: N801 - read as a verb at its call
    """A connected desk as a context."""

    def __init__(self, ardour: Ardour, outbox: Path, cards: Sequence[Card], shown: Shown | None = None) -> None:
        heard: list[str] = []
        notes = Notes(list(cards))
        desk = Desk(
            ardour.session_file, RATE_HZ, notes, outbox, heard.append,
            shown=shown or Shown(), settings=ardour.home.settings, by="test",
        )  # fmt: skip
        self.table = Table(desk, notes, heard, ardour, Voice(ardour.osc_port))

    def __enter__(self) -> Table:
        assert self.table.ardour.probe(AS_BUILT) == ""
        self.table.until(lambda: self.table.desk.met)
        self.table.until(lambda: self.table.desk.is_idle, 30.0)
        return self.table

    def __exit__(self, *_: object) -> None:
        self.table.desk.close()
        self.table.remote.close()
