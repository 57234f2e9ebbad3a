import numpy as np
import pytest
import soundfile

from earmark.cli.__main__ import main
from earmark.rules.catalogue import HEADINGS, rules


def test_a_rule_is_explained_by_code_or_by_name(capsys):
    assert main(["explain", "no01"]) == 0
    by_code = capsys.readouterr().out
    assert main(["explain", "hum"]) == 0
    assert capsys.readouterr().out == by_code
    assert by_code.startswith("NO01 hum: ")
    assert [line for line in by_code.splitlines() if line in HEADINGS] == list(HEADINGS)


def test_the_settings_are_shown_as_they_would_be_written(capsys):
    main(["explain", "NO01"])
    assert "[rules.NO01]\n    threshold_dbfs = -80.0\n" in capsys.readouterr().out


def test_a_family_is_explained_rule_by_rule(capsys):
    main(["explain", "NO"])
    told = capsys.readouterr().out
    assert all(f"{loaded.code} {loaded.name}: " in told for loaded in rules() if loaded.code.startswith("NO"))


def test_a_rule_that_nobody_wrote_is_met_with_the_nearest(capsys):
    assert main(["explain", "humm"]) == 2
    assert "there is no rule 'humm'; did you mean hum?" in capsys.readouterr().err


def test_two_sounds_are_written_that_differ_by_what_is_heard(tmp_path, capsys):
    assert main(["explain", "hum", "--hear", str(tmp_path / "new" / "folder")]) == 0
    capsys.readouterr()
    sounds = {
        name: soundfile.read(tmp_path / "new" / "folder" / f"{name}.wav", always_2d=True) for name in ("wrong", "right")
    }
    (planted, rate_hz), (quiet, other_rate_hz) = sounds["wrong"], sounds["right"]
    assert rate_hz == other_rate_hz
    assert planted.shape[1] == quiet.shape[1] == 2
    assert np.abs(planted).max() > 0.0
    assert planted.shape != quiet.shape or np.abs(planted - quiet).max() > 1e-5


def test_sounds_that_cannot_be_written_are_one_sentence(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main(["explain", "hum", "--hear", str(tmp_path / "file" / "x")]) == 3
    assert capsys.readouterr().err.count("\n") == 1


def test_the_table_has_a_line_for_every_rule(capsys):
    assert main(["rules"]) == 0
    told = capsys.readouterr().out
    assert all(f"{loaded.code}  {loaded.name} " in told for loaded in rules())


@pytest.mark.parametrize("loaded", rules(), ids=lambda loaded: loaded.code)
def test_every_example_can_be_heard_or_says_that_it_is_no_sound(loaded, tmp_path, capsys):
    assert main(["explain", loaded.code, "--hear", str(tmp_path)]) == 0
    said = capsys.readouterr().err
    for name in ("wrong.wav", "right.wav"):
        assert (tmp_path / name).is_file() or f"{name} would hold nothing" in said
