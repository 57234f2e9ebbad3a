"""Takes are bursts of noise at seeded times: every window of one is unlike every other."""

from dataclasses import replace

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.rebounce import Rebounce, rebounce
from earmark.session import find

RATE_HZ = 44_100


def take(seed: int, seconds: float = 12.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    sound = np.zeros(round(seconds * RATE_HZ), np.float32)
    for start in random.uniform(0.1, seconds - 0.5, int(seconds * 3)):
        burst = random.normal(0.0, random.uniform(0.02, 0.12), RATE_HZ // 5) * np.exp(-np.arange(RATE_HZ // 5) / 2000.0)
        at = round(start * RATE_HZ)
        sound[at : at + burst.size] += burst.astype(np.float32)
    return sound


def envelope(sound: np.ndarray, rate_hz: int = RATE_HZ, start_s: float = 0.0) -> StemEnvelope:
    session = scenes.session(rate_hz, take=sound)
    placed = replace(session, stems=(replace(session.stems[0], start_s=start_s),))
    (heard,) = measure(placed, {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    return heard


def became(old: np.ndarray, new: np.ndarray, **placed: float) -> Rebounce:
    return rebounce(envelope(old), envelope(new, **placed))


def on_disk(folder, name: str, sound: np.ndarray, encoding: str) -> StemEnvelope:
    audio.write(folder / f"{name}.wav", sound[np.newaxis], RATE_HZ, encoding=encoding)
    (heard,) = measure(audio.probe(find([folder / f"{name}.wav"])[0]), {StemEnvelope}, jobs=1).of_kind(StemEnvelope)
    return heard


TAKE = take(1)


def test_the_same_samples_are_identical():
    assert became(TAKE, TAKE.copy()) == Rebounce("identical")


def test_one_sample_that_differs_in_the_last_bit_is_not_identical():
    other = TAKE.copy()
    other[70_000] = np.nextafter(other[70_000], np.float32(1.0))
    assert became(TAKE, other).sameness == "same"


@pytest.mark.parametrize("shift", [1, 1105, 50_000])
def test_a_shift_is_told_to_the_sample_in_either_direction(shift):
    later = np.concatenate([np.zeros(shift, np.float32), TAKE])
    assert became(TAKE, later) == Rebounce("same", moved_samples=shift)
    assert became(later, TAKE) == Rebounce("same", moved_samples=-shift)


@pytest.mark.parametrize("gain_db", [-0.8, 6.0, 0.1])
def test_a_gain_is_told_to_a_hundredth_of_a_decibel(gain_db):
    told = became(TAKE, (TAKE * 10 ** (gain_db / 20)).astype(np.float32))
    assert (told.sameness, told.gain_db, told.moved_samples, told.upside_down) == ("same", gain_db, 0, False)


def test_polarity_gain_and_shift_are_told_together():
    told = became(TAKE, np.concatenate([np.zeros(777, np.float32), -0.5 * TAKE]))
    assert (told.sameness, told.gain_db, told.moved_samples, told.upside_down) == ("same", -6.02, 777, True)


def test_rounding_to_sixteen_bits_is_no_change(tmp_path):
    old, new = on_disk(tmp_path, "a", TAKE, "PCM_24"), on_disk(tmp_path, "b", 0.9 * TAKE, "PCM_16")
    told = rebounce(old, new)
    assert (told.sameness, told.gain_db, told.stretches) == ("same", -0.92, ())
    assert told.left_db is not None
    assert told.left_db < -50.0


def test_a_part_that_was_recorded_anew_is_placed_to_a_tenth_of_a_second():
    other = TAKE.copy()
    other[4 * RATE_HZ : 7 * RATE_HZ] = take(2)[4 * RATE_HZ : 7 * RATE_HZ]
    (part,) = became(TAKE, other).stretches
    assert part.how == "new"
    assert part.start_s == pytest.approx(4.0, abs=0.3)
    assert part.end_s == pytest.approx(7.0, abs=0.3)


def test_three_quarters_new_still_leave_the_rest_where_it_is():
    other = np.concatenate([np.zeros(333, np.float32), TAKE])
    other[3 * RATE_HZ :] = take(2, 13.0)[3 * RATE_HZ : other.size]
    told = became(TAKE, other)
    assert (told.sameness, told.moved_samples) == ("changed", 333)


def test_a_part_that_was_turned_up_is_a_level_and_no_new_sound():
    other = TAKE.copy()
    other[4 * RATE_HZ : 6 * RATE_HZ] *= np.float32(10 ** (3.0 / 20))
    (part,) = became(TAKE, other).stretches
    assert (part.how, part.gain_db) == ("level", pytest.approx(3.0, abs=0.01))


def test_a_part_that_was_moved_is_told_with_its_samples():
    other = TAKE.copy()
    other[6 * RATE_HZ :] = np.roll(TAKE, 500)[6 * RATE_HZ :]
    part = became(TAKE, other).stretches[-1]
    assert (part.how, part.moved_samples) == ("moved", 500)


def test_a_part_that_was_cut_out_is_gone_and_one_that_was_not_there_is_new():
    muted = TAKE.copy()
    muted[4 * RATE_HZ : 6 * RATE_HZ] = 0.0
    assert {part.how for part in became(TAKE, muted).stretches} == {"gone"}
    assert {part.how for part in became(muted, TAKE).stretches} == {"new"}


def test_stretches_are_told_in_session_time():
    other = TAKE.copy()
    other[4 * RATE_HZ : 6 * RATE_HZ] = 0.0
    told = became(TAKE, other, start_s=10.0)
    assert told.moved_samples == 10 * RATE_HZ
    assert told.stretches[0].start_s == pytest.approx(14.0, abs=0.4)


def test_what_lies_where_it_lay_in_the_song_has_not_moved_though_its_file_begins_later():
    assert became(TAKE, TAKE[4410:], start_s=0.1).moved_samples == 0


def test_a_filter_over_all_of_it_is_the_same_take_processed():
    dull = np.convolve(TAKE, np.hanning(40) / 20.0, "same").astype(np.float32)
    assert became(TAKE, dull).sameness == "processed"


def test_another_take_is_another_recording():
    assert became(TAKE, take(2)).sameness == "other"


def test_silence_stays_silence_and_sound_that_went_silent_is_told():
    nothing = np.zeros(RATE_HZ, np.float32)
    assert became(nothing, nothing).sameness == "identical"
    assert became(nothing, np.zeros(2 * RATE_HZ, np.float32)).sameness == "silent"
    assert became(TAKE, np.zeros_like(TAKE)).sameness == "muted"
    assert became(np.zeros_like(TAKE), TAKE).sameness == "woken"


def test_one_side_of_two_that_carry_the_same_is_the_same_sound():
    assert became(TAKE, np.stack([TAKE, TAKE])).sameness == "same"


def test_another_rate_is_compared_by_its_levels_and_says_so():
    spectrum = np.fft.rfft(TAKE)
    size = TAKE.size * 160 // 147
    at_48 = np.fft.irfft(np.pad(spectrum, (0, size // 2 + 1 - spectrum.size)), size).astype(np.float32) * (160 / 147)
    told = rebounce(envelope(TAKE), envelope(0.5 * at_48, 48_000))
    assert (told.sameness, told.exact, told.upside_down) == ("processed", False, False)
    assert told.gain_db == pytest.approx(-6.0, abs=0.3)
    assert abs(told.moved_samples) <= 480


def test_a_sample_that_is_no_number_does_not_spread():
    broken = TAKE.copy()
    broken[5 * RATE_HZ] = np.nan
    told = became(TAKE, broken)
    assert (told.sameness, len(told.stretches)) == ("changed", 1)


def test_a_pause_inside_a_new_part_does_not_part_it_and_a_minute_of_the_same_does():
    old, new = take(1, 30.0), take(1, 30.0)
    new[4 * RATE_HZ : 10 * RATE_HZ] = take(2, 30.0)[4 * RATE_HZ : 10 * RATE_HZ]
    new[20 * RATE_HZ : 22 * RATE_HZ] = take(2, 30.0)[20 * RATE_HZ : 22 * RATE_HZ]
    for sound in (old, new):
        sound[6 * RATE_HZ : 8 * RATE_HZ] = 0.0
    first, second = became(old, new).stretches
    assert (first.start_s, first.end_s) == (pytest.approx(4.0, abs=0.4), pytest.approx(10.0, abs=0.4))
    assert (second.start_s, second.end_s) == (pytest.approx(20.0, abs=0.4), pytest.approx(22.0, abs=0.4))


def test_what_was_cut_off_at_either_end_is_gone():
    for cut in (TAKE[3 * RATE_HZ + 17 :], TAKE[: -3 * RATE_HZ - 17]):
        (part,) = became(TAKE, cut).stretches
        assert (part.how, part.end_s - part.start_s) == ("gone", pytest.approx(3.0, abs=0.9))  # it ends in silence
