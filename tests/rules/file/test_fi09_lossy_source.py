"""FI09 hears the cliff of a codec in a PCM file, and leaves cabinets, resamplers and 32 kHz alone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.file.fi09_lossy_source import example
from earmark.scenes.signals import noise
from earmark.session import find
from hearing import hear

RATE_HZ = 44_100
SONGS = ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"]
CYMBALS = noise(6.0, rms_dbfs=-26.0, tilt_db_per_octave=-3.0, rate_hz=RATE_HZ, seed=1)


def coded(sound: np.ndarray, container: str, subtype: str, level: float, rate_hz: int = RATE_HZ) -> np.ndarray:
    """Through a codec and back, rounded to 16 bits."""
    file = io.BytesIO()
    constant = {"bitrate_mode": "CONSTANT"} if container == "MP3" else {}  # level 0 is 320 kbit/s, 0.7 is 113
    soundfile.write(file, sound, rate_hz, format=container, subtype=subtype, compression_level=level, **constant)
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float64")
    return np.asarray(np.round(decoded.T * 2**15) / 2**15)


def low_passed(gain_of_hz, rate_hz: int = RATE_HZ) -> np.ndarray:
    hiss = noise(6.0, rms_dbfs=-95.0, rate_hz=rate_hz, seed=2)
    sound = noise(6.0, rms_dbfs=-20.0, rate_hz=rate_hz, seed=1)
    hz = np.fft.rfftfreq(sound.size, 1 / rate_hz)
    return np.fft.irfft(np.fft.rfft(sound) * gain_of_hz(hz), sound.size) + 1e-2 * hiss


def heard(sound: np.ndarray, rate_hz: int = RATE_HZ) -> tuple[Finding, ...]:
    return hear(scenes.session(rate_hz, cymbals=sound), "FI09")


@pytest.mark.parametrize(("level", "from_hz", "to_hz"), [(0.0, 19_500, 20_700), (0.7, 15_000, 18_500)])
def test_fires_on_mp3(level: float, from_hz: float, to_hz: float) -> None:
    (found,) = heard(coded(np.stack([CYMBALS, CYMBALS[::-1]], axis=1), "MP3", "MPEG_LAYER_III", level))
    assert found.severity == "note"
    assert found.band_hz is not None
    assert from_hz < found.band_hz[0] < to_hz


def test_fires_on_low_rate_vorbis_and_on_opus() -> None:
    (vorbis,) = heard(coded(CYMBALS, "OGG", "VORBIS", 0.6))
    at_48_khz = noise(6.0, rms_dbfs=-26.0, tilt_db_per_octave=-3.0, rate_hz=48_000, seed=1)
    (opus,) = heard(coded(at_48_khz, "OGG", "OPUS", 0.5, 48_000), 48_000)
    assert vorbis.value > 28.0
    assert opus.band_hz is not None
    assert opus.band_hz[0] == pytest.approx(20_000, abs=300)  # full band Opus codes up to 20 kHz (RFC 6716)


def test_fires_on_the_example_and_names_a_bit_rate() -> None:
    (found,) = hear(example()[0], "FI09")
    assert "MP3 at about 256 kbit/s" in found.message


def test_fires_below_16_khz_only_on_a_higher_cliff() -> None:
    assert heard(low_passed(lambda hz: np.where(hz < 15_800.0, 1.0, 10 ** (-40 / 20)))) == ()
    steep = heard(low_passed(lambda hz: 1.0 * (hz < 15_800.0)))
    assert len(steep) == 1
    assert steep[0].confidence <= 0.6


def test_fires_just_beyond_28_db_and_not_just_within() -> None:
    steps = {
        db: heard(low_passed(lambda hz, db=db: np.where(hz < 18_000.0, 1e-3, 1e-3 * 10 ** (-db / 20))))
        for db in (26.5, 29.5)
    }
    assert {db: len(found) for db, found in steps.items()} == {26.5: 0, 29.5: 1}


def test_quiet_before_the_codec() -> None:
    assert heard(CYMBALS) == heard(np.round(CYMBALS * 2**15) / 2**15) == hear(example()[1], "FI09") == ()


def test_quiet_on_a_cabinet_and_on_drum_samples_that_end_at_10_khz() -> None:
    assert heard(low_passed(lambda hz: 1.0 / (1.0 + (hz / 6_000.0) ** 5))) == ()
    assert heard(low_passed(lambda hz: 1.0 * (hz < 10_500.0))) == ()


def test_quiet_on_a_resampler_at_the_end_of_the_band() -> None:
    assert heard(low_passed(lambda hz: 1.0 * (hz < 21_000.0))) == ()


def test_quiet_on_silence_constants_and_too_little() -> None:
    for sound in (np.zeros(100_000), np.ones(100_000), low_passed(lambda hz: 1.0 * (hz < 18_000.0))[:60_000]):
        assert heard(sound) == ()


@pytest.mark.real_audio
@pytest.mark.parametrize("song", SONGS)
def test_cabinets_basses_and_voices_of_real_songs_are_not_called_lossy(data: Path, song: str) -> None:
    found = hear(audio.probe(find([data / "stems" / song / "raw"])[0]), "FI09")
    # the drums of one song end at 15.6 kHz, 62 dB down: a note, and less than sure
    assert [one.stems for one in found] == ([("01 drum set",)] if song == "Beatles" else [])
    assert all(one.confidence <= 0.6 for one in found)


@pytest.mark.real_audio
@pytest.mark.parametrize(
    "stem", ["80sRock/raw/01 drum set", "Country1/raw/03 acoustic guitar", "Punk/raw/04 male singer"]
)
@pytest.mark.parametrize("level", [0.0, 0.7])
def test_real_stems_are_heard_once_they_went_through_mp3(data: Path, stem: str, level: float) -> None:
    session = audio.probe(find([data / "stems" / f"{stem}.flac"])[0])
    sound = audio.window(session.stems[0], 0, 12 * RATE_HZ)[0]
    assert heard(sound) == ()
    assert len(heard(coded(sound, "MP3", "MPEG_LAYER_III", level))) == 1


@pytest.mark.real_audio
def test_quiet_on_lossy_files_that_say_so_and_on_clean_ones(data: Path) -> None:
    for folder in ("song-cc0", "clean", "formats", "microphones/choir", "microphones/spaced-four"):
        assert hear(audio.probe(find([data / folder])[0]), "FI09") == ()
