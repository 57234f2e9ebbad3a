import os
import stat
from pathlib import Path

import pytest

from earmark.cli.shell.output import write_whole
from earmark.errors import RefusedError


def test_a_file_is_written_and_nothing_else_is_left(tmp_path):
    write_whole(tmp_path / "report.txt", "whole ü\n")
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert (tmp_path / "report.txt").read_bytes() == "whole ü\n".encode()


def test_a_new_file_may_be_read_by_whom_any_new_file_may(tmp_path):
    (tmp_path / "other").touch()
    write_whole(tmp_path / "report.txt", "x")
    modes = {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_an_old_file_is_replaced(tmp_path):
    (tmp_path / "report.txt").write_text("old and long")
    write_whole(tmp_path / "report.txt", "new")
    assert (tmp_path / "report.txt").read_text() == "new"


def test_an_old_file_stays_whole_when_the_new_one_cannot_be(tmp_path, monkeypatch):
    (tmp_path / "report.txt").write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(RefusedError, match=r"report\.txt: no space left on device"):
        write_whole(tmp_path / "report.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["report.txt"]
    assert (tmp_path / "report.txt").read_text() == "old"


def test_a_full_device_is_refused_in_one_sentence():
    with pytest.raises(RefusedError, match="cannot be written to /dev/full: no space left on device"):
        write_whole(Path("/dev/full"), "x" * 100_000)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="no such file or directory"):
        write_whole(tmp_path / "none" / "report.txt", "x")


def test_a_folder_in_the_files_place_is_refused(tmp_path):
    with pytest.raises(RefusedError, match="is a directory"):
        write_whole(tmp_path, "x")


def test_a_pipe_is_written_to_and_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole(pipe, "whole")
    assert os.read(reading, 100) == b"whole"
    os.close(reading)
    assert pipe.is_fifo()
