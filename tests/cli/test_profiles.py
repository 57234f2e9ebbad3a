import numpy as np
import pytest

from earmark import scenes
from earmark.cli.__main__ import main
from earmark.rules.profile import load, names
from hearing import on_disk


def test_all_profiles_are_listed_with_what_they_are_for(capsys):
    assert main(["profiles"]) == 0
    told = capsys.readouterr().out
    assert [line.split()[0] for line in told.splitlines()] == list(names())


def test_every_number_of_a_profile_is_shown_with_source_and_date(capsys):
    for name in names():
        assert main(["profiles", name]) == 0
        told = capsys.readouterr().out
        for each in (*load(name).limits, *load(name).wishes):
            assert each.text in told
            assert f"{each.source.at}, read {each.source.read.isoformat()}" in told


def test_rules_and_advice_are_told_apart_and_what_is_not_measured_is_said(capsys):
    main(["profiles", "netflix"])
    rules, _, advice = capsys.readouterr().out.partition("\nAdvice\n")
    assert "-27.0 ±2.0 LUFS" in rules
    assert "what inspectors flag" in rules
    assert "earmark does not measure it" in rules
    assert "4.0 to 18.0 LU" in advice


def test_a_profile_that_nobody_wrote_is_exit_2_with_the_nearest(capsys):
    assert main(["profiles", "ebu-r218"]) == 2
    assert "did you mean ebu-r128?" in capsys.readouterr().err


# --- check --profile -----------------------------------------------------------------


@pytest.fixture
def master(tmp_path):
    """One file at -10 LUFS, held against nothing yet."""
    tone = 10 ** (-10 / 20) * np.sin(2 * np.pi * 1000.0 * np.arange(24_000) / 48_000)
    return on_disk(tmp_path / "Song", scenes.session(song=np.stack([tone, tone])))


def check(*arguments: object) -> int:
    return main(["check", "--no-cache", "--select", "LV03,LV06", *map(str, arguments)])


def test_without_a_profile_the_rules_that_need_one_say_how_to_name_it(master, capsys):
    assert check(master, "--stage", "deliver") == 0
    told = capsys.readouterr().out
    assert "off-target-loudness" in told
    assert "no delivery profile is chosen; --profile NAME chooses one" in " ".join(told.split())


def test_one_file_under_a_profile_is_held_against_it_where_the_profile_speaks(master, capsys):
    assert check(master, "--profile", "ebu-r128") == 1
    told = " ".join(capsys.readouterr().out.split())
    assert "stage deliver, guessed from one file and the profile ebu-r128" in told
    assert "held against the delivery profile ebu-r128" in told
    assert "13.0 LU louder; ebu-r128 asks for -23.0 ±1.0 LUFS" in told


def test_the_profile_written_beside_the_song_counts_and_the_one_that_is_asked_for_counts_more(master, capsys):
    (master / "earmark.toml").write_text('profile = "ebu-r128"\n', encoding="utf-8")
    assert check(master) == 1
    assert check(master, "--profile", "youtube-music") == 0
    assert "the delivery profile youtube-music" in capsys.readouterr().out


def test_advice_alone_does_not_fail_a_check(master):
    assert check(master, "--profile", "spotify") == 0


def test_a_profile_nobody_wrote_is_exit_2_wherever_it_is_named(master, capsys):
    assert check(master, "--profile", "netflux") == 2
    assert "no delivery profile 'netflux'; did you mean netflix?" in capsys.readouterr().err
    (master / "earmark.toml").write_text('profile = "spotfy"\n', encoding="utf-8")
    assert check(master) == 2
    said = capsys.readouterr().err
    assert "earmark.toml: profile: there is no delivery profile 'spotfy'; did you mean spotify?" in said
    (master / "earmark.toml").write_text("profile = 23\n", encoding="utf-8")
    assert check(master) == 2
    assert "profile is a number (23); it must be text" in capsys.readouterr().err


def test_a_profile_that_asks_for_nothing_of_the_kind_is_said_under_not_listened_for(master, capsys):
    assert check(master, "--profile", "cd") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "the profile cd asks for no such number at stage deliver" in told


def test_stems_that_came_in_are_not_held_against_a_master_s_profile(tmp_path, capsys):
    loud = np.sin(2 * np.pi * 1000.0 * np.arange(24_000) / 48_000)
    pack = on_disk(tmp_path / "Pack", scenes.session(bass=loud, vox=loud))
    assert check(pack, "--profile", "spotify") == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "stage intake" in told
    assert "the delivery profile spotify asks for nothing at stage intake" in told
