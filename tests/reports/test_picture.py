from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.model import Card, Suggestion
from earmark.reports.picture import picture_of, told
from earmark.reports.report import Report
from reports.conftest import finding

RATE_HZ = 48_000
NOISE = np.random.default_rng(7).normal(0.0, 0.1, 20 * RATE_HZ).astype(np.float32)
QUIET_THEN_LOUD = NOISE * np.where(np.arange(NOISE.size) < 10 * RATE_HZ, 0.01, 1.0).astype(np.float32)


def report_of(**stems: np.ndarray) -> Report:
    session = scenes.session(RATE_HZ, **stems)
    heard = measure(session, {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    return Report(session, "intake", "as asked", envelopes={each.stem.name: each for each in heard})


def drawn(report: Report, *findings):
    return picture_of(Card("c1", "a card", findings[0].stems, findings, Suggestion("s1", ())), report)


VOX = report_of(vox=NOISE, bass=NOISE)


def test_a_place_in_one_stem_is_a_spectrogram_with_what_is_around_it():
    picture = drawn(VOX, finding(1, stems=("vox",), start_s=5.0, end_s=6.0, band_hz=(100.0, 1000.0)))
    assert picture.kind == "spectrogram"
    assert (picture.start_s, picture.end_s) == (4.0, 7.0)
    assert picture.marks == ((pytest.approx(1 / 3), pytest.approx(2 / 3)),)
    assert picture.band[0] < picture.band[1]
    assert told(picture) == "spectrogram of vox, 0:04.0-0:07.0, 30 Hz to 20 kHz"


def test_of_a_long_place_only_its_beginning_is_read():
    picture = drawn(VOX, finding(1, stems=("vox",), start_s=2.0, end_s=19.0))
    assert picture.end_s - picture.start_s == pytest.approx(12.0)


@pytest.mark.parametrize("changes", [{"end_s": 5.01}, {"end_s": 7.0, "unit": "samples"}])
def test_a_moment_and_what_is_counted_in_samples_are_waveforms(changes):
    picture = drawn(VOX, finding(1, stems=("vox",), start_s=5.0, **changes))
    assert picture.kind == "waveform"
    assert picture.end_s - picture.start_s < 0.1
    assert 4.9 < picture.start_s < 7.0


def test_samples_are_shown_where_they_reach_furthest():
    loud = NOISE * np.float32(0.1)
    loud[6 * RATE_HZ] = 1.0
    picture = drawn(report_of(vox=loud), finding(1, stems=("vox",), start_s=5.0, end_s=7.0, unit="samples"))
    assert 0.5 * (picture.start_s + picture.end_s) == pytest.approx(6.0, abs=0.001)


def test_two_stems_are_two_waveforms_at_one_moment():
    picture = drawn(VOX, finding(1, stems=("vox", "bass"), start_s=None, end_s=None, band_hz=None))
    assert (picture.kind, picture.stems) == ("waveform", ("vox", "bass"))


def test_a_whole_file_is_shown_where_it_is_loudest():
    report = report_of(vox=QUIET_THEN_LOUD)
    assert drawn(report, finding(1, stems=("vox",), start_s=None, end_s=None)).start_s >= 10.0 - 0.1


@pytest.mark.parametrize(
    "changes",
    [
        {"stems": ("gone",)},
        {"stems": ("vox", "bass", "gone")},
        {"stems": ("vox",), "start_s": None, "unit": "s"},
    ],
)
def test_where_there_is_nothing_to_see_nothing_is_drawn(changes):
    assert drawn(VOX, finding(1, **changes)) is None


def test_silence_and_a_file_that_went_away_are_not_drawn(tmp_path):
    silent = report_of(vox=np.zeros(RATE_HZ, np.float32))
    assert drawn(silent, finding(1, stems=("vox",), start_s=None, end_s=None)) is None
    from earmark.model import SoundFile

    stem = replace(VOX.session.stems[0], source=SoundFile(tmp_path / "gone.wav"))
    away = replace(VOX, session=replace(VOX.session, stems=(stem,)))
    assert drawn(away, finding(1, stems=(stem.name,), start_s=5.0, end_s=6.0)) is None


def test_a_stem_that_begins_later_is_drawn_in_session_time():
    (stem, *_) = report_of(vox=QUIET_THEN_LOUD).session.stems
    late = replace(stem, start_s=100.0)
    session = scenes.session(RATE_HZ, vox=QUIET_THEN_LOUD)
    heard = measure(replace(session, stems=(late,)), {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    report = Report(replace(session, stems=(late,)), "intake", "", envelopes={"vox": heard[0]})
    quiet = drawn(report, finding(1, stems=("vox",), start_s=103.0, end_s=104.0))
    loud = drawn(report, finding(1, stems=("vox",), start_s=None, end_s=None))
    assert quiet.start_s == 102.0
    assert loud.start_s >= 109.9
