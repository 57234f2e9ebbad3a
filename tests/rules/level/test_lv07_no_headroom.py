"""LV07 speaks only under a profile, only of what goes out, only above all numbers there are."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding, Session, Stage
from earmark.rules.level.lv07_no_headroom import RULE, suggest
from earmark.rules.profile import load
from hearing import hear

TIME_S = np.arange(24_000) / 48_000


def part(peak_dbfs: float) -> np.ndarray:
    return 10 ** (peak_dbfs / 20) * np.exp(-4.0 * TIME_S) * np.cos(2 * np.pi * 110.0 * TIME_S)


def heard(session: Session, profile: str = "mastering-mix", stage: Stage = "print") -> tuple[Finding, ...]:
    return hear(session, "LV07", profile=load(profile).at(stage))


def test_fires_as_a_note_with_every_wish_in_it() -> None:
    (found,) = heard(scenes.session(full_mix=part(-0.2)))
    assert (found.severity, found.threshold) == ("note", -3.0)
    assert found.value == pytest.approx(-0.2, abs=0.05)
    assert all(asked in found.message for asked in ("at most -6.0 dBFS", "at most -5.0 dBFS", "at most -3.0 dBTP"))


def test_fires_on_the_mix_and_not_on_stems_beside_it() -> None:
    assert [found.stems for found in heard(scenes.session(vox=part(-0.1), bass=part(-0.1), mix=part(-1.0)))] == [
        ("mix",)
    ]


def test_fires_on_stems_that_go_out_to_a_mix() -> None:
    found = heard(scenes.session(vox=part(-0.5), bass=part(-8.0)), "mix-stems")
    assert [(each.stems, each.threshold) for each in found] == [(("vox",), -3.0)]


def test_fires_on_a_float_file_above_full_scale_and_says_that_nothing_is_lost() -> None:
    (found,) = heard(scenes.session(full_mix=part(2.0)))
    assert "in floating point nothing is lost" in found.doubt


def test_quiet_where_one_of_the_wishes_is_met() -> None:
    assert heard(scenes.session(full_mix=part(-3.2))) == ()
    assert heard(scenes.session(full_mix=part(-2.8))) != ()


def test_quiet_when_stems_come_in() -> None:
    assert heard(scenes.session(vox=part(0.0), bass=part(0.0)), "mix-stems", "intake") == ()
    assert not {"intake", "mix"} & RULE.stages


def test_quiet_on_silence_and_under_a_profile_that_knows_no_headroom() -> None:
    assert heard(scenes.session(full_mix=np.zeros(4_800))) == ()
    assert heard(scenes.session(full_mix=part(0.0)), "ebu-r128", "deliver") == ()


def test_the_gain_it_offers_meets_the_most_modest_wish() -> None:
    (found,) = heard(scenes.session(full_mix=part(-0.2)))
    (option,) = suggest(found)
    assert option.action.gain_db == pytest.approx(-2.8, abs=0.11)  # type: ignore[union-attr]
