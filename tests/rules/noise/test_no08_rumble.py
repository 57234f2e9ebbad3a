"""NO08 hears what lies below the lowest note all the time, not what lives there or passes."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.actions import HighPass, LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no08_rumble import LIVE_THERE, example, suggest
from earmark.session.roles import ROLES
from hearing import findings, hear

RATE_HZ = 8_000
AT_S = np.arange(6 * RATE_HZ) / RATE_HZ


def part(hz: float = 220.0) -> np.ndarray:
    return 0.2 * np.sin(2 * np.pi * hz * AT_S) * np.exp(-4.0 * (AT_S % 1.0))


def traffic(dbfs: float, low_hz: float = 12.0, high_hz: float = 38.0) -> np.ndarray:
    bins = np.fft.rfft(np.random.default_rng(3).standard_normal(AT_S.size))
    hz = np.fft.rfftfreq(AT_S.size, 1 / RATE_HZ)
    noise = np.fft.irfft(bins * ((hz > low_hz) & (hz < high_hz)), AT_S.size)
    return np.asarray(10 ** (dbfs / 20) / np.std(noise) * noise)


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO08", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    rumbling, still = example()
    (found,) = hear(rumbling, "NO08")
    assert found.value == pytest.approx(-40.0, abs=2.5)  # four fifths of the time at least that
    assert hear(still, "NO08") == ()


@pytest.mark.parametrize("dbfs", [-30.0, -45.0])
def test_fires_at_its_level_and_names_the_strongest_frequency(dbfs: float) -> None:
    (found,) = heard(guitar=part() + traffic(dbfs, 18.0, 28.0))
    assert found.value == pytest.approx(dbfs - 1.5, abs=2.5)  # exceeded four fifths of the time
    assert found.evidence["peak_hz"] == pytest.approx(23.0, abs=5.5)


def test_fires_upside_down_and_in_one_channel_of_two() -> None:
    assert heard(guitar=-(part() + traffic(-35.0)))
    (found,) = heard(guitar=np.stack([part() + traffic(-35.0), part()]))
    assert found.value == pytest.approx(-38.0, abs=2.5)


def test_fires_just_over_the_threshold_and_not_just_under() -> None:
    assert heard(guitar=0.05 * part() + traffic(-57.0))
    assert heard(guitar=0.05 * part() + traffic(-64.0)) == ()


def test_quiet_on_instruments_that_live_there() -> None:
    assert set(ROLES) >= LIVE_THERE
    sound = part(41.0) + traffic(-30.0)
    assert heard(kick=sound, bass=sound, synth=sound, organ=sound, drums=sound, overhead=sound, floor_tom=sound) == ()


def test_quiet_on_a_thump_now_and_then() -> None:
    thumps = 0.3 * np.sin(2 * np.pi * 25.0 * AT_S) * np.exp(-10.0 * (AT_S % 2.0))
    assert heard(guitar=part() + thumps) == ()


def test_quiet_on_silence_a_constant_and_a_short_stem() -> None:
    for sound in (np.zeros(RATE_HZ * 3), np.full(RATE_HZ * 3, 0.3), np.full(100, 0.5)):
        assert heard(guitar=sound) == ()


def test_quiet_on_a_low_part_of_a_stem_nobody_named() -> None:
    whole = 0.3 * np.sin(2 * np.pi * 36.0 * AT_S)
    assert heard(guitar=whole)
    assert heard(audio_12=whole + part()) == ()


def test_the_high_pass_lies_below_the_lowest_note() -> None:
    (found,) = heard(guitar=part() + traffic(-35.0))
    high_pass, leaving = suggest(found)
    assert isinstance(high_pass.action, HighPass)
    assert high_pass.action.corner_hz < 82.4  # E2
    assert isinstance(leaving.action, LeaveIt)
