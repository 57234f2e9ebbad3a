"""FI03 finds every sample that is no number, at its place, and no loud one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.file.fi03_not_finite import example
from earmark.session import find
from hearing import findings, hear

TONE = 0.1 * np.sin(np.arange(8_000, dtype=np.float32))


def hurt(at: int, value: float, count: int = 1) -> np.ndarray:
    sound = TONE.copy()
    sound[at : at + count] = value
    return sound


def heard(sound: np.ndarray) -> tuple[Finding, ...]:
    return findings("FI03", rate_hz=8_000, synth=sound)


def test_fires_on_one_sample_at_its_place() -> None:
    (found,) = hear(example()[0], "FI03")
    assert (found.severity, found.value, found.unit) == ("fault", 1.0, "samples")
    assert found.start_s == pytest.approx(0.5)
    assert found.message == "1 sample is no number (NaN or infinite) in synth, the first at 0.500 s"


def test_fires_on_infinity_of_either_sign_and_in_any_channel() -> None:
    for value in (np.inf, -np.inf, np.nan):
        (found,) = heard(np.stack([TONE, hurt(7_999, value)]))
        assert found.start_s == pytest.approx(7_999 / 8_000)


def test_fires_once_with_the_number_of_samples() -> None:
    (found,) = heard(hurt(100, np.nan, count=250))
    assert found.value == 250.0
    assert found.evidence["share"] == pytest.approx(250 / 8_000)


def test_fires_on_a_file_that_is_nothing_else() -> None:
    (found,) = heard(np.full(8_000, np.nan))
    assert (found.value, found.start_s) == (8_000.0, 0.0)


def test_quiet_on_silence_and_on_sound_far_over_full_scale() -> None:
    assert heard(np.zeros(8_000)) == heard(1_000.0 * TONE) == heard(hurt(50, 1e5)) == ()


def test_quiet_on_denormal_numbers() -> None:
    assert heard(1e-40 * np.ones(8_000)) == ()


def test_fires_on_a_file_on_disk_as_in_memory(tmp_path: Path) -> None:
    audio.write(tmp_path / "a.wav", hurt(4_000, np.nan), 8_000)
    (found,) = hear(audio.probe(find([tmp_path])[0]), "FI03")
    assert found.start_s == pytest.approx(0.5)


def test_quiet_on_its_own_counter_example() -> None:
    assert hear(example()[1], "FI03") == ()


def test_the_place_is_told_in_session_time_once_the_stem_starts_late() -> None:
    from dataclasses import replace

    session = scenes.session(8_000, synth=hurt(4_000, np.nan))
    (found,) = hear(replace(session, stems=(replace(session.stems[0], start_s=10.0),)), "FI03")
    assert found.start_s == pytest.approx(10.5)
