"""Disks that refuse: read-only, full."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from earmark.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger of machine `here`."""
    with Ledger.open(tmp_path / "state", machine="here") as opened:
        yield opened


@contextmanager
def _as_nobody() -> Iterator[None]:
    """Root may write anywhere; nobody may not."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@pytest.fixture
def as_nobody() -> Callable[[], AbstractContextManager[None]]:
    """Work as a user to whom permissions apply."""
    return _as_nobody


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A session's folder that this process may read and not write, while its own home can be written."""
    monkeypatch.delenv("EARMARK_STATE")
    above = Path(tempfile.mkdtemp(prefix="earmark-unwritable-"))
    folder, home = above / "song", above / "home"
    folder.mkdir()
    home.mkdir(mode=0o777)
    home.chmod(0o777)
    above.chmod(0o755)
    monkeypatch.setenv("XDG_STATE_HOME", str(home))
    try:
        yield folder
    finally:
        for path in (above, *above.rglob("*")):
            if path.is_dir():
                path.chmod(0o755)
        shutil.rmtree(above)


@pytest.fixture
def read_only(unwritable: Path) -> Iterator[Path]:
    """The same, with the permission already taken away."""
    unwritable.chmod(0o555)
    with _as_nobody():
        yield unwritable


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 256 KiB, mounted for this test."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root; the limit on file size is tested beside it")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)
