"""Roles go into earmark.toml, and nothing else in it moves."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.errors import SettingsError
from earmark.session.roles_file import with_roles

BEFORE = """# our song
stage = "mix"   # as agreed

[roles]  # asked on Monday
kick = "kick"  # sure
'old one' = "bass"

[rules.NO01]
threshold_dbfs = -70.0
"""


def test_everything_else_stays_to_the_letter() -> None:
    after = with_roles(BEFORE, {"kick": "snare", "new": "lead-vocal"})
    assert after == BEFORE.replace('kick = "kick"  # sure', '"kick" = "snare"  # sure').replace(
        '"bass"\n', '"bass"\n"new" = "lead-vocal"\n'
    )


def test_an_empty_file_becomes_one_table() -> None:
    assert with_roles("", {"Vox 1": "lead-vocal"}) == '[roles]\n"Vox 1" = "lead-vocal"\n'


def test_windows_line_ends_stay() -> None:
    after = with_roles('stage = "mix"\r\n', {"a": "bass"})
    assert after.count("\r\n") == after.count("\n") == 4


names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.dictionaries(names, st.sampled_from(["bass", "kick"])), st.dictionaries(names, st.just("piano"), min_size=1))
def test_whatever_the_names_they_are_read_back_as_meant(old: dict[str, str], new: dict[str, str]) -> None:
    text = with_roles(with_roles(BEFORE, old), new) if old else with_roles(BEFORE, new)
    found = tomllib.loads(text)
    assert found["roles"] == {"kick": "kick", "old one": "bass"} | old | new
    assert found["rules"] == {"NO01": {"threshold_dbfs": -70.0}}


@pytest.mark.parametrize("text", ['roles = { kick = "kick" }\n', 'roles.kick = "kick"\n'])
def test_a_table_that_cannot_be_edited_is_left_and_the_lines_are_told(text: str) -> None:
    with pytest.raises(SettingsError, match=r'write there: "vox" = "lead-vocal"'):
        with_roles(text, {"vox": "lead-vocal"})
