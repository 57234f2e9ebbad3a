import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.twins import twins

RATE_HZ = 44_100


def take(seed: int, seconds: float = 6.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    level = np.repeat(10 ** (random.uniform(-40.0, -10.0, round(seconds * 10)) / 20), RATE_HZ // 10)
    return (level * random.normal(0.0, 0.3, level.size)).astype(np.float32)


A, B, C, D = (take(seed) for seed in range(4))


def heard(mix: np.ndarray | None = None, **stems: np.ndarray):
    return measure(scenes.session(RATE_HZ, mix=mix, **stems), {StemEnvelope}, jobs=1)


def told(old, new) -> list[tuple[str | None, str | None, str | None]]:
    return [
        (twin.old and twin.old.name, twin.new and twin.new.name, twin.became and twin.became.sameness)
        for twin in twins(old, new)
    ]


def test_stems_are_paired_by_their_names():
    assert told(heard(a=A, b=B), heard(a=A, b=B)) == [("a", "a", "identical"), ("b", "b", "identical")]


def test_a_stem_under_another_name_is_known_by_its_sound():
    (pair,) = twins(heard(a=A), heard(z=0.5 * A))
    assert pair.renamed
    assert pair.became is not None
    assert (pair.became.sameness, pair.became.gain_db) == ("same", -6.02)


def test_two_stems_that_swapped_their_names_are_two_renamed_ones():
    assert told(heard(a=A, b=B), heard(a=B, b=A)) == [("b", "a", "identical"), ("a", "b", "identical")]


def test_what_is_there_only_once_is_missing_or_added():
    assert told(heard(a=A, b=B), heard(a=A, c=C)) == [("a", "a", "identical"), (None, "c", None), ("b", None, None)]


def test_a_new_recording_under_the_old_name_is_that_and_not_one_missing_and_one_added():
    assert told(heard(a=A), heard(a=B)) == [("a", "a", "other")]


def test_a_name_that_went_to_other_sound_leaves_the_old_sound_to_be_found():
    assert told(heard(a=A), heard(a=B, z=A)) == [(None, "a", None), ("a", "z", "identical")]


def test_a_part_that_is_new_is_found_under_a_new_name_too():
    changed = A.copy()
    changed[3 * RATE_HZ : 4 * RATE_HZ] = B[3 * RATE_HZ : 4 * RATE_HZ]
    assert told(heard(a=A), heard(z=changed)) == [("a", "z", "changed")]


def test_the_mix_is_compared_with_the_mix_and_comes_last():
    assert told(heard(mix=A, a=B), heard(mix=0.5 * A, a=B)) == [("a", "a", "identical"), ("mix", "mix", "same")]
    assert told(heard(mix=A, a=B), heard(a=B)) == [("a", "a", "identical"), ("mix", None, None)]


def test_silent_stems_are_paired_by_name_alone():
    nothing = np.zeros_like(A)
    assert told(heard(a=nothing), heard(z=nothing)) == [(None, "z", None), ("a", None, None)]
    assert told(heard(a=nothing), heard(a=nothing)) == [("a", "a", "identical")]


@pytest.mark.parametrize("names", [("a", "b"), ("b", "a")])
def test_doubled_sound_is_given_to_one_stem_each(names):
    first, second = names
    found = told(heard(x=A, y=A), heard(**{first: A, second: A}))
    assert sorted(old for old, _, _ in found if old) == ["x", "y"]
    assert len(found) == 2
