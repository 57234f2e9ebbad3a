"""NO10 hears thin steady lines, and no notes, buzz or test tones."""

from __future__ import annotations

import numpy as np
import pytest

from earmark.actions import BellCut, LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no10_whistle import example, suggest
from hearing import findings, hear

RATE_HZ = 48_000
AT_S = np.arange(5 * RATE_HZ) / RATE_HZ


def line() -> np.ndarray:
    noise = 3e-5 * np.random.default_rng(9).standard_normal(AT_S.size)
    return 0.3 * np.sin(2 * np.pi * 220.0 * AT_S) * np.exp(-9.0 * (AT_S % 1.0)) + noise


def tone(hz: float, dbfs: float) -> np.ndarray:
    return np.asarray(10 ** (dbfs / 20) * np.sin(2 * np.pi * hz * AT_S))


def bursts(dbfs: float, from_s: float = 2.0, to_s: float = 4.0) -> np.ndarray:
    """A telephone: every 4.615 ms a click of 0.577 ms."""
    on = (AT_S % (6 / 1300.0)) < (6 / 1300.0) / 8
    return np.asarray(10 ** (dbfs / 20) * on * ((from_s < AT_S) & (to_s > AT_S)))


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO10", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    whistling, still = example()
    (found,) = hear(whistling, "NO10")
    assert found.value == pytest.approx(-70.0, abs=1.0)
    assert found.evidence["freq_hz"] == pytest.approx(15_625.0, abs=0.5)
    assert "625-line screen" in found.message
    assert hear(still, "NO10") == ()


@pytest.mark.parametrize(
    ("hz", "said"),
    [
        (15_734.3, "525-line"),
        (1000.0, "USB"),
        (8000.0, "microframe"),
        (3456.7, "steady tone"),
        (12_345.0, "steady tone"),
    ],
)
@pytest.mark.parametrize("dbfs", [-60.0, -80.0])
def test_fires_on_a_line_at_its_place_and_level(hz: float, said: str, dbfs: float) -> None:
    (found,) = heard(guitar=line() + tone(hz, dbfs))
    assert found.value == pytest.approx(dbfs, abs=1.5)
    assert found.evidence["freq_hz"] == pytest.approx(hz, abs=1.0)
    assert said in found.message


def test_fires_once_for_several_lines() -> None:
    (found,) = heard(guitar=line() + tone(1000.0, -70.0) + tone(2000.0, -76.0) + tone(3000.0, -80.0))
    assert found.evidence["lines_hz"] == pytest.approx([1000.0, 2000.0, 3000.0], abs=1.0)


def test_fires_alike_upside_down_and_in_one_channel_of_two() -> None:
    (found,) = heard(guitar=-(line() + tone(15_625.0, -70.0)))
    assert found.value == pytest.approx(-70.0, abs=1.0)
    (found,) = heard(guitar=np.stack([line(), line() + tone(15_625.0, -70.0)]))
    assert found.value == pytest.approx(-73.0, abs=1.0)


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_fires_at_every_rate(rate_hz: int) -> None:
    at_s = np.arange(5 * rate_hz) / rate_hz
    part = 0.3 * np.sin(2 * np.pi * 220.0 * at_s) * np.exp(-9.0 * (at_s % 1.0))
    part += 3e-5 * np.random.default_rng(9).standard_normal(at_s.size)
    part += 10 ** (-70 / 20) * np.sin(2 * np.pi * 15_625.0 * at_s)
    (found,) = findings("NO10", rate_hz=rate_hz, guitar=part)
    assert found.value == pytest.approx(-70.0, abs=1.0)


def test_fires_on_a_telephone_where_it_is() -> None:
    (found,) = heard(guitar=0.1 * line() + bursts(-40.0))
    assert "telephone" in found.message
    assert 1.9 <= (found.start_s or 0.0) <= 3.9


def test_quiet_on_a_buzz_of_the_mains() -> None:
    buzz = sum(tone(50.0 * k, -60.0) for k in range(9, 40, 2))
    assert heard(guitar=line() + buzz) == ()


def test_quiet_on_notes_that_are_repeated_and_on_a_drone_without_a_pause() -> None:
    assert heard(guitar=line() + 0.1 * np.sin(2 * np.pi * 1318.5 * AT_S) * np.exp(-5.0 * ((AT_S + 0.3) % 0.7))) == ()
    assert heard(synth=tone(1000.0, -20.0)) == ()


def test_quiet_on_a_line_that_slides_or_stops() -> None:
    assert heard(guitar=line() + 1e-3 * np.sin(2 * np.pi * (9000.0 * AT_S + 20.0 * AT_S**2))) == ()
    assert heard(guitar=line() + tone(9000.0, -60.0) * (AT_S < 2.5)) == ()


def test_quiet_on_silence_a_constant_and_a_short_stem() -> None:
    for sound in (np.zeros(RATE_HZ * 3), np.full(RATE_HZ * 3, 0.3), np.full(100, 0.5)):
        assert heard(guitar=sound) == ()


def test_the_options_are_a_notch_at_the_line_and_leaving_it() -> None:
    (found,) = hear(example()[0], "NO10")
    notch, leaving = suggest(found)
    assert isinstance(notch.action, BellCut)
    assert notch.action.centre_hz == pytest.approx(15_625.0, abs=0.5)
    assert isinstance(leaving.action, LeaveIt)
