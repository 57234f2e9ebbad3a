"""The memory law: an answer survives gain, shift, EQ and re-bounce; only worse, or elsewhere, is asked again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark.ledger import Ledger, StemPrint
from earmark.model import Answer, Decision, Finding
from ledger.played import RATE_HZ, finding, performance, prints, rebounced

STEMS = {f"gtr {n}": performance(100 + n) for n in range(5)}
PLACES_S = (1.0, 6.0, 11.0, 15.5)


def heard(shift_s: float = 0.0, by_db: float = 0.0) -> tuple[Finding, ...]:
    """Four hums on each of five stems."""
    return tuple(finding(stem, at_s + shift_s, value=-70.0 + by_db) for stem in STEMS for at_s in PLACES_S)


def answered(
    folder: Path, findings: tuple[Finding, ...], stems: Mapping[str, np.ndarray], answer: Answer = "on-purpose"
) -> Ledger:
    ledger = Ledger.open(folder)
    known = ledger.remember(findings, prints(stems))
    ledger.record(Decision(each.id, answer) for each in known)
    return ledger


def asked_again(ledger: Ledger, findings: tuple[Finding, ...], now: Mapping[str, StemPrint]) -> list[Finding]:
    return [each for each in ledger.recall(findings, now) if each.answered is None]


@pytest.fixture(scope="module")
def another_bounce() -> dict[str, np.ndarray]:
    """Every stem +1 dB, 500 samples later, through another equaliser."""
    return {stem: rebounced(sound, 1.0, 500, high_shelf_db=4.0, low_cut_hz=80.0) for stem, sound in STEMS.items()}


def test_twenty_answers_survive_another_bounce(tmp_path: Path, another_bounce: dict[str, np.ndarray]) -> None:
    with answered(tmp_path, heard(), STEMS) as ledger:
        again = ledger.recall(heard(500 / RATE_HZ, 1.0), prints(another_bounce))
        assert [each.answered for each in again] == ["on-purpose"] * 20
        assert {each.id for each in again} == set(ledger.short_ids())


def test_exactly_the_one_made_worse_is_asked_again(tmp_path: Path, another_bounce: dict[str, np.ndarray]) -> None:
    now = list(heard(500 / RATE_HZ, 1.0))
    now[7] = replace(now[7], value=now[7].value + 6.0)
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert [each.start_s for each in asked_again(ledger, tuple(now), prints(another_bounce))] == [now[7].start_s]


def test_a_shift_of_seconds_is_taken_out(tmp_path: Path) -> None:
    late = {stem: rebounced(sound, 0.0, int(3.2 * RATE_HZ), high_shelf_db=-3.0) for stem, sound in STEMS.items()}
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert asked_again(ledger, heard(3.2), prints(late)) == []
        assert len(asked_again(ledger, heard(0.0), prints(late))) == 20  # where the first song had it, there is no hum


def test_a_stem_that_begins_later_in_the_session_takes_its_answers_along(tmp_path: Path) -> None:
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert asked_again(ledger, heard(7.5), prints(STEMS, start_s=7.5)) == []


def test_each_stem_is_moved_by_its_own_shift(tmp_path: Path) -> None:
    now = dict(STEMS)
    now["gtr 2"] = rebounced(STEMS["gtr 2"], 0.0, 2 * RATE_HZ)
    moved = tuple(
        replace(f, start_s=f.start_s + 2.0, end_s=f.end_s + 2.0) if f.stems == ("gtr 2",) else f for f in heard()
    )
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert asked_again(ledger, moved, prints(now)) == []


def test_a_new_place_is_asked_about(tmp_path: Path) -> None:
    new = finding("gtr 1", 13.0)
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert [each.start_s for each in asked_again(ledger, (*heard(), new), prints(STEMS))] == [13.0]


def test_six_decibels_on_the_whole_stem_do_not_worsen_a_level(tmp_path: Path) -> None:
    louder = {stem: rebounced(sound, 6.0) for stem, sound in STEMS.items()}
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert asked_again(ledger, heard(0.0, 6.0), prints(louder)) == []


def test_a_hum_that_stays_while_the_stem_goes_down_has_worsened(tmp_path: Path) -> None:
    softer = {stem: rebounced(sound, -6.0) for stem, sound in STEMS.items()}
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert len(asked_again(ledger, heard(), prints(softer))) == 20


def test_the_gain_of_a_stem_is_no_part_of_a_value_that_is_no_level(tmp_path: Path) -> None:
    spread = finding("gtr 0", value=4.0, unit="dB")
    louder = {"gtr 0": rebounced(STEMS["gtr 0"], 6.0)}
    with answered(tmp_path, (spread,), STEMS) as ledger:
        assert asked_again(ledger, (replace(spread, value=6.9),), prints(louder)) == []
        assert len(asked_again(ledger, (replace(spread, value=7.0),), prints(louder))) == 1


@pytest.mark.parametrize(
    ("worse_by", "value", "asked"),
    [
        (3.0, -67.0, 1),
        (3.0, -67.1, 0),
        (3.0, -90.0, 0),
        (-3.0, -73.0, 1),
        (-3.0, -72.9, 0),
        (-3.0, -20.0, 0),
        (None, 0.0, 0),
    ],
)
def test_worse_is_what_the_rule_says_worse_is(tmp_path: Path, worse_by: float | None, value: float, asked: int) -> None:
    then = finding("gtr 0", worse_by=worse_by, value=-70.0)
    with answered(tmp_path, (then,), STEMS) as ledger:
        assert len(asked_again(ledger, (replace(then, value=value),), prints(STEMS))) == asked


def test_creeping_worse_in_small_steps_is_noticed(tmp_path: Path) -> None:
    with answered(tmp_path, (finding("gtr 0"),), STEMS) as ledger:
        for step in (1.0, 2.0):
            crept = ledger.remember((finding("gtr 0", value=-70.0 + step),), prints(STEMS))
            assert crept[0].answered == "on-purpose"
        assert len(asked_again(ledger, (finding("gtr 0", value=-67.0),), prints(STEMS))) == 1


def test_creeping_away_in_small_steps_is_another_place(tmp_path: Path) -> None:
    places_s = [4.0, 4.3, 4.6, 4.9]
    with answered(tmp_path, (finding("gtr 0", places_s[0]),), STEMS) as ledger:
        met = [ledger.remember((finding("gtr 0", at_s),), prints(STEMS))[0] for at_s in places_s]
        assert len({each.id for each in met}) == 1
        assert [each.answered for each in met] == ["on-purpose", "on-purpose", None, None]


@pytest.mark.parametrize("answer", ["accept", "decline", "on-purpose"])
def test_each_of_these_answers_silences(tmp_path: Path, answer: Answer) -> None:
    with answered(tmp_path, heard(), STEMS, answer) as ledger:
        assert {each.answered for each in ledger.recall(heard(), prints(STEMS))} == {answer}


def test_later_asks_again_next_time(tmp_path: Path) -> None:
    with answered(tmp_path, heard(), STEMS, "later") as ledger:
        assert len(asked_again(ledger, heard(), prints(STEMS))) == 20


def test_the_last_answer_counts(tmp_path: Path) -> None:
    with answered(tmp_path, (finding("gtr 0"),), STEMS, "decline") as ledger:
        id = ledger.remember((finding("gtr 0"),), prints(STEMS))[0].id
        ledger.record(Decision(id, "later"))
        assert len(asked_again(ledger, (finding("gtr 0"),), prints(STEMS))) == 1


def test_what_was_answered_for_its_new_value_is_quiet_at_it(tmp_path: Path) -> None:
    worse = finding("gtr 0", value=-60.0)
    with answered(tmp_path, (finding("gtr 0"),), STEMS) as ledger:
        known = ledger.remember((worse,), prints(STEMS))
        assert known[0].answered is None
        ledger.record(Decision(known[0].id, "on-purpose"))
        assert asked_again(ledger, (worse,), prints(STEMS)) == []


def test_a_finding_of_the_whole_file_is_known_by_rule_and_stem(tmp_path: Path) -> None:
    whole = finding("gtr 0", None)
    with answered(tmp_path, (whole,), STEMS) as ledger:
        assert asked_again(ledger, (whole,), prints(STEMS)) == []
        assert len(asked_again(ledger, (replace(whole, stems=("gtr 1",)),), prints(STEMS))) == 1
        assert len(asked_again(ledger, (replace(whole, code="NO02"),), prints(STEMS))) == 1
        assert len(asked_again(ledger, (finding("gtr 0", 4.0),), prints(STEMS))) == 1


def test_a_second_of_silence_does_not_speak_for_a_minute(tmp_path: Path) -> None:
    with answered(tmp_path, (finding("gtr 0", 4.0, 1.0),), STEMS) as ledger:
        assert len(asked_again(ledger, (finding("gtr 0", 4.0, 15.0),), prints(STEMS))) == 1


def test_two_clicks_beside_each_other_keep_apart(tmp_path: Path) -> None:
    clicks = (finding("gtr 0", 4.00, 0.0), finding("gtr 0", 4.04, 0.0))
    with Ledger.open(tmp_path) as ledger:
        known = ledger.remember(clicks, prints(STEMS))
        ledger.record(Decision(known[0].id, "on-purpose"))
        again = ledger.recall(tuple(reversed(clicks)), prints(STEMS))
        assert [each.answered for each in again] == [None, "on-purpose"]


def test_two_hums_at_one_place_are_told_apart_by_their_bands(tmp_path: Path) -> None:
    hums = (finding("gtr 0", band_hz=(49.0, 51.0)), finding("gtr 0", band_hz=(99.0, 101.0)))
    with Ledger.open(tmp_path) as ledger:
        known = ledger.remember(hums, prints(STEMS))
        assert known[0].id != known[1].id
        ledger.record(Decision(known[1].id, "decline"))
        again = ledger.recall(tuple(reversed(hums)), prints(STEMS))
        assert [each.answered for each in again] == ["decline", None]


def test_another_take_is_matched_by_its_place(tmp_path: Path) -> None:
    take_two = {"gtr 0": performance(999)}
    with answered(tmp_path, (finding("gtr 0"),), STEMS) as ledger:
        assert asked_again(ledger, (finding("gtr 0"),), prints(take_two)) == []
        assert len(asked_again(ledger, (finding("gtr 0", 12.0),), prints(take_two))) == 1


def test_a_stem_that_cannot_be_measured_any_more_is_matched_by_its_place(tmp_path: Path) -> None:
    with answered(tmp_path, heard(), STEMS) as ledger:
        assert asked_again(ledger, heard(), {}) == []


def test_a_finding_that_went_and_came_back_is_the_same(tmp_path: Path) -> None:
    with answered(tmp_path, (finding("gtr 0"),), STEMS) as ledger:
        ledger.remember((), prints(STEMS))
        assert asked_again(ledger, (finding("gtr 0"),), prints(STEMS)) == []


def test_a_check_of_the_same_sound_adds_no_row(tmp_path: Path) -> None:
    with answered(tmp_path, heard(), STEMS) as ledger:
        ledger.remember(heard(), prints(STEMS))
        rows = len(ledger.rows())
        ledger.remember(heard(), prints(STEMS))
        assert len(ledger.rows()) == rows


def test_stem_names_of_any_bytes_are_remembered(tmp_path: Path) -> None:
    odd = "g\udce9tr\n100 % \x1b[31m 'x'"
    with answered(tmp_path, (finding(odd),), {odd: STEMS["gtr 0"]}) as ledger:
        assert asked_again(ledger, (finding(odd),), prints({odd: STEMS["gtr 0"]})) == []
        assert ledger.verify().rows == len(ledger.rows())


def test_an_answer_to_one_aspect_leaves_another_to_be_asked(tmp_path: Path) -> None:
    late, missing = (replace(finding("gtr 0"), aspect=each) for each in ("late", "missing"))
    with answered(tmp_path, (late,), STEMS) as ledger:
        assert asked_again(ledger, (late,), prints(STEMS)) == []
        assert len(asked_again(ledger, (missing,), prints(STEMS))) == 1
        assert len({each.id for each in ledger.recall((late, missing), prints(STEMS))}) == 2


def test_what_is_true_throughout_keeps_its_answer_where_another_place_is_plainest(tmp_path: Path) -> None:
    hum = replace(finding("gtr 0", 4.0), throughout=True)
    with answered(tmp_path, (hum,), STEMS) as ledger:
        assert asked_again(ledger, (replace(hum, start_s=15.0, end_s=15.8),), prints(STEMS)) == []
        assert len(asked_again(ledger, (replace(hum, start_s=15.0, end_s=15.8, value=-60.0),), prints(STEMS))) == 1
