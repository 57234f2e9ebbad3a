"""Held against the essentials of the SARIF 2.1.0 schema (OASIS, 2020): what it requires, enumerates and counts."""

import json
from dataclasses import replace

import jsonschema
import pytest

from earmark.model import SoundFile
from earmark.reports.report import Listened
from earmark.reports.sarif import as_sarif

TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "defaultConfiguration": {"properties": {"level": LEVEL}},
    },
}
LOCATION = {
    "type": "object",
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^([A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*$"},
                        "uriBaseId": {"type": "string"},
                    },
                }
            },
        },
        "logicalLocations": {"type": "array", "items": {"properties": {"name": {"type": "string"}}}},
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": TEXT,
        "rank": {"type": "number", "minimum": -1.0, "maximum": 100.0},
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "suppressions": {
            "type": "array",
            "items": {
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                },
            },
        },
    },
}
NOTIFICATION = {
    "required": ["message"],
    "properties": {"message": TEXT, "level": LEVEL, "associatedRule": {"properties": {"index": {"minimum": -1}}}},
}
INVOCATION = {
    "required": ["executionSuccessful"],
    "properties": {
        "executionSuccessful": {"type": "boolean"},
        "toolConfigurationNotifications": {"type": "array", "items": NOTIFICATION},
    },
}
RUN = {
    "type": "object",
    "required": ["tool"],
    "properties": {
        "tool": {
            "required": ["driver"],
            "properties": {
                "driver": {
                    "required": ["name"],
                    "properties": {"rules": {"type": "array", "items": RULE, "uniqueItems": True}},
                }
            },
        },
        "invocations": {"type": "array", "items": INVOCATION},
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "originalUriBaseIds": {"additionalProperties": {"properties": {"uri": {"pattern": "^file:///.*/$"}}}},
        "results": {"type": "array", "items": RESULT},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {"version": {"const": "2.1.0"}, "runs": {"type": "array", "items": RUN}},
    "additionalProperties": {"not": {}, "$comment": "beside $schema"},
    "patternProperties": {r"^\$schema$": {"type": "string", "format": "uri"}},
}


def run(report) -> dict:
    told = json.loads(as_sarif([report]), parse_constant=pytest.fail)
    jsonschema.validate(told, SARIF)
    return told["runs"][0]


def test_a_report_with_everything_in_it_keeps_to_the_schema(report):
    assert len(run(report)["results"]) == len(report.findings)


def test_the_schema_would_see_a_result_without_words_and_an_unknown_level(report):
    told = json.loads(as_sarif([report]))
    told["runs"][0]["results"][0]["level"] = "question"
    with pytest.raises(jsonschema.ValidationError, match="'question' is not one of"):
        jsonschema.validate(told, SARIF)


def test_severities_are_the_levels_that_scanners_know(report):
    levels = {
        finding.severity: each["level"] for finding, each in zip(report.findings, run(report)["results"], strict=True)
    }
    assert levels == {"fault": "error", "question": "warning", "note": "note"}


def test_every_result_points_at_its_own_rule(report):
    told = run(report)
    rules = told["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in told["results"])


def test_rules_that_listened_are_listed_with_what_they_hear(report):
    hum = Listened("NO01", "hum", "a steady tone", "question", True)
    rules = {rule["id"]: rule for rule in run(replace(report, listened_for=(hum,)))["tool"]["driver"]["rules"]}
    assert rules["NO01"]["shortDescription"]["text"] == "a steady tone"
    assert rules["NO01"]["defaultConfiguration"]["level"] == "warning"


def test_an_answer_suppresses_and_nothing_else_does(report):
    suppressed = [each["partialFingerprints"]["earmark/1"] for each in run(report)["results"] if "suppressions" in each]
    assert suppressed == [finding.id for finding in report.findings if finding.answered]


def test_what_was_not_listened_for_is_said(report):
    (invocation,) = run(report)["invocations"]
    told = [each["message"]["text"] for each in invocation["toolConfigurationNotifications"]]
    assert "true-peak-over was not listened for: speaks at stage print or deliver" in told


def test_files_are_told_below_the_session_with_every_byte_written_out(report, tmp_path):
    odd = tmp_path / "Vox 100%é.flac"
    stems = (replace(report.session.stems[2], source=SoundFile(odd)), *report.session.stems[3:])
    told = run(replace(report, session=replace(report.session, path=tmp_path, stems=stems)))
    (place,) = told["results"][1]["locations"]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "Vox%20100%25%C3%A9.flac", "uriBaseId": "SESSION"}
    assert told["originalUriBaseIds"]["SESSION"]["uri"].endswith("/")


def test_a_stem_of_no_file_has_its_name_alone(report):
    (first, _) = run(report)["results"][0]["locations"]
    assert first["logicalLocations"][0]["name"] == "Kick In"


def test_time_is_in_the_message_and_in_the_properties(report):
    hum = run(report)["results"][1]
    assert hum["message"]["text"].startswith("0:23.5-0:24.3: ")
    assert hum["properties"]["start_s"] == 23.54
    assert hum["properties"]["evidence"]["harmonics_dbfs"][-1] is None
