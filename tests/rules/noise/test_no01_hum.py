"""NO01 asks about real mains in pauses and keeps quiet on everything that only looks like it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no01_hum import example, suggest
from hearing import findings, hear

RATE_HZ = 8_000


def at(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def plucks(seconds: float = 6.0, floor: float = 3e-5) -> np.ndarray:
    noise = floor * np.random.default_rng(7).standard_normal(at(seconds).size)
    return 0.4 * np.sin(2 * np.pi * 220.0 * at(seconds)) * np.exp(-9.0 * (at(seconds) % 2.0)) + noise


def comb(base_hz: float, dbfs: float, harmonics: tuple[int, ...] = (1, 2, 3), seconds: float = 6.0) -> np.ndarray:
    return sum(10 ** (dbfs / 20) / k * np.sin(2 * np.pi * base_hz * k * at(seconds)) for k in harmonics)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO01", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    with_hum, without = example()
    (found,) = hear(with_hum, "NO01")
    assert found.severity == "question"
    assert found.value == pytest.approx(-60.0, abs=0.5)
    assert hear(without, "NO01") == ()


@pytest.mark.parametrize("dbfs", [-79.0, -60.0, -40.0])
@pytest.mark.parametrize("base_hz", [50.0, 60.0])
def test_fires_on_hum_in_the_pauses_at_its_level(base_hz: float, dbfs: float) -> None:
    (found,) = heard(guitar=plucks() + comb(base_hz, dbfs))
    assert found.severity == "question"
    assert found.value == pytest.approx(dbfs, abs=0.5)
    assert found.band_hz == pytest.approx((base_hz - 1, base_hz + 1), abs=0.05)
    assert found.start_s is not None
    assert found.end_s is not None
    assert found.end_s - found.start_s >= 0.5
    assert found.start_s % 2.0 > 0.3  # a pause, not a note


def test_fires_in_session_time_when_the_stem_starts_late() -> None:
    from dataclasses import replace

    session = scenes.session(RATE_HZ, guitar=plucks() + comb(50.0, -60.0))
    late = replace(session, stems=(replace(session.stems[0], start_s=10.0),))
    (here,), (there,) = hear(session, "NO01"), hear(late, "NO01")
    assert here.start_s is not None
    assert there.start_s == pytest.approx(here.start_s + 10.0)


def test_fires_alike_upside_down() -> None:
    (found,) = heard(guitar=plucks() + comb(50.0, -60.0))
    (upside_down,) = heard(guitar=-(plucks() + comb(50.0, -60.0)))
    assert upside_down.value == pytest.approx(found.value, abs=0.1)


@pytest.mark.parametrize("rate_hz", [11_025, 22_050, 44_100, 48_000, 96_000])
def test_fires_alike_at_every_rate(rate_hz: int) -> None:
    times = np.arange(5 * rate_hz) / rate_hz
    part = 0.4 * np.sin(2 * np.pi * 220.0 * times) * np.exp(-9.0 * (times % 2.0))
    hum = sum(1e-3 / k * np.sin(2 * np.pi * 50.0 * k * times) for k in (1, 2, 3))
    (found,) = findings("NO01", rate_hz=rate_hz, guitar=part + hum)
    assert found.severity == "question"
    assert found.value == pytest.approx(-60.0, abs=0.5)


def test_fires_in_one_channel_of_two() -> None:
    (found,) = heard(keys=np.stack([plucks(), plucks() + comb(60.0, -60.0)]))
    assert found.value == pytest.approx(-60.0, abs=0.5)


def test_fires_just_above_the_threshold_and_not_just_below() -> None:
    sound = plucks(floor=1e-6) + comb(50.0, -70.0)
    session = scenes.session(RATE_HZ, guitar=sound)
    assert hear(session, "NO01", threshold_dbfs=-70.5)
    assert not hear(session, "NO01", threshold_dbfs=-69.5)


def test_two_lines_are_only_a_note() -> None:
    (found,) = heard(guitar=plucks() + comb(50.0, -60.0, harmonics=(1, 2)))
    assert found.severity == "note"
    assert "two" in found.doubt


def test_quiet_on_one_line_alone() -> None:
    assert heard(guitar=plucks() + comb(50.0, -60.0, harmonics=(1,))) == ()


@pytest.mark.parametrize("base_hz", [48.95, 49.0, 49.7, 50.3, 61.74, 58.27])
def test_quiet_on_bass_notes_beside_the_mains(base_hz: float) -> None:
    assert heard(bass=comb(base_hz, -20.0, harmonics=(1, 2, 3, 4, 5))) == ()
    assert heard(bass=plucks() + comb(base_hz, -60.0, harmonics=(1, 2, 3, 4, 5))) == ()


def test_quiet_on_a_clean_stem_on_silence_and_on_a_short_one() -> None:
    assert heard(guitar=plucks()) == ()
    assert heard(guitar=np.zeros(RATE_HZ * 3)) == ()
    assert heard(guitar=np.full(50, 0.5)) == ()
    assert heard(guitar=np.full(RATE_HZ * 3, 0.25)) == ()


def test_quiet_on_notes_at_the_mains_that_die_away() -> None:
    swell = np.exp(-4.0 * (at(6.0) % 2.0))
    assert heard(bass=swell * comb(50.0, -12.0, harmonics=(1, 2, 3, 4))) == ()


def test_the_options_name_the_lines_and_end_with_leaving_it() -> None:
    (found,) = heard(guitar=plucks() + comb(50.0, -60.0))
    options = list(suggest(found))
    assert "50, 100, 150 Hz" in options[0].text
    assert isinstance(options[-1].action, LeaveIt)


# --- real recordings ---------------------------------------------------------


def of_file(path: Path) -> tuple[Finding, ...]:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return findings("NO01", rate_hz=rate_hz, stem=sound.T)


@pytest.mark.real_audio
def test_fires_on_the_real_hum_of_one_guitar_and_on_none_of_its_neighbours(data: Path) -> None:
    for path in sorted((data / "stems/Beatles/raw").glob("*.flac")):
        found = of_file(path)
        if path.name.startswith("04"):
            assert [one.severity for one in found] == ["question"]
            assert found[0].value == pytest.approx(-77.0, abs=1.0)
        else:
            assert found == ()


@pytest.mark.real_audio
def test_fires_on_the_real_hum_of_a_clavinet_at_60_hz(data: Path) -> None:
    (found,) = of_file(data / "song-cc0/clav.mp3")
    assert found.severity == "question"
    assert found.band_hz == pytest.approx((59.03, 61.03), abs=0.05)


@pytest.mark.real_audio
def test_quiet_on_real_bass_notes_beside_the_mains(data: Path) -> None:
    for path in sorted((data / "stems/SpeedMetal/raw").glob("*.flac")):
        assert of_file(path) == ()


@pytest.mark.real_audio
def test_quiet_on_finished_music(data: Path) -> None:
    for path in sorted((data / "clean").iterdir()):
        assert of_file(path) == (), path.name


@pytest.mark.real_audio
@pytest.mark.parametrize("dbfs", [-75.0, -60.0, -50.0])
def test_fires_on_real_mains_laid_under_a_real_voice(data: Path, dbfs: float) -> None:
    import soundfile

    sound, rate_hz = soundfile.read(data / "stems/Hendrix/raw/04 male singer.flac", dtype="float32")
    phase = mains_phase(data / "noise/001_ref.wav", sound.size, rate_hz)
    heights = (0, -12, -6, -20, -12, -26, -18, -30)
    mains = sum(10 ** ((dbfs + db) / 20) * np.sin(k * phase) for k, db in enumerate(heights, 1))
    assert findings("NO01", rate_hz=rate_hz, stem=sound) == ()
    (found,) = findings("NO01", rate_hz=rate_hz, stem=sound + mains.astype(np.float32))
    assert found.severity == "question"
    assert found.value == pytest.approx(dbfs, abs=1.0)


def mains_phase(path: Path, count: int, rate_hz: int) -> np.ndarray:
    """The phase of recorded mains voltage, from its 30th second on, at the stem's rate."""
    import soundfile

    voltage, mains_rate_hz = soundfile.read(path)
    bins = np.fft.rfft(voltage)
    freqs_hz = np.fft.rfftfreq(voltage.size, 1 / mains_rate_hz)
    bins[(freqs_hz < 45) | (freqs_hz > 55)] = 0
    analytic = np.zeros(voltage.size, complex)
    analytic[: bins.size] = 2 * bins
    phase = np.unwrap(np.angle(np.fft.ifft(analytic)))
    return np.interp(30.0 + np.arange(count) / rate_hz, np.arange(voltage.size) / mains_rate_hz, phase)
