from earmark.cli.__main__ import main
from earmark.rules.profile import load, names


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
