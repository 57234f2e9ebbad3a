"""What the README shows is what happens: its commands are run in order, and its words are found in what they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from earmark.cli.__main__ import main

README = Path(__file__).resolve().parents[1] / "README.md"
GAP = "..."


def commands_shown() -> Iterator[tuple[str, list[str]]]:
    """Each command of the console blocks, with the lines that are shown below it."""
    for block in re.findall(r"^```console\n(.*?)^```", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = shown.splitlines()
            yield command, lines


def missing(shown: list[str], said: list[str]) -> str | None:
    """The first shown line that is not said where it would have to be: next, or anywhere further after a gap."""
    at, anywhere = 0, False
    for line in shown:
        if line == GAP:
            anywhere = True
            continue
        if anywhere and line in said[at:]:
            at = said.index(line, at)
        if at >= len(said) or said[at] != line:
            return line
        at, anywhere = at + 1, False
    return None


def test_every_command_says_what_the_readme_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    ran = []
    for command, shown in commands_shown():
        program, *arguments = shlex.split(command)
        assert program == "earmark"
        assert main(arguments) in (0, 1)
        said = capsys.readouterr().out.splitlines()
        assert missing(shown, said) is None, (command, missing(shown, said), said)
        ran.append(arguments[0])
    assert ran == ["demo", "explain", "decide", "check", "check"]


def test_a_line_that_is_not_said_would_be_seen():
    said = ["one", "two", "three", "four"]
    assert missing(["one", "two"], said) is None
    assert missing([GAP, "three", "four"], said) is None
    assert missing([GAP, "two", GAP, "four"], said) is None
    assert missing(["one", "three"], said) == "three"
    assert missing([GAP, "five"], said) == "five"
    assert missing([GAP, "three", "two"], said) == "two"
