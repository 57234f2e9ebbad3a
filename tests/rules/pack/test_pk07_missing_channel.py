"""PK07 finds the side that is not there, where the stem sounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.pack.pk07_missing_channel import example, suggest
from earmark.session import find
from hearing import hear

RATE_HZ = 8_000
NOISE = 0.1 * np.random.default_rng(7).standard_normal((2, 4 * RATE_HZ))


def heard(sound: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, pad=sound), "PK07")


def sides(left_db: float, right_db: float) -> np.ndarray:
    return NOISE * 10.0 ** (np.array([[left_db], [right_db]]) / 20.0)


def test_fires_on_a_side_of_zeros() -> None:
    (found,) = hear(example()[0], "PK07")
    assert (found.severity, found.stems, found.value) == ("question", ("pad",), -150.0)
    assert "the right side of pad is exactly zero" in found.message


def test_fires_on_the_left_as_well_as_on_the_right() -> None:
    (found,) = heard(sides(-200.0, 0.0))
    assert "the left side" in found.message


def test_fires_at_60_db_down_and_not_just_above() -> None:
    (found,) = heard(sides(0.0, -61.0))
    assert found.value == pytest.approx(-61.0, abs=0.3)
    assert heard(sides(0.0, -59.0)) == ()


def test_fires_on_a_channel_of_several() -> None:
    (found,) = heard(np.stack([NOISE[0], NOISE[1], np.zeros(NOISE.shape[1]), NOISE[0]]))
    assert "channel 3 of 4" in found.message
    assert len(list(suggest(found))) == 2


def test_fires_on_a_stem_that_mostly_pauses() -> None:
    played = np.arange(NOISE.shape[1]) < 1.5 * RATE_HZ
    assert len(heard(sides(0.0, -300.0) * played)) == 1


def test_quiet_on_both_sides_on_mono_and_on_a_hard_pan_in_another_file() -> None:
    assert heard(NOISE) == heard(NOISE[0]) == heard(sides(0.0, -40.0)) == hear(example()[1], "PK07") == ()


def test_quiet_where_the_side_sounds_now_and_then() -> None:
    some = NOISE * np.stack([np.ones(NOISE.shape[1]), np.arange(NOISE.shape[1]) < 0.4 * RATE_HZ])
    assert heard(some) == ()


def test_quiet_on_silence_constants_and_less_than_a_second() -> None:
    assert heard(np.zeros((2, 9_000))) == heard(np.ones((2, 9_000))) == ()
    assert heard(sides(0.0, -300.0)[:, :7_000]) == ()


@settings(max_examples=10, deadline=None)
@given(st.floats(-40.0, 10.0), st.booleans())
def test_gain_and_polarity_change_nothing(gain_db: float, upside_down: bool) -> None:
    gain = 10.0 ** (gain_db / 20.0) * (-1.0 if upside_down else 1.0)
    assert [one.value for one in heard(gain * sides(0.0, -300.0))] == [-150.0]


@pytest.mark.real_audio
def test_real_stereo_files_have_both_sides(data: Path) -> None:
    for folder in ("stems/Rock/stems", "stems/Hendrix/stems", "song-cc0", "clean", "formats"):
        assert hear(audio.probe(find([data / folder])[0]), "PK07") == ()
