from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Section, Session
from earmark.rules import choice
from earmark.rules.catalogue import LoadedRule
from earmark.rules.choice import NEEDS, choose, guessed_stage
from earmark.rules.rule import Rule

SOUND = np.zeros(480, np.float32)


def loaded(**standing) -> LoadedRule:
    known = {
        "code": "ZZ01",
        "name": "tiny",
        "since": "0.1",
        "ceiling": "question",
        "stages": frozenset({"intake"}),
        "worse_by": None,
    }
    return LoadedRule(Rule(**{**known, **standing}), ModuleType("earmark.rules.tiny.zz01_tiny"), object)


@pytest.fixture
def why(monkeypatch):
    """The reason why the only rule there is keeps silent, or None when it listens."""

    def ask(rule: LoadedRule, session: Session, **asked) -> str | None:
        monkeypatch.setattr(choice, "rules", lambda: (rule,))
        monkeypatch.setattr("earmark.rules.catalogue.rules", lambda: (rule,))
        chosen = choose(session, asked.pop("stage", "intake"), **asked)
        assert len(chosen.listening) + len(chosen.silent) == 1
        return chosen.silent[0].because if chosen.silent else None

    return ask


@pytest.fixture
def bare():
    return scenes.session(bass=SOUND)


def test_a_rule_without_needs_listens_at_its_stage(why, bare):
    assert why(loaded(), bare) is None


def test_a_rule_of_another_stage_says_where_it_speaks_in_the_order_of_the_way(why, bare):
    rule = loaded(stages=frozenset({"deliver", "print"}))
    assert why(rule, bare) == "speaks at stage print or deliver"


def test_a_rule_that_is_off_unless_selected_is_off_unless_selected(why, bare):
    rule = loaded(selected=False)
    assert why(rule, bare) == "listens only when selected"
    assert why(rule, bare, select=["tiny"]) is None


def test_a_rule_that_takes_long_listens_under_deep_alone(why, bare):
    rule = loaded(deep=True)
    assert "--deep" in (why(rule, bare, select=["tiny"]) or "")
    assert why(rule, bare, deep=True) is None


def test_selecting_a_rule_does_not_bring_it_to_another_stage(why, bare):
    assert why(loaded(), bare, stage="deliver", select=["ZZ01"]) == "speaks at stage intake"


def test_ignoring_outweighs_selecting(why, bare):
    assert why(loaded(), bare, select=["ZZ01"], ignore=["zz"]) == "ignored as asked"


@pytest.mark.parametrize(
    ("need", "met"),
    [
        ("mix", lambda session: replace(session, mix=session.stems[0])),
        ("balance", lambda session: replace(session, mix=session.stems[0])),
        ("balance", lambda session: replace(session, balance="post-fader")),
        ("sections", lambda session: replace(session, sections=(Section("Chorus", 0.0, 1.0),))),
        ("confirmed-role", lambda session: replace(session, stems=(replace(session.stems[0], role_confirmed=True),))),
    ],
)
def test_a_rule_in_need_keeps_silent_until_what_it_needs_is_there(why, bare, need, met):
    rule = loaded(needs=frozenset({need}))
    assert why(rule, bare) == NEEDS[need][1]
    assert why(rule, met(bare)) is None


@pytest.mark.parametrize("need", ["profile", "bleed-free"])
def test_a_rule_keeps_silent_without_a_profile_and_where_nobody_can_tell_of_bleed(why, bare, need):
    assert why(loaded(needs=frozenset({need})), bare) == NEEDS[need][1]


def test_a_daw_session_is_being_mixed(bare):
    assert guessed_stage(replace(bare, kind="a daw")) == ("mix", "a DAW session")


def test_two_stems_have_come_in_whatever_they_are_called():
    assert guessed_stage(scenes.session(master=SOUND, mix_print=SOUND))[0] == "intake"
