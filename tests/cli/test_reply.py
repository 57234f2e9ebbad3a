import json

import pytest

from earmark.cli.__main__ import main
from earmark.rules.catalogue import rules
from hearing import on_disk


@pytest.fixture
def hummed(tmp_path):
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Song", planted)


def check(folder, capsys) -> str:
    main(["check", "--select", "NO01", "--format", "json", str(folder)])
    return json.loads(capsys.readouterr().out)["findings"][0]["id"]


def test_a_note_is_made_from_the_last_check_without_listening_again(hummed, capsys, monkeypatch):
    check(hummed, capsys)
    monkeypatch.setattr("earmark.line.measure", lambda *_, **__: pytest.fail("it listened again"))
    assert main(["reply", str(hummed)]) == 0
    assert "without hum, or can it be recorded again with a ground lift? (at 0:" in flat(capsys.readouterr().out)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_session_that_nobody_checked_is_listened_to_first(hummed, capsys):
    assert main(["reply", str(hummed)]) == 0
    assert "without hum" in flat(capsys.readouterr().out)


def test_nothing_is_sent_and_that_is_said_beside_the_note(hummed, capsys):
    main(["reply", str(hummed)])
    said = capsys.readouterr()
    assert "earmark sends nothing" in said.err
    assert "earmark" not in said.out


def test_what_was_answered_otherwise_is_left_out(hummed, capsys):
    main(["decide", check(hummed, capsys), "on-purpose", "--session", str(hummed)])
    capsys.readouterr()
    main(["reply", str(hummed)])
    assert "without hum" not in flat(capsys.readouterr().out)


def test_accepting_to_ask_keeps_it_in_and_accepting_to_repair_takes_it_out(hummed, capsys):
    id = check(hummed, capsys)
    for option, there in (("2", True), ("1", False)):
        main(["decide", id, "accept", "--option", option, "--session", str(hummed)])
        capsys.readouterr()
        main(["reply", str(hummed)])
        assert ("without hum" in flat(capsys.readouterr().out)) is there


def test_the_nearest_session_is_meant_where_none_is_named(hummed, capsys, monkeypatch):
    monkeypatch.delenv("EARMARK_STATE")
    check(hummed, capsys)
    monkeypatch.chdir(hummed)
    assert main(["reply"]) == 0
    assert "without hum" in flat(capsys.readouterr().out)


def test_a_file_gets_the_whole_note(hummed, tmp_path, capsys):
    assert main(["reply", str(hummed), "-o", str(tmp_path / "note.txt")]) == 0
    assert capsys.readouterr().out == ""
    assert (tmp_path / "note.txt").read_text(encoding="utf-8").startswith("Hello,\n")


def test_a_path_that_is_not_there_is_one_sentence_and_exit_3(tmp_path, capsys):
    assert main(["reply", str(tmp_path / "none")]) == 3
    assert capsys.readouterr().err.count("\n") == 1
