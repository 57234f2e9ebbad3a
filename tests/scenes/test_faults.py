import numpy as np
import pytest

from earmark.scenes import faults
from earmark.scenes.signals import level_dbfs, noise, tone

RATE_HZ = 48_000


@pytest.fixture
def sound():
    return noise(2.0, rms_dbfs=-20.0, seed=4)


@pytest.mark.parametrize(
    "fault",
    [
        faults.flipped,
        lambda sound: faults.delayed(sound, 3.5),
        lambda sound: faults.add_hum(sound, -60.0),
        lambda sound: faults.clipped(sound, 6.0),
        lambda sound: faults.with_dc(sound, 0.01),
        lambda sound: faults.turned(sound, 6.0, [(0.5, 1.0)]),
        lambda sound: faults.holed(sound, [(0.5, 0.6)]),
        lambda sound: faults.not_finite(sound, [7]),
        lambda sound: faults.cut_short(sound, 0.5),
        lambda sound: faults.dual_mono(sound),
    ],
)
def test_a_fault_leaves_what_it_was_given_as_it_was_and_gives_float32(sound, fault):
    before = sound.copy()
    given = fault(sound)
    assert np.array_equal(sound, before)
    assert given.dtype == np.float32
    assert not np.array_equal(given, before)


def test_flipped_and_upright_cancel(sound):
    assert not np.any(faults.flipped(sound) + sound)


def test_a_whole_delay_moves_every_sample(sound):
    late = faults.delayed(sound, 48)
    assert np.array_equal(late[48:], sound[:-48])
    assert not np.any(late[:48])
    assert np.array_equal(faults.delayed(late, -48)[:-48], sound[:-48])


@pytest.mark.parametrize("delay_samples", [0.25, 10.5, -3.75])
def test_part_of_a_sample_is_a_turn_of_phase(delay_samples):
    steady = tone(1000.0, 1.0, peak_dbfs=-6.0)
    expected = tone(1000.0, 1.0, peak_dbfs=-6.0, phase_rad=-2 * np.pi * 1000 * delay_samples / RATE_HZ)
    inside = slice(4000, -4000)  # the ends are cut, and ring
    assert np.abs(faults.delayed(steady, delay_samples)[inside] - expected[inside]).max() < 2e-4


def test_hum_has_its_stated_level_and_wanders_no_further_than_the_grid():
    hum = faults.add_hum(np.zeros(40 * RATE_HZ, np.float32), -50.0, seed=3)
    spectrum = np.abs(np.fft.rfft(hum[: 8 * RATE_HZ] * np.hanning(8 * RATE_HZ))) / (2 * RATE_HZ)
    near = spectrum[8 * 49 : 8 * 51]
    assert 20 * np.log10(np.sqrt(np.sum(near**2) / 1.5)) == pytest.approx(-50.0, abs=0.3)
    hz = np.diff(faults.mains(40.0, seed=3)) * RATE_HZ / (2 * np.pi)
    assert np.abs(hz - 50.0).max() <= 0.05 + 1e-6
    assert np.ptp(hz) > 0.01


def test_hum_on_the_american_grid_is_at_60():
    assert np.diff(faults.mains(1.0, mains_hz=60.0)).mean() * RATE_HZ / (2 * np.pi) == pytest.approx(60.0, abs=0.06)


def test_clipping_stands_at_the_ceiling_for_as_long_as_the_wave_is_over_it():
    flat = faults.clipped(tone(100.0, 0.1, peak_dbfs=0.0), 6.0206)
    assert flat.max() == 1.0
    top = np.flatnonzero(flat[:240] == 1.0)  # the first half wave: sin > 0.5 for a third of a whole turn
    assert top.size == pytest.approx(480 / 3, abs=2)


def test_dc_moves_the_mean_alone(sound):
    moved = faults.with_dc(sound, 0.01)
    assert moved.mean() - sound.mean() == pytest.approx(0.01, abs=1e-6)


def test_turning_a_span_leaves_the_rest_to_the_bit(sound):
    louder = faults.turned(sound, 6.0, [(0.5, 1.0)])
    span = slice(int(0.5 * RATE_HZ), RATE_HZ)
    assert np.array_equal(np.delete(louder, span), np.delete(sound, span))
    inner = slice(int(0.6 * RATE_HZ), int(0.9 * RATE_HZ))
    assert level_dbfs(louder[inner]) - level_dbfs(sound[inner]) == pytest.approx(6.0, abs=0.001)


def test_a_hole_is_exactly_zero_and_only_there(sound):
    holed = faults.holed(sound, [(0.5, 0.6)])
    assert np.flatnonzero(holed == 0).tolist() == list(range(24_000, 28_800))


def test_a_cut_tail_is_gone(sound):
    assert np.array_equal(faults.cut_short(sound, 0.5), sound[: int(1.5 * RATE_HZ)])


def test_dual_mono_of_a_stereo_sound_is_its_middle():
    left, right = noise(0.1, seed=1), noise(0.1, seed=2)
    both = faults.dual_mono(np.stack([left, right]))
    assert np.array_equal(both[0], both[1])
    assert np.allclose(both[0], (left + right) / 2, atol=1e-7)
