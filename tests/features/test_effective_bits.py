"""EffectiveBits finds the lowest bit that is ever set, in whole codes and in floating point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio
from earmark.features.effective_bits import EffectiveBits
from earmark.features.engine import measure
from earmark.features.stem_pass import measure_stem
from earmark.scenes.stage import stem
from earmark.session import find
from measuring import fed, measured

NOISE = 0.2 * np.random.default_rng(1).standard_normal(20_000)


def rounded(sound: np.ndarray, bits: int) -> np.ndarray:
    return np.round(sound * 2 ** (bits - 1)) / 2 ** (bits - 1)


@pytest.mark.parametrize("bits", [1, 8, 12, 16, 20, 24])
def test_a_sound_rounded_to_so_many_bits_has_so_many(bits: int) -> None:
    sound = rounded(NOISE, bits) if bits > 1 else np.where(NOISE > 0.5, -1.0, 0.0) - (NOISE < 2.0)
    assert measured(EffectiveBits, sound, 8_000).effective_bits == bits


def test_floating_point_that_was_processed_has_no_number() -> None:
    assert measured(EffectiveBits, NOISE, 8_000).effective_bits is None
    assert measured(EffectiveBits, rounded(NOISE, 16) * 0.9, 8_000).effective_bits is None
    assert measured(EffectiveBits, 1e4 * rounded(NOISE, 16), 8_000).effective_bits is None


def test_silence_has_no_number_and_nothing_sounds_in_it() -> None:
    silent = measured(EffectiveBits, np.zeros(5_000), 8_000)
    assert (silent.effective_bits, silent.sounding_samples) == (None, 0)


def test_one_sample_with_its_lowest_bit_set_is_enough() -> None:
    sound = rounded(NOISE, 16)
    sound[15_000] += 2.0**-23
    assert measured(EffectiveBits, sound, 8_000).effective_bits == 24


def test_either_side_may_hold_it() -> None:
    assert measured(EffectiveBits, np.stack([rounded(NOISE, 12), rounded(NOISE, 16)]), 8_000).effective_bits == 16


def test_it_rests_once_the_file_has_no_lower_bit() -> None:
    voice = stem("x", rounded(NOISE, 16), 8_000)
    assert voice.facts is not None
    voice = replace(voice, facts=replace(voice.facts, bits=16, encoding="PCM_16"))
    feature = measure_stem(voice, [EffectiveBits])[EffectiveBits]
    assert isinstance(feature, EffectiveBits)
    assert feature.effective_bits == 16
    assert feature.sounding_samples < 10_000  # one block of a second


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 3_000), max_size=5), st.sampled_from([8, 16, 24]))
def test_how_the_blocks_are_cut_changes_nothing(lengths: list[int], bits: int) -> None:
    assert fed(EffectiveBits, rounded(NOISE, bits), lengths, 8_000).effective_bits == bits


@pytest.mark.real_audio
def test_the_24_bit_file_of_a_16_bit_sound(data: Path) -> None:
    session = audio.probe(find([data / "formats" / "cat_purrrr24bit.wav"])[0])
    (bits,) = measure(session, {EffectiveBits}, jobs=1).of_kind(EffectiveBits)
    assert (bits.stem.known.bits, bits.effective_bits) == (24, 16)
