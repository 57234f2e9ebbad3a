"""The noise of pauses: its level, how flat it is, where it is bare, and where it jumps."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.exposed_hiss import ExposedHiss
from earmark.features.floor_jumps import FloorJumps
from earmark.features.pause_noise import PauseNoise

RATE_HZ = 48_000
AT_S = np.arange(6 * RATE_HZ) / RATE_HZ
PART = 0.3 * np.sin(2 * np.pi * 220.0 * AT_S) * (AT_S % 2.0 < 1.0)


def noise(dbfs: float, seed: int = 1) -> np.ndarray:
    return 10 ** (dbfs / 20) * np.random.default_rng(seed).standard_normal(AT_S.size)


def of_pauses(sound: np.ndarray) -> PauseNoise:
    return measure(scenes.session(RATE_HZ, guitar=sound), {PauseNoise}, jobs=1).stem("guitar", PauseNoise)


def test_white_noise_reads_its_share_and_is_flat() -> None:
    found = of_pauses(PART + noise(-60.0))
    assert found.hiss_dbfs == pytest.approx(-60.0 + 10 * np.log10(13 / 24), abs=0.7)  # 1 to 14 of 24 kHz
    assert found.flatness > 0.9
    assert found.swing_db < 1.0
    assert [start_s for start_s, _ in found.spans_s] == pytest.approx([1.0, 3.0, 5.0], abs=0.06)


def test_a_tone_in_the_pause_is_not_flat() -> None:
    assert of_pauses(PART + noise(-100.0) + 1e-3 * np.sin(2 * np.pi * 3000.0 * AT_S)).flatness < 0.05


def test_silence_and_a_part_without_pauses_have_none() -> None:
    assert of_pauses(np.zeros(RATE_HZ)).hiss_dbfs is None
    assert of_pauses(0.3 * np.sin(2 * np.pi * 220.0 * AT_S) + noise(-60.0)).hiss_dbfs is None


def test_a_pause_is_bare_where_the_others_are_silent() -> None:
    pad = 0.05 * np.sin(2 * np.pi * 330.0 * AT_S) * (AT_S < 3.0)
    found = measure(scenes.session(RATE_HZ, guitar=PART + noise(-60.0), pad=pad), {ExposedHiss}, jobs=1)
    hiss = found.whole(ExposedHiss)
    assert isinstance(hiss, ExposedHiss)
    assert [span for one in hiss.stems for span in one.spans_s] == [pytest.approx((3.0, 4.0), abs=0.06)]
    assert hiss.music_s == pytest.approx((0.0, 5.0), abs=0.03)


@pytest.mark.parametrize("jump_db", [-15.0, 4.0, 15.0])
def test_a_jump_is_read_where_and_as_far_as_it_goes(jump_db: float) -> None:
    room = noise(-70.0) * 10 ** (np.where(AT_S < 3.5, 0.0, jump_db) / 20)
    (found,) = (
        measure(scenes.session(RATE_HZ, guitar=PART + room), {FloorJumps}, jobs=1).stem("guitar", FloorJumps).jumps
    )
    assert found.at_s == pytest.approx(3.5, abs=0.03)
    assert found.jump_db == pytest.approx(jump_db, abs=0.7)
    assert found.band_share > 0.8
