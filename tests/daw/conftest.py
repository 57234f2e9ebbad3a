"""Fixtures for tests on a real Ardour."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from daw.programs import FULL, HEADLESS, Ardour, Home, build_session, install, need
from daw.table import CARDS, TRACKS, Table, free_port, lay_table, tone


@pytest.fixture(scope="module")
def headless(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home for headless runs."""
    need(*HEADLESS)
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def song(headless: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of three tracks."""
    tracks = {name: tone(hz, seed) for seed, (name, hz) in enumerate(TRACKS.items())}
    return build_session(headless, tmp_path_factory.mktemp("songs") / "song", "song", tracks)


@pytest.fixture(scope="session")
def ardour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ardour]:
    """The full program with the song open and earmark's scripts in their slots; started once for all."""
    need(*FULL)
    home = Home(tmp_path_factory.mktemp("full"))
    install(home)
    tracks = {name: tone(hz, seed) for seed, (name, hz) in enumerate(TRACKS.items())}
    session = build_session(home, tmp_path_factory.mktemp("songs") / "song", "song", tracks)
    program = Ardour(home, session, free_port())
    try:
        program.start()
        yield program
    finally:
        program.stop()


@pytest.fixture
def table(ardour: Ardour, tmp_path: Path) -> Iterator[Table]:
    """A desk that is connected, its report laid; swept away afterwards."""
    with lay_table(ardour, tmp_path / "outbox", CARDS) as laid:
        yield laid
        laid.desk.sweep()
        laid.settle()
