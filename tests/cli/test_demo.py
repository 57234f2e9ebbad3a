import io
from contextlib import redirect_stdout

import pytest

from earmark.cli.__main__ import main
from earmark.line import Request, walk
from earmark.scenes.truth import missed, read_truth, unplanted


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The demo's folder, its exit code and what it printed; and the report of a check that follows."""
    folder = tmp_path_factory.mktemp("demo") / "My Song"
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(printed):
        patch.setenv("EARMARK_STATE", str(folder.parent / "state"))
        code = main(["demo", str(folder), "--quiet"])
    (report,) = walk(Request(paths=(folder,), state=folder.parent / "state"))
    return folder, code, printed.getvalue(), report


def test_every_planted_fault_is_found_by_code_stem_and_place(told):
    folder, _, _, report = told
    planted = read_truth(folder / "truth.json")
    assert len({fault.code for fault in planted}) >= 6
    assert missed(planted, report.findings) == []


def test_nothing_else_is_called_more_than_a_note(told):
    folder, _, _, report = told
    others = unplanted(read_truth(folder / "truth.json"), report.findings)
    assert [(f.code, f.stems, f.severity) for f in others if f.severity != "note"] == []


def test_the_demo_exits_0_though_questions_wait(told):
    _, code, _, report = told
    assert code == 0
    assert any(finding.severity == "question" for finding in report.findings)


def test_the_demo_prints_the_report_and_what_to_try_next(told):
    folder, _, printed, report = told
    assert report.cards[0].worst.message.split(":")[0] in " ".join(printed.split())
    count = len(read_truth(folder / "truth.json"))
    assert (
        f"{count} faults were planted, {count} of them are in this report; {folder / 'truth.json'} says where"
        in printed
    )
    for step in (f"earmark check '{folder}'", "earmark explain hum --hear", "earmark decide"):
        assert step in printed


def test_check_repeats_what_the_demo_said(told, capsys):
    folder, _, printed, _ = told
    main(["check", str(folder), "--state", str(folder.parent / "state"), "--quiet"])
    assert capsys.readouterr().out.strip() in printed


def test_a_folder_that_is_not_a_demo_is_exit_2_with_one_sentence(tmp_path, capsys):
    (tmp_path / "take.wav").write_bytes(b"mine")
    assert main(["demo", str(tmp_path)]) == 2
    said = capsys.readouterr()
    assert said.err == f"earmark: {tmp_path} holds files that earmark demo did not make; name a new or empty folder\n"
    assert said.out == ""


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["demo", str(tmp_path / "file" / "song")]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_without_a_name_the_demo_goes_to_earmark_demo(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "earmark-demo").mkdir()
    (tmp_path / "earmark-demo" / "mine.txt").write_text("")
    assert main(["demo"]) == 2
    assert capsys.readouterr().err.startswith("earmark: earmark-demo holds files")
