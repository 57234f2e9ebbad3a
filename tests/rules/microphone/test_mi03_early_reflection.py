"""MI03 finds one reflection by its ripple, and tells it from a pitch."""

from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.microphone.mi03_early_reflection import example
from hearing import hear

RATE_HZ = 24_000
AT_S = np.arange(12 * RATE_HZ) / RATE_HZ
DRY = 0.2 * np.random.default_rng(8).standard_normal(AT_S.size) * (AT_S % 1.0 < 0.7)


def reflected(delay_ms: float, level_db: float, dry: np.ndarray = DRY) -> np.ndarray:
    late = round(delay_ms / 1000 * RATE_HZ)
    return dry + 10 ** (level_db / 20) * np.concatenate([np.zeros(late), dry[:-late]])


def heard(sound: np.ndarray, name: str = "shaker") -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, **{name: sound}), "MI03")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    wet, dry = example()
    assert len(hear(wet, "MI03")) == 1
    assert hear(dry, "MI03") == ()


@pytest.mark.parametrize(("delay_ms", "level_db"), [(1.5, -10.0), (3.0, -6.0), (8.0, -9.0)])
def test_fires_with_delay_and_level_of_the_reflection(delay_ms: float, level_db: float) -> None:
    (found,) = heard(reflected(delay_ms, level_db))
    assert found.severity == "note"
    assert found.evidence["delay_ms"] == pytest.approx(delay_ms, abs=0.06)
    assert found.value == pytest.approx(level_db, abs=1.5)
    assert found.evidence["path_cm"] == pytest.approx(34.3 * delay_ms, abs=3.0)


@pytest.mark.parametrize(("level_db", "count"), [(-17.0, 0), (-12.0, 1)])
def test_fires_from_minus_fourteen_on_and_is_quiet_below(level_db: float, count: int) -> None:
    assert len(heard(reflected(4.0, level_db))) == count


def test_quiet_on_a_tone_whose_harmonics_ripple_too() -> None:
    tone = sum(np.sin(2 * np.pi * 250.0 * k * AT_S) / k for k in range(1, 40))
    assert heard(0.05 * tone + 0.01 * DRY, "lead_vocal") == ()


def test_quiet_where_the_reflection_moves() -> None:
    half = AT_S < 6.0
    assert heard(np.where(half, reflected(3.0, -6.0), reflected(5.0, -6.0))) == ()


def test_quiet_on_silence_on_three_seconds_and_on_what_no_microphone_heard() -> None:
    assert heard(0 * DRY) == ()
    assert heard(reflected(3.0, -6.0)[: 3 * RATE_HZ]) == ()
    assert heard(reflected(3.0, -6.0), "synth") == ()


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Beatles/raw/07 male singer", "Country1/raw/05 male singer"])
def test_a_reflection_planted_on_a_real_singer_is_found_and_none_without(data, song) -> None:
    from earmark.audio import probe, window
    from earmark.session import find

    (stem,) = probe(find([data / "stems" / f"{song}.flac"])[0]).stems
    dry = window(stem, 0, stem.known.frames).mean(axis=0)
    late = round(0.0043 * stem.known.rate_hz)
    wet = dry + 0.5 * np.concatenate([np.zeros(late), dry[:-late]])
    assert hear(scenes.session(stem.known.rate_hz, lead_vocal=dry), "MI03") == ()
    (found,) = hear(scenes.session(stem.known.rate_hz, lead_vocal=wet), "MI03")
    assert found.evidence["delay_ms"] == pytest.approx(4.3, abs=0.05)
    assert found.value == pytest.approx(-6.0, abs=1.5)
