from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from earmark.actions import InvertPolarity, LeaveIt, Nudge, Repair
from earmark.model import Finding
from earmark.rules.phase import ph07_sample_layer as ph07
from earmark.scenes import live_kit
from hearing import findings, hear
from kit_take import session, take


def ask(drum: str = "snare", *, name: str = "sample", **asked: Any) -> list[Finding]:
    close = ("kick in", "kick out") if drum == "kick" else ("snare top",)
    kit = {mic: take()[mic] for mic in (*close, "overhead L")}
    return list(hear(session({**kit, f"{drum} {name}": live_kit.layer(drum=drum, **asked)}), "PH07"))


@pytest.mark.parametrize("drum", ["snare", "kick"])
def test_fires_on_a_trigger_that_lands_differently_each_time(drum: str) -> None:
    found = ask(drum, spread_s=0.0015)
    assert {each.severity for each in found} == {"question"}
    assert all(each.evidence["kind"] == "timing" and each.stems[0] == f"{drum} sample" for each in found)
    assert all(each.value > 1.0 for each in found)


def test_fires_on_a_layer_that_moves_away_over_the_song() -> None:
    (found,) = ask(drift_s=0.004)
    assert found.severity == "question"
    assert found.evidence["drift_ms"] == pytest.approx(3.5, abs=0.5)
    assert "moves away" in found.message


@pytest.mark.parametrize("drum", ["snare", "kick"])
def test_fires_on_a_layer_upside_down(drum: str) -> None:
    found = ask(drum, upside_down=True)
    assert found
    assert all(each.evidence["kind"] == "polarity" and each.unit == "dB" for each in found)


def test_a_constant_distance_is_a_note_that_says_how_far() -> None:
    (found,) = ask(offset_s=0.002)
    assert found.severity == "note"
    assert found.evidence["late_ms"] == pytest.approx(1.75, abs=0.2)


def test_fires_without_a_name_that_says_sample() -> None:
    assert [each.stems[0] for each in ask(name="two", spread_s=0.0015)] == ["snare two"]


def test_quiet_on_a_layer_that_keeps_its_place() -> None:
    assert not ask()
    assert not ask("kick")


def test_quiet_on_a_kit_without_a_layer_and_on_silence() -> None:
    assert not hear(session(take()), "PH07")
    assert not findings("PH07", snare_top=np.zeros(48_000), snare_sample=np.zeros(48_000))


def test_the_threshold_lies_between_half_a_millisecond_and_three() -> None:
    assert not ask(spread_s=0.0002)
    assert ask(spread_s=0.0015)


def test_each_kind_has_its_own_option_and_to_leave_it() -> None:
    kinds = []
    for asked in ({"spread_s": 0.0015}, {"upside_down": True}, {"offset_s": 0.002}):
        (found,) = ask(**asked)
        move, leave = ph07.suggest(found)
        kinds.append(type(move.action))
        assert isinstance(leave.action, LeaveIt)
    assert kinds == [Repair, InvertPolarity, Nudge]
