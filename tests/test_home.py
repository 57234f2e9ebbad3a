from pathlib import Path

import pytest

from earmark.errors import RefusedError, UsageError
from earmark.home import home_of, nearest_session
from earmark.model import Session


@pytest.fixture(autouse=True)
def _no_named_state(monkeypatch):
    monkeypatch.delenv("EARMARK_STATE")


def session(path: Path, kind: str = "folder") -> Session:
    return Session(name=path.name, path=path, stems=(), kind=kind)


def test_a_folder_of_stems_keeps_its_state_inside(tmp_path):
    home = home_of(session(tmp_path))
    assert (home.settings, home.state, home.cache) == (tmp_path, tmp_path / ".earmark", tmp_path / ".earmark" / "cache")
    assert home.state.is_dir()
    assert home.remark is None


def test_a_single_file_keeps_its_state_beside_it(tmp_path):
    song = tmp_path / "song.wav"
    song.touch()
    assert home_of(session(song)).state == tmp_path / ".earmark"


def test_the_folder_of_a_daw_session_is_not_written_into(tmp_path):
    folder = tmp_path / "Song"
    folder.mkdir()
    home = home_of(session(folder, kind="a daw"))
    assert home.settings == home.state == tmp_path / "Song.earmark"
    assert not list(folder.iterdir())


def test_a_daw_session_named_by_its_file_is_the_same_as_by_its_folder(tmp_path):
    folder = tmp_path / "Song"
    folder.mkdir()
    (folder / "Song.x").touch()
    assert home_of(session(folder / "Song.x", kind="a daw")) == home_of(session(folder, kind="a daw"))


def test_a_named_state_folder_is_used_and_settings_stay_where_they_are(tmp_path):
    home = home_of(session(tmp_path), tmp_path / "elsewhere" / "deep")
    assert (home.settings, home.state) == (tmp_path, tmp_path / "elsewhere" / "deep")


def test_the_environment_names_the_state_folder_too(tmp_path, monkeypatch):
    monkeypatch.setenv("EARMARK_STATE", str(tmp_path / "env"))
    assert home_of(session(tmp_path)).state == tmp_path / "env"


def test_where_the_session_cannot_be_written_to_the_state_goes_to_the_user_and_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    (tmp_path / ".earmark").touch()  # a file in the way: the folder cannot be made, not even by root
    home = home_of(session(tmp_path))
    assert home.state.parent == tmp_path / "xdg" / "earmark"
    assert home.remark is not None
    assert str(home.state) in home.remark


def test_two_sessions_without_a_place_of_their_own_do_not_share_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "xdg"))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".earmark").touch()
    assert home_of(session(tmp_path / "a")).state != home_of(session(tmp_path / "b")).state


def test_a_named_state_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RefusedError, match="cannot be written to; name another with --state"):
        home_of(session(tmp_path), tmp_path / "file" / "state")


def test_no_place_at_all_is_refused(tmp_path, monkeypatch):
    (tmp_path / ".earmark").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / ".earmark"))
    with pytest.raises(RefusedError, match="name a folder with --state"):
        home_of(session(tmp_path))


@pytest.mark.parametrize("kind", ["folder", "a daw"])
def test_a_command_finds_the_session_that_it_stands_in(tmp_path, kind):
    folder = tmp_path / "Song"
    deep = folder / "interchange" / "audio"
    deep.mkdir(parents=True)
    home_of(session(folder, kind))
    assert nearest_session(deep) == folder


def test_a_command_that_stands_in_a_state_folder_finds_its_session(tmp_path):
    folder = tmp_path / "Song"
    folder.mkdir()
    home = home_of(session(folder, "a daw"))
    assert nearest_session(home.state) == folder


def test_a_command_that_stands_nowhere_is_told_so(tmp_path):
    with pytest.raises(UsageError, match="name one with --session"):
        nearest_session(tmp_path)
