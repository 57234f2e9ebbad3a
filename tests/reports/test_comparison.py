import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from earmark.features.rebounce import Rebounce
from earmark.features.stretches import Stretch
from earmark.features.twins import Twin
from earmark.model import Session, Stem
from earmark.reports.comparison import Answers, Comparison, differs, words
from earmark.reports.comparison_document import as_json, schema
from earmark.reports.comparison_text import plain
from hearing import FORBIDDEN
from reports.conftest import HOSTILE, stem

COMMITTED = Path(__file__).resolve().parents[2] / "docs" / "compare.schema.json"
SESSION = Session("Song", Path("/song"), ())


def twin(became: Rebounce | None = None, old: Stem | None = None, new: Stem | None = None) -> Twin:
    return Twin(old or stem("Vox"), new or stem("Vox"), became or Rebounce("identical"))


def converted(**facts: object) -> Stem:
    vox = stem("Vox")
    return replace(vox, facts=replace(vox.known, **facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("became", "said"),
    [
        (Rebounce("identical"), ["identical sound"]),
        (Rebounce("same", moved_samples=1105), ["moved 1105 samples later (25.1 ms)"]),
        (Rebounce("same", moved_samples=-1), ["moved 1 sample earlier (0.0 ms)"]),
        (Rebounce("same", gain_db=-0.8), ["gain -0.8 dB"]),
        (Rebounce("same", gain_db=0.04, upside_down=True), ["upside down"]),
        (Rebounce("same", left_db=-92.0), ["the same but for rounding"]),
        (Rebounce("changed", stretches=(Stretch(72.0, 100.0, "new"),)), ["new audio 1:12.0-1:40.0"]),
        (Rebounce("changed", stretches=(Stretch(72.0, 80.0, "altered"),)), ["altered 1:12.0-1:20.0"]),
        (Rebounce("changed", stretches=(Stretch(72.0, 72.1, "new"),)), ["differs at 1:12.0"]),
        (Rebounce("changed", stretches=(Stretch(-3.0, 0.1, "gone"),)), ["the first 3.0 s cut off"]),
        (Rebounce("changed", stretches=(Stretch(160.0, 166.0, "gone"),)), ["the last 3.0 s cut off"]),
        (Rebounce("changed", stretches=(Stretch(5.0, 9.0, "gone"),)), ["silent now 0:05.0-0:09.0"]),
        (Rebounce("changed", stretches=(Stretch(5.0, 9.0, "level", gain_db=3.0),)), ["0:05.0-0:09.0 +3.0 dB"]),
        (
            Rebounce("changed", stretches=(Stretch(5.0, 9.0, "moved", moved_samples=-500),)),
            ["0:05.0-0:09.0 moved 500 samples earlier"],
        ),
        (
            Rebounce("processed", left_db=-12.3),
            ["the same take, processed throughout, -12 dB is left when the old one is taken out"],
        ),
        (
            Rebounce("processed", 441, 2.0, exact=False),
            ["moved about 10 ms later", "about +2.0 dB in level", "the same take, processed throughout"],
        ),
        (Rebounce("other", exact=False), ["another recording"]),
        (Rebounce("muted"), ["silent now"]),
        (Rebounce("unread"), ["cannot be compared: one of the two does not open"]),
    ],
)
def test_what_became_of_a_stem_is_said_in_a_few_words(became, said):
    assert words(twin(became)) == said
    assert not FORBIDDEN.search(" ".join(said))


def test_the_same_sound_in_another_container_is_no_difference_and_is_said():
    wav = twin(new=converted(container="WAV", bits=24))
    assert words(wav) == ["identical sound", "now WAV 24 bit, was FLAC 16 bit"]
    assert not differs(wav)


def test_another_rate_channels_and_length_are_said():
    assert words(twin(Rebounce("processed"), new=converted(rate_hz=48_000)))[-1] == "now 48 kHz, was 44.1 kHz"
    assert words(twin(new=converted(channels=2)))[-1] == "now stereo, was mono"
    assert words(twin(new=converted(frames=44_100 * 163 + 1105)))[-1] == "1105 samples longer"


def test_added_missing_and_renamed_are_differences():
    assert words(Twin(None, stem("Vox"))) == ["added"]
    assert words(Twin(stem("Vox"), None)) == ["missing"]
    renamed = twin(old=stem("Lead"))
    assert words(renamed) == ["renamed, was Lead", "identical sound"]
    assert all(differs(each) for each in (Twin(None, stem("Vox")), Twin(stem("Vox"), None), renamed))


def test_identical_stems_are_counted_in_one_line_after_those_that_differ():
    told = plain(Comparison(SESSION, SESSION, (twin(), twin(Rebounce("same", gain_db=-0.8), stem("B"), stem("B")))))
    lines = told.splitlines()
    assert lines.index("B  gain -0.8 dB") < lines.index("identical sound: 1 stem (Vox)")
    assert lines[-1] == "1 of 2 stems differs"


def test_a_stem_that_differs_in_many_places_names_eight_and_counts_the_rest():
    parts = tuple(Stretch(10.0 * at, 10.0 * at + 2.0, "new") for at in range(12))
    told = " ".join(plain(Comparison(SESSION, SESSION, (twin(Rebounce("changed", stretches=parts)),))).split())
    assert told.count("new audio") == 8
    assert "and 4 more" in told


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (Answers(5, 3), "3 of 5 answers given for the old one hold for the new one; 3 to carry over with --carry"),
        (
            Answers(5, 1, already=1),
            "1 of 5 answers given for the old one holds for the new one; 1 answered there already",
        ),
        (Answers(1, 1, carried=1), "1 of 1 answer given for the old one holds for the new one; 1 carried over"),
    ],
)
def test_the_answers_that_hold_are_counted(answers, said):
    assert plain(Comparison(SESSION, SESSION, (twin(),), answers)).splitlines()[-1] == said


# --- as JSON ---------------------------------------------------------------------------


def test_the_committed_schema_is_the_one_that_is_written():
    actual = json.dumps(schema(), indent=1) + "\n"
    if not COMMITTED.exists() or COMMITTED.read_text(encoding="utf-8") != actual:
        COMMITTED.with_suffix(".json.actual").write_text(actual, encoding="utf-8")
        pytest.fail("docs/compare.schema.json differs; read docs/compare.schema.json.actual, then move it there")


def test_a_comparison_with_everything_in_it_keeps_to_the_schema():
    changed = Rebounce("changed", 7, -0.5, True, -80.0, (Stretch(1.0, 2.0, "moved", 3), Stretch(3.0, 4.0, "new")))
    found = (twin(changed, stem(HOSTILE), stem("Vox")), Twin(None, stem("New")), Twin(stem("Old"), None))
    told = json.loads(as_json(Comparison(SESSION, SESSION, found, Answers(3, 2, 1, 0), ("a remark",))))
    jsonschema.validate(told, schema())
    assert (told["schema"], told["differs"]) == ("earmark/compare/1", True)
    assert told["stems"][0]["old"]["name"] == "[bold]100%\ncaf\\xe9"
    assert [each["moved_samples"] for each in told["stems"][0]["stretches"]] == [3, 0]
    assert told["stems"][1]["old"] is None
    assert told["stems"][2]["became"] is None
