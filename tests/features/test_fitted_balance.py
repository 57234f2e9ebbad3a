from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.features.feature import Unheard
from earmark.features.fitted_balance import FittedBalance, InMix
from earmark.model import Session, SoundFile, Stem
from earmark.scenes.faults import delayed
from earmark.scenes.filters import filtered
from earmark.scenes.instruments import bass_line, guitar_part, kick_pattern, snare_pattern, vocal_line
from earmark.scenes.signals import noise

RATE_HZ = 16_000
DURATION_S = 12.0


@cache
def band() -> dict[str, np.ndarray]:
    voice = np.zeros(int(DURATION_S * RATE_HZ), np.float32)
    sung = vocal_line((0.0, -3.0, -1.0, 0.0), rate_hz=RATE_HZ, seed=3)[: voice.size]
    voice[: sung.size] = sung
    return {
        "kick": kick_pattern(DURATION_S, rate_hz=RATE_HZ),
        "snare": snare_pattern(DURATION_S, rate_hz=RATE_HZ),
        "bass": bass_line(DURATION_S, rate_hz=RATE_HZ),
        "guitar": guitar_part(DURATION_S, rate_hz=RATE_HZ, seed=4),
        "voice": voice,
    }


def fit_of(session: Session) -> FittedBalance | Unheard:
    return measure(session, [FittedBalance], jobs=1).whole(FittedBalance)


def fit(mix: np.ndarray, **stems: np.ndarray) -> FittedBalance:
    fitted = fit_of(scenes.session(RATE_HZ, mix=mix, **(stems or band())))
    assert isinstance(fitted, FittedBalance)
    return fitted


def summed(**gains: float) -> np.ndarray:
    return np.asarray(sum(np.float32(gains.get(name, 1.0)) * sound for name, sound in band().items()))


def stem(balance: FittedBalance, name: str) -> InMix:
    return next(one for one in balance.stems if one.name == name)


def test_the_plain_sum_leaves_nothing() -> None:
    balance = fit(summed())
    assert balance.unity_residual_db < -100.0
    assert balance.residual_db < -100.0
    assert balance.at_reference == 1.0
    assert balance.trusted
    assert balance.gain_of("bass") == pytest.approx((1.0, 1.0), abs=1e-4)


@pytest.mark.parametrize("gain", [0.0, 0.447, 0.708, 1.41, 2.0, -1.0])
def test_a_gain_is_found_and_the_others_stay_at_one(gain: float) -> None:
    balance = fit(summed(guitar=gain))
    assert balance.gain_of("guitar") == pytest.approx((gain, gain), abs=1e-3)
    assert all(one.gains == pytest.approx((1.0, 1.0), abs=1e-3) for one in balance.stems if one.name != "guitar")
    assert balance.residual_db < -60.0


@pytest.mark.parametrize("late_ms", [1.0, 2.03, 20.0, 50.0, -5.0])
def test_a_delay_is_found(late_ms: float) -> None:
    voice = delayed(band()["voice"], late_ms * RATE_HZ / 1000)
    balance = fit(summed(voice=0.0) + voice)
    assert stem(balance, "voice").lag_s * 1000 == pytest.approx(late_ms, abs=0.01)
    assert [one.lag_s for one in balance.stems if one.name != "voice"] == [0.0] * 4
    assert balance.residual_db < -35.0


def test_three_differences_at_once_are_told_apart() -> None:
    late = delayed(band()["snare"], 160)
    balance = fit(summed(guitar=0.0, bass=-1.0, snare=0.0) + late)
    assert stem(balance, "guitar").level_db < -60.0
    assert stem(balance, "bass").polarity == -1
    assert stem(balance, "snare").lag_s == pytest.approx(0.01, abs=1e-5)
    assert stem(balance, "voice").gains == pytest.approx((1.0, 1.0), abs=1e-2)


def test_panned_mono_stems_have_a_gain_per_side() -> None:
    angles = {"kick": 0.785, "snare": 0.785, "bass": 0.785, "guitar": 0.3, "voice": 1.0}
    mix = np.stack(
        [sum(np.cos(angles[n]) * s for n, s in band().items()), sum(np.sin(angles[n]) * s for n, s in band().items())]
    )
    balance = fit(mix)
    assert balance.gain_of("guitar") == pytest.approx((np.cos(0.3), np.sin(0.3)), abs=1e-3)
    assert balance.reference_db == pytest.approx(-3.01, abs=0.01)
    assert balance.at_reference == 1.0
    assert balance.residual_db < -60.0


def test_stereo_stems_and_mono_stems_have_each_their_own_reference() -> None:
    stems = {name: np.stack([s, 0.8 * s]) if name in ("guitar", "voice") else s for name, s in band().items()}
    mix = sum(s if s.ndim == 2 else np.float32(0.70711) * np.stack([s, s]) for s in stems.values())
    balance = fit(np.asarray(mix), **stems)
    assert all(abs(one.level_db) < 0.01 for one in balance.stems)
    assert balance.unity_residual_db < -60.0


def test_a_gain_common_to_all_is_the_reference_not_a_difference() -> None:
    balance = fit(np.float32(0.4) * summed())
    assert balance.reference_db == pytest.approx(20 * np.log10(0.4), abs=0.01)
    assert balance.even_residual_db < -60.0
    assert balance.unity_residual_db == pytest.approx(20 * np.log10((0.5**0.5 - 0.4) / 0.4), abs=0.1)  # at -3 dB


def test_a_mix_upside_down_as_a_whole_turns_no_stem() -> None:
    balance = fit(-summed())
    assert all(one.polarity == 1 and abs(one.level_db) < 0.01 for one in balance.stems)
    assert balance.gain_of("kick")[0] == pytest.approx(-1.0, abs=1e-3)


@pytest.mark.parametrize("offset_s", [0.012, 0.2, 2.0, 5.0])
def test_a_mix_that_starts_elsewhere_is_found(offset_s: float) -> None:
    balance = fit(np.pad(summed(), (round(offset_s * RATE_HZ), 0)))
    assert balance.offset_s == pytest.approx(offset_s, abs=1e-4)
    assert balance.even_residual_db < -60.0


def test_uncertainty_holds_the_truth() -> None:
    disturbed = summed(guitar=0.6) + noise(DURATION_S, rms_dbfs=-25.0, rate_hz=RATE_HZ, seed=9)
    balance = fit(disturbed)
    off = abs(balance.gain_of("guitar")[0] - 0.6)
    assert 0.0 < off < 4 * stem(balance, "guitar").uncertainty < 0.2


def test_two_equal_stems_cannot_be_told_apart() -> None:
    stems = {**band(), "guitar_copy": band()["guitar"]}
    balance = fit(summed(), **stems)
    assert np.isinf(stem(balance, "guitar").uncertainty)
    assert np.isinf(stem(balance, "guitar copy").uncertainty)
    assert stem(balance, "bass").gains == pytest.approx((1.0, 1.0), abs=1e-3)


def test_a_stem_that_never_sounds_is_left_out_and_has_no_gain() -> None:
    balance = fit(summed(), **band(), silent=np.zeros(int(DURATION_S * RATE_HZ)))
    assert balance.left_out == ("silent",)
    assert balance.gain_of("silent") == (0.0, 0.0)


def test_compression_of_the_sum_follows_level_and_an_equaliser_follows_tone() -> None:
    squeezed = fit(summed() * np.repeat(0.6 + 0.4 * np.random.default_rng(2).random(24), 8000)[: summed().size])
    assert squeezed.follows_level > 0.8 > 0.3 > squeezed.follows_tone
    tilted = fit(filtered(summed(), lambda hz: 10 ** (3.0 * np.log2(np.maximum(hz, 30) / 500) / 40), RATE_HZ))
    assert tilted.follows_tone > 0.6 > 0.3 > tilted.follows_level


def test_a_voice_that_is_in_no_stem_follows_neither() -> None:
    stems = {name: sound for name, sound in band().items() if name != "voice"}
    balance = fit(summed(), **stems)
    assert max(balance.follows_level, balance.follows_tone) < 0.2
    assert balance.unity_residual_db == pytest.approx(10 * np.log10(power(band()["voice"]) / power(summed())), abs=0.5)


def test_without_a_mix_it_says_how_to_name_one() -> None:
    unheard = fit_of(scenes.session(RATE_HZ, **band()))
    assert unheard == Unheard("no mix to compare with; name one with --mix")


def test_a_mix_at_another_rate_or_of_another_song_is_said() -> None:
    other_rate = replace(scenes.session(RATE_HZ, **band()), mix=scenes.session(8_000, mix=summed()).mix)
    fitted = fit_of(other_rate)
    assert isinstance(fitted, Unheard)
    assert "8000 Hz" in fitted.because
    other_song = fit_of(scenes.session(RATE_HZ, mix=noise(DURATION_S, rate_hz=RATE_HZ), **band()))
    assert isinstance(other_song, Unheard)
    assert "none of the stems was found" in other_song.because


def test_silence_and_not_a_number_are_survived() -> None:
    quiet = fit_of(scenes.session(RATE_HZ, mix=np.zeros(16_000), one=np.zeros(16_000)))
    assert isinstance(quiet, Unheard)
    broken = summed().copy()
    broken[1000] = np.nan
    assert fit(broken).residual_db < -40.0


def power(sound: np.ndarray) -> float:
    return float(np.mean(np.square(sound, dtype=np.float64)))


def real(data: Path, song: str) -> FittedBalance:
    files = sorted((data / "stems" / song / "stems").glob("*.flac"))
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in files)
    mix = Stem("mix", SoundFile(data / "stems" / song / "mix.flac"), role="mix")
    fitted = fit_of(audio.probe(Session(song, None, stems, mix=mix)))
    assert isinstance(fitted, FittedBalance)
    return fitted


@pytest.mark.real_audio
def test_the_song_whose_fourth_stem_was_turned_down(data: Path) -> None:
    balance = real(data, "Hendrix")
    assert balance.unity_residual_db == pytest.approx(-5.2, abs=0.15)
    assert [one.gains[0] for one in balance.stems] == pytest.approx([1.0, 1.0, 0.99, 0.447], abs=0.01)


@pytest.mark.real_audio
def test_the_song_whose_fourth_stem_was_processed(data: Path) -> None:
    balance = real(data, "Rock")
    assert balance.unity_residual_db == pytest.approx(-17.9, abs=0.2)
    assert [one.gains[0] for one in balance.stems] == pytest.approx([1.0, 1.0, 1.0, 0.97, 1.0], abs=0.01)
    assert [one.gains[1] for one in balance.stems] == pytest.approx([1.0, 1.0, 1.0, 0.91, 1.0], abs=0.01)
    assert max(balance.stems, key=lambda one: one.trace).name.startswith("04")
