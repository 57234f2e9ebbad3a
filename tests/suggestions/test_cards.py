"""Findings become cards: one per cause, in listening order, leaving it always last."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import AskTheBand, GainCurve, LeaveIt, Repair, StaticGain
from earmark.model import Finding, Option, Session
from earmark.suggestions import gather
from earmark.suggestions.options import once, options_of, shape

SECOND = np.zeros(8_000, np.float32)


class Worded:
    """A rule that words its own way of leaving it."""

    rule = SimpleNamespace(code="ZZ01")

    def suggest(self, finding: Finding) -> Iterator[Option]:
        yield Option(Repair(finding.stems[0], "a repair"), "repair it", "less of it", "time")
        yield Option(LeaveIt(), "leave it", "stays", "12 dB of compression would bring it up")


@pytest.fixture(autouse=True)
def _only_one_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the rules themselves offer is their own tests' matter."""
    monkeypatch.setattr("earmark.suggestions.options.rules", lambda: (Worded(),))


def session(**more: np.ndarray) -> Session:
    stems = {"kick_in": SECOND, "snare": SECOND, "bass": SECOND, "lead_vocal": SECOND}
    return scenes.session(8_000, **{name: np.tile(sound, 100) for name, sound in {**stems, **more}.items()})


def finding(code: str, *stems: str, **changes: object) -> Finding:
    base = Finding(
        code=code,
        name="some-thing",
        severity="note",
        stems=stems,
        value=-77.0,
        unit="dBFS",
        message="something was measured",
        doubt="it may be meant",
        confidence=0.8,
        start_s=10.0,
        end_s=11.0,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def test_one_card_per_cause_and_stem_with_the_worst_place_first() -> None:
    cards = gather(
        [finding("NO03", "bass", start_s=float(i), confidence=0.5 + i / 100) for i in range(41)]
        + [finding("NO03", "lead vocal")],
        session(),
    )
    assert [card.title for card in cards] == ["bass some thing ×41", "lead vocal some thing"]
    assert cards[0].findings[0].start_s == 40.0
    assert len(cards[0].findings) == 41


def test_the_kit_gets_one_card_and_the_pack_gets_one() -> None:
    cards = gather(
        [
            finding("PH02", "kick in", "snare"),
            finding("PH02", "snare"),
            finding("PH02", "bass"),
            finding("PK06", "bass"),
            finding("PK06", "lead vocal"),
        ],
        session(),
    )
    assert [(card.findings[0].code, set(card.stems)) for card in cards] == [
        ("PK06", {"bass", "lead vocal"}),
        ("PH02", {"kick in", "snare"}),
        ("PH02", {"bass"}),
    ]


def test_cards_are_in_listening_order_and_numbered_by_it() -> None:
    codes = ["MA02", "PF01", "NO03", "NO01", "PH01", "PK01", "LV01"]
    cards = gather([finding(code, "bass", severity="question") for code in codes], session())
    order = [card.worst.code for card in cards]
    assert set(order[:2]) == {"PK01", "LV01"}
    assert set(order[2:4]) == {"NO01", "PH01"}
    assert order[4:] == ["NO03", "PF01", "MA02"]
    assert [card.id for card in cards] == [f"c{count}" for count in range(1, 8)]
    assert all(each.card == card.id for card in cards for each in card.findings)


def test_questions_come_before_notes() -> None:
    cards = gather([finding("PK06", "bass"), finding("PH01", "bass", severity="question")], session())
    assert [card.worst.code for card in cards] == ["PH01", "PK06"]


def test_within_a_step_the_exposed_and_sure_come_first_then_the_early() -> None:
    cards = gather(
        [
            finding("PH01", "snare", "bass", start_s=None, end_s=None, confidence=0.5),
            finding("PH01", "lead vocal", start_s=50.0, end_s=60.0, confidence=0.9),
            finding("PH01", "bass", start_s=20.0, end_s=30.0, confidence=0.9),
        ],
        session(),
    )
    assert [card.stems for card in cards] == [("snare", "bass"), ("bass",), ("lead vocal",)]


def test_repairs_go_by_stem_in_song_order() -> None:
    cards = gather(
        [
            finding("NO03", "lead vocal", start_s=1.0, end_s=90.0, confidence=1.0),
            finding("NO04", "bass", start_s=9.0, end_s=9.1, confidence=0.3),
            finding("NO03", "bass", start_s=2.0, end_s=2.1, confidence=0.3),
        ],
        session(),
    )
    assert [(card.stems[0], card.findings[0].code) for card in cards] == [
        ("bass", "NO03"),
        ("bass", "NO04"),
        ("lead vocal", "NO03"),
    ]


def test_neither_order_nor_repetition_of_findings_changes_the_cards() -> None:
    findings = [finding(code, stem) for code in ("PH01", "NO01", "PF01") for stem in ("bass", "snare", "lead vocal")]
    shuffled = random.Random(4).sample(findings, len(findings))
    assert gather(findings, session()) == gather(shuffled, session())


def test_a_suggestion_keeps_its_id_from_run_to_run() -> None:
    first = gather([finding("NO01", "bass")], session())
    later = gather([finding("PH01", "snare", severity="question"), finding("NO01", "bass", value=-60.0)], session())
    assert first[0].suggestion.id == next(card for card in later if card.worst.code == "NO01").suggestion.id
    assert len({card.suggestion.id for card in later}) == 2


def test_every_card_ends_with_leaving_it() -> None:
    for card in gather([finding("ZZ99", "bass"), finding("PH01", "gone")], session()):
        assert isinstance(card.suggestion.options[-1].action, LeaveIt)
        assert sum(isinstance(option.action, LeaveIt) for option in card.suggestion.options) == 1
        assert "-77 dBFS" in card.suggestion.options[-1].cost_text


def test_nothing_found_is_no_card() -> None:
    assert gather([], session()) == ()


# --- options -------------------------------------------------------------------


def ride_option(*wishes: tuple[float, float, float], lane: str = "trim") -> Option:
    return Option(GainCurve("vox", lane, wishes), "ride the trim of vox", "steadier", "points")  # type: ignore[arg-type]


def test_the_same_action_on_the_same_stem_is_offered_once() -> None:
    first = Option(Repair("bass", "cut the click at 1 s"), "a", "b", "c")
    other = Option(Repair("bass", "cut the click at 2 s"), "d", "e", "f")
    ask = Option(AskTheBand("bass", "again?"), "g", "h", "i")
    assert once([first, ask, other]) == [first, ask]


def test_wishes_of_several_findings_make_one_curve() -> None:
    (merged,) = once([ride_option((1.0, 2.0, 1.0), (5.0, 6.0, 0.0)), ride_option((5.0, 6.0, 0.0), (8.0, 9.0, -1.0))])
    assert isinstance(merged.action, GainCurve)
    assert merged.action.wishes == ((1.0, 2.0, 1.0), (5.0, 6.0, 0.0), (8.0, 9.0, -1.0))


def test_a_ride_says_its_size_and_carries_its_curve() -> None:
    (shaped,) = shape(ride_option((1.0, 2.0, 1.5), (5.0, 6.0, 0.0), (8.0, 9.0, -1.0), (11.0, 12.0, 0.0)))
    assert shaped.curve
    assert "2 phrases, -1.0 to +1.5 dB" in shaped.text


def test_what_is_no_ride_is_said_as_a_number() -> None:
    (shaped,) = shape(ride_option((1.0, 2.0, 1.0), (5.0, 6.0, 1.0), lane="fader"))
    assert shaped.curve is None
    assert shaped.action == StaticGain("vox", 1.0)
    assert "fader" in shaped.text
    assert "+1.0 dB" in shaped.text


def test_what_lies_beyond_three_decibels_is_named() -> None:
    (shaped,) = shape(ride_option((1.0, 2.0, 5.0), (5.0, 6.0, 0.0), (8.0, 9.0, 0.0)))
    assert "not a ride" in shaped.text
    assert "+5.0" in shaped.text


def test_a_curve_that_wants_nothing_is_not_offered() -> None:
    assert list(shape(ride_option((1.0, 2.0, 0.2), (5.0, 6.0, 0.0)))) == []


def test_a_rule_may_word_its_own_way_of_leaving_it() -> None:
    options = options_of([finding("ZZ01", "bass")])
    assert isinstance(options[-1].action, LeaveIt)
    assert "compression" in options[-1].cost_text


@pytest.mark.parametrize("word", ["wrong", "fix", "better", "should", "professional", "score"])
def test_the_words_earmark_does_not_use_are_not_in_what_the_room_adds(word: str) -> None:
    texts = [ride_option((1.0, 2.0, 5.0), (5.0, 6.0, 0.0), (8.0, 9.0, 0.0)), ride_option((1.0, 2.0, 1.0))]
    said = " ".join(f"{o.text} {o.gain_text} {o.cost_text}" for option in texts for o in shape(option))
    said += options_of([finding("ZZ99", "bass")])[-1].cost_text
    assert word not in said.split()
