import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from earmark.cli.__main__ import main
from earmark.reports.document import schema
from earmark.rules.catalogue import rules
from hearing import on_disk

EARMARK = [sys.executable, "-m", "earmark"]


@pytest.fixture
def hummed(tmp_path):
    """A folder in which exactly one question waits at --select hum."""
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Song", planted)


@pytest.fixture
def quiet(tmp_path):
    _, clean = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Quiet", clean)


def check(*arguments: object) -> int:
    return main(["check", "--select", "hum", *map(str, arguments)])


# --- exit codes --------------------------------------------------------------------


def test_a_question_that_waits_is_exit_1(hummed):
    assert check(hummed) == 1


def test_nothing_to_ask_is_exit_0_and_says_what_was_not_listened_for(quiet, capsys):
    assert check(quiet) == 0
    told = capsys.readouterr().out
    assert "nothing to ask at stage intake\n" in told
    assert "not listened for:\n" in told
    assert "not selected" in told


@pytest.mark.parametrize(("floor", "code"), [("note", 1), ("question", 1), ("fault", 0), ("never", 0)])
def test_the_exit_code_counts_from_fail_on_up(hummed, floor, code):
    assert check(hummed, "--fail-on", floor) == code


def test_an_unknown_rule_is_exit_2(quiet, capsys):
    assert check(quiet, "--ignore", "NO99") == 2
    said = capsys.readouterr()
    assert said.err == "earmark: there is no rule 'NO99'; did you mean NO09?\n"
    assert said.out == ""


def test_a_path_that_is_not_there_is_exit_3(tmp_path, capsys):
    assert check(tmp_path / "none") == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_settings_that_are_not_understood_are_exit_2(quiet, capsys):
    (quiet / "earmark.toml").write_text("stgae = 1")
    assert check(quiet) == 2
    assert f"{quiet / 'earmark.toml'}: the file has a key 'stgae'" in capsys.readouterr().err


# --- the report's way out --------------------------------------------------------------


def test_json_keeps_to_its_schema(hummed, capsys):
    check(hummed, "--format", "json")
    told = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    jsonschema.validate(told, schema())
    assert [finding["name"] for finding in told["findings"]] == ["hum"]
    assert set(told["measurements"]) == {stem["name"] for stem in told["session"]["stems"]}


def test_a_report_of_every_rule_keeps_to_the_schema(hummed, capsys):
    main(["check", "--format", "json", str(hummed)])
    jsonschema.validate(json.loads(capsys.readouterr().out), schema())


def test_a_report_in_a_file_is_the_report_of_stdout(hummed, tmp_path, capsys):
    check(hummed)
    told = capsys.readouterr().out
    assert check(hummed, "-o", tmp_path / "report.txt") == 1
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == told
    assert capsys.readouterr().out == ""


def test_a_file_that_cannot_be_written_is_one_sentence_and_nothing_is_left(hummed, tmp_path, capsys):
    assert check(hummed, "-o", tmp_path / "none" / "report.txt") == 3
    assert "the report cannot be written to" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_folders_below_are_sessions_of_their_own_and_in_json_one_line_each(hummed, quiet, tmp_path, capsys):
    check(tmp_path, "--recursive", "--format", "json")
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sorted(report["session"]["name"] for report in told) == ["Quiet", "Song"]


def test_several_sessions_are_told_apart_by_their_paths(hummed, quiet, tmp_path, capsys):
    check(tmp_path, "--recursive")
    told = capsys.readouterr().out
    assert f"{quiet}  1 stem" in told
    assert f"\n\n{hummed}  1 stem" in told


def test_words_and_codes_may_be_listed_with_commas_or_one_by_one(hummed):
    assert main(["check", str(hummed), "--select", "PH, hum"]) == main(["check", str(hummed), "--select", "NO01"]) == 1


def test_what_is_answered_at_the_terminal_remains_no_more_and_is_kept(hummed, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("p"))
    assert check(hummed, "--ask") == 0
    said = capsys.readouterr()
    assert "kept: on purpose" in said.err
    assert "kept" not in said.out
    assert check(hummed) == 0
    assert "1 answered before" in capsys.readouterr().out


def test_a_place_can_be_heard_before_it_is_answered(hummed, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("hl"))
    monkeypatch.setattr("earmark.auditions.played", lambda file: None)
    assert check(hummed, "--ask", "--state", tmp_path / "state") == 1
    written = list((tmp_path / "state").glob("*/hear/**/*.wav"))
    assert written
    assert all(str(file) in capsys.readouterr().err for file in written[:1])


def test_what_is_put_off_at_the_terminal_remains(hummed, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("l"))
    assert check(hummed, "--ask") == 1


def test_nobody_at_the_terminal_answers_nothing(hummed, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert check(hummed, "--ask") == 1


# --- as a whole process ---------------------------------------------------------------


def process(*arguments: object, **environment: str) -> subprocess.CompletedProcess[bytes]:
    asked = [*EARMARK, "check", "--select", "hum", *map(str, arguments)]
    return subprocess.run(asked, capture_output=True, env={**os.environ, **environment}, check=False)


def test_no_terminal_means_no_escapes_and_no_words_beside_the_report(hummed):
    done = process(hummed)
    assert b"\x1b" not in done.stdout
    assert done.stderr == b""


def test_names_of_any_bytes_reach_a_plain_terminal(hummed):
    (file,) = hummed.glob("*.wav")
    file.rename(hummed / os.fsdecode(b"caf\xe9 100% [b]\n.wav"))
    done = process(hummed, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert b"caf\\xe9 100% [b]\\n" in done.stdout


def test_a_path_of_any_bytes_is_checked(hummed):
    strange = hummed.rename(hummed.with_name(os.fsdecode(b"caf\xe9\n%")))
    done = process(strange, "--format", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["session"]["name"] == "caf\\xe9\n%"


def on_a_terminal(*arguments: object, **environment: str) -> bytes:
    """What a person would see: stdout and stderr on a terminal."""
    ours, theirs = pty.openpty()
    asked = [*EARMARK, "check", "--select", "hum", *map(str, arguments)]
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", **environment}
    with subprocess.Popen(asked, stdin=theirs, stdout=theirs, stderr=theirs, env=env) as running:
        os.close(theirs)
        seen = b"".join(iter(lambda: read(ours), b""))
    os.close(ours)
    assert running.returncode == 1
    return seen


def read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # the other end has gone: that is how a terminal ends
        return b""


def test_a_terminal_gets_colour(hummed):
    assert b"\x1b[" in on_a_terminal(hummed)


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_no_colour(hummed, environment):
    assert b"\x1b" not in on_a_terminal(hummed, "--quiet", **environment)


def test_the_default_path_imports_nothing_slow(hummed):
    program = "import sys; from earmark.cli.__main__ import main; main(sys.argv[1:]);"
    program += "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    asked = [sys.executable, "-c", program, "check", str(hummed), "--no-cache", "--jobs", "1"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    slow = {"scipy", "numba", "librosa", "soxr", "pedalboard", "rich", "pythonosc", "mido", "matplotlib"}
    assert not slow & set(done.stderr.split())


def test_nothing_is_written_beside_the_stems_when_a_state_folder_is_named(hummed, tmp_path):
    before = contents(hummed)
    process(hummed, "--state", tmp_path / "elsewhere")
    assert contents(hummed) == before
    assert len(list((tmp_path / "elsewhere").glob("*/ledger.db"))) == 1


def contents(folder: Path) -> dict[str, tuple[int, int]]:
    return {path.name: (path.stat().st_size, path.stat().st_mtime_ns) for path in folder.iterdir()}
