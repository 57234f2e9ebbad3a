"""FI08 finds the cliff that a resampler leaves, and knows which rate it is from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.model import Finding
from earmark.rules.file.fi08_upsampled import example
from earmark.scenes.signals import noise
from earmark.session import find
from hearing import hear

SECONDS = 4.0


def brought_to(sound: np.ndarray, from_hz: int, to_hz: int, *, keep: float = 1.0) -> np.ndarray:
    """At another rate, by the spectrum; `keep` of the band below half the old rate, the rest of it cut."""
    spectrum = np.fft.rfft(sound)
    spectrum[int(keep * spectrum.size) :] = 0.0
    size = round(sound.size * to_hz / from_hz)
    wide = np.zeros(size // 2 + 1, complex)
    wide[: min(spectrum.size, wide.size)] = spectrum[: wide.size]
    return np.asarray(np.fft.irfft(wide, size) * size / sound.size)


def recorded(rate_hz: int, *, dark: bool = False) -> np.ndarray:
    """Played with hiss 100 dB down; a dark part has nothing but the hiss in its treble."""
    tilt = -18.0 if dark else -6.0
    return noise(SECONDS, tilt_db_per_octave=tilt, rate_hz=rate_hz, seed=8) + noise(
        SECONDS, rms_dbfs=-95.0, rate_hz=rate_hz, seed=9
    )


def heard(sound: np.ndarray, rate_hz: int) -> tuple[Finding, ...]:
    return hear(scenes.session(rate_hz, room=sound), "FI08")


@pytest.mark.parametrize(
    ("from_hz", "to_hz"),
    [(44_100, 48_000), (44_100, 88_200), (44_100, 96_000), (48_000, 96_000), (96_000, 192_000)],
)
def test_fires_on_each_conversion_upwards_with_the_rate_it_came_from(from_hz: int, to_hz: int) -> None:
    (found,) = heard(brought_to(recorded(from_hz), from_hz, to_hz, keep=0.97), to_hz)
    assert found.evidence["source_rate_hz"] == from_hz
    assert found.severity == "note"
    assert found.band_hz is not None
    assert found.band_hz[0] == pytest.approx(0.97 * from_hz / 2, rel=0.01)


def test_fires_on_a_dark_part_whose_own_hiss_ends() -> None:
    (found,) = heard(brought_to(recorded(44_100, dark=True), 44_100, 96_000), 96_000)
    assert found.evidence["source_rate_hz"] == 44_100


def test_fires_on_the_example_with_the_height_of_the_cliff() -> None:
    (found,) = hear(example()[0], "FI08")
    assert found.value > 80.0
    assert "runs at 96 kHz" in found.message


def test_quiet_on_what_was_recorded_at_its_rate() -> None:
    for rate_hz in (44_100, 48_000, 96_000):
        assert heard(recorded(rate_hz), rate_hz) == heard(recorded(rate_hz, dark=True), rate_hz) == ()
    assert hear(example()[1], "FI08") == ()


def test_quiet_on_a_conversion_downwards() -> None:
    for keep in (0.48, 0.5):  # from 23 kHz on, as resamplers to 48 kHz cut; at 22 kHz nobody could tell
        assert heard(brought_to(recorded(96_000), 96_000, 48_000, keep=keep), 48_000) == ()


def test_quiet_on_the_low_pass_of_a_codec() -> None:
    assert heard(brought_to(recorded(44_100), 44_100, 48_000, keep=20_500 / 22_050), 48_000) == ()


def test_quiet_on_silence_on_constants_and_on_too_little() -> None:
    short = brought_to(recorded(44_100), 44_100, 96_000)[:60_000]
    for sound in (np.zeros(200_000), np.ones(200_000), short):
        assert heard(sound, 96_000) == ()


def test_gain_and_polarity_change_nothing() -> None:
    sound = brought_to(recorded(44_100), 44_100, 96_000)
    (plain,), (soft,) = heard(sound, 96_000), heard(np.stack([-0.5 * sound, -0.5 * sound]), 96_000)
    assert soft.evidence == plain.evidence
    assert soft.value == pytest.approx(plain.value, abs=6.1)  # the floor is the end of the scale, whatever the gain


@pytest.mark.real_audio
@pytest.mark.parametrize("to_hz", [48_000, 96_000])
@pytest.mark.parametrize("stem", ["02 electric bass", "03 acoustic guitar", "05 male singer"])
def test_a_real_stem_is_heard_once_it_was_converted_and_not_before(data: Path, stem: str, to_hz: int) -> None:
    path = data / "stems" / "Country1" / "raw" / f"{stem}.flac"
    session = audio.probe(find([path])[0])
    sound = audio.window(session.stems[0], 0, 8 * 44_100)[0].astype(np.float64)
    assert heard(sound, 44_100) == ()
    in_24_bits = np.round(brought_to(sound, 44_100, to_hz) * 2**23) / 2**23
    (found,) = heard(in_24_bits, to_hz)
    assert found.evidence["source_rate_hz"] == 44_100


@pytest.mark.real_audio
@pytest.mark.parametrize("folder", ["clean", "microphones/spaced-four", "voice"])
def test_quiet_on_real_recordings_as_they_are(data: Path, folder: str) -> None:
    assert hear(audio.probe(find([data / folder])[0]), "FI08") == ()
