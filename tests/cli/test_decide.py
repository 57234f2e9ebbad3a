"""`earmark decide`: an answer from the command line, without measuring again."""

from __future__ import annotations

from pathlib import Path

import pytest

from earmark.actions import LeaveIt, StaticGain
from earmark.cli.__main__ import main
from earmark.ledger import Ledger, place_of
from earmark.model import Card, Finding, Option, Session, Suggestion

OPTIONS = (
    Option(StaticGain("gtr", -1.0), "Fader -1.0 dB", "simple", "everywhere"),
    Option(LeaveIt(), "Leave it", "as played", "louder than the rest"),
)


def remember(ledger: Ledger) -> list[str]:
    """One check: a card of two findings, and one of one."""
    found = [
        Finding("NO01", "hum", "question", (stem,), -70.0, "dBFS", "It hums.", "It may be a bass.", 0.9, start_s=at_s)
        for stem, at_s in (("gtr", 4.0), ("gtr", 9.0), ("bass\n", 4.0))
    ]
    known = ledger.recall(found, {})
    groups = (known[:2], known[2:])
    cards = [Card(f"c{n}", f"card {n}", ("gtr",), of, Suggestion(f"s{n}", OPTIONS)) for n, of in enumerate(groups)]
    ledger.remember(known, {}, cards)
    return [each.id for each in known]


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "state"
    monkeypatch.setenv("EARMARK_STATE", str(folder))
    return folder


@pytest.fixture
def ids(state: Path) -> list[str]:
    with Ledger.open(state) as ledger:
        return remember(ledger)


def answers(state: Path) -> list[tuple[object, ...]]:
    with Ledger.open(state, create=False) as ledger:
        told = [(kept.decision, len(kept.ids)) for kept in ledger.answers()]
        return [(each.answer, each.option, each.because, each.surface, count) for each, count in told]


def test_an_answer_is_kept_for_the_whole_card(state: Path, ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", ids[0][:5], "accept", "--option", "1", "--because", "it is loud"]) == 0
    assert answers(state) == [("accept", 1, "it is loud", "terminal", 2)]
    said = capsys.readouterr().out
    assert (
        f"{ids[0][:4]} hum on gtr and 1 more of its card: accept, option 1: Fader -1.0 dB, because it is loud" in said
    )


@pytest.mark.parametrize("answer", ["decline", "on-purpose", "later"])
def test_every_answer_can_be_given(state: Path, ids: list[str], answer: str) -> None:
    assert main(["decide", ids[2], answer]) == 0
    assert [each[0] for each in answers(state)] == [answer]


def test_a_name_of_any_kind_is_shown_on_one_line(ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", ids[2], "later"]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_an_unknown_id_is_said_and_nothing_is_kept(
    state: Path, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decide", "zzzz", "accept"]) == 2
    assert "no finding has the id 'zzzz'" in capsys.readouterr().err
    assert answers(state) == []


def test_an_option_that_was_not_offered_is_said(
    state: Path, ids: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decide", ids[0], "accept", "--option", "3"]) == 2
    assert "has options 1 to 2, not 3" in capsys.readouterr().err
    assert answers(state) == []


def test_an_option_goes_with_an_accept_only(state: Path, ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", ids[0], "decline", "--option", "1"]) == 2
    assert "it says nothing with decline" in capsys.readouterr().err
    assert answers(state) == []


def test_before_the_first_check_there_is_nothing_to_answer(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", "7f3a", "accept"]) == 2
    assert "remembers no session; run `earmark check` first" in capsys.readouterr().err
    assert not (state / "ledger.db").exists()


def test_a_damaged_ledger_stops_deciding(state: Path, ids: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    (state / "ledger.db").write_bytes(b"scribble" * 1000)
    assert main(["decide", ids[0], "accept"]) == 3
    assert "is damaged, or no ledger" in capsys.readouterr().err
    assert (state / "ledger.db").read_bytes() == b"scribble" * 1000


def test_the_nearest_session_upwards_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARMARK_STATE")
    song = tmp_path / "song"
    (song / "takes").mkdir(parents=True)
    with Ledger.at(place_of(Session("song", song, ()))) as ledger:
        ids = remember(ledger)
    monkeypatch.chdir(song / "takes")
    assert main(["decide", ids[0], "decline"]) == 0
    assert len(answers(song / ".earmark")) == 1


def test_a_session_or_a_state_folder_can_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EARMARK_STATE")
    song = tmp_path / "song"
    song.mkdir()
    (song / "gtr.wav").write_bytes(b"RIFF")
    with Ledger.at(place_of(Session("song", song, ()))) as ledger:
        ids = remember(ledger)
    assert main(["decide", ids[0], "decline", "--session", str(song)]) == 0
    assert main(["decide", ids[2], "later", "--state", str(song / ".earmark")]) == 0
    assert len(answers(song / ".earmark")) == 2
