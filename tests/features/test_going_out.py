"""Every file's readings side by side, as the features they come from have them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.going_out import GoingOut
from earmark.model import Session
from measuring import sines


def of(session: Session) -> GoingOut:
    found = measure(session, {GoingOut}, jobs=1).whole(GoingOut)
    assert isinstance(found, GoingOut)
    return found


def test_stems_come_in_order_and_the_mix_last() -> None:
    tone = sines((1.0, -20.0))
    assert [file.stem.name for file in of(scenes.session(vox=tone, bass=tone, mix=tone)).files] == [
        "vox",
        "bass",
        "mix",
    ]


def test_the_readings_are_those_of_the_meters() -> None:
    (file,) = of(scenes.session(tone=np.stack([sines((3.5, -20.0))] * 2))).files
    assert file.integrated_lufs == pytest.approx(-20.0, abs=0.1)
    assert file.short_term_max_lufs == pytest.approx(-20.0, abs=0.1)
    assert file.momentary_max_lufs == pytest.approx(-20.0, abs=0.1)
    assert file.sample_peak_dbfs == pytest.approx(-20.0, abs=0.01)
    assert file.true_peak_dbtp == pytest.approx(-20.0, abs=0.1)
    assert file.rms_dbfs == pytest.approx(-23.01, abs=0.01)


def test_the_place_of_the_peak_is_in_session_time() -> None:
    sound = sines((1.0, -40.0))
    sound[24_000] = 0.5
    session = scenes.session(tone=sound)
    late = replace(session, stems=(replace(session.stems[0], start_s=7.0),))
    (file,) = of(late).files
    assert file.true_peak_at_s == pytest.approx(7.5, abs=0.001)


def test_silence_has_no_readings() -> None:
    (file,) = of(scenes.session(tone=np.zeros(48_000))).files
    assert (file.integrated_lufs, file.true_peak_dbtp, file.true_peak_at_s, file.sample_peak_dbfs) == (None,) * 4
