"""A stand-in for Ardour with the resident script in it: same files, same messages, no sound, no screen.

Written from the published script; what it does, the script does in the real program (tests/daw).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

from earmark.surfaces.ardour.link import session_key
from earmark.surfaces.ardour.mailbox import Line, put, read
from earmark.wire.messages import message
from earmark.wire.sockets import LOOPBACK, Ear

WAIT_S = 2.0


@dataclass
class StandIn:
    """One open session: lanes by (track, lane), markers, at most one ghost."""

    session_file: Path
    settings: Path
    lanes: dict[tuple[str, str], str] = field(default_factory=dict)
    marks: list[tuple[int, str]] = field(default_factory=list)
    ghost: tuple[str, str, str, str] | None = None  # id, track, lane, points
    focus: str = ""
    steps: list[str] = field(default_factory=list)  # undo steps, by name
    located: list[int] = field(default_factory=list)
    wait_s: float = WAIT_S

    def __post_init__(self) -> None:
        self.ear = Ear()
        self.token = ""
        self.letter = 1
        self.waiting: dict[str, float] = {}

    def close(self) -> None:
        self.ear.close()

    def _read(self, path: Path) -> tuple[Line, ...]:
        try:
            return read(path.read_bytes())
        except FileNotFoundError:
            return ()

    def send(self, name: str, **values: str | int) -> None:
        self.ear.send(message(f"/earmark/{name}", **values), (LOOPBACK, self.port))

    def tick(self) -> None:
        """What the hook does ten times a second."""
        link = {
            line[0]: line[1]
            for line in self._read(self.settings / "earmark" / f"{session_key(self.session_file)}.link")
        }
        if not link:
            self.token = ""
            return
        if link["token"] != self.token:
            self.token, self.port, self.outbox, self.letter = link["token"], int(link["port"]), Path(link["outbox"]), 1
            self.send(
                "hello",
                token=self.token,
                session=str(self.session_file.parent),
                snapshot="s",
                host="stand-in",
                script="1",
            )
        self._take_letter()
        self._take_applies()

    def _take_letter(self) -> None:
        lines = self._read(self.outbox / f"letter-{self.letter}")
        if not lines:
            return
        number, self.letter = self.letter, self.letter + 1
        answer: list[Line] = []
        state = "done"
        points: list[str] = []
        marks: list[tuple[int, str]] = []
        for word, *fields in lines:
            if word == "marker":
                marks.append((int(fields[0]), fields[1]))
            elif word == "markers":
                if sorted(marks) != sorted(self.marks) and fields[0] == "recorded":
                    self.steps.append("markers")
                self.marks = marks
                answer += [("marker", str(sample), text) for sample, text in marks]
            elif word == "focus":
                self.focus = fields[0]
                if self.ghost and self.ghost[0] != self.focus:
                    self.ghost = None
            elif word == "point":
                points.append(f"{fields[0]}:{float(fields[1]):.9g}")
            elif word == "ghost":
                if not self.ghost or self.ghost[0] != fields[0]:
                    self.ghost = (fields[0], fields[1], fields[2], ",".join(points))
                answer.append(("ghost", *self.ghost))
            elif word == "read":
                answer.append(("lane", fields[0], fields[1], self.lanes[fields[0], fields[1]]))
            elif word == "locate":
                self.located.append(int(fields[0]))
            elif word == "apply":
                state, _ = self._apply(fields[0])
            elif word == "sweep":
                answer.append(("ghosts", str(int(self.ghost is not None))))
                self.ghost, self.marks = None, []
                self.steps.append("sweep")
        put(self.outbox / f"reply-{number}", [*answer, ("end", state, "")])
        self.send("ack", id="", state=state, letter=number, detail="")

    def _apply(self, id: str) -> tuple[str, str]:
        order = {line[0]: line[1] for line in self._read(self.outbox / f"{id}.apply")}
        now = self.lanes[order["track"], order["lane"]]
        if now == order["new"]:
            return "confirmed", now
        if now != order["expected"]:
            return "changed", now
        self.lanes[order["track"], order["lane"]] = order["new"]
        self.steps.append(order["name"])
        return "confirmed", order["new"]

    def _take_applies(self) -> None:
        for id, until_s in list(self.waiting.items()):
            order = {line[0]: line[1] for line in self._read(self.outbox / f"{id}.apply")}
            if order:
                del self.waiting[id]
                if "settled" not in order:
                    state, lane = self._apply(id)
                    put(self.outbox / f"{id}.applied", [(state, lane, "")])
                    self.send("ack", id=id, state=state, letter=0, detail="")
            elif time.monotonic() > until_s:
                del self.waiting[id]
                self.send("error", id=id, text="earmark did not answer in 2 s; nothing was done")

    def press(self, verb: str, reason: str = "") -> None:
        """A key of the human's."""
        if verb in ("next", "previous"):
            return self.send("focus", which=verb)
        if verb == "take-back":
            return self.send("decide", id="", answer=verb, option=0, because="")
        (self.outbox / f"{self.focus}.apply").unlink(missing_ok=True)
        if verb == "accept" and self.ghost:
            _, track, lane, points = self.ghost
            put(self.outbox / f"{self.focus}.lane", [("lane", track, lane, self.lanes[track, lane]), ("ghost", points)])
            self.waiting[self.focus] = time.monotonic() + self.wait_s
        return self.send("decide", id=self.focus, answer=verb, option=0, because=reason)
