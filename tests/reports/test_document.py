import json
from pathlib import Path

import jsonschema
import pytest

from earmark.reports.document import as_json, schema

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "report.schema.json"


@pytest.fixture
def told(report) -> dict:
    return json.loads(as_json(report), parse_constant=pytest.fail)  # NaN and Infinity are no JSON


def test_the_committed_schema_is_the_one_that_is_written():
    actual = schema()
    if json.loads(COMMITTED.read_text(encoding="utf-8")) != actual:
        COMMITTED.with_suffix(".json.actual").write_text(json.dumps(actual, indent=2) + "\n", encoding="utf-8")
        pytest.fail("docs/report.schema.json differs; read docs/report.schema.json.actual, then move it there")


def test_a_report_keeps_to_the_schema(told):
    jsonschema.validate(told, schema(), format_checker=jsonschema.FormatChecker())


def test_the_schema_refuses_a_report_without_its_findings(told):
    del told["findings"]
    with pytest.raises(jsonschema.ValidationError, match="'findings' is a required property"):
        jsonschema.validate(told, schema())


def test_numbers_that_do_not_exist_are_null(told):
    assert told["measurements"]["Vox"] == {"integrated_lufs": -23.1, "true_peak_dbtp": None, "dc": None}
    assert told["findings"][1]["evidence"]["harmonics_dbfs"] == [-77.0, -95.0, None]


def test_a_whole_file_finding_has_no_place(told):
    first = told["findings"][0]
    assert (first["start_s"], first["end_s"], first["band_hz"]) == (None, None, None)


def test_names_that_are_no_text_are_spelt_out_the_same_everywhere(told):
    name = "[bold]100%\ncaf\\xe9"
    assert name in [stem["name"] for stem in told["session"]["stems"]]
    assert name in [stem for finding in told["findings"] for stem in finding["stems"]]


def test_every_card_names_findings_that_are_there_and_ends_in_leaving_it(told):
    ids = {finding["id"]: finding for finding in told["findings"]}
    for card in told["cards"]:
        assert all(ids[each]["card"] == card["id"] for each in card["findings"])
        assert card["suggestion"]["options"][-1]["action"] == "LeaveIt"
        assert [option["option"] for option in card["suggestion"]["options"]] == list(
            range(1, len(card["suggestion"]["options"]) + 1)
        )


def test_a_curve_is_pairs_of_seconds_and_decibels(told):
    option = told["cards"][3]["suggestion"]["options"][0]
    assert (option["target"], option["curve"]) == ("Vox", [[0.0, 0.0], [1.0, 1.5]])


def test_an_answer_is_told(told):
    assert [finding["answered"] for finding in told["findings"] if finding["answered"]] == ["on-purpose"]


def test_numbers_of_numpy_are_numbers(report):
    import numpy as np

    from earmark.reports.document import plain

    assert plain({"a": np.float32(0.5), "b": (np.int64(3), np.float64("inf"))}) == {"a": 0.5, "b": [3, None]}


def test_a_report_on_one_line_has_one_line(report):
    assert as_json(report, indent=0).count("\n") == 1
