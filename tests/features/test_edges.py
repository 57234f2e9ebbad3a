"""StemEdges tells a start that rises from one that was cut open, and a tail that rings out from one that was cut."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.edges import PackEdges, StemEdges
from earmark.features.engine import measure
from measuring import measured

RATE_HZ = 8_000
TIME_S = np.arange(2 * RATE_HZ) / RATE_HZ
TONE = 0.5 * np.cos(2 * np.pi * 200.0 * TIME_S)
TONE_DBFS = 20 * np.log10(0.5 / 2**0.5)


def edges(sound: np.ndarray) -> StemEdges:
    return measured(StemEdges, sound, RATE_HZ)


def test_a_tone_is_as_loud_at_both_ends_as_everywhere() -> None:
    found = edges(TONE)
    for level_dbfs in (found.opening_dbfs, found.closing_dbfs, found.held_dbfs, found.loud_dbfs, found.quiet_dbfs):
        assert level_dbfs == pytest.approx(TONE_DBFS, abs=0.1)
    assert found.cut_at_end
    assert found.fall_db == pytest.approx(TONE_DBFS + 120.0, abs=0.1)
    assert found.first_sound_s == 0.0


def test_the_first_quarter_of_a_millisecond_is_read_for_itself() -> None:
    first_dbfs = 10 * np.log10(np.mean(TONE[:4] ** 2))  # never less than four samples; a cosine begins at its top
    assert edges(TONE).onset_dbfs == pytest.approx(first_dbfs, abs=0.01)
    rising = TONE * np.minimum(1.0, TIME_S / 0.01)
    assert edges(rising).onset_dbfs < edges(rising).opening_dbfs - 20.0
    assert edges(np.where(TIME_S < 0.02, 0.0, TONE)).onset_dbfs == -120.0


def test_silence_before_the_first_sound_is_measured_to_the_step() -> None:
    assert edges(np.where(TIME_S < 0.73, 1e-4, TONE)).first_sound_s == pytest.approx(0.73, abs=0.011)


def test_a_cut_smeared_over_the_last_steps_is_still_a_fall() -> None:
    found = edges(np.where(TIME_S < 1.97, TONE, 1e-3 * TONE))
    assert not found.cut_at_end
    assert found.fall_db == pytest.approx(60.0, abs=1.0)
    assert found.held_dbfs == pytest.approx(TONE_DBFS, abs=0.1)


def test_a_tail_that_rang_out_holds_nothing() -> None:
    found = edges(np.where(TIME_S < 1.8, TONE, 0.0))
    assert (found.held_dbfs, found.fall_db, found.cut_at_end) == (-120.0, 0.0, False)


def test_an_offset_is_no_sound() -> None:
    burst = np.where((TIME_S > 0.5) & (TIME_S < 1.0), TONE, 0.0)
    plain, offset = edges(burst), edges(burst + 0.02)
    assert offset.loud_dbfs == pytest.approx(plain.loud_dbfs, abs=0.1)
    assert offset.first_sound_s == plain.first_sound_s == pytest.approx(0.5, abs=0.011)
    assert (offset.opening_dbfs, offset.closing_dbfs, offset.last_dbfs) == (-120.0, -120.0, -120.0)


@pytest.mark.parametrize("sound", [np.zeros(100), np.zeros(0), np.zeros((2, RATE_HZ))])
def test_silence_has_no_edges(sound: np.ndarray) -> None:
    found = edges(sound)
    assert found.first_sound_s is None
    assert {found.loud_dbfs, found.opening_dbfs, found.onset_dbfs, found.closing_dbfs, found.held_dbfs} == {-120.0}


def test_a_file_shorter_than_what_is_looked_at_is_measured() -> None:
    assert edges(TONE[:20]).opening_dbfs == pytest.approx(20 * np.log10(0.5 / 2**0.5), abs=3.0)


def test_the_pack_keeps_the_order_of_its_stems_and_its_common_end() -> None:
    session = scenes.session(RATE_HZ, b=TONE, a=TONE, c=TONE[:4_000])
    pack = measure(session, {PackEdges}, jobs=1).whole(PackEdges)
    assert isinstance(pack, PackEdges)
    assert [each.stem.name for each in pack.edges] == ["b", "a", "c"]
    assert pack.common_end_s == 2.0
