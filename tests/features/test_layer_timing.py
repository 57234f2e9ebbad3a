from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.layer_timing import LayerTiming
from earmark.scenes import live_kit
from kit_take import session, take


def layers(drum: str = "snare", **asked: Any) -> dict[tuple[str, str], LayerTiming]:
    kit = {**take(), f"{drum} sample": live_kit.layer(drum=drum, **asked)}
    found = measure(session(kit), [LayerTiming], jobs=1).of_kind(LayerTiming)
    return {(each.stems[0].name, each.stems[1].name): each for each in found}


def test_a_sample_is_more_alike_than_a_drum() -> None:
    found = layers()["snare top", "snare sample"]
    assert found.same[1] > 0.995 > 0.98 > found.same[0]


@pytest.mark.parametrize("drum", ["snare", "kick"])
def test_a_layer_that_keeps_its_place_scatters_by_less_than_half_a_millisecond(drum: str) -> None:
    found = layers(drum)["snare top" if drum == "snare" else "kick in", f"{drum} sample"]
    assert found.spread_s < 0.0005
    assert abs(found.drift_s) < 0.0003
    assert np.median(found.offset_s) == pytest.approx(0.0, abs=1e-12)


def test_drift_and_sign_are_found() -> None:
    top = "snare top", "snare sample"
    assert layers(drift_s=0.003)[top].drift_s == pytest.approx(0.0026, abs=0.0004)  # from the first stroke to the last
    assert layers(upside_down=True)[top].best < -0.9
    late = layers(offset_s=0.002)[top]
    early = layers()[top]
    assert late.best_lag_s - early.best_lag_s == pytest.approx(0.002, abs=0.0001)


def test_two_drums_silence_and_a_part_of_its_own_are_no_layer() -> None:
    assert all(one.split()[0] == two.split()[0] for one, two in layers())
    rate_hz = 8000
    beat = np.zeros(8 * rate_hz)
    beat[:: rate_hz // 2] = 1.0
    other = np.roll(beat, rate_hz // 5)
    heard = scenes.session(rate_hz, snare=beat, snare_two=other, snare_three=np.zeros(8 * rate_hz))
    assert not measure(heard, [LayerTiming], jobs=1).of_kind(LayerTiming)
