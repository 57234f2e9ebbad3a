"""connect, show, sweep, install and doctor from the command line, with no DAW there."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.cli.__main__ import main
from earmark.cli.connect import session_file
from earmark.errors import SessionError
from earmark.surfaces.ardour.link import Link


@pytest.fixture
def song(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a session, and settings nobody else uses."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setattr("earmark.surfaces.ardour.installing.ardour_version", lambda: "7.3")
    file = tmp_path / "song" / "song.ardour"
    file.parent.mkdir()
    file.write_text('<Session version="7002" sample-rate="48000"/>', encoding="utf-8")
    return file


def test_the_session_file_is_found_in_its_folder(song: Path) -> None:
    (song.parent / "take 2.ardour").touch()
    assert session_file(song.parent) == song
    assert session_file(song) == song


def test_a_folder_without_a_session_says_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match=r"holds no session file; name the \.ardour file"):
        session_file(tmp_path)


def test_show_without_a_connection_says_what_to_run(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["show", "all", "--session", str(song)]) == 3
    assert "run earmark connect ardour first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "wish"),
    [
        (["stem", "lead vocal"], b"show\tlead vocal\t\t12\n"),
        (["section", "Chorus 2"], b"show\t\tChorus 2\t12\n"),
        (["all"], b"show\t\t\tall\n"),
    ],
)
def test_show_leaves_its_wish_with_the_one_that_is_connected(
    song: Path, tmp_path: Path, given: list[str], wish: bytes
) -> None:
    Link(song, tmp_path / "outbox", 4000, tmp_path / "config" / "ardour7").beat()
    state = tmp_path / "state"
    assert main(["show", *given, "--session", str(song), "--state", str(state)]) == 0
    assert [left.read_bytes() for left in state.rglob("wish")] == [wish]


@pytest.mark.parametrize("given", [["stem"], ["all", "vox"], ["everything"]])
def test_show_asked_in_a_way_it_does_not_understand(song: Path, given: list[str]) -> None:
    assert main(["show", *given, "--session", str(song)]) == 2


def test_sweep_says_when_nobody_answers(
    song: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("earmark.cli.connect.HELLO_S", 0.2)
    assert main(["sweep", "--session", str(song), "--state", str(tmp_path / "state")]) == 3
    assert "open song.ardour in it, or run earmark doctor ardour" in capsys.readouterr().err
    assert not list((tmp_path / "config").rglob("*.link"))


@pytest.mark.parametrize("markers", ["0", "-1", "some"])
def test_a_number_of_markers_that_is_none_is_refused(song: Path, markers: str) -> None:
    assert main(["connect", "ardour", str(song), "--markers", markers]) == 2


def test_install_then_doctor_finds_everything_in_place(song: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "ardour"]) == 3
    assert "mend  scripts: 0 of 12" in capsys.readouterr().out
    assert main(["install", "ardour", "--yes"]) == 0
    assert "slot  4  earmark: accept" in capsys.readouterr().out
    main(["doctor", "ardour"])
    assert "mend  s" not in capsys.readouterr().out


def test_install_without_a_person_or_yes_leaves_the_slots_alone(
    song: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["install", "ardour"]) == 0
    assert "slots and hook were left alone" in capsys.readouterr().out
    assert not (tmp_path / "config" / "ardour7" / "ui_scripts").exists()
