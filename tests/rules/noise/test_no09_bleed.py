"""NO09 hears another stem in a microphone at rest, and no two stems that only keep time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.actions import LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no09_bleed import example, noisy_drums, resting_voice, suggest
from hearing import findings, hear

RATE_HZ = 16_000


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO09", rate_hz=RATE_HZ, **stems)


def late(sound: np.ndarray, samples: int) -> np.ndarray:
    return np.concatenate([np.zeros(samples), sound[: sound.size - samples]])


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    bleeding, alone = example()
    (found,) = hear(bleeding, "NO09")
    assert found.stems == ("vocal", "drums")
    assert found.evidence["under_source_db"] == pytest.approx(20.0, abs=1.0)
    assert found.evidence["lag_ms"] == pytest.approx(4.0, abs=0.1)
    assert hear(alone, "NO09") == ()


@pytest.mark.parametrize("under_source_db", [10.0, 26.0])
@pytest.mark.parametrize("samples", [16, 128])
def test_fires_at_its_level_and_lag(under_source_db: float, samples: int) -> None:
    drums, voice = noisy_drums(RATE_HZ), resting_voice(RATE_HZ)
    bleed = 10 ** (-under_source_db / 20) * late(drums, samples)
    (found,) = heard(vocal=voice + bleed, drums=drums)
    assert found.evidence["under_source_db"] == pytest.approx(under_source_db, abs=1.5)
    assert found.evidence["lag_ms"] == pytest.approx(samples / 16, abs=0.15)


def test_fires_upside_down_and_names_the_source_among_others() -> None:
    drums, other = noisy_drums(RATE_HZ), noisy_drums(RATE_HZ, seed=77)
    (found,) = heard(vocal=resting_voice(RATE_HZ) - 0.1 * late(drums, 64), guitar=other, drums=drums)
    assert found.stems == ("vocal", "drums")


def test_quiet_on_two_stems_that_keep_time_together() -> None:
    steady = noisy_drums(RATE_HZ)
    other = steady * np.sign(np.random.default_rng(1).standard_normal(steady.size))  # the same levels, another sound
    assert heard(guitar=0.3 * other + resting_voice(RATE_HZ), drums=steady) == ()


def test_quiet_on_bleed_far_below_the_voice() -> None:
    drums = noisy_drums(RATE_HZ)
    assert heard(vocal=resting_voice(RATE_HZ) + 0.003 * late(drums, 64), drums=drums) == ()


def test_quiet_on_microphones_that_are_meant_to_hear_the_kit() -> None:
    drums = noisy_drums(RATE_HZ)
    hat = resting_voice(RATE_HZ) + 0.1 * late(drums, 64)
    assert heard(hihat=hat, overheads=hat, room=hat, snare=drums) == ()


def test_quiet_on_silence_a_constant_and_short_stems() -> None:
    for sound in (np.zeros(RATE_HZ), np.full(RATE_HZ, 0.2), np.full(40, 0.5)):
        assert heard(vocal=sound, drums=sound) == ()
        assert heard(vocal=sound, drums=noisy_drums(RATE_HZ)) == ()


def test_the_options_end_with_leaving_it() -> None:
    (found,) = hear(example()[0], "NO09")
    assert isinstance(list(suggest(found))[-1].action, LeaveIt)


# --- real recordings ---------------------------------------------------------


def song(folder: Path) -> dict[str, np.ndarray]:
    import soundfile

    files = sorted(folder.glob("*.flac"))
    return {path.stem[3:].replace(" ", "_") + path.stem[:2]: soundfile.read(path, dtype="float32")[0] for path in files}


@pytest.mark.real_audio
@pytest.mark.parametrize("under_db", [12.0, 18.0])
def test_fires_on_real_drums_laid_into_a_real_voice(data: Path, under_db: float) -> None:
    stems = song(data / "stems/Country1/raw")
    drums, name = stems["drum_set01"], "male_singer05"
    loud = [
        float(np.percentile(np.square(one[: one.size // 882 * 882].reshape(-1, 882)).mean(axis=1), 95))
        for one in (drums, stems[name])
    ]
    gain = np.sqrt(loud[1] / loud[0]) * 10 ** (-under_db / 20)
    stems[name] = stems[name] + gain * late(drums, 200)[: stems[name].size]
    (found,) = findings("NO09", rate_hz=44_100, **stems)
    assert found.stems == ("male singer05", "drum set01")
    assert found.value == pytest.approx(-under_db, abs=3.0)
    assert found.evidence["lag_ms"] == pytest.approx(1000 * 200 / 44_100, abs=0.2)
