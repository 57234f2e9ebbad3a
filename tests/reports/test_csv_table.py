import csv
import io
from dataclasses import replace

import pytest

from earmark.reports.csv_table import COLUMNS, as_csv


def table(*reports) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(as_csv(reports))))


def test_there_is_a_row_for_every_finding_answered_or_not(report):
    rows = table(report)
    assert [row["id"] for row in rows] == [finding.id for finding in report.findings]
    assert [row["answered"] for row in rows][-1] == "on-purpose"


def test_the_columns_stay_where_they_are(report):
    assert as_csv([report]).splitlines()[0] == (
        "session,stage,id,card,code,name,severity,answered,stems,start_s,end_s,low_hz,high_hz,"
        "value,unit,threshold,confidence,message,doubt"
    )
    assert set(table(report)[0]) == set(COLUMNS)


def test_numbers_are_numbers_and_what_does_not_exist_is_empty(report):
    first, second = table(report)[:2]
    assert (first["start_s"], first["low_hz"], first["stems"]) == ("", "", "Kick In; Kick Out")
    assert (float(second["start_s"]), float(second["value"]), float(second["high_hz"])) == (23.54, -77.0, 51.0)
    infinite = replace(report, findings=(replace(report.findings[0], value=float("-inf")),))
    assert table(infinite)[0]["value"] == ""


def test_a_row_is_one_line_whatever_a_stem_is_called(report):
    text = as_csv([report])
    text.encode("utf-8")
    assert len(text.splitlines()) == len(report.findings) + 1
    assert "[bold]100%\\ncaf\\xe9" in {row["stems"] for row in table(report)}


@pytest.mark.parametrize("name", ["=1+1", "+49", "-2", "@SUM(A1)"])
def test_a_name_that_a_spreadsheet_would_compute_stays_a_name(report, name):
    odd = replace(report, findings=(replace(report.findings[0], stems=(name,), message=f"{name} is odd"),))
    (row,) = table(odd)
    assert (row["stems"], row["message"]) == (f"'{name}", f"'{name} is odd")


def test_several_sessions_share_one_heading(report):
    assert len(table(report, report)) == 2 * len(report.findings)
