"""LV08 speaks of whole mixes that go out, never of single stems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.model import Finding
from earmark.rules.level.lv08_squashed import RULE, example
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000
TIME_S = np.arange(6 * RATE_HZ) / RATE_HZ
DRUMS = np.exp(-25.0 * (TIME_S % 0.5)) * np.sin(2 * np.pi * 90.0 * TIME_S)
MIX = 0.8 * (DRUMS + sum(0.08 * np.sin(2 * np.pi * hz * TIME_S) for hz in (220.0, 277.2, 329.6)))


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV08", rate_hz=RATE_HZ, **stems)


def test_fires_on_a_mix_driven_into_its_ceiling() -> None:
    (found,) = heard(full_mix=np.tanh(12.0 * MIX))
    assert (found.severity, found.unit) == ("note", "dB")
    assert found.value < 8.0


def test_fires_alike_at_any_level() -> None:
    (loud,), (soft,) = heard(full_mix=np.tanh(12.0 * MIX)), heard(full_mix=-0.05 * np.tanh(12.0 * MIX))
    assert soft.value == pytest.approx(loud.value, abs=0.1)


def test_fires_at_the_flattest_place() -> None:
    sound = np.concatenate([0.7 * np.tanh(6.0 * MIX), np.tanh(40.0 * MIX)])
    (found,) = heard(full_mix=sound)
    assert found.start_s is not None
    assert found.start_s >= 5.0


def test_fires_on_the_mix_beside_its_stems() -> None:
    found = heard(drums=DRUMS, bass=np.tanh(12.0 * MIX), mix=np.tanh(12.0 * MIX))
    assert [each.stems for each in found] == [("mix",)]


def test_a_full_scale_sine_reads_as_it_is_derived() -> None:
    """Both sides at 1 kHz: peak 0 dBFS over -0.0 LUFS (EBU Tech 3341); one side alone reads 3.01 LU less."""
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(5 * 48_000) / 48_000)
    (stereo,) = findings("LV08", full_mix=np.stack([tone, tone]))
    (mono,) = findings("LV08", full_mix=tone)
    assert stereo.value == pytest.approx(0.0, abs=0.1)
    assert mono.value == pytest.approx(3.0, abs=0.1)


def test_quiet_on_a_mix_with_its_peaks() -> None:
    assert heard(full_mix=MIX) == ()


def test_quiet_on_stems_however_flat() -> None:
    flat = np.tanh(12.0 * MIX)
    assert heard(guitar=flat, keys=flat) == ()


def test_quiet_just_above_the_threshold() -> None:
    session = example()[0]
    (found,) = hear(session, "LV08")
    assert hear(session, "LV08", threshold_db=found.value - 0.1) == ()


def test_quiet_on_silence_and_on_less_than_three_seconds() -> None:
    assert heard(full_mix=np.zeros(TIME_S.size)) == ()
    assert heard(full_mix=np.tanh(12.0 * MIX)[: 2 * RATE_HZ]) == ()


def test_it_says_nothing_when_stems_come_in() -> None:
    assert RULE.stages == {"print", "deliver"}


@pytest.mark.real_audio
def test_fires_on_the_flattest_recordings_and_not_on_mixes_with_room(data: Path) -> None:
    def said(*path: str) -> list[str]:
        (session,) = find([data.joinpath(*path)])
        return [found.severity for found in hear(probe(session), "LV08")]

    assert said("formats", "distorted.wav") == ["note"]
    assert said("stems", "Rock", "mix.flac") == said("stems", "Hendrix", "mix.flac") == []
    assert said("formats", "dubstep.wav") == []
