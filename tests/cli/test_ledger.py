"""`earmark ledger`: what was answered, to look at, to check, to carry along, to take back."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from earmark.cli.__main__ import main
from earmark.ledger import Ledger
from earmark.model import Decision, Finding


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("EARMARK_STATE", str(folder))
    return folder


def answered(folder: Path, at_s: float = 4.0, machine: str | None = None) -> str:
    """One hum, declined."""
    hum = Finding("NO01", "hum", "question", ("g\ttr",), -70.25, "dBFS", "m", "d", 0.9, start_s=at_s, end_s=at_s + 1)
    with Ledger.open(folder, machine=machine) as ledger:
        id = ledger.remember([hum], {})[0].id
        ledger.record(Decision(id, "decline", because="not so", by="ana"))
    return id


@pytest.mark.parametrize("words", [["ledger"], ["ledger", "show"]])
def test_the_answers_that_stand_are_shown(state: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    id = answered(state)
    assert main(words) == 0
    (line,) = capsys.readouterr().out.splitlines()
    *told, when = line.split("\t")
    assert told == [id[:4], "decline", "hum", "g\\ttr", "0:04.00 to 0:05.00", "-70.25 dBFS", "", "not so", "ana"]
    assert len(when) == len("2025-01-01 12:00")


def test_nothing_answered_is_said_beside_the_output(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Ledger.open(state).close()
    assert main(["ledger"]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "nothing was answered yet\n")


def test_a_whole_ledger_verifies(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered(state)
    assert main(["ledger", "verify"]) == 0
    assert capsys.readouterr().out == "3 rows by 1 machine, each as it was written\n"


def test_a_changed_ledger_does_not_verify(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered(state)
    db = sqlite3.connect(state / "ledger.db")
    db.execute("DROP TRIGGER rows_stay")
    db.execute("UPDATE rows SET content = replace(content, 'decline', 'accept') WHERE kind = 'decision'")
    db.commit()
    db.close()
    assert main(["ledger", "verify"]) == 3
    assert "row 3 of the ledger" in capsys.readouterr().err


def test_an_export_holds_every_row_as_json(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = answered(state)
    assert main(["ledger", "export"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(row["number"], row["kind"]) for row in rows] == [(1, "seen"), (2, "check"), (3, "decision")]
    assert (rows[2]["finding"], rows[2]["content"]["because"]) == (id, "not so")
    assert rows[2]["before"] == rows[1]["hash"]


def test_an_answer_is_taken_back(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    id = answered(state)
    assert main(["ledger", "undo", id[:6]]) == 0
    assert capsys.readouterr().out == f"taken back: {id[:4]} hum on g\\ttr: decline, because not so\n"
    assert main(["ledger", "undo", id]) == 2
    assert "has no answer to undo" in capsys.readouterr().err


def test_what_stays_in_the_daw_is_said_when_an_accept_is_taken_back(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    id = answered(state)
    with Ledger.open(state) as ledger:
        ledger.record(Decision(id, "accept"))
        ledger.mark(id, "confirmed")
    assert main(["ledger", "undo", id]) == 0
    assert "what it changed in the DAW is as it was; undo it there" in capsys.readouterr().err


def test_another_machines_ledger_is_merged(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answered(state)
    answered(tmp_path / "other", 20.0, machine="elsewhere")
    assert main(["ledger", "merge", str(tmp_path / "other" / "ledger.db")]) == 0
    assert capsys.readouterr().out == "3 rows were new of 3\n"
    assert main(["ledger", "verify"]) == 0
    assert capsys.readouterr().out == "6 rows by 2 machines, each as it was written\n"


def test_the_state_folder_may_be_named_before_the_verb_or_after(tmp_path: Path) -> None:
    answered(tmp_path / "here")
    assert main(["ledger", "--state", str(tmp_path / "here"), "verify"]) == 0
    assert main(["ledger", "verify", "--state", str(tmp_path / "here")]) == 0
    assert main(["ledger", "verify"]) == 2
