"""Killed at any moment between the press and the acknowledgement, nothing is lost, halved or done twice."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from earmark.surfaces.ardour.mailbox import Outbox
from earmark.surfaces.ardour.orders import kept
from surfaces.ardour.conftest import IDS, STILL, Pair, Room
from surfaces.ardour.stand_in import StandIn

RUNS = 100


def _earmark_in_a_child(room: Room) -> int:
    """A process that is nothing but a connected desk."""
    child = os.fork()
    if child:
        return child
    try:
        with room.ledger() as ledger:
            desk = room.desk(ledger)
            while True:
                desk.step(0.001)
    finally:
        os._exit(1)


def _press_and_kill(room: Room, host: StandIn, after_s: float) -> None:
    child = _earmark_in_a_child(room)
    try:
        deadline_s = time.monotonic() + 5.0
        while not (host.token and host.ghost and time.monotonic() < deadline_s):
            host.tick()
            time.sleep(0.001)
        host.press("accept")
        killed_at_s = time.monotonic() + after_s
        while time.monotonic() < killed_at_s:
            host.tick()
            time.sleep(0.0005)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    for _ in range(3):
        host.tick()


@pytest.mark.parametrize("seed", range(RUNS))
def test_after_a_kill_the_rows_are_there_and_the_lane_is_old_or_new(room: Room, seed: int) -> None:
    room.ledger().close()
    host = room.host(wait_s=0.5)
    _press_and_kill(room, host, random.Random(seed).uniform(0.0, 0.03))
    with room.ledger() as ledger:
        ledger.verify()
        lane = host.lanes["vox", "trim"]
        rows = ledger.answers()
        order = kept(Outbox(room.outbox), IDS[0])
        assert lane in (STILL, order.new if order else STILL)
        assert lane == STILL or rows, "something was done that was not written down"
        host.waiting.clear()
        again = Pair(room.desk(ledger), host, ledger, room.said)
        again.go(lambda: again.states().get(IDS[0]) in (None, "confirmed") or _is_shown(room))
        again.go()
        state = again.states().get(IDS[0])
        assert (state == "confirmed") == (lane != STILL)
        assert host.lanes["vox", "trim"] == lane, "reconnecting applies nothing"
        assert len([step for step in host.steps if "vox" in step]) == int(lane != STILL)
        again.desk.close()
    host.close()


def _is_shown(room: Room) -> bool:
    return any("accepted, not yet applied" in said for said in room.said)


def test_the_hundred_runs_reach_every_kind_of_moment(tmp_path: Path) -> None:
    """Kills before the row, between row and lane, and after the lane all have to occur, or the runs show little."""
    seen = set()
    for seed in range(RUNS):
        room = Room(tmp_path / str(seed)) if (tmp_path / str(seed)).mkdir() is None else None
        assert room is not None
        room.ledger().close()
        host = room.host(wait_s=0.5)
        _press_and_kill(room, host, random.Random(seed).uniform(0.0, 0.03))
        with room.ledger() as ledger:
            seen.add((bool(ledger.answers()), host.lanes["vox", "trim"] != STILL))
        host.close()
        if {(False, False), (True, True)} <= seen:
            break
    assert {(False, False), (True, True)} <= seen
