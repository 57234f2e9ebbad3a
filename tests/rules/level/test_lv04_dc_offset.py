"""LV04 hears an offset at its size, and takes neither low notes nor lopsided waves for one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.model import Finding
from earmark.rules.level.lv04_dc_offset import example
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000


def at(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def without_mean(sound: np.ndarray) -> np.ndarray:
    return sound - sound.mean()


def plucks(seconds: float = 12.0) -> np.ndarray:
    return without_mean(0.3 * np.exp(-3.0 * (at(seconds) % 1.0)) * np.sin(2 * np.pi * 220.0 * at(seconds)))


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV04", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    offset, none = example()
    (found,) = hear(offset, "LV04")
    assert found.severity == "question"
    assert found.value == pytest.approx(20 * np.log10(0.02), abs=0.1)
    assert hear(none, "LV04") == ()


@pytest.mark.parametrize(
    ("offset", "severity"), [(0.0012, "note"), (-0.0012, "note"), (0.0095, "note"), (0.0105, "question")]
)
def test_fires_by_size_either_side_of_forty(offset: float, severity: str) -> None:
    (found,) = heard(keys=plucks() + offset)
    assert found.severity == severity
    assert found.value == pytest.approx(20 * np.log10(abs(offset)), abs=0.2)
    assert found.start_s is None


def test_fires_whatever_the_level_of_the_sound() -> None:
    assert heard(keys=0.1 * plucks() + 0.003)[0].value == heard(keys=3 * plucks() + 0.003)[0].value


def test_fires_on_the_one_side_that_is_off() -> None:
    (found,) = heard(keys=np.stack([plucks(), plucks() - 0.02]))
    assert "channel 2" in found.message


def test_fires_on_the_offset_of_what_sounds_though_half_is_digital_silence() -> None:
    keys = plucks() + 0.0015
    keys[: 6 * RATE_HZ] = 0.0
    (found,) = heard(keys=keys)
    assert found.value == pytest.approx(20 * np.log10(0.0015), abs=0.2)


def test_fires_as_a_question_at_a_jump_and_says_where() -> None:
    keys = plucks()
    keys[7 * RATE_HZ :] += 0.006
    (found,) = heard(keys=keys)
    assert found.severity == "question"
    assert found.value == pytest.approx(20 * np.log10(0.006), abs=0.5)
    assert found.start_s is not None
    assert found.end_s is not None
    assert found.start_s <= 7.0 <= found.end_s


def test_quiet_either_side_of_a_thousandth() -> None:
    assert heard(keys=plucks() + 0.0009, pad=plucks() - 0.0009) == ()


def test_quiet_on_a_lopsided_wave_without_a_mean() -> None:
    pulses = without_mean(np.where(at(12.0) * 100 % 1.0 < 0.1, 0.9, -0.1))
    assert pulses.max() > 8 * -pulses.min()
    assert heard(trumpet=pulses) == ()


def test_quiet_on_the_lowest_notes_and_on_a_slow_movement() -> None:
    bass = without_mean(0.5 * np.sin(2 * np.pi * 31.0 * at(12.3)) * np.exp(-0.5 * (at(12.3) % 2.0)))
    sway = 0.2 * np.sin(2 * np.pi * 0.5 * at(12.0))
    assert heard(bass=bass, pad=sway) == ()


def test_quiet_on_silence_and_on_a_stem_shorter_than_a_step() -> None:
    assert heard(keys=np.zeros(RATE_HZ), pad=plucks(0.05)) == ()


@pytest.mark.real_audio
def test_fires_as_a_note_on_the_drums_that_are_off_by_a_thousandth(data: Path) -> None:
    (session,) = find([data / "stems" / "Punk" / "raw"])
    (found,) = hear(probe(session), "LV04")
    assert (found.stems, found.severity) == (("01 drum set",), "note")
    assert found.value == pytest.approx(20 * np.log10(0.00102), abs=0.1)
    (quieter,) = find([data / "stems" / "80sRock" / "raw"])
    assert hear(probe(quieter), "LV04") == ()
