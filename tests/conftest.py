"""What every test may ask for. Nothing here decides whether a test passes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def _data_folder() -> Path:
    named = os.environ.get("EARMARK_DATA")
    return Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of real recordings; the test is skipped where it is absent."""
    folder = _data_folder()
    if not (folder / "README.md").is_file():
        pytest.skip(f"no real recordings at {folder}; set EARMARK_DATA")
    return folder


@pytest.fixture(autouse=True)
def _own_state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may write beside a user's session or into their home."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("EARMARK_STATE", str(home / "state"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "xdg"))
