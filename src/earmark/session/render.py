"""Has Ardour itself play a session: on a copy, without a window, in as few passes as it allows.

The master is exported as it is; then the copy's master is made a row of taps, one channel for each output of every
track and bus, and exported again: one pass gives them all, aligned by Ardour's own latency compensation.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from earmark.errors import RenderError, UsageError, did_you_mean
from earmark.session.ardour.document import document
from earmark.session.render_copy import copy_session, is_open, refuse_unsaved
from earmark.session.render_settings import PRESET_ID, environment

Tap = Literal["source", "post-fader"]

PROGRAMS = tuple(f"ardour{version}-lua" for version in (7, 8))
SCRIPT = Path(__file__).with_name("render.lua")
MOST_CHANNELS = 250  # Ardour's own WAV format stops at 256
MOST_BYTES = 3_900_000_000  # a WAV counts its bytes in 32 bits


@dataclass(frozen=True, slots=True)
class TapRow:
    """Where one track or bus lies in what Ardour wrote."""

    name: str
    kind: Literal["track", "bus", "return"]
    files: tuple[Path, ...]  # one file of many channels, or one file per channel
    first_channel: int
    channels: int  # 0: all channels of all files
    early_samples: int  # how much too early Ardour wrote it; its route runs into something late
    to_master: tuple[tuple[int, int], ...]  # its channel, the master's channel


@dataclass(frozen=True, slots=True)
class Taken:
    """What Ardour wrote, still in its own form."""

    rate_hz: int
    start_samples: int
    frames: int
    rows: tuple[TapRow, ...]
    master: Path | None  # the export of the untouched master
    remarks: tuple[str, ...]


def take(
    session_file: Path,
    work: Path,
    *,
    tap: Tap = "post-fader",
    tracks: Sequence[str] = (),
    span_s: tuple[float, float] | None = None,
) -> Taken:
    """Have Ardour write every track (and bus) of a saved session below `work`, a folder of our own.

    Raises `RenderError` where Ardour is absent, the session is not saved, or Ardour does not manage.
    """
    program = find_program()
    refuse_unsaved(session_file)
    routes = routes_in(session_file)
    wanted = chosen(routes, tracks)
    copied = copy_session(session_file, work / "session")
    written = work / "written"
    written.mkdir(parents=True)
    rate_hz = int(document(session_file).get("sample-rate", "48000"))
    span = [str(round(at_s * rate_hz)) for at_s in span_s] if span_s else ["-", "-"]
    at_once = str(channels_at_once(rate_hz, span_s))
    ids = ",".join(wanted) if tracks else "-"
    run(
        program,
        [str(copied.parent), copied.stem, str(written), tap, *span, PRESET_ID, at_once, ids],
        session_file,
        work,
    )
    taken = read_plan(written, copied.parent, session_file, routes)
    return (
        with_remark(taken, "it is open in a program now; what is not saved is not in here")
        if is_open(session_file)
        else taken
    )


def with_remark(taken: Taken, remark: str) -> Taken:
    """The same, with one more thing that a person must know."""
    return Taken(taken.rate_hz, taken.start_samples, taken.frames, taken.rows, taken.master, (*taken.remarks, remark))


def find_program() -> str:
    """Headless Ardour."""
    for program in PROGRAMS:
        if found := shutil.which(program):
            return found
    raise RenderError(
        "Ardour is not installed here, and only Ardour can render its sessions; "
        f"install it so that {PROGRAMS[0]} is found (Debian: apt install ardour)"
    )


@dataclass(frozen=True, slots=True)
class RouteEntry:
    """A track or bus as the session file names it."""

    id: str
    name: str
    is_return: bool


def routes_in(session_file: Path) -> dict[str, RouteEntry]:
    """Every track and bus by id; the busses that some send feeds are returns."""
    root = document(session_file)
    targets = {node.get("target") for node in root.iter("Processor") if node.get("type") == "intsend"}
    found = (
        RouteEntry(node.get("id", ""), node.get("name", ""), node.get("id") in targets) for node in root.iter("Route")
    )
    return {route.id: route for route in found}


def names_in(session_file: Path) -> list[str]:
    """The names of all tracks and busses."""
    return [route.name for route in routes_in(session_file).values()]


def chosen(routes: dict[str, RouteEntry], names: Sequence[str]) -> list[str]:
    """The ids of the named tracks and busses."""
    by_name = {route.name: route.id for route in routes.values()}
    for name in names:
        if name not in by_name:
            guess = did_you_mean(name, by_name) or "; name one as Ardour does"
            raise UsageError(f"the session has no track or bus {name!r}{guess}")
    return [by_name[name] for name in names]


def channels_at_once(rate_hz: int, span_s: tuple[float, float] | None) -> int:
    """How many float channels of this length one WAV holds; an hour where the length is the session's own."""
    seconds = span_s[1] - span_s[0] if span_s else 3600.0
    return max(2, min(MOST_CHANNELS, int(MOST_BYTES / (4 * rate_hz * max(seconds, 1.0)))))


def run(program: str, arguments: list[str], session_file: Path, work: Path) -> None:
    """Run the script in Ardour, with settings of our own; every trouble becomes one sentence."""
    plan = Path(arguments[2]) / "plan.txt"
    with (work / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [program, str(SCRIPT), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment(work),
        )
        try:
            code = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    lines = plan.read_text(encoding="utf-8").splitlines() if plan.is_file() else []
    trouble = next((line.partition("\t")[2] for line in lines if line.startswith("trouble\t")), None)
    if trouble is None and (not lines or lines[-1] != "done"):
        trouble = f"it ended with exit code {code} ({last_words(work / 'said.txt')})"
    if trouble is not None:
        raise RenderError(
            f"Ardour could not render {session_file}: {trouble}; open it in Ardour, mend that, and save it"
        )


def last_words(said: Path) -> str:
    """The last thing a program wrote."""
    lines = [line.strip() for line in said.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing"


def read_plan(written: Path, copy: Path, session_file: Path, routes: dict[str, RouteEntry]) -> Taken:
    """What the script wrote down while it worked."""
    cells = [line.split("\t") for line in (written / "plan.txt").read_text(encoding="utf-8").splitlines()]
    rate_hz, first, last = next([int(float(cell)) for cell in row[1:4]] for row in cells if row[0] == "session")
    rows = tuple(tap_row(row, written, copy, routes) for row in cells if row[0] == "route")
    master = next((written / "master.wav" for row in cells if row[0] == "master"), None)
    return Taken(rate_hz, first, last - first, rows, master, tuple(remarks(cells)))


def tap_row(cells: list[str], written: Path, copy: Path, routes: dict[str, RouteEntry]) -> TapRow:
    """One line of the plan."""
    _, route_id, kind, name, where, first, channels, early, mains = cells
    is_return = route_id in routes and routes[route_id].is_return
    files = bounced(copy, first) if where == "bounce" else (written / f"{where}.wav",)
    return TapRow(
        name=bytes.fromhex(name).decode("utf-8", "surrogateescape"),
        kind="return" if is_return else ("track" if kind == "track" else "bus"),
        files=files,
        first_channel=0 if where == "bounce" else int(first),
        channels=int(channels),
        early_samples=int(float(early)),
        to_master=tuple((int(pair.split(":")[0]), int(pair.split(":")[1])) for pair in mains.split(",") if pair),
    )


def bounced(copy: Path, number: str) -> tuple[Path, ...]:
    """The files of one bounce, one per channel, in the order of the channels."""
    found = sorted(copy.glob("interchange/*/audiofiles/*.wav"))
    return tuple(file for file in found if re.fullmatch(rf"earmark-{number}(%[A-Za-z0-9]+)?", file.stem))


def remarks(cells: list[list[str]]) -> list[str]:
    """What a person must know of the render."""
    said = []
    for row in cells:
        if row[0] == "absent":
            plugin = bytes.fromhex(row[1]).decode("utf-8", "replace")
            said.append(f"the plug-in {plugin} is not installed here; what it does is not in the render")
        elif row[0] == "master-runs" and (int(row[1]) or abs(float(row[2]) - 1) > 1e-4):
            said.append(
                f"the master runs {row[1]} plug-ins and its fader is at x{float(row[2]):.3f}; the stems have neither"
            )
    return said
