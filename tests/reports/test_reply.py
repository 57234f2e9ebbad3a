from dataclasses import replace

import pytest

from earmark.actions import AskTheBand, LeaveIt, Repair
from earmark.model import Card, Finding, Option, Session, Suggestion
from earmark.reports.reply import note
from hearing import FORBIDDEN
from reports.conftest import HOSTILE, finding, stem

LEAVE = Option(LeaveIt(), "leave it", "", "")
NOTCH = Option(Repair("Vox", "notch"), "notch 50 Hz", "", "")


def ask(stem: str, request: str) -> Option:
    return Option(AskTheBand(stem, request), "ask", "", "")


TAKE = ask("Vox", "is there a take of Vox without hum?")


def session(*names: str) -> Session:
    return Session("Song", None, tuple(stem(name) for name in names or ("Vox", "Bass")))


def card(*options: Option, of: tuple[Finding, ...] = ()) -> Card:
    findings = of or (finding(1, stems=("Vox",), start_s=23.5, end_s=24.3),)
    return Card("c1", "hum", findings[0].stems, findings, Suggestion("s1", (*options, LEAVE)))


def told(*cards: Card, accepted=None, of: Session | None = None) -> str:
    return note(of or session(), cards, accepted or {})


def test_a_note_names_the_file_asks_in_a_sentence_and_gives_the_time():
    lines = told(card(NOTCH, TAKE)).splitlines()
    assert lines[lines.index("Vox.flac") + 1] == "  - Is there a take of Vox without hum? (at 0:23)"
    assert "Times are minutes and seconds from the start of each file." in lines


def test_a_note_holds_no_code_id_threshold_or_judgement():
    text = told(card(NOTCH, TAKE))
    for hidden in ("NO01", "00000001", "-77", "-80", "dBFS", "notch", "mix"):
        assert hidden not in text
    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("answered", ["decline", "on-purpose"])
def test_what_the_engineer_settled_is_not_in_it(answered):
    assert "take of Vox" not in told(card(TAKE, of=(finding(1, stems=("Vox",), answered=answered),)))


def test_what_was_put_off_is_in_it():
    assert "take of Vox" in told(card(TAKE, of=(finding(1, stems=("Vox",), answered="later"),)))


def test_what_was_accepted_is_in_it_only_where_asking_was_accepted():
    done = card(NOTCH, TAKE, of=(finding(1, stems=("Vox",), answered="accept"),))
    assert "take of Vox" in told(done, accepted={"00000001": TAKE})
    assert "take of Vox" not in told(done, accepted={"00000001": NOTCH})


def test_a_note_of_little_weight_is_passed_on_only_where_asking_is_the_first_option():
    light = (finding(1, stems=("Vox",), severity="note"),)
    assert "take of Vox" in told(card(TAKE, NOTCH, of=light))
    assert "take of Vox" not in told(card(NOTCH, TAKE, of=light))


def test_what_asks_nothing_of_the_band_is_not_in_it():
    assert "nothing to ask about them" in told(card(NOTCH))
    assert told() == told(card(NOTCH))


def test_times_count_from_the_start_of_the_file_and_are_told_three_at_a_time():
    places = tuple(finding(n, stems=("Vox",), start_s=60.0 * n + 10.0, end_s=60.0 * n + 11.0) for n in range(1, 6))
    late = Session("Song", None, (replace(stem("Vox"), start_s=10.0),))
    text = " ".join(told(card(TAKE, of=places), of=late).split())
    assert "(at 1:00, 2:00, 3:00 and 2 more places)" in text
    assert "(at 1:00 and 2:00)" in told(card(TAKE, of=places[:2]), of=late)


def test_a_request_for_all_files_is_told_once_and_under_no_file():
    everyone = (finding(1, stems=("Vox", "Bass"), start_s=None),)
    lines = told(card(ask("Vox", "can you send a rough version?"), of=everyone)).splitlines()
    assert lines[lines.index("All files") + 1] == "  - Can you send a rough version?"
    assert "Vox.flac" not in lines


def test_another_stem_of_the_card_is_asked_the_same_by_its_own_name():
    both = (finding(1, stems=("Vox",), start_s=None), finding(2, stems=("Bass",), start_s=None))
    assert "Is there a take of Bass without hum?" in told(card(TAKE, of=both))


def test_numbers_of_one_stem_are_not_said_of_another():
    both = (finding(1, stems=("Vox",), start_s=None), finding(2, stems=("Bass",), start_s=None))
    text = told(card(ask("Vox", "Vox is cut in 73 places. Is there another take?"), of=both))
    assert text.count("73") == 1
    assert "The same as for Vox, please." in text


def test_what_is_in_brackets_is_left_to_the_report_and_a_name_keeps_its_own():
    text = told(card(ask("Vox", "Vox does not open here (frame 7 (of 9) is bad). Can you export it again?")))
    assert "Vox does not open here. Can you export it again?" in " ".join(text.split())
    named = card(ask("Vox (1)", "which part is Vox (1)?"), of=(finding(1, stems=("Vox (1)",), start_s=None),))
    assert "Which part is Vox (1)?" in told(named, of=session("Vox (1)"))


def test_a_request_is_told_once_however_often_it_is_found():
    twice = card(TAKE)
    assert told(twice, twice).count("without hum") == 1


def test_files_come_in_the_order_of_the_session():
    bass = card(ask("Bass", "which part is Bass?"), of=(finding(2, stems=("Bass",), start_s=None),))
    text = told(card(TAKE), bass, of=session("Bass", "Vox"))
    assert text.index("Bass.flac") < text.index("Vox.flac")


def test_hostile_names_stay_on_one_line():
    odd = card(ask(HOSTILE, f"which part is {HOSTILE}?"), of=(finding(1, stems=(HOSTILE,), start_s=None),))
    text = told(odd, of=session(HOSTILE))
    assert "[bold]100%\\ncaf\\xe9.flac" in text.splitlines()
    text.encode("utf-8")
