from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.features.likeness import Likeness
from earmark.model import Finding, Session, SoundFile, Stem
from earmark.rules.pack import pk04_duplicate_stem as pk04
from earmark.scenes.faults import delayed
from earmark.scenes.filters import bell, filtered
from earmark.scenes.instruments import bass_line, guitar_part, snare_pattern, vocal_line
from earmark.scenes.signals import noise
from hearing import findings, hear

RATE_HZ = 16_000


@cache
def guitar() -> np.ndarray:
    return guitar_part(12.0, rate_hz=RATE_HZ)


def ask(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("PK04", rate_hz=RATE_HZ, **stems)


def at_16_bits(sound: np.ndarray) -> np.ndarray:
    luck = np.random.default_rng(1)
    dither = luck.uniform(-0.5, 0.5, sound.shape) + luck.uniform(-0.5, 0.5, sound.shape)
    return np.round(sound * 32768 + dither) / 32768


def test_fires_on_the_same_samples_under_two_names() -> None:
    (found,) = ask(guitar=guitar(), gtr_2=guitar(), bass=bass_line(12.0, rate_hz=RATE_HZ))
    assert found.stems == ("guitar", "gtr 2")
    assert found.severity == "question"
    assert "without a remainder" in found.message


@pytest.mark.parametrize("gain", [0.5, 1.9, 0.01])
def test_fires_whatever_the_gain(gain: float) -> None:
    (found,) = ask(one=guitar(), two=np.float32(gain) * guitar())
    assert found.evidence["gain_db"] == pytest.approx(20 * np.log10(gain), abs=0.01)
    assert found.evidence["upside_down"] is False


def test_fires_on_a_copy_upside_down_and_says_so() -> None:
    (found,) = ask(one=guitar(), two=-0.7 * guitar())
    assert found.evidence["upside_down"] is True
    assert "upside down" in found.message
    assert any("take each other away" in option.cost_text for option in pk04.suggest(found))


@pytest.mark.parametrize("shift", [1, 37, -480, 8000, -20_001])
def test_fires_whatever_the_shift(shift: int) -> None:
    (found,) = ask(one=guitar(), two=delayed(guitar(), shift))
    assert found.evidence["lag_ms"] == pytest.approx(1000 * shift / RATE_HZ, abs=0.001)


def test_fires_on_a_mono_stem_and_the_same_as_a_stereo_file() -> None:
    assert ask(mono=guitar(), stereo=np.stack([guitar(), guitar()]))


def test_fires_when_sixteen_bits_are_all_that_is_left() -> None:
    session = scenes.session(RATE_HZ, one=at_16_bits(guitar()), two=at_16_bits(0.05 * guitar()))
    coarse = tuple(replace(stem, facts=replace(stem.known, bits=16, encoding="PCM_16")) for stem in session.stems)
    (found,) = hear(replace(session, stems=coarse), "PK04")
    assert found.value > -60.0
    assert not hear(session, "PK04")  # the same in floating point is no rounding


def test_fires_on_noise_that_is_copied() -> None:
    wind = noise(6.0, rate_hz=RATE_HZ, seed=5)
    assert ask(one=wind, two=0.5 * wind)


def test_quiet_on_parts_of_one_song() -> None:
    voice = vocal_line((0.0, -3.0, 0.0), rate_hz=RATE_HZ, seed=3)
    assert not ask(
        guitar=guitar(), bass=bass_line(12.0, rate_hz=RATE_HZ), snare=snare_pattern(12.0, rate_hz=RATE_HZ), voice=voice
    )


def test_quiet_on_a_part_played_twice() -> None:
    one = vocal_line((0.0, -1.0, 0.0, -2.0), rate_hz=RATE_HZ, seed=1)
    two = vocal_line((0.0, -1.0, 0.0, -2.0), rate_hz=RATE_HZ, seed=2)
    assert not ask(one=one, two=two)


def test_quiet_on_a_copy_with_an_equaliser() -> None:
    assert not ask(one=guitar(), two=filtered(guitar(), lambda hz: bell(hz, 1000, 1.0, 1.0), RATE_HZ))


def test_quiet_on_left_and_right_of_a_stereo_recording() -> None:
    room = [noise(12.0, rms_dbfs=-55, rate_hz=RATE_HZ, seed=seed) for seed in (1, 2)]
    assert not ask(left=guitar() + room[0], right=delayed(guitar(), 3) + room[1])


def test_quiet_on_a_panned_copy() -> None:
    assert not ask(mono=guitar(), panned=np.stack([guitar(), 0.5 * guitar()]))


def test_quiet_on_two_edits_that_differ_in_one_phrase() -> None:
    edit = guitar().copy()
    edit[5 * RATE_HZ : 7 * RATE_HZ] = 0.0
    assert not ask(one=guitar(), two=edit)


def test_quiet_on_silence_constants_and_very_short_stems() -> None:
    silent, constant = np.zeros(RATE_HZ), np.full(RATE_HZ, 0.1)
    assert not ask(silent=silent, silent_too=silent, blip=guitar()[:300], blop=noise(0.02, rate_hz=RATE_HZ))
    assert not ask(constant=constant, noise=noise(1.0, rate_hz=RATE_HZ))


@pytest.mark.parametrize(("residual_dbfs", "fires"), [(-81.0, True), (-79.0, False)])
def test_either_side_of_the_threshold(residual_dbfs: float, fires: bool) -> None:
    one = noise(8.0, rms_dbfs=-20.0, rate_hz=RATE_HZ, seed=1)
    other = one + noise(8.0, rms_dbfs=residual_dbfs, rate_hz=RATE_HZ, seed=2)
    assert bool(ask(one=one, two=other)) is fires


def test_the_residual_is_that_of_the_null_test() -> None:
    one = noise(8.0, rms_dbfs=-20.0, rate_hz=RATE_HZ, seed=1)
    session = scenes.session(RATE_HZ, one=one, two=-0.5 * one + noise(8.0, rms_dbfs=-56.02, rate_hz=RATE_HZ, seed=2))
    (pair,) = measure(session, [Likeness], jobs=1).of_kind(Likeness)
    assert pair.residual_db == pytest.approx(-30.0, abs=0.1)
    assert pair.gain == pytest.approx(-0.5, abs=0.001)


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"])
def test_quiet_on_real_stems_and_fires_on_a_shifted_copy_of_one(data: Path, song: str) -> None:
    files = sorted((data / "stems" / song / "raw").glob("*.flac"))
    session = audio.probe(Session(song, None, tuple(Stem(path.stem, SoundFile(path)) for path in files)))
    assert not hear(session, "PK04")
    last = session.stems[-1]
    copy = delayed(-0.8 * audio.window(last, 0, last.known.frames), 123)
    (copied,) = scenes.session(last.known.rate_hz, copy=copy).stems
    (found,) = hear(replace(session, stems=(*session.stems, copied)), "PK04")
    assert found.stems == (last.name, "copy")


@pytest.mark.real_audio
def test_quiet_on_raw_and_processed_stems(data: Path) -> None:
    folder = data / "stems" / "Hendrix"
    files = [path for kind in ("raw", "stems") for path in sorted((folder / kind).glob("*.flac"))]
    stems = tuple(Stem(f"{path.parent.name} {path.stem}", SoundFile(path)) for path in files)
    assert not hear(audio.probe(Session("Hendrix", None, stems)), "PK04")
