"""The forms that a check can be written in, each from a real run."""

import csv
import io
import json
from xml.etree import ElementTree

import pytest

from earmark.cli.__main__ import main
from earmark.rules.catalogue import rules
from hearing import on_disk


@pytest.fixture
def hummed(tmp_path):
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    return on_disk(tmp_path / "Song", planted)


def told(capsys, *arguments: object) -> str:
    main(["check", "--select", "NO01,PH01", *map(str, arguments)])
    return capsys.readouterr().out


def test_csv_has_a_row_for_what_was_found(hummed, capsys):
    (row,) = csv.DictReader(io.StringIO(told(capsys, hummed, "--format", "csv")))
    assert (row["session"], row["code"], row["severity"]) == ("Song", "NO01", "question")


def test_junit_fails_with_the_exit_code(hummed, capsys):
    for fail_on, failures in (("question", 1), ("fault", 0), ("never", 0)):
        asked = ["check", "--select", "NO01", "--format", "junit", "--fail-on", fail_on, str(hummed)]
        assert main(asked) == failures
        assert ElementTree.fromstring(capsys.readouterr().out).get("failures") == str(failures)


def test_junit_has_a_test_for_every_stem_a_rule_listened_to(hummed, capsys):
    root = ElementTree.fromstring(told(capsys, hummed, "--format", "junit"))
    heard = {case.get("classname") for case in root.iter("testcase") if case.get("name") == "NO01 hum"}
    assert heard == {f"Song.{file.stem}" for file in hummed.glob("*.wav")}


def test_sarif_points_at_the_file_below_the_session(hummed, capsys):
    (run,) = json.loads(told(capsys, hummed, "--format", "sarif"))["runs"]
    (result,) = run["results"]
    address = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert (hummed / address["uri"]).is_file()
    assert address["uriBaseId"] in run["originalUriBaseIds"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["shortDescription"]["text"]


def test_html_has_a_picture_of_the_place(hummed, capsys):
    page = told(capsys, hummed, "--format", "html")
    assert page.count("<article") == page.count("<img ") == 1
    assert 'src="data:image/png;base64,' in page


@pytest.mark.parametrize("form", ["csv", "junit", "sarif", "html"])
def test_a_file_gets_what_stdout_would(hummed, tmp_path, capsys, form):
    out = told(capsys, hummed, "--format", form)
    assert told(capsys, hummed, "--format", form, "-o", tmp_path / "report") == ""
    assert (tmp_path / "report").read_text(encoding="utf-8") == out


def test_several_sessions_are_several_suites_runs_and_sections(hummed, tmp_path, capsys):
    planted, _ = next(loaded for loaded in rules() if loaded.code == "NO01").example()
    on_disk(tmp_path / "Other", planted)
    asked = (tmp_path, "--recursive", "--format")
    assert len(ElementTree.fromstring(told(capsys, *asked, "junit"))) == 2
    assert len(json.loads(told(capsys, *asked, "sarif"))["runs"]) == 2
    assert told(capsys, *asked, "html").count('<section class="session"') == 2
    assert len(list(csv.DictReader(io.StringIO(told(capsys, *asked, "csv"))))) == 2
