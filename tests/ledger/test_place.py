"""Where a session's memory lies."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from earmark.errors import LedgerError, UsageError
from earmark.ledger import Ledger, nearest, place_of
from earmark.ledger.filesystem import file_system, is_synced, journal_for
from earmark.model import Decision, Session
from ledger.played import finding


@pytest.fixture
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARMARK_STATE")


def session(path: Path | None, kind: str = "folder") -> Session:
    return Session("song", path, (), kind=kind)


@pytest.mark.usefixtures("unset")
def test_a_folder_of_stems_has_its_memory_inside(tmp_path: Path) -> None:
    place = place_of(session(tmp_path))
    assert place.folder == tmp_path / ".earmark"
    assert place.remark is None
    assert (place.ledger, place.cache) == (tmp_path / ".earmark/ledger.db", tmp_path / ".earmark/cache")
    assert (place.outbox, place.hear) == (tmp_path / ".earmark/outbox", tmp_path / ".earmark/hear")


@pytest.mark.usefixtures("unset")
def test_a_single_file_has_its_memory_beside_it(tmp_path: Path) -> None:
    (tmp_path / "vox.wav").write_bytes(b"")
    assert place_of(session(tmp_path / "vox.wav")).folder == tmp_path / ".earmark"


@pytest.mark.usefixtures("unset")
@pytest.mark.parametrize("named", ["", "song.ardour"])
def test_nothing_is_ever_written_into_a_daw_session_folder(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "song"
    folder.mkdir()
    (folder / "song.ardour").write_text("<Session/>")
    place = place_of(session(folder / named, "ardour"))
    assert place.folder == tmp_path / ".earmark" / "song"
    assert [file.name for file in folder.iterdir()] == ["song.ardour"]


def test_what_the_human_names_goes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EARMARK_STATE", str(tmp_path / "env"))
    for named, said in ((tmp_path / "env", None), (tmp_path / "said", tmp_path / "said")):
        place = place_of(session(tmp_path), said)
        assert place.folder.parent == named
        Ledger.at(place).close()
        assert nearest(tmp_path / "below", said).folder == place.folder


def test_two_songs_in_one_named_state_folder_have_two_memories(tmp_path: Path) -> None:
    one, two = (place_of(session(tmp_path / name / "raw"), tmp_path / "state") for name in ("one", "two"))
    assert one.folder != two.folder
    for place in (one, two):
        Ledger.at(place).close()
    assert nearest(tmp_path / "two" / "raw" / "takes", tmp_path / "state").folder == two.folder
    with pytest.raises(UsageError, match="holds several sessions"):
        nearest(tmp_path, tmp_path / "state")


def test_a_named_folder_that_holds_a_ledger_is_that_sessions_own(tmp_path: Path) -> None:
    Ledger.open(tmp_path / "state").close()
    assert place_of(session(tmp_path / "song"), tmp_path / "state").folder == tmp_path / "state"
    assert nearest(tmp_path, tmp_path / "state").folder == tmp_path / "state"


def test_a_named_folder_that_remembers_nothing_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="remembers no session; run `earmark check` first"):
        nearest(tmp_path, tmp_path / "state")


@pytest.mark.usefixtures("unset")
def test_the_nearest_memory_upwards_is_found(tmp_path: Path) -> None:
    below = tmp_path / "takes" / "monday"
    below.mkdir(parents=True)
    Ledger.at(place_of(session(tmp_path))).close()
    assert nearest(below).folder == tmp_path / ".earmark"
    Ledger.at(place_of(session(below.parent))).close()
    assert nearest(below).folder == below.parent / ".earmark"


@pytest.mark.usefixtures("unset")
def test_inside_a_daw_session_its_own_memory_is_the_nearest(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name / "interchange").mkdir(parents=True)
        Ledger.at(place_of(session(tmp_path / name, "ardour"))).close()
    assert nearest(tmp_path / "two" / "interchange").folder == tmp_path / ".earmark" / "two"
    with pytest.raises(UsageError, match=r"holds several sessions \(one, two\); name one with --session"):
        nearest(tmp_path)


@pytest.mark.usefixtures("unset")
def test_the_only_session_of_a_folder_is_the_one_meant(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    Ledger.at(place_of(session(tmp_path / "one", "ardour"))).close()
    assert nearest(tmp_path).folder == tmp_path / ".earmark" / "one"


@pytest.mark.usefixtures("unset")
def test_where_nothing_is_remembered_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="or above it; run `earmark check` there first"):
        nearest(tmp_path)


# --- disks that refuse ---------------------------------------------------------


def test_a_read_only_session_is_remembered_elsewhere_and_that_is_said_once(read_only: Path) -> None:
    place = place_of(session(read_only))
    assert place.remark is not None
    assert "may not be written to (Permission denied); answers are kept in" in place.remark
    assert place.folder.parent == read_only.parent / "home" / "earmark"
    with Ledger.at(place) as ledger:
        ledger.record(Decision(ledger.remember([finding()], {})[0].id, "on-purpose"))
    again = place_of(session(read_only))
    assert (again.folder, again.remark) == (place.folder, None)
    assert nearest(read_only).folder == place.folder
    with Ledger.at(again) as ledger:
        assert len(ledger.answers()) == 1


def test_two_read_only_sessions_have_two_memories(read_only: Path) -> None:
    other = read_only.parent
    other_place = place_of(session(other / "elsewhere", "folder"))
    assert other_place.folder != place_of(session(read_only)).folder


def test_what_a_read_only_session_remembers_is_read(
    unwritable: Path, as_nobody: Callable[[], AbstractContextManager[None]]
) -> None:
    with Ledger.at(place_of(session(unwritable))) as ledger:
        ledger.record(Decision(ledger.remember([finding()], {})[0].id, "on-purpose"))
    before = (unwritable / ".earmark" / "ledger.db").read_bytes()
    for folder in (unwritable / ".earmark", unwritable):
        folder.chmod(0o555)
    with as_nobody():
        place = place_of(session(unwritable))
        assert place.inherits == unwritable / ".earmark" / "ledger.db"
        with Ledger.at(place) as ledger:
            assert ledger.recall([finding()], {})[0].answered == "on-purpose"
    assert (unwritable / ".earmark" / "ledger.db").read_bytes() == before


def test_a_state_folder_that_was_named_and_refuses_is_not_replaced(read_only: Path) -> None:
    with pytest.raises(LedgerError, match=r"may not be written to .* name another with --state"):
        place_of(session(read_only), read_only / "here")


def test_a_file_where_the_state_folder_has_to_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("not a folder")
    with pytest.raises(LedgerError, match="is a file where earmark's state folder has to be"):
        place_of(session(tmp_path), tmp_path / "state")


def test_a_full_disk_does_not_part_the_memory_in_two(small_disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARMARK_STATE")
    place = place_of(session(small_disk))
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(512 * 1024))
    assert place_of(session(small_disk)) == place


# --- what SQLite may do there ----------------------------------------------------

MOUNTS = r"""
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 22 0:40 / /studio rw - nfs4 server:/studio rw
41 40 0:41 / /studio/fast\040disk rw - xfs /dev/sdb1 rw
42 22 0:42 / /cloud rw - fuse.rclone remote: rw
43 22 0:43 / /band rw - cifs //nas/band rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/song", "ext4"),
        ("/studio/song", "nfs4"),
        ("/studio/fast disk/song", "xfs"),
        ("/studios", "ext4"),
        ("/cloud/x", "fuse.rclone"),
        ("/band", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_deepest_mount(folder: str, kind: str) -> None:
    assert file_system(Path(folder), MOUNTS) == kind


def test_an_unknown_file_system_is_not_taken_for_a_local_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert journal_for(tmp_path) == "wal"
    for mounts in ("", MOUNTS.replace("ext4", "nfs"), MOUNTS.replace("ext4", "fuse.sshfs")):
        monkeypatch.setattr("earmark.ledger.filesystem._mounts", lambda mounts=mounts: mounts)
        assert journal_for(tmp_path) == "delete"


@pytest.mark.parametrize("name", ["Dropbox", "Dropbox (Band)", "OneDrive - Studio", "Nextcloud", "Google Drive"])
def test_a_synced_folder_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    assert is_synced(tmp_path / name / "song")
    assert journal_for(tmp_path / name / "song") == "delete"


def test_a_synced_folder_is_known_by_its_mark(tmp_path: Path) -> None:
    assert not is_synced(tmp_path / "song")
    (tmp_path / ".stfolder").mkdir()
    assert is_synced(tmp_path / "song")


@pytest.mark.parametrize(("name", "journal"), [("song", "wal"), ("Dropbox", "delete")])
def test_the_journal_is_set_when_the_ledger_opens(tmp_path: Path, name: str, journal: str) -> None:
    with Ledger.open(tmp_path / name) as ledger:
        ledger.remember([finding()], {})
        db = sqlite3.connect(ledger.path)
        assert db.execute("PRAGMA journal_mode").fetchone() == (journal,)
        db.close()
        level = ledger._store._db.execute("PRAGMA synchronous").fetchone()[0]
        assert level == {"wal": 2, "delete": 3}[journal]  # FULL, EXTRA


def test_a_ledger_moved_into_a_synced_folder_gives_up_its_log(tmp_path: Path) -> None:
    with Ledger.open(tmp_path / "song") as ledger:
        ledger.remember([finding()], {})
    (tmp_path / "song").rename(tmp_path / "Dropbox")
    with Ledger.open(tmp_path / "Dropbox") as ledger:
        ledger.remember([finding(start_s=9.0)], {})
        assert sorted(file.name for file in (tmp_path / "Dropbox").iterdir()) == ["ledger.db"]
        ledger.verify()
