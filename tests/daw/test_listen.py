"""Listen in the full program: heard at the output while it rolls, and off again by itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from daw.levels import level_db
from daw.programs import RATE_HZ, Ardour
from daw.table import CARDS, TRACKS, Table, lay_table, tone

pytestmark = pytest.mark.daw


def _play_and_record(table: Table, out: Path, *, hear: bool) -> np.ndarray:
    """Four seconds of what the master sends out, from 3.5 s on."""
    table.remote.say("/locate", ("i", round(3.5 * RATE_HZ)), ("i", 0))
    table.until(lambda: int(table.look("say (Session:transport_sample ())")) == round(3.5 * RATE_HZ))
    if hear:
        table.press("hear")
        table.until(lambda: table.listen() == "1.0")
    recorder = subprocess.Popen(
        ["jack_rec", "-f", str(out), "-d", "4", "-b", "24", "ardour:Master/audio_out 1"],
        env=table.ardour.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    table.until(lambda: out.exists())
    table.remote.say("/transport_play")
    table.until(lambda: recorder.poll() is not None, 12.0)
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")
    samples, _ = soundfile.read(out, dtype="float32", always_2d=True)
    return np.ascontiguousarray(samples[:, 0])


def _dip_db(samples: np.ndarray) -> float:
    """How far the vocal's tone falls below its usual level."""
    level = level_db(samples, TRACKS["vox"])
    begins = int(np.argmax(level > level.max() - 12)) + 1  # the first block is part silence
    return float(level[begins] - level[begins:].min())


def test_listen_is_heard_in_place_and_is_off_after_the_stop(table: Table, tmp_path: Path) -> None:
    table.focus(0)
    assert _dip_db(_play_and_record(table, tmp_path / "off.wav", hear=False)) < 0.1
    assert _dip_db(_play_and_record(table, tmp_path / "on.wav", hear=True)) == pytest.approx(3.0, abs=0.2)
    table.until(lambda: table.listen() == "0.0")
    assert _dip_db(_play_and_record(table, tmp_path / "off again.wav", hear=False)) < 0.1


def test_listen_is_off_after_a_save_and_in_what_was_saved(table: Table) -> None:
    table.focus(0)
    before = table.export()
    table.press("hear")
    table.until(lambda: table.listen() == "1.0")
    table.save()
    table.until(lambda: table.listen() == "0.0")
    assert np.abs(table.export() - before).max() == 0.0


def test_listen_is_off_when_earmark_leaves(ardour: Ardour, tmp_path: Path) -> None:
    with lay_table(ardour, tmp_path / "outbox", CARDS) as table:
        table.focus(0)
        table.press("hear")
        table.until(lambda: table.listen() == "1.0")
    Ardour.wait_for(lambda: table.listen() == "0.0", 4.0)


def test_the_measurements_hear_the_tone_they_look_for() -> None:
    assert float(level_db(tone(220.0), 220.0).mean()) == pytest.approx(20 * np.log10(0.12), abs=0.05)
