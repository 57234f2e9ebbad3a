import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.rises import alike, gain_between_db


def envelope(sound: np.ndarray, rate_hz: int = 44_100) -> StemEnvelope:
    (heard,) = measure(scenes.session(rate_hz, take=sound), {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    return heard


def beats(seed: int, rate_hz: int = 44_100, seconds: float = 8.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    level = np.repeat(random.uniform(-40.0, -10.0, round(seconds * 8)), rate_hz // 8)
    return (10 ** (level / 20) * np.sin(2 * np.pi * 441.0 * np.arange(level.size) / rate_hz)).astype(np.float32)


def test_a_copy_at_another_gain_and_place_is_alike_and_placed():
    later = np.concatenate([np.zeros(44_100, np.float32), 0.5 * beats(1)])
    shift_s, likeness = alike(envelope(beats(1)), envelope(later))
    assert shift_s == pytest.approx(1.0, abs=0.011)
    assert likeness > 0.9
    assert gain_between_db(envelope(beats(1)), envelope(later), shift_s) == pytest.approx(-6.02, abs=0.1)


def test_two_rates_of_one_performance_are_alike():
    assert alike(envelope(beats(1)), envelope(beats(1, 48_000), 48_000))[1] > 0.9


def test_two_performances_are_not():
    assert alike(envelope(beats(1)), envelope(beats(2)))[1] < 0.5


@pytest.mark.parametrize("sound", [np.zeros(44_100, np.float32), np.zeros(10, np.float32)])
def test_silence_and_almost_nothing_are_like_nothing(sound):
    assert alike(envelope(sound), envelope(beats(1))) == (0.0, 0.0)
    assert gain_between_db(envelope(sound), envelope(beats(1)), 0.0) == 0.0
