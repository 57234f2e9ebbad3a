from pathlib import Path

import pytest

from earmark.errors import SettingsError
from earmark.model import Session
from earmark.settings import Ignore, file_of, load


def written(folder: Path, text: str) -> Path:
    (folder / "earmark.toml").write_text(text, encoding="utf-8")
    return folder / "earmark.toml"


def refused(folder: Path, text: str) -> str:
    with pytest.raises(SettingsError) as refusal:
        load(written(folder, text))
    sentence = str(refusal.value)
    assert str(folder / "earmark.toml") in sentence
    assert "\n" not in sentence
    return sentence


def test_no_file_means_defaults(tmp_path):
    settings = load(tmp_path / "earmark.toml")
    assert (settings.path, settings.stage, dict(settings.roles), settings.ignore) == (None, None, {}, ())


def test_everything_that_can_be_written_arrives(tmp_path):
    settings = load(
        written(
            tmp_path,
            """
            stage = "print"
            [roles]
            "Gtr 2" = "electric-guitar"
            [rules.NO01]
            threshold_dbfs = -70.0
            [[ignore]]
            rule = "hum"
            stem = "Gtr 2"
            because = "the amp is the sound"
            [[ignore]]
            rule = "PK"
            because = "a rough pack"
            """,
        )
    )
    assert settings.stage == "print"
    assert settings.roles == {"Gtr 2": "electric-guitar"}
    assert settings.rules == {"NO01": {"threshold_dbfs": -70.0}}
    assert settings.ignore == (
        Ignore("hum", "the amp is the sound", "Gtr 2"),
        Ignore("PK", "a rough pack", None),
    )


def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path):
    assert "'stgae' that earmark does not know; did you mean stage?" in refused(tmp_path, 'stgae = "mix"')


def test_a_key_that_resembles_nothing_is_refused_with_all_known_ones(tmp_path):
    assert "it knows stage, profile, roles, rules, ignore" in refused(tmp_path, "qqq = 1")


def test_a_stage_that_is_none_is_refused_with_all_stages(tmp_path):
    assert "stage is 'mixing'; it must be one of intake, mix, print, deliver" in refused(tmp_path, 'stage = "mixing"')


def test_a_stage_that_is_a_number_is_refused(tmp_path):
    assert "stage is 3; it must be one of" in refused(tmp_path, "stage = 3")


def test_a_role_that_is_no_text_is_refused_by_its_stem(tmp_path):
    assert "[roles] 'Gtr' is a number (3); it must be text" in refused(tmp_path, "[roles]\nGtr = 3")


def test_roles_that_are_no_table_are_refused(tmp_path):
    assert "[roles] is text ('kick'); it must be a table" in refused(tmp_path, 'roles = "kick"')


def test_rule_options_that_are_no_table_are_refused(tmp_path):
    assert "[rules.NO01] is a number (3); it must be a table" in refused(tmp_path, "[rules]\nNO01 = 3")


@pytest.mark.parametrize("because", ["", 'because = ""', 'because = "  "'])
def test_an_ignore_without_a_reason_is_refused(tmp_path, because):
    sentence = refused(tmp_path, f'[[ignore]]\nrule = "hum"\n{because}')
    assert "[[ignore]] number 1 has no 'because'; say why" in sentence


def test_an_ignore_without_a_rule_is_refused(tmp_path):
    assert "number 2 has no 'rule'" in refused(
        tmp_path, '[[ignore]]\nrule = "hum"\nbecause = "x"\n[[ignore]]\nbecause = "x"'
    )


def test_an_unknown_key_of_an_ignore_is_refused(tmp_path):
    assert "[[ignore]] number 1 has a key 'stems'" in refused(tmp_path, '[[ignore]]\nrule = "hum"\nstems = "x"')


def test_an_ignore_that_is_no_table_is_refused(tmp_path):
    assert "[[ignore]] is a table" in refused(tmp_path, '[ignore]\nrule = "hum"')


def test_text_that_is_no_toml_is_refused_by_line(tmp_path):
    assert "is not TOML" in refused(tmp_path, 'stage = "mix')
    assert "line 2" in refused(tmp_path, 'stage = "mix"\nroles = = 1\n')


def test_bytes_that_are_no_utf8_are_refused_by_place(tmp_path):
    (tmp_path / "earmark.toml").write_bytes(b'stage = "m\xe9x"')
    with pytest.raises(SettingsError, match="not UTF-8 text at byte 10"):
        load(tmp_path / "earmark.toml")


def test_a_settings_file_that_is_a_folder_is_refused(tmp_path):
    (tmp_path / "earmark.toml").mkdir()
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "earmark.toml")


def session(path: Path, kind: str) -> Session:
    return Session(name=path.name, path=path, stems=(), kind=kind)


def test_the_settings_of_a_folder_lie_in_it_and_those_of_a_file_beside_it(tmp_path):
    (tmp_path / "song.wav").touch()
    assert file_of(session(tmp_path, "folder")) == tmp_path / "earmark.toml"
    assert file_of(session(tmp_path / "song.wav", "folder")) == tmp_path / "earmark.toml"


def test_the_settings_of_a_daw_session_lie_outside_its_folder(tmp_path):
    folder = tmp_path / "My.Song"
    folder.mkdir()
    (folder / "My.Song.x").touch()
    assert file_of(session(folder, "a daw")) == tmp_path / "My.Song.earmark.toml"
    assert file_of(session(folder / "My.Song.x", "a daw")) == tmp_path / "My.Song.earmark.toml"
