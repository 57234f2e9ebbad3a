from __future__ import annotations

import numpy as np
import pytest

from earmark.scenes import live_kit
from kit_take import take

RATE_HZ = 48_000


def test_at_least_ten_microphones_at_their_levels_and_all_finite():
    kit = take()
    assert len(kit) >= 10
    for name, sound in kit.items():
        assert sound.dtype == np.float32
        assert np.isfinite(sound).all()
        assert 20 * np.log10(np.abs(sound).max()) == pytest.approx(live_kit.MICROPHONES[name][2], abs=0.1)


def test_every_microphone_hears_every_drum():
    for mic in live_kit.MICROPHONES:
        for drum in live_kit.DRUMS:
            assert np.abs(live_kit._response(drum, mic, 1, RATE_HZ)).max() > 1e-3


def test_the_first_sound_of_a_drum_comes_when_the_distance_says():
    for mic in ("snare top", "overhead L", "room R"):
        response = live_kit._response("snare", mic, 1, RATE_HZ)
        first = int(np.argmax(np.abs(response) > 0.5 * np.abs(response).max()))
        assert first / RATE_HZ == pytest.approx(live_kit.lag_s("snare", mic), abs=3 / RATE_HZ)


def test_bleed_on_a_skin_is_softer_than_the_own_drum():
    for mic, (_, own, _) in live_kit.MICROPHONES.items():
        if mic.startswith(("overhead", "room", "hat")):
            continue
        power = {d: float(np.square(live_kit._response(d, mic, 1, RATE_HZ)).sum()) for d in live_kit.DRUMS}
        assert max(power, key=lambda drum: power[drum]) == own


def test_a_seed_is_a_take_and_another_seed_another():
    again = live_kit.record(3.0, seed=5)
    same = live_kit.record(3.0, seed=5)
    assert all(np.array_equal(again[mic], same[mic]) for mic in again)
    assert not np.array_equal(again["kick in"], live_kit.record(3.0, seed=6)["kick in"])


def test_as_miked_differs_by_the_switch_under_the_snare_alone():
    wired, miked = live_kit.record(3.0), live_kit.record(3.0, as_miked=True)
    assert np.array_equal(wired["snare bottom"], -miked["snare bottom"])
    assert all(np.array_equal(wired[mic], miked[mic]) for mic in wired if mic != "snare bottom")


def test_a_layer_is_the_same_sound_at_every_stroke():
    layer = live_kit.layer(drum="snare", seed=1)
    strokes = [round(at * RATE_HZ) for at, _, _ in live_kit._hits("snare", 1, 13.0)]
    heads = [layer[at + 2 : at + 2 + 4000].astype(float) for at in strokes]
    alike = [abs(np.corrcoef(heads[0], head)[0, 1]) for head in heads[1:]]
    assert min(alike) > 0.98


@pytest.mark.parametrize("late_s", [0.002, 0.01])
def test_a_layer_is_late_by_what_is_asked(late_s):
    early, late = live_kit.layer(drum="kick"), live_kit.layer(drum="kick", offset_s=late_s)
    shift = round(late_s * RATE_HZ)
    assert np.allclose(early[:-shift], late[shift:], atol=1e-3)
