"""Without a script of earmark's, stock OSC lays the markers: only while the transport stands still."""

from __future__ import annotations

import pytest

from daw.programs import RATE_HZ
from daw.table import Table
from earmark.errors import SurfaceError
from earmark.surfaces.ardour import stock
from earmark.surfaces.ardour.marks import Mark

pytestmark = pytest.mark.daw


def test_stock_osc_marks_to_the_sample_and_brings_the_playhead_back(table: Table) -> None:
    table.remote.say("/locate", ("i", 12_345), ("i", 0))
    table.until(lambda: table.look("say (Session:transport_sample ())") == "12345")
    marks = [Mark(n * 54_321, f"vox hum ·ab{n:02d}", "") for n in range(1, 16)]
    assert stock.lay(marks, table.ardour.osc_port) == 15
    there = table.marks()
    assert all((mark.sample, mark.text) in there for mark in marks)
    assert table.look("say (Session:transport_sample ())") == "12345"


def test_stock_osc_refuses_while_rolling_and_marks_nothing(table: Table) -> None:
    before = table.marks()
    table.remote.say("/locate", ("i", RATE_HZ), ("i", 1))
    table.until(lambda: table.look("say (Session:transport_rolling ())") == "true")
    with pytest.raises(SurfaceError, match="stop it first"):
        stock.lay([Mark(99, "vox hum ·abcd", "")], table.ardour.osc_port)
    table.remote.say("/transport_stop")
    table.until(lambda: table.look("say (Session:transport_stopped ())") == "true")
    assert table.marks() == before
