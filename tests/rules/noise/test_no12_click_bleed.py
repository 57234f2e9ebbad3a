"""NO12 asks about a metronome in the pauses, and leaves drums, strewn knocks and what plays on the beat alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.model import Finding
from earmark.rules.noise.no12_click_bleed import example
from hearing import findings, hear

RATE_HZ = 16_000


def phrases(seconds: float = 14.0) -> np.ndarray:
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    swell = np.clip(np.minimum(at_s % 4.0 - 0.1, 2.0 - at_s % 4.0) / 0.1, 0.0, 1.0)
    floor = 3e-5 * np.random.default_rng(7).standard_normal(at_s.size)
    return np.asarray(0.2 * swell * np.sin(2 * np.pi * 220.0 * at_s) + floor)


def knocks(at_s: np.ndarray, dbfs: float, seed: int | None = None) -> np.ndarray:
    """Decaying tones at 1.2 kHz, all the same; with a seed each is another noise."""
    out, rng = np.zeros(14 * RATE_HZ), np.random.default_rng(seed)
    clock = np.arange(400)
    for start in np.round(at_s * RATE_HZ).astype(int):
        sound = rng.standard_normal(400) if seed is not None else np.sin(2 * np.pi * 1_200.0 * clock / RATE_HZ)
        out[start : start + 400] += 10 ** (dbfs / 20) * np.exp(-clock / 90.0) * sound
    return out


def beats(per_minute: float) -> np.ndarray:
    return np.arange(0.21, 13.9, 60.0 / per_minute)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO12", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    planted, quiet = example()
    (found,) = hear(planted, "NO12")
    assert found.severity == "question"
    assert found.evidence["beats_a_minute"] == pytest.approx(120.0, abs=0.2)
    assert hear(quiet, "NO12") == ()


@pytest.mark.parametrize("dbfs", [-40.0, -50.0, -60.0])
@pytest.mark.parametrize("per_minute", [72.0, 96.5, 140.0])
def test_fires_on_a_metronome_in_the_pauses_at_its_tempo(per_minute: float, dbfs: float) -> None:
    (found,) = heard(vocal=phrases() + knocks(beats(per_minute), dbfs))
    assert found.evidence["beats_a_minute"] == pytest.approx(per_minute, rel=0.003)
    assert found.start_s is not None
    assert found.start_s % 4.0 > 1.9  # a pause, not a phrase
    assert found.throughout


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    session = scenes.session(RATE_HZ, vocal=phrases() + knocks(beats(120.0), -50.0))
    (found,) = hear(session, "NO12")
    assert hear(session, "NO12", threshold_dbfs=found.value - 1.0)
    assert not hear(session, "NO12", threshold_dbfs=found.value + 1.0)


def test_quiet_on_silence_a_constant_phrases_and_a_moment() -> None:
    assert heard(a=np.zeros(50_000), b=np.full(50_000, 0.5), c=phrases(), d=phrases()[:30]) == ()


def test_quiet_on_strewn_knocks_and_on_knocks_that_are_not_alike() -> None:
    strewn = np.sort(np.random.default_rng(3).uniform(0.2, 13.8, 30))
    assert heard(vocal=phrases() + knocks(strewn, -50.0)) == ()
    assert heard(vocal=phrases() + knocks(beats(120.0), -45.0, seed=5)) == ()


def test_quiet_on_drums_and_on_what_is_called_a_click() -> None:
    sound = phrases() + knocks(beats(120.0), -50.0)
    assert heard(snare_top=sound, click_track=sound, shaker_loop=sound) == ()
    assert len(heard(acoustic_guitar=sound)) == 1


def test_quiet_where_the_beat_is_played_loud() -> None:
    assert heard(keys=knocks(beats(120.0), -6.0)) == ()


@pytest.mark.real_audio
def test_quiet_on_every_raw_stem_on_a_mixed_song_and_on_finished_music(data: Path) -> None:
    import soundfile

    folders = ("stems/*/raw/*.flac", "song-cc0/*.mp3", "clean/*", "voice/*.wav")
    for path in sorted(path for pattern in folders for path in data.glob(pattern)):
        if path.suffix in (".flac", ".mp3", ".wav", ".ogg"):
            sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
            stem = "drums" if "drum" in path.name else "stem"
            assert findings("NO12", rate_hz=rate_hz, **{stem: sound.T}) == (), path


@pytest.mark.real_audio
@pytest.mark.parametrize("dbfs", [-40.0, -55.0])
def test_fires_on_a_metronome_behind_a_real_singer(data: Path, dbfs: float) -> None:
    import soundfile

    sound, rate_hz = soundfile.read(data / "stems/Beatles/raw/08 female singer.flac", dtype="float32")
    since_s = (np.arange(sound.size) / rate_hz) % (60.0 / 107.0)
    sound = sound + 10 ** (dbfs / 20) * np.exp(-since_s / 0.008) * np.sin(2 * np.pi * 1_400.0 * since_s)
    (found,) = findings("NO12", rate_hz=rate_hz, stem=sound)
    assert found.evidence["beats_a_minute"] == pytest.approx(107.0, abs=0.3)
