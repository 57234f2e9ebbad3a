"""Killed while the real Ardour waits: what the ledger says and what the lane is go together afterwards."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from daw.programs import RATE_HZ, Ardour
from daw.table import AS_BUILT, CARDS, LANE, SLOTS
from earmark.ledger import Ledger
from earmark.surfaces.ardour.desk import Desk
from earmark.surfaces.ardour.stack import finding_of
from earmark.wire.sockets import Voice

pytestmark = pytest.mark.daw
RUNS = 6


def _desk(ardour: Ardour, ledger: Ledger, folder: Path, said: list[str]) -> Desk:
    return Desk(ardour.session_file, RATE_HZ, ledger, folder / "outbox", said.append, settings=ardour.home.settings)


def _ledger(folder: Path) -> Ledger:
    ledger = Ledger.open(folder)
    ledger.remember([finding_of(card) for card in CARDS], {}, CARDS)
    return ledger


def _desk_in_a_child(ardour: Ardour, folder: Path) -> int:
    child = os.fork()
    if child:
        return child
    try:
        with _ledger(folder) as ledger:
            desk = _desk(ardour, ledger, folder, [])
            desk.wait(lambda: desk.met and desk.is_idle, 8.0)
            (folder / "ready").touch()
            while True:
                desk.step(0.005)
    finally:
        os._exit(1)


@pytest.mark.parametrize("seed", range(RUNS))
def test_after_a_kill_ledger_and_lane_agree(ardour: Ardour, tmp_path: Path, seed: int) -> None:
    assert ardour.probe(AS_BUILT) == ""
    _ledger(tmp_path).close()
    child = _desk_in_a_child(ardour, tmp_path)
    try:
        ardour.wait_for((tmp_path / "ready").exists, 15.0)
        with Voice(ardour.osc_port) as remote:
            remote.say("/access_action", ("s", f"LuaAction/script-{SLOTS['accept']}"))
        time.sleep(random.Random(seed).uniform(0.02, 0.4))
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    time.sleep(2.5)  # the script has given up waiting by now
    lane = ardour.probe(LANE % ("vox", "trim"))
    said: list[str] = []
    with _ledger(tmp_path) as ledger:
        ledger.verify()
        kept = ledger.answers()
        assert lane is not None
        applied = lane.startswith("4 5 ")
        assert applied or lane.startswith("0 0 1.0"), lane
        assert kept or not applied
        desk = _desk(ardour, ledger, tmp_path, said)
        assert desk.wait(lambda: desk.met and desk.is_idle, 10.0), said
        states = [answer.state for answer in ledger.answers()]
        assert states == ([] if not kept else ["confirmed"] if applied else [states[0]])
        assert applied or not kept or any("not yet applied" in line for line in said)
        assert ardour.probe(LANE % ("vox", "trim")) == lane
        desk.sweep()
        desk.wait(lambda: desk.is_idle, 8.0)
        desk.close()
