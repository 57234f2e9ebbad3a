from __future__ import annotations

import itertools
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.features.pair_lag import PairLag
from earmark.model import Session, SoundFile, Stem
from earmark.scenes.faults import delayed
from earmark.scenes.filters import filtered, low_pass
from earmark.scenes.instruments import bass_line, guitar_part, kick_pattern, vocal_line
from earmark.scenes.signals import noise

RATE_HZ = 16_000
DURATION_S = 10.0


def pairs(session: Session) -> tuple[PairLag, ...]:
    return measure(session, [PairLag], jobs=1).of_kind(PairLag)


def only(**stems: np.ndarray) -> PairLag:
    (pair,) = pairs(scenes.session(RATE_HZ, **stems))
    return pair


def files(*paths: Path) -> Session:
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in paths)
    return audio.probe(Session("real", None, stems))


@cache
def guitar(seed: int = 0) -> np.ndarray:
    return guitar_part(DURATION_S, rate_hz=RATE_HZ, seed=seed)


@cache
def bass() -> np.ndarray:
    return bass_line(DURATION_S, rate_hz=RATE_HZ)


def room(seed: int, rms_dbfs: float = -60.0) -> np.ndarray:
    return noise(DURATION_S, rms_dbfs=rms_dbfs, rate_hz=RATE_HZ, seed=seed)


@pytest.mark.parametrize("lag_samples", [0.0, 3.25, -7.5, 140.75, -321.0])
def test_finds_the_lag_within_a_tenth_of_a_sample(lag_samples: float) -> None:
    pair = only(one=guitar() + room(1), two=delayed(guitar(), lag_samples) + room(2))
    assert pair.firm
    assert pair.polarity == 1
    assert pair.lag_s * RATE_HZ == pytest.approx(lag_samples, abs=0.1)


@pytest.mark.parametrize("lag_samples", [640.0, -790.5])
def test_finds_a_lag_of_almost_fifty_milliseconds(lag_samples: float) -> None:
    shared = room(7, -20)
    pair = only(one=shared + room(1, -40), two=delayed(shared, lag_samples) + room(2, -40))
    assert pair.firm
    assert pair.lag_s * RATE_HZ == pytest.approx(lag_samples, abs=0.1)


@pytest.mark.parametrize("gain", [1.0, -1.0, 0.05, -0.05])
def test_polarity_and_level_are_those_of_the_second(gain: float) -> None:
    pair = only(one=guitar() + room(1), two=np.float32(gain) * (delayed(guitar(), 20) + room(2)))
    assert pair.firm
    assert pair.polarity == np.sign(gain)
    assert np.sign(pair.likeness) == np.sign(gain)
    assert pair.gain_db == pytest.approx(20 * np.log10(abs(gain)), abs=0.1)


def test_tonal_bass_does_not_pull_the_lag_away() -> None:
    dull = filtered(bass(), lambda hz: low_pass(hz, 900), RATE_HZ)
    pair = only(direct=bass() + room(1, -70), amplifier=delayed(dull, 12) + room(2, -70))
    assert pair.firm
    assert pair.lag_s * RATE_HZ == pytest.approx(12, abs=2)


def test_a_pair_is_found_under_as_much_noise_of_its_own() -> None:
    level_dbfs = 20 * np.log10(np.sqrt(np.mean(guitar() ** 2)))
    pair = only(one=guitar() + room(1, level_dbfs), two=delayed(guitar(), 33) + room(2, level_dbfs))
    assert pair.firm
    assert pair.lag_s * RATE_HZ == pytest.approx(33, abs=0.5)


def test_likeness_is_the_share_of_what_both_hear() -> None:
    shared = room(1, -30)
    pair = only(one=shared + room(2, -30), two=delayed(shared, 33) + room(3, -30))
    assert pair.firm
    assert pair.likeness == pytest.approx(0.5, abs=0.05)


def test_unrelated_stems_in_the_same_rhythm_give_no_firm_pair() -> None:
    kick = kick_pattern(DURATION_S, rate_hz=RATE_HZ) + room(3)
    voice = vocal_line((0.0, -2.0, 0.0), rate_hz=RATE_HZ, seed=8)
    band = scenes.session(RATE_HZ, kick=kick, bass=bass() + room(4), guitar=guitar(), voice=voice)
    assert not [pair for pair in pairs(band) if pair.firm]


def test_a_part_played_twice_is_no_pair() -> None:
    at_s = np.arange(int(DURATION_S * RATE_HZ)) / RATE_HZ

    def take(seed: int) -> np.ndarray:
        luck = np.random.default_rng(seed)
        out = np.zeros(at_s.size)
        for n in range(20):
            since = at_s - n * 0.5 - 0.01 * luck.standard_normal()
            strokes = luck.uniform(0.5, 1.0, 6)
            tones = sum(
                g * np.sin(2 * np.pi * 196.0 * k * (1 + 0.002 * luck.standard_normal()) * since + luck.uniform(0, 6.28))
                for k, g in enumerate(strokes, start=1)
            )
            out += np.where(since > 0, 0.1 * tones * np.exp(-5 * np.maximum(since, 0)), 0.0)
        return out + 1e-4 * luck.standard_normal(at_s.size)

    assert not [pair for pair in pairs(scenes.session(RATE_HZ, left=take(1), right=take(2))) if pair.firm]


def test_silence_constants_and_stems_shorter_than_a_window_give_no_pair() -> None:
    silent, constant = np.zeros(RATE_HZ, np.float32), np.full(RATE_HZ, 0.1, np.float32)
    blip = guitar()[:500]
    assert not pairs(scenes.session(RATE_HZ, silent=silent, silent_too=silent, constant=constant, blip=blip))


def test_stems_that_never_sound_together_give_no_pair() -> None:
    half = guitar().size // 2
    first, second = guitar().copy(), guitar().copy()
    first[half:], second[:half] = 0.0, 0.0
    assert pairs(scenes.session(RATE_HZ, first=guitar(), second=guitar()))
    assert not pairs(scenes.session(RATE_HZ, first=first, second=second))


def test_not_a_number_in_one_stem_does_not_hide_the_pair() -> None:
    broken = delayed(guitar(), 20)
    broken[5000:5010] = np.nan
    assert only(one=guitar() + room(1), two=broken + room(2)).firm


def test_one_side_of_a_stereo_stem_upside_down_does_not_hide_the_pair() -> None:
    wide = np.stack([guitar(), -guitar()]) + np.stack([room(1), room(2)])
    assert only(wide=wide, close=delayed(guitar(), -9) + room(3)).lag_s * RATE_HZ == pytest.approx(-9, abs=0.2)


def test_stems_at_different_rates_are_left_alone() -> None:
    one = scenes.session(RATE_HZ, one=guitar())
    two = scenes.session(2 * RATE_HZ, two=guitar())
    assert not pairs(Session("mixed", None, one.stems + two.stems, rate_hz=RATE_HZ))


def test_where_a_stem_starts_counts() -> None:
    from dataclasses import replace

    session = scenes.session(RATE_HZ, one=guitar() + room(1), two=guitar()[160:] + room(2)[160:])
    placed = replace(session, stems=(session.stems[0], replace(session.stems[1], start_s=0.02)))
    (pair,) = pairs(placed)
    assert pair.lag_s == pytest.approx(0.01, abs=1e-5)


def test_the_one_that_disagrees_with_the_others_is_counted() -> None:
    same = {f"mic_{n}": delayed(guitar(), 5 * n) + room(n) for n in range(3)}
    found = pairs(scenes.session(RATE_HZ, **same, odd=-guitar() + room(9)))
    assert len(found) == 6
    odd = [pair for pair in found if pair.stems[1].name == "odd"]
    assert all(pair.opposed[1] == 3 and pair.related[1] == 3 for pair in odd)
    assert all(pair.opposed[0] == 1 and pair.related[0] == 3 for pair in odd)


def test_what_the_sum_does_follows_from_level_and_likeness() -> None:
    pair = only(one=guitar(), two=0.5 * guitar())
    for band in pair.bands:
        assert band.sum_db == pytest.approx(10 * np.log10(1.5**2 / 1.25), abs=0.05)
        assert band.flipped_db == pytest.approx(10 * np.log10(0.5**2 / 1.25), abs=0.05)
        assert band.even_sum_db == pytest.approx(3.01, abs=0.01)


def test_the_place_lies_where_both_sound() -> None:
    late = room(7, -20)
    late[: 6 * RATE_HZ] = 0.0
    pair = only(one=room(7, -20) + room(1), two=delayed(late, 10) + room(2, -90))
    assert pair.place_s[0] >= 5.5


@pytest.mark.real_audio
def test_four_spaced_microphones_lie_where_they_were_measured(data: Path) -> None:
    folder = data / "microphones" / "spaced-four"
    found = pairs(files(*(folder / f"{name}.flac" for name in ("main", "other1", "other2", "other3"))))
    behind_main = [pair for pair in found if pair.stems[0].name == "main"]
    assert [pair.lag_s * 48_000 for pair in behind_main] == pytest.approx([140.75, 168.4, 194.1], abs=5)
    assert all(pair.firm and pair.polarity == 1 for pair in behind_main)


@pytest.mark.real_audio
def test_a_choir_in_a_room_lies_where_it_was_measured(data: Path) -> None:
    take = str(data / "microphones" / "choir" / "DCS_LI_QuartetB_Take04_")
    names = ("A2_LRX", "Stereo_STM", "Stereo_STL", "Stereo_STR")
    found = {
        tuple(stem.name[-3:] for stem in pair.stems): pair
        for pair in pairs(files(*(Path(f"{take}{n}.wav") for n in names)))
    }
    assert found["LRX", "STM"].lag_s * 22_050 == pytest.approx(196, abs=0.75)
    assert found["LRX", "STM"].firm
    assert found["STM", "STL"].lag_s * 22_050 == pytest.approx(0, abs=0.5)
    assert found["STM", "STR"].lag_s * 22_050 == pytest.approx(0, abs=0.5)


@pytest.mark.real_audio
@pytest.mark.parametrize(
    ("song", "stem", "lag_samples"),
    [("Rock", "05 male singer", -44.69), ("Rock", "02 electric bass", 0.81), ("Hendrix", "02 electric bass", 0.375)],
)
def test_a_processed_stem_lies_where_it_was_measured(data: Path, song: str, stem: str, lag_samples: float) -> None:
    folder = data / "stems" / song
    (pair,) = pairs(files(folder / "raw" / f"{stem}.flac", folder / "stems" / f"{stem}.flac"))
    assert pair.firm
    assert pair.polarity == 1
    assert pair.lag_s * 44_100 == pytest.approx(lag_samples, abs=0.5)


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["80sRock", "Beatles", "Country1", "Hendrix", "Punk", "Rock", "SpeedMetal"])
def test_no_two_stems_of_a_song_without_bleed_are_a_pair(data: Path, song: str) -> None:
    stems = sorted((data / "stems" / song / "raw").glob("*.flac"))
    assert len(list(itertools.combinations(stems, 2))) >= 6
    assert not pairs(files(*stems))
