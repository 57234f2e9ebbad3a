"""Every delivery profile that ships: typed, sourced, dated, and never more than what somebody published."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest

from earmark.errors import UsageError
from earmark.model import STAGES
from earmark.rules.catalogue import rules
from earmark.rules.profile import FOLDER, HEARD, UNITS, Limit, Profile, load, named, names
from hearing import FORBIDDEN

EVERY_PROFILE = pytest.mark.parametrize("profile", [load(name) for name in names()], ids=lambda profile: profile.name)


def test_the_destinations_people_name_are_there():
    asked = {
        "ebu-r128",
        "ebu-r128-s1",
        "netflix",
        "spotify",
        "apple-digital-masters",
        "atmos-music",
        "youtube",
        "tidal",
    }
    asked |= {"amazon", "deezer", "aes-td1008", "cd", "mix-stems", "mastering-mix", "mastering-stems", "atsc-a85"}
    assert asked <= set(names())


@EVERY_PROFILE
def test_every_number_has_a_source_that_can_be_looked_up_and_the_day_it_was_read(profile: Profile):
    sources = [each.source for each in (*profile.limits, *profile.wishes)]
    assert sources
    for source in sources:
        assert source.body
        assert source.page
        assert "." in source.at
        assert not source.at.startswith("http")
        assert type(source.read) is date
        assert type(source.first_hand) is bool


@EVERY_PROFILE
def test_every_limit_asks_for_something_that_can_be_met(profile: Profile):
    for limit in profile.limits:
        assert limit.what in UNITS
        assert limit.stages
        assert limit.stages <= set(STAGES)
        assert limit.of in ("programme", "stem", "file")
        assert limit.by in ("spec", "qc")
        assert type(limit.hard) is bool
        given = [limit.target, limit.low, limit.high]
        assert limit.what == "one-rate" or limit.one_of or any(value is not None for value in given)
        assert not (limit.low and limit.high) or limit.low < limit.high
        assert limit.text


@EVERY_PROFILE
def test_no_source_is_written_down_and_left_unused(profile: Profile):
    written = tomllib.loads((FOLDER / f"{profile.name}.toml").read_text(encoding="utf-8"))
    used = {row["source"] for row in (*written.get("limits", []), *written.get("wishes", []))}
    assert set(written["sources"]) == used


@EVERY_PROFILE
def test_limits_that_belong_together_are_at_least_two(profile: Profile):
    groups = [limit.either or limit.conflict for limit in profile.limits if limit.either or limit.conflict]
    assert all(groups.count(group) > 1 for group in groups)


@EVERY_PROFILE
def test_a_wish_names_only_rules_whose_codes_are_well_formed(profile: Profile):
    families = {loaded.code[:2] for loaded in rules()} | {"MX", "PF", "MI"}
    assert all(code[:2] in families and code[2:].isdigit() for wish in profile.wishes for code in wish.rules)


@EVERY_PROFILE
def test_no_profile_judges_anybodys_music(profile: Profile):
    text = (FOLDER / f"{profile.name}.toml").read_text(encoding="utf-8")
    told = [line for line in text.splitlines() if not line.startswith(("page =", "at ="))]  # titles are quoted
    assert not [found[0] for line in told for found in FORBIDDEN.finditer(line)]


def test_loudness_and_peaks_are_never_asked_about_when_stems_come_in():
    levels = [quantity for quantity, unit in UNITS.items() if unit.startswith(("LU", "dB"))]
    assert [
        name for name in names() for limit in load(name).limits if limit.what in levels and "intake" in limit.stages
    ] == []


def test_streaming_services_that_publish_no_rule_have_none():
    services = ("spotify", "apple-music", "youtube", "youtube-music", "tidal", "amazon", "deezer", "soundcloud")
    assert not any(limit.hard for name in services for limit in load(name).limits)


def test_what_the_specification_says_and_what_inspectors_flag_are_two_numbers():
    peaks = {limit.by: limit.high for limit in load("netflix").limits if limit.what == "true-peak-dbtp"}
    assert peaks == {"spec": -2.0, "qc": -1.0}


def test_two_versions_of_one_recommendation_are_not_merged():
    texts = [limit.text for limit in load("ebu-r128").limits if limit.what == "integrated-lufs"]
    assert texts == ["-23.0 ±0.5 LUFS", "-23.0 ±1.0 LUFS"]


def test_a_profile_that_nobody_wrote_is_met_with_the_nearest():
    with pytest.raises(UsageError, match="no delivery profile 'spotfy'; did you mean spotify"):
        named("spotfy")
    with pytest.raises(UsageError, match="no delivery profile 'qqqq'; earmark profiles lists them"):
        named("qqqq")
    with pytest.raises(UsageError):
        named("../profiles/cd")


def test_a_profile_at_a_stage_asks_only_what_is_asked_there():
    profile = load("mix-stems")
    assert {limit.what for limit in profile.at("intake").limits} == {"bits", "one-rate"}
    assert "sample-peak-dbfs" in {limit.what for limit in profile.at("print").limits}
    assert profile.at("deliver").remarks == ("the delivery profile mix-stems asks for nothing at stage deliver",)


def test_what_nobody_measures_is_said():
    (said,) = load("netflix").at("deliver").remarks
    assert "does not measure dialogue-lufs -27.0 ±2.0 LUFS" in said
    assert "dialogue-lufs" not in HEARD


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"what": "integrated-lufs", "target": -23.0, "low": -23.5, "high": -22.5}, "-23.0 ±0.5 LUFS"),
        ({"what": "integrated-lufs", "low": -31.0, "high": -18.0}, "-31.0 to -18.0 LUFS"),
        ({"what": "integrated-lufs", "target": -14.0}, "-14.0 LUFS"),
        ({"what": "true-peak-dbtp", "high": -1.0}, "at most -1.0 dBTP"),
        ({"what": "bits", "low": 24}, "at least 24 bits"),
        ({"what": "rate-hz", "one_of": (48_000.0, 96_000.0)}, "48000 or 96000 Hz"),
        ({"what": "one-rate"}, "the same for all"),
    ],
)
def test_a_number_reads_as_a_person_writes_it(given, text):
    source = load("cd").limits[0].source
    assert Limit(source=source, hard=True, of="file", stages=frozenset({"print"}), **given).text == text
