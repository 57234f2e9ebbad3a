from __future__ import annotations

import numpy as np

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.places import choose_places

RATE_HZ = 8_000
PAIR = ~np.eye(2, dtype=bool)


def envelopes(**stems: np.ndarray) -> tuple[StemEnvelope, ...]:
    return measure(scenes.session(RATE_HZ, **stems), [StemEnvelope], jobs=1).of_kind(StemEnvelope)


def noise_at(*spans_s: tuple[float, float], duration_s: float = 40.0, level: float = 0.1) -> np.ndarray:
    sound = np.zeros(int(duration_s * RATE_HZ))
    for start_s, end_s in spans_s:
        first, last = int(start_s * RATE_HZ), int(end_s * RATE_HZ)
        sound[first:last] = level * np.random.default_rng(first).standard_normal(last - first)
    return sound


def test_windows_lie_where_both_sound() -> None:
    both = envelopes(one=noise_at((0, 20)), two=noise_at((15, 40)))
    places = choose_places(both, 0.5, wanted=PAIR, each=8, most=32)
    assert len(places.start_s) == 8
    assert places.start_s.min() >= 14.5
    assert places.start_s.max() < 20.0
    assert places.sounding.all()


def test_each_stem_by_itself_gets_its_share() -> None:
    both = envelopes(loud=noise_at((0, 40), level=0.5), once=noise_at((31, 33), level=0.01))
    places = choose_places(both, 0.5, wanted=np.eye(2, dtype=bool), each=4, most=10)
    assert places.sounding[0].sum() >= 4
    assert places.sounding[1].sum() >= 4


def test_no_more_than_asked_for_and_in_order_of_time() -> None:
    both = envelopes(one=noise_at((0, 40)), two=noise_at((0, 40)))
    places = choose_places(both, 0.5, wanted=PAIR, each=50, most=12)
    assert len(places.start_s) == 12
    assert (np.diff(places.start_s) > 0).all()


def test_filled_windows_spread_over_the_whole() -> None:
    both = envelopes(one=noise_at((0, 5)), two=noise_at((0, 40)))
    places = choose_places(both, 0.5, wanted=np.eye(2, dtype=bool), each=2, most=20, filled=True)
    assert len(places.start_s) == 20
    assert np.histogram(places.start_s, 4, (0, 40))[0].min() >= 3


def test_silent_stems_get_no_window() -> None:
    both = envelopes(one=noise_at(), two=noise_at((0, 40)))
    assert not len(choose_places(both, 0.5, wanted=PAIR, each=8, most=32).start_s)


def test_short_sounds_get_windows_that_overlap() -> None:
    both = envelopes(one=noise_at((0, 2), duration_s=2.0), two=noise_at((0, 2), duration_s=2.0))
    places = choose_places(both, 0.5, wanted=PAIR, each=8, most=32)
    assert len(places.start_s) == 7
    assert np.diff(places.start_s).max() <= 0.26
