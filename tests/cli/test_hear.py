"""`earmark hear` writes what one option would sound like, beside the session and never into it."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from earmark import audio
from earmark.cli import check, hear

RATE_HZ = 8_000


@pytest.fixture
def band(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checked session: a singer who leans back for one phrase, and a guitar that hums."""
    folder = tmp_path / "band"
    at_s = np.arange(20 * RATE_HZ) / RATE_HZ
    voice = 0.2 * np.sin(2 * np.pi * 440.0 * at_s) * (at_s % 2.5 < 1.8) * np.where(at_s // 2.5 == 3, 0.4, 1.0)
    plucks = 0.4 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-9.0 * (at_s % 2.0))
    hum = sum(1e-3 / k * np.sin(2 * np.pi * 50.0 * k * at_s) for k in (1, 2, 3))
    audio.write(folder / "lead vocal.wav", voice, RATE_HZ)
    audio.write(folder / "guitar.wav", plucks + hum, RATE_HZ)
    monkeypatch.setenv("EARMARK_STATE", str(tmp_path / "state"))
    assert run(check.command, folder, "--quiet", "--select", "NO01,PF01").exit_code in (0, 1)
    return folder


def run(command: object, *words: object) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], standalone_mode=True)  # type: ignore[arg-type]


def id_of(band: Path, name: str) -> str:
    from earmark.ledger import Ledger, place_for

    with Ledger.at(place_for(band), create=False) as ledger:
        return next(finding.id for card in ledger.cards() for finding in card.findings if finding.name == name)


def test_before_after_and_difference_are_written_and_named(band: Path) -> None:
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in band.iterdir()}
    result = run(hear.command, id_of(band, "needs-riding"), "--session", band)
    assert result.exit_code == 0, result.output
    files = [Path(line) for line in result.stdout.splitlines()]
    assert [file.name.rpartition("-")[2] for file in files] == ["a.wav", "b.wav", "delta.wav"]
    assert all(file.is_file() and file.stat().st_size > 10_000 for file in files)
    assert "dB, as loud as before" in result.stderr
    assert before == {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in band.iterdir()}


def test_one_of_them_may_be_named(band: Path) -> None:
    result = run(hear.command, id_of(band, "needs-riding")[:6], "delta", "--session", band)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    assert line.endswith("-delta.wav")


def test_what_has_no_sound_plays_the_place_and_says_why(band: Path) -> None:
    result = run(hear.command, id_of(band, "hum"), "--session", band)
    assert result.exit_code == 0, result.output
    (line,) = result.stdout.splitlines()
    assert line.endswith("-a.wav")
    assert "a repair is done with a tool of your choice" in result.stderr


def test_the_after_of_a_repair_is_refused_in_one_sentence(band: Path) -> None:
    result = run(hear.command, id_of(band, "hum"), "b", "--session", band)
    assert result.exit_code == 2
    assert "there is no b" in result.output


def test_an_unknown_id_is_said_to_be_one(band: Path) -> None:
    result = run(hear.command, "zzzz", "--session", band)
    assert result.exit_code != 0
    assert "zzzz" in str(result.exception) + result.output


def test_without_a_player_the_file_is_named_all_the_same(band: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    result = run(hear.command, id_of(band, "needs-riding"), "a", "--session", band, "--open")
    assert result.exit_code == 0
    assert "no player" in result.stderr
    assert result.stdout.strip().endswith("-a.wav")


def test_the_session_is_found_from_inside_its_folder(band: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARMARK_STATE")
    assert run(check.command, band, "--quiet", "--select", "PF01").exit_code in (0, 1)
    found = id_of(band, "needs-riding")
    monkeypatch.chdir(band)
    result = run(hear.command, found)
    assert result.exit_code == 0, result.output
    assert Path(result.stdout.splitlines()[0]).parent == Path(os.path.realpath(band)) / ".earmark" / "hear"
