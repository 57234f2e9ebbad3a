"""What findings are called, and how people call them back."""

from __future__ import annotations

import hashlib
import json
import random

import pytest

from earmark.errors import UnknownId
from earmark.ledger.identity import first_sight, named, overlap, resolve, short_ids
from ledger.played import finding


def digits(key: list[object]) -> str:
    return hashlib.sha256(json.dumps(key, separators=(",", ":")).encode()).hexdigest()[:8]


def test_an_id_is_eight_digits_over_rule_stems_and_start() -> None:
    assert first_sight(finding("gtr", 23.544)) == digits(["NO01", ["gtr"], 2354])
    assert first_sight(finding("gtr", None)) == digits(["NO01", ["gtr"], None])


def test_starts_within_ten_milliseconds_give_one_id() -> None:
    assert first_sight(finding("gtr", 4.001)) == first_sight(finding("gtr", 3.999))
    assert first_sight(finding("gtr", 4.0)) != first_sight(finding("gtr", 4.01))


def test_value_and_words_are_no_part_of_an_id() -> None:
    assert first_sight(finding(value=-70.0)) == first_sight(finding(value=-50.0, unit="dB"))


def test_a_taken_id_is_counted_on() -> None:
    first = digits(["NO01", ["gtr"], 400])
    second = digits(["NO01", ["gtr"], 400, 2])
    assert first_sight(finding(), {first}) == second
    assert first_sight(finding(), {first, second}) == digits(["NO01", ["gtr"], 400, 3])


def test_findings_of_one_run_never_share_an_id() -> None:
    same = named([finding()] * 5)
    assert len({each.id for each in same}) == 5
    assert [each.id for each in named([finding()] * 5)] == [each.id for each in same]


def test_people_see_at_least_four_digits_and_no_more_than_needed() -> None:
    assert short_ids(["7f3a91c2"]) == {"7f3a91c2": "7f3a"}
    assert short_ids(["7f3a91c2", "7f3a00aa", "81000000"]) == {
        "7f3a91c2": "7f3a9",
        "7f3a00aa": "7f3a0",
        "81000000": "8100",
    }
    assert short_ids([]) == {}


def test_every_short_id_finds_its_own_finding() -> None:
    dice = random.Random(5)
    ids = {f"{dice.getrandbits(32):08x}" for _ in range(1_000)}
    assert [resolve(short, dict.fromkeys(ids, "")) for short in short_ids(ids).values()] == sorted(ids)


KNOWN = {"7f3a91c2": "hum on gtr", "7f3a00aa": "clipped on kick", "81000000": "hum on bass"}


@pytest.mark.parametrize("typed", ["7f3a9", "7F3A91C2", " 7f3a91 ", "·7f3a9"])
def test_any_unique_beginning_is_enough(typed: str) -> None:
    assert resolve(typed, KNOWN) == "7f3a91c2"


def test_a_beginning_of_several_names_them() -> None:
    with pytest.raises(UnknownId, match=r"begins 7f3a00aa \(clipped on kick\), 7f3a91c2 \(hum on gtr\); type more"):
        resolve("7f3a", KNOWN)


@pytest.mark.parametrize("typed", ["", "zzzz", "9", "7f3a91c2ff"])
def test_what_nothing_begins_with_is_unknown(typed: str) -> None:
    with pytest.raises(UnknownId, match=f"no finding has the id '{typed}'"):
        resolve(typed, KNOWN)


@pytest.mark.parametrize(
    ("then", "now", "shared"),
    [
        ((1.0, 2.0), (1.0, 2.0), 1.0),
        ((1.0, 2.0), (1.5, 2.5), 0.5),
        ((1.0, 2.0), (1.0, 5.0), 0.25),
        ((1.0, 2.0), (2.0, 3.0), 0.0),
        ((1.0, 0.0), (1.05, 0.0), 0.5),  # points are a tenth of a second wide
    ],
)
def test_overlap_is_a_share_of_the_longer_span(
    then: tuple[float, float], now: tuple[float, float], shared: float
) -> None:
    first, second = (finding(start_s=start, length_s=max(0.0, end - start)) for start, end in (then, now))
    assert overlap(first, second) == pytest.approx(shared)
    assert overlap(second, first) == pytest.approx(shared)
    assert overlap(first, finding(start_s=now[0] + 3.0, length_s=max(0.0, now[1] - now[0])), 3.0) == pytest.approx(
        shared
    )


def test_a_place_and_a_whole_file_never_overlap() -> None:
    assert overlap(finding(start_s=None), finding()) == overlap(finding(), finding(start_s=None)) == 0.0
    assert overlap(finding(start_s=None), finding(start_s=None), 3.0) == 1.0
