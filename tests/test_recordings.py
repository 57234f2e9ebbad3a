"""The whole line on real recordings: what has to be heard there, and what nobody may be asked about."""

from math import log10
from pathlib import Path

import pytest

from earmark.line import Request, walk
from earmark.model import Finding

pytestmark = pytest.mark.real_audio


def asked(*paths: Path, **request) -> list[Finding]:
    """Everything above a note."""
    reports = walk(Request(paths=paths, cached=False, **request))
    return [finding for report in reports for finding in report.findings if finding.severity != "note"]


def test_nothing_is_asked_about_recordings_that_are_as_they_were_meant(data):
    heard = {file.name: asked(file) for file in sorted((data / "clean").iterdir()) if file.suffix != ".md"}
    assert len(heard) >= 5
    assert {name: findings for name, findings in heard.items() if findings} == {}


def test_the_hum_of_one_guitar_is_asked_about_and_nothing_else_of_that_band(data):
    findings = asked(data / "stems" / "Beatles" / "raw", select=("NO01", "LV01"))
    assert [(finding.name, finding.stems) for finding in findings] == [("hum", ("04 clean electric guitar",))]
    (hum,) = findings
    # 50.01 Hz at -77 dBFS between 23.54 and 24.30 s, measured by hand
    assert hum.value == pytest.approx(-77.0, abs=1.5)
    assert hum.start_s is not None
    assert hum.end_s is not None
    assert hum.start_s < 24.3
    assert hum.end_s > 23.54


def test_bass_notes_near_the_mains_are_no_hum(data):
    assert not asked(data / "stems" / "SpeedMetal" / "raw", select=("hum",))


def test_the_mix_says_which_stem_it_has_at_another_level(data):
    song = data / "stems" / "Hendrix"
    (finding,) = asked(song / "stems", mix=song / "mix.flac", select=("PK12",))
    assert finding.stems[0].startswith("04 ")
    # least squares over the whole song says 0.447 of the level sent
    assert (finding.value, finding.unit) == (pytest.approx(20 * log10(0.447), abs=1.0), "dB")
