"""A row is on disk before its call returns, is never changed, and an unreadable ledger stops all deciding."""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from earmark.errors import LedgerError
from earmark.ledger import Ledger
from earmark.ledger.chain import row_hash, written
from earmark.ledger.store import NAME
from earmark.model import Decision
from ledger.played import finding


def fill(ledger: Ledger, count: int = 5) -> list[str]:
    """Findings seen and declined, one row each and one for the check."""
    known = ledger.remember([finding(start_s=float(n)) for n in range(count)], {})
    ledger.record(Decision(each.id, "decline", because=f"no. {n}") for n, each in enumerate(known))
    return [each.id for each in known]


def in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Run `work` in a real process of its own, giving it a pipe to write to: (its pid, the pipe's other end)."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            os.close(reading)
            work(writing)
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    return pid, reading


def everything(pipe: int) -> bytes:
    with os.fdopen(pipe, "rb") as file:
        return file.read()


# --- rows ------------------------------------------------------------------------


def test_rows_survive_closing_and_opening(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
        before = ledger.rows()
    with Ledger.open(tmp_path, create=False) as ledger:
        assert ledger.rows() == before
        assert ledger.verify().rows == len(before) == 11


def test_nothing_but_the_ledger_is_left_in_its_folder(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
    assert [file.name for file in tmp_path.iterdir()] == [NAME]


def test_two_ledgers_open_in_one_process_see_each_others_rows(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as one, Ledger.open(tmp_path) as other:
        ids = fill(one)
        assert other.resolve(ids[0][:6]) == ids[0]
        other.undo(ids[0])
        assert len(one.answers()) == len(ids) - 1
        assert one.verify().rows == len(one.rows())


def test_the_hash_of_an_exported_row_can_be_checked_by_anyone(ledger: Ledger) -> None:
    fill(ledger)
    before = "0" * 64
    for line in [json.dumps(row.as_json()) for row in ledger.rows()]:
        row = json.loads(line)
        assert row["before"] == before
        text = json.dumps(row["content"], ensure_ascii=True, sort_keys=True, separators=(",", ":"))
        assert row["hash"] == row_hash(before, row["machine"], row["at"], row["kind"], row["finding"], text)
        before = row["hash"]


def test_the_hash_is_the_sha256_that_the_page_says() -> None:
    import hashlib

    row = ["b" * 64, "here", "2025-01-01T00:00:00.000000+00:00", "undo", "7f3a91c2", '{"undoes":[]}']
    said = json.dumps(row, ensure_ascii=True, separators=(",", ":"))
    assert row_hash(*row) == hashlib.sha256(said.encode()).hexdigest()


@pytest.mark.parametrize("statement", ["UPDATE rows SET content = '{}'", "DELETE FROM rows", "DELETE FROM kept"])
def test_the_file_itself_refuses_to_change_a_row(tmp_path: Path, statement: str) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
        ledger.remember([finding()], {}, [])
        with ledger._store.writing() as pen:
            pen.keep(b"a print")
    with sqlite3.connect(tmp_path / NAME) as db, pytest.raises(sqlite3.IntegrityError, match="is ever"):
        db.execute(statement)
    db.close()


def tampered(folder: Path, *statements: str) -> Ledger:
    """The ledger after someone has taken its guards off and changed it."""
    db = sqlite3.connect(folder / NAME)
    for trigger in ("rows_stay", "rows_last", "kept_stays", "kept_lasts"):
        db.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return Ledger.open(folder, create=False)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE rows SET content = replace(content, 'decline', 'accept') WHERE number = 9",
            "row 9 .* not as it was written",
        ),
        ("UPDATE rows SET at = '2001-01-01' WHERE number = 3", "row 3 .* not as it was written"),
        ("UPDATE rows SET machine = 'elsewhere' WHERE number = 4", "row 4 .* not as it was written"),
        ("UPDATE rows SET finding = '00000000' WHERE number = 8", "row 8 .* not as it was written"),
        ("DELETE FROM rows WHERE number = 8", "row 8 .* was taken out"),
        ("DELETE FROM rows WHERE number = 1", "row 1 .* was taken out"),
        ("DELETE FROM rows WHERE number > 9", "once had 11 rows and now ends at 9"),
    ],
)
def test_a_row_changed_or_taken_out_is_named(tmp_path: Path, statement: str, said: str) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
    with tampered(tmp_path, statement) as ledger, pytest.raises(LedgerError, match=said):
        ledger.verify()


def test_a_row_forged_with_its_own_hash_does_not_fit_the_chain(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
        row = ledger.rows()[8]
    text = row.text.replace("decline", "accept")
    forged = row_hash(row.before, row.machine, row.at, row.kind, row.finding, text)
    with (
        tampered(tmp_path, f"UPDATE rows SET hash = '{forged}', content = '{text}' WHERE number = 9") as ledger,
        pytest.raises(LedgerError, match=r"row 10 .* follows a row that is not there"),
    ):
        ledger.verify()


def test_a_print_that_was_changed_is_named(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger, ledger._store.writing() as pen:
        pen.keep(b"a print")
    with (
        tampered(tmp_path, "UPDATE kept SET deflated = x'00'") as ledger,
        pytest.raises(LedgerError, match="is not as it was written"),
    ):
        ledger.verify()


# --- unreadable --------------------------------------------------------------------


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:1000])


def _scribbled(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    for at in range(4096, len(whole), 7):
        whole[at] ^= 0x5A
    file.write_bytes(whole)


def _layout_of_tomorrow(file: Path) -> None:
    db = sqlite3.connect(file)
    db.execute("PRAGMA user_version = 9")
    db.close()


def _of_another_program(file: Path) -> None:
    file.unlink()
    db = sqlite3.connect(file)
    db.execute("CREATE TABLE songs (name TEXT)")
    db.close()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.write_bytes(b""), "is empty, 0 bytes"),
        (lambda file: file.write_bytes(b"mix notes: more cowbell\n" * 50), "is damaged, or no ledger"),
        (_cut, "is damaged, or no ledger"),
        (_scribbled, "is damaged, or no ledger"),
        (_layout_of_tomorrow, "has layout 9, this earmark reads layout 1"),
        (_of_another_program, "database of another program"),
    ],
)
def test_an_unreadable_ledger_is_refused_and_left_as_it_is(
    tmp_path: Path, spoil: Callable[[Path], None], said: str
) -> None:
    with Ledger.open(tmp_path) as ledger:
        fill(ledger)
    spoil(tmp_path / NAME)
    before = (tmp_path / NAME).read_bytes()
    with pytest.raises(LedgerError, match=said):
        Ledger.open(tmp_path)
    assert (tmp_path / NAME).read_bytes() == before


def test_a_ledger_that_was_taken_from_its_log_is_not_made_anew(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}-wal").write_bytes(b"rows that are not yet in the ledger")
    with pytest.raises(LedgerError, match=f"lies there without its {NAME}"):
        Ledger.open(tmp_path)
    assert not (tmp_path / NAME).exists()


def test_a_folder_in_the_ledgers_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(LedgerError, match=NAME):
        Ledger.open(tmp_path)


def test_no_ledger_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="holds no ledger yet"):
        Ledger.open(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


# --- two at once, killed, full -----------------------------------------------------


def test_two_processes_write_at_once_and_every_row_is_there(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        ids = [each.id for each in ledger.remember([finding(start_s=float(n)) for n in range(2)], {})]

    def write(of: int) -> Callable[[int], None]:
        def work(pipe: int) -> None:
            with Ledger.open(tmp_path) as ledger:
                for n in range(60):
                    ledger.record(Decision(ids[of], "decline", because=f"{of}/{n}"))
                    os.write(pipe, b".")

        return work

    children = [in_child(write(of)) for of in range(2)]
    assert [len(everything(pipe)) for _, pipe in children] == [60, 60]
    assert [os.waitpid(pid, 0)[1] for pid, _ in children] == [0, 0]
    with Ledger.open(tmp_path) as ledger:
        said = [row.content["because"] for row in ledger.rows() if row.kind == "decision"]
        for of in range(2):
            assert [each for each in said if each.startswith(f"{of}/")] == [f"{of}/{n}" for n in range(60)]
        assert ledger.verify().rows == len(ledger.rows())


def test_two_processes_begin_one_ledger_at_the_same_moment(tmp_path: Path) -> None:
    def work(pipe: int) -> None:
        with Ledger.open(tmp_path / "new") as ledger:
            id = ledger.remember([finding(start_s=float(os.getpid()))], {})[0].id
            ledger.record(Decision(id, "on-purpose"))
            os.write(pipe, b".")

    for _ in range(10):
        children = [in_child(work) for _ in range(3)]
        assert [everything(pipe) for _, pipe in children] == [b"."] * 3
        assert [os.waitpid(pid, 0)[1] for pid, _ in children] == [0] * 3
        with Ledger.open(tmp_path / "new", create=False) as ledger:
            assert len(ledger.answers()) == 3
            ledger.verify()
        shutil.rmtree(tmp_path / "new")


def test_a_writer_killed_at_any_moment_loses_no_row_it_was_told_of(tmp_path: Path) -> None:
    """kill -9, a hundred times, into one ledger that is never repaired in between."""
    dice = random.Random(20)
    with Ledger.open(tmp_path) as ledger:
        ids = [each.id for each in ledger.remember([finding(start_s=float(n)) for n in range(3)], {})]
    told: list[str] = []
    for run in range(100):

        def work(pipe: int, run: int = run) -> None:
            with Ledger.open(tmp_path) as ledger:
                for n in range(10_000):
                    ledger.record(Decision(ids[n % 3], "decline", because=f"{run}/{n}"))
                    os.write(pipe, f"{run}/{n}\n".encode())

        pid, pipe = in_child(work)
        heard = b""
        for _ in range(dice.randrange(6)):  # none: killed while it opens the ledger
            heard += os.read(pipe, 1)
        time.sleep(dice.uniform(0.0, 0.003))
        os.kill(pid, signal.SIGKILL)
        told += (heard + everything(pipe)).decode().split()
        os.waitpid(pid, 0)
    with Ledger.open(tmp_path) as ledger:
        kept = [row.content["because"] for row in ledger.rows() if row.kind == "decision"]
        assert ledger.verify().rows == len(ledger.rows())
    assert len(told) > 50
    assert set(told) <= set(kept)
    assert len(kept) - len(told) <= 100  # at most the one row of each run that was killed before it could tell


def until_refused(ledger: Ledger, id: str) -> tuple[list[str], LedgerError]:
    """Write until the disk refuses: what was kept until then, and what was said."""
    kept = []
    for n in range(100_000):
        try:
            ledger.record(Decision(id, "decline", because=f"{n} " + "because " * 40))
        except LedgerError as refusal:
            return kept, refusal
        kept.append(f"{n} ")
    raise AssertionError("the disk was never full")


def reasons(ledger: Ledger) -> list[str]:
    return [row.content["because"].partition("b")[0] for row in ledger.rows() if row.kind == "decision"]


def test_a_full_disk_is_said_and_loses_nothing(small_disk: Path) -> None:
    with Ledger.open(small_disk) as ledger:
        id = ledger.remember([finding()], {})[0].id
        kept, refusal = until_refused(ledger, id)
        assert "the disk is full; nothing was decided" in str(refusal)
        assert len(kept) > 10
        assert reasons(ledger) == kept
        assert ledger.verify().rows == len(ledger.rows())


def test_after_room_was_made_the_same_ledger_goes_on(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with Ledger.open(small_disk) as ledger:
        id = ledger.remember([finding()], {})[0].id
        ballast.write_bytes(bytes(64 * 1024))
        kept, _ = until_refused(ledger, id)
        ballast.unlink()
        ledger.record(Decision(id, "decline", because="again because"))
        assert reasons(ledger) == [*kept, "again "]
        ledger.verify()


def test_a_disk_that_is_full_from_the_start_is_said(small_disk: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        (small_disk / "ballast").write_bytes(bytes(512 * 1024))
    with pytest.raises(LedgerError, match="the disk is full"):
        Ledger.open(small_disk / "state")
    assert not (small_disk / "state" / NAME).exists()


def test_a_limit_on_the_size_of_files_is_said_and_loses_nothing(tmp_path: Path) -> None:
    def work(pipe: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        with Ledger.open(tmp_path) as ledger:
            id = ledger.remember([finding()], {})[0].id
            resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
            kept, refusal = until_refused(ledger, id)
            os.write(pipe, written([kept, str(refusal)]).encode())
            os._exit(0)

    pid, pipe = in_child(work)
    kept, said = json.loads(everything(pipe))
    assert os.waitpid(pid, 0)[1] == 0
    assert "nothing was decided" in said
    with Ledger.open(tmp_path) as ledger:
        assert len(kept) > 10
        assert reasons(ledger) == kept
        ledger.verify()


def test_a_ledger_held_by_another_program_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("earmark.ledger.store.PATIENCE_S", 0.05)
    with Ledger.open(tmp_path) as ledger:
        ids = fill(ledger)
        rows = ledger.rows()
        holder = sqlite3.connect(tmp_path / NAME, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        try:
            with pytest.raises(LedgerError, match="held by another program"):
                ledger.record(Decision(ids[0], "accept"))
        finally:
            holder.close()
        assert ledger.rows() == rows
