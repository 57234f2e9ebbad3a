import io
from dataclasses import replace

import pytest

from earmark.actions import InvertPolarity, LeaveIt
from earmark.model import Finding, Option, Suggestion
from earmark.reports.text import measured, plain, styled


def shown(report) -> list[str]:
    return plain(report).splitlines()


def test_how_the_session_was_read_comes_first(report):
    assert shown(report)[:3] == [
        "Song  6 stems and mix, 44.1 kHz, 2:43",
        "stage intake, guessed from a folder of stems; --stage says otherwise",
        "regions as placed, before plug-ins and faders",
    ]


def test_three_cards_are_told_in_full_and_the_rest_in_a_line(report):
    told = shown(report)
    assert sum(line.startswith("      doubt: ") for line in told) == 3
    assert told[told.index("then") + 1] == "6234  note      Vox needs riding  4.2 dB (against -80) at 0:23.5-0:24.3"


def test_a_card_in_full_has_number_place_doubt_and_every_option_by_number(report):
    told = shown(report)
    start = told.index("7f3b  question  04 clean electric guitar: hum")
    assert told[start + 1 : start + 11] == [
        "      -77 dBFS (against -80) at 0:23.5-0:24.3, 1:01.0-1:10.0, 1:21.0 and 1 more",
        "      A steady tone at 50.0 Hz with five harmonics sounds in the pauses, 18 dB",
        "      above what is around it.",
        "      doubt: a bass note held through every pause would look the same",
        "      1. notch 50 Hz",
        "         + the hum goes",
        "         - a little low end",
        "      2. leave it",
        "         + nothing changes",
        "         - the hum stays in the pauses",
    ]


def test_a_card_about_several_stems_says_what_was_heard_of_each(report):
    one = report.findings[0]
    several = tuple(
        replace(one, stems=(f"file {n}",), message=f"file {n} cannot be read", id=f"{n}" * 8) for n in range(5)
    )
    card = replace(report.cards[0], findings=several)
    told = shown(replace(report, findings=several, cards=(card,), short_ids={each.id: each.id for each in several}))
    assert [line.strip() for line in told if "file" in line] == [f"file {n} cannot be read" for n in range(3)]
    assert "      and 2 more" in told


def test_an_option_says_which_stem_it_is_about_where_that_is_not_clear(report):
    options = (Option(InvertPolarity("Kick Out"), "flip it", "", ""), Option(LeaveIt(), "leave it", "", ""))
    card = replace(report.cards[0], stems=("Kick In", "Kick Out"), suggestion=Suggestion("s1", options))
    told = shown(replace(report, cards=(card,)))
    assert "      1. Kick Out: flip it" in told
    assert "      2. leave it" in told
    told = shown(replace(report, cards=(replace(card, stems=("Kick Out",)),)))
    assert "      1. flip it" in told


def test_answered_cards_are_counted_and_not_told(report):
    assert "Bass" not in plain(report)
    assert "1 answered before" in shown(report)


def test_what_earmark_toml_sets_aside_is_counted_by_itself(report):
    assert "1 set aside in earmark.toml" in shown(replace(report, set_aside=1))


def test_silent_rules_are_listed_under_their_reason(report):
    told = shown(report)
    assert told[told.index("not listened for:") + 1 :] == [
        "  true-peak-over, off-target-loudness: speaks at stage print or deliver",
        "  buried-lead: no stem's role is confirmed; earmark roles asks",
    ]


def test_a_clean_session_is_told_what_was_not_listened_for(report):
    told = shown(replace(report, findings=(), cards=()))
    assert told[4] == "nothing to ask at stage intake"
    assert "not listened for:" in told


def test_a_session_elsewhere_is_named_for_the_commands_that_follow(report, tmp_path, monkeypatch):
    def at(path):
        return shown(replace(report, session=replace(report.session, path=path)))

    monkeypatch.chdir(tmp_path)
    (tmp_path / "a song").mkdir()
    assert f"from here both need --session '{tmp_path}/a song'" in at(tmp_path / "a song")
    monkeypatch.chdir(tmp_path / "a song")
    assert not [line for line in at(tmp_path / "a song") if "--session" in line]


@pytest.mark.parametrize("width", [60, 80, 100])
def test_no_line_is_wider_than_the_terminal(report, width):
    assert max(len(line) for line in plain(report, width).splitlines()) <= width


def test_a_hostile_name_stays_on_its_line_and_is_shown_as_it_is(report):
    assert "5234  fault     [bold]100%\\ncaf\\xe9: silent" in shown(report)
    plain(report).encode("utf-8")


def test_colour_adds_escapes_and_changes_no_word(report, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    stream = io.StringIO()
    styled(report, stream)
    coloured = stream.getvalue()
    assert "\x1b[" in coloured
    assert without_escapes(coloured) == plain(report)


def without_escapes(text: str) -> str:
    first, *rest = text.split("\x1b[")
    return first + "".join(part.partition("m")[2] for part in rest)


def test_a_number_that_is_its_own_threshold_is_told_once() -> None:
    at_limit = Finding("PK03", "silent-stem", "question", ("x",), 0.0, "sounding frames", "m", "d", 1.0, threshold=0.0)
    assert measured(at_limit) == "0 sounding frames"
    assert measured(replace(at_limit, value=-77.0, unit="dBFS", threshold=-80.0)) == "-77 dBFS (against -80)"
