import subprocess
import sys

import numpy as np
import pytest

from earmark.scenes import instruments
from earmark.scenes.signals import level_dbfs

RATE_HZ = 48_000


def spectrum(sound):
    power = np.abs(np.fft.rfft(sound * np.hanning(sound.size), 8 * RATE_HZ)) ** 2
    return np.arange(power.size) / 8, power


def strongest_hz(sound, low_hz, high_hz):
    hz, power = spectrum(sound)
    inside = (hz >= low_hz) & (hz <= high_hz)
    return hz[inside][np.argmax(power[inside])]


def share(sound, low_hz, high_hz):
    hz, power = spectrum(sound)
    return power[(hz >= low_hz) & (hz < high_hz)].sum() / power.sum()


@pytest.mark.parametrize(
    "play",
    [
        lambda: instruments.kick_pattern(4.0, seed=2),
        lambda: instruments.snare_pattern(4.0, seed=2),
        lambda: instruments.bass_line(4.0),
        lambda: instruments.guitar_part(4.0, seed=2),
        lambda: instruments.vocal_line([0, -6], seed=2),
    ],
)
def test_a_player_plays_the_same_twice_within_full_scale(play):
    first, again = play(), play()
    assert np.array_equal(first, again)
    assert first.dtype == np.float32
    assert first.ndim == 1
    assert np.isfinite(first).all()
    assert 0.1 < np.abs(first).max() < 1.0


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_a_player_keeps_time_at_every_rate(rate_hz):
    assert instruments.vocal_line([0.0], rate_hz=rate_hz).size == round(3.2 * rate_hz)
    assert instruments.kick_pattern(2.0, rate_hz=rate_hz).size == 2 * rate_hz


@pytest.mark.parametrize("mic", ["in", "out"])
def test_a_kick_sounds_between_50_and_60_hz(mic):
    assert 50 <= strongest_hz(instruments.kick(mic)[4800:], 20, 400) <= 60


def test_both_kick_microphones_hear_the_same_way_up_one_3_ms_apart_at_most():
    near, far = instruments.kick_pattern(4.0, mic="in"), instruments.kick_pattern(4.0, mic="out")
    size = 2 * near.size
    low = (np.fft.rfftfreq(size, 1 / RATE_HZ) > 40) & (np.fft.rfftfreq(size, 1 / RATE_HZ) < 250)
    across = np.fft.irfft(np.conj(np.fft.rfft(near, size)) * np.fft.rfft(far, size) * low)
    late = int(np.argmax(np.abs(across)))
    assert across[late] > 0
    assert 0 <= late <= 0.003 * RATE_HZ


@pytest.mark.parametrize("frequency_hz", [41.2, 110.0, 329.63, 659.26])
def test_a_string_is_in_tune_within_three_cents(frequency_hz):
    string = instruments.pluck(frequency_hz, 1.5)[4800:]
    heard_hz = strongest_hz(string, 0.95 * frequency_hz, 1.05 * frequency_hz)
    bin_cents = 1200 * np.log2(1 + 0.125 / frequency_hz)  # spectrum() reads to an eighth of a hertz
    assert abs(1200 * np.log2(heard_hz / frequency_hz)) < 3 + bin_cents


def test_a_string_rings_as_long_as_it_is_told():
    string = instruments.pluck(110.0, 2.0, ring_s=2.0)
    fall_db = level_dbfs(string[4800:14_400]) - level_dbfs(string[52_800:62_400])
    assert fall_db >= 29  # one second of a two second fall by 60 dB; treble falls faster


def test_what_is_kept_and_given_again_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        instruments.pluck(110.0, 1.0)[0] = 1.0


@pytest.mark.parametrize("pitch", ["G3", "A4", "D5"])
def test_a_singer_holds_the_pitch(pitch):
    asked_hz = instruments.hertz(pitch)
    sung = instruments.sing([instruments.Note(0.05, 1.4, asked_hz, "a")], 1.5, vibrato_cents=0.0)
    heard_hz = strongest_hz(sung, asked_hz / 1.1, asked_hz * 1.1)
    assert abs(1200 * np.log2(heard_hz / asked_hz)) < 25
    assert share(sung, heard_hz - 20, heard_hz + 20) > 20 * share(sung, 1.3 * asked_hz, 1.7 * asked_hz)


def test_vowels_differ_where_mouths_do():
    def sung(vowel):
        return instruments.sing([instruments.Note(0.05, 1.0, 220.0, vowel)], 1.1)

    assert share(sung("i"), 2200, 3600) > 5 * share(sung("u"), 2200, 3600)
    assert share(sung("a"), 700, 1400) > 5 * share(sung("i"), 700, 1400)


def test_a_consonant_is_noise_before_the_note():
    plain, hissed = (instruments.sing([instruments.Note(0.2, 0.8, 220.0, syllable)], 1.0) for syllable in ("a", "sa"))
    before = slice(int(0.14 * RATE_HZ), int(0.19 * RATE_HZ))
    assert level_dbfs(hissed[before]) > level_dbfs(plain[before]) + 20
    assert share((hissed - plain)[: RATE_HZ // 2], 5000, 11_000) > 0.9


def test_phrases_come_at_the_levels_asked_for():
    line = instruments.vocal_line([0.0, -6.0], noise_dbfs=-100.0)
    first, second = line[int(0.7 * RATE_HZ) :][: int(1.8 * RATE_HZ)], line[int(3.2 * RATE_HZ) :][: int(1.8 * RATE_HZ)]
    assert level_dbfs(first) - level_dbfs(second) == pytest.approx(6.0, abs=0.01)


@pytest.mark.parametrize(
    ("pitch", "frequency_hz"), [("A4", 440.0), ("C4", 261.626), ("F#3", 184.997), ("Bb2", 116.541)]
)
def test_pitches_by_name(pitch, frequency_hz):
    assert instruments.hertz(pitch) == pytest.approx(frequency_hz, abs=0.001)


def test_scenes_load_nothing_heavy():
    heavy = "{'scipy', 'librosa', 'numba', 'pedalboard', 'soundfile', 'soxr'}"
    asked = f"import sys; from earmark.scenes import faults, instruments; print({heavy} & set(sys.modules))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout
    assert told.strip() == "set()"
