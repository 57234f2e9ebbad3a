"""`earmark roles`: a table for whoever looks, a question for whoever can answer."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from earmark.cli.__main__ import main

WAV = b"RIFF\x24\0\0\0WAVEfmt "


@pytest.fixture
def stems(tmp_path: Path) -> Path:
    for name in ("kick.wav", "untitled.wav", "vox.wav", "Rough Mix.wav"):
        (tmp_path / name).write_bytes(WAV)
    return tmp_path


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    """A person at a terminal who types this."""
    left = list(answers)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setattr("click.prompt", lambda *_, **__: left.pop(0))


def kept(folder: Path) -> dict[str, str]:
    roles = tomllib.loads((folder / "earmark.toml").read_text(encoding="utf-8"))["roles"]
    assert isinstance(roles, dict)
    return roles


def test_without_a_terminal_the_table_is_printed_and_nothing_written(
    stems: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["roles", str(stems)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "1\tkick\tkick\tguessed",
        "2\tuntitled\tunknown\tguessed",
        "3\tvox\tlead-vocal\tguessed",
        "-\tRough Mix\tmix\tguessed",
    ]
    assert not (stems / "earmark.toml").exists()


def test_enter_confirms_all_that_is_known(stems: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "")
    assert main(["roles", str(stems)]) == 0
    assert kept(stems) == {"kick": "kick", "vox": "lead-vocal"}


def test_a_role_is_changed_by_number_and_a_slip_is_said(
    stems: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(monkeypatch, "9 bass", "2 pinao", "2 Electric Guitar", "")
    assert main(["roles", str(stems)]) == 0
    assert kept(stems) == {"kick": "kick", "untitled": "electric-guitar", "vox": "lead-vocal"}
    said = capsys.readouterr().err
    assert "'9' is no stem: a number from 1 to 3" in said
    assert "'pinao' is no role; did you mean piano?" in said


def test_q_writes_nothing(stems: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "2 bass", "q")
    assert main(["roles", str(stems)]) == 0
    assert not (stems / "earmark.toml").exists()


def test_what_else_is_in_the_file_stays_and_roles_are_shown_as_confirmed(
    stems: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (stems / "earmark.toml").write_text('# ours\nstage = "mix"\n', encoding="utf-8")
    answering(monkeypatch, "")
    main(["roles", str(stems)])
    assert (stems / "earmark.toml").read_text(encoding="utf-8").startswith('# ours\nstage = "mix"\n')
    monkeypatch.undo()
    capsys.readouterr()
    main(["roles", str(stems)])
    assert "1\tkick\tkick\tconfirmed" in capsys.readouterr().out
