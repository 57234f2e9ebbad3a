"""FI07 finds sound that fits into fewer bits than its file has, and takes floating point for 24."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio, scenes
from earmark.model import Finding, Session
from earmark.rules.file.fi07_padded_depth import example
from earmark.session import find
from hearing import hear

RATE_HZ = 8_000
NOISE = 0.2 * np.random.default_rng(3).standard_normal(2 * RATE_HZ)


def rounded(bits: int, sound: np.ndarray = NOISE) -> np.ndarray:
    return np.round(sound * 2 ** (bits - 1)) / 2 ** (bits - 1)


def session(sound: np.ndarray, *, bits: int = 24, encoding: str = "PCM_24", **facts: object) -> Session:
    found = scenes.session(RATE_HZ, pad=sound)
    (stem,) = found.stems
    changed = replace(stem.known, bits=bits, encoding=encoding, **facts)  # type: ignore[arg-type]
    return replace(found, stems=(replace(stem, facts=changed),))


def heard(sound: np.ndarray, **how: object) -> tuple[Finding, ...]:
    return hear(session(sound, **how), "FI07")  # type: ignore[arg-type]


def test_fires_on_16_bits_in_24() -> None:
    (found,) = heard(rounded(16))
    assert (found.severity, found.value, found.unit, found.threshold) == ("note", 16.0, "bits", 20.0)
    assert "fits into 16 bits, in a file of 24" in found.message


def test_fires_on_16_bits_in_floating_point_and_says_so() -> None:
    (found,) = hear(example()[0], "FI07")
    assert "in a file of 32 (floating point)" in found.message


def test_fires_on_12_bits_in_16() -> None:
    (found,) = heard(rounded(12), bits=16, encoding="PCM_16")
    assert found.value == 12.0


def test_fires_at_four_unused_bits_and_not_at_three() -> None:
    assert len(heard(rounded(20))) == 1
    assert heard(rounded(21)) == ()


def test_quiet_on_24_bits_in_floating_point() -> None:
    assert heard(rounded(24), bits=32, encoding="FLOAT") == hear(example()[1], "FI07") == ()


def test_quiet_on_sound_that_uses_its_bits() -> None:
    assert heard(rounded(24)) == heard(rounded(16), bits=16, encoding="PCM_16") == ()


def test_quiet_on_16_bit_sound_that_was_turned_down() -> None:
    assert heard(rounded(24, 0.37 * rounded(16))) == ()


def test_quiet_below_a_second_of_sound() -> None:
    sound = np.where(np.arange(NOISE.size) < 0.9 * RATE_HZ, rounded(16), 0.0)
    assert heard(sound) == heard(np.zeros(2 * RATE_HZ)) == ()
    assert len(heard(np.where(np.arange(NOISE.size) < 1.1 * RATE_HZ, rounded(16), 0.0))) == 1


def test_quiet_on_the_tracks_of_a_daw_and_on_lossy_files() -> None:
    assert heard(rounded(16), container="CLIPS") == ()
    assert hear(session(rounded(12), bits=16, lossy=True), "FI07") == ()


@settings(max_examples=15, deadline=None)
@given(st.integers(6, 20), st.booleans())
def test_polarity_and_channels_change_nothing(bits: int, upside_down: bool) -> None:
    sound = rounded(bits) * (-1 if upside_down else 1)
    (mono,), (stereo,) = heard(sound), heard(np.stack([sound, sound]))
    assert mono.value == stereo.value <= bits


@pytest.mark.real_audio
def test_one_real_file_is_padded_and_no_stem_of_seven_songs(data: Path) -> None:
    (found,) = hear(audio.probe(find([data / "formats"])[0]), "FI07")
    assert (found.stems, found.value) == (("cat_purrrr24bit",), 16.0)
    for song in sorted((data / "stems").iterdir()):
        assert hear(audio.probe(find([song / "raw"])[0]), "FI07") == ()
