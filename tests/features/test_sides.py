from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.sides import Sides, StereoVoices
from earmark.scenes.faults import delayed

RATE_HZ = 48_000


def noise(seed: int, seconds: float = 4.0) -> np.ndarray:
    return np.asarray(0.1 * np.random.default_rng(seed).standard_normal(int(seconds * RATE_HZ)), np.float32)


def sides(sound: np.ndarray, rate_hz: int = RATE_HZ) -> Sides:
    (found,) = measure(scenes.session(rate_hz, pad=sound), [Sides], jobs=1).of_kind(Sides)
    return found


@pytest.mark.parametrize(
    ("right", "kept_db", "alike"),
    [(noise(1), 0.0, 1.0), (noise(2), -3.01, 0.0), (-noise(1), -60.0, -1.0), (0.5 * noise(1), -0.458, 1.0)],
)
def test_mono_keeps_what_the_definition_says(right: np.ndarray, kept_db: float, alike: float) -> None:
    found = sides(np.stack([noise(1), right]))
    assert found.mono_db == pytest.approx(np.full(5, kept_db), abs=0.35)
    assert found.alike == pytest.approx(np.full(5, alike), abs=0.08)


def test_the_peak_says_lag_and_sign() -> None:
    found = sides(np.stack([noise(1), -delayed(noise(1), 40)]))
    assert found.peak.sign == -1
    assert found.peak.lag_s * RATE_HZ == pytest.approx(40, abs=0.3)
    assert found.agreeing == 1.0


def test_the_mono_sum_is_that_of_the_rendered_sum() -> None:
    left = noise(1) + noise(2)
    right = 0.5 * noise(1) - noise(3)
    found = sides(np.stack([left, right]))
    true_db = 10 * np.log10(np.mean((left + right) ** 2) / (2 * (np.mean(left**2) + np.mean(right**2))))
    assert found.mono_db == pytest.approx(np.full(5, true_db), abs=0.5)


def test_one_channel_silence_and_a_short_blip_have_nothing_to_say() -> None:
    assert not len(sides(noise(1)).at_s)
    silent = sides(np.zeros((2, RATE_HZ)))
    assert not silent.mono_db.any()
    assert not silent.alike.any()
    assert len(sides(np.stack([noise(1)[:500], noise(2)[:500]])).at_s) <= 1


def test_one_side_silent_is_unrelated() -> None:
    found = sides(np.stack([noise(1), np.zeros(noise(1).size)]))
    assert not found.alike.any()
    assert found.mono_db == pytest.approx(np.full(5, -3.01), abs=0.01)
    assert found.peak.prominence == 0.0


def test_voices_are_the_stereo_stems_and_the_mix() -> None:
    wide = np.stack([noise(1), noise(2)])
    heard = measure(scenes.session(RATE_HZ, mix=wide, pad=wide, bass=noise(3)), [StereoVoices], jobs=1)
    voices = heard.whole(StereoVoices)
    assert isinstance(voices, StereoVoices)
    assert [each.stem.name for each in voices.voices] == ["pad", "mix"]
    assert voices.mix == "mix"
