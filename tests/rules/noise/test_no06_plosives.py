"""NO06 points at air on p and b, and not at drums, low voices or taps of other stems."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve, HighPass, LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no06_plosives import example, suggest, syllables
from earmark.suggestions import gather
from hearing import findings, hear

RATE_HZ = 16_000


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO06", rate_hz=RATE_HZ, **stems)


def kick(seconds: int = 6) -> np.ndarray:
    """A drum at 0.25 s of every second: its pitch falls from 110 to 50 Hz."""
    since_s = (np.arange(seconds * RATE_HZ) / RATE_HZ - 0.25) % 1.0
    phase = 2 * np.pi * (50.0 * since_s + 60.0 * 0.03 * (1 - np.exp(-since_s / 0.03)))
    return np.asarray(0.7 * np.sin(phase) * np.exp(-8.0 * since_s))


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    popped, plain = example()
    first, second = hear(popped, "NO06")
    assert (first.start_s, second.start_s) == pytest.approx((1.25, 4.25), abs=0.03)
    assert first.value > 12.0
    assert hear(plain, "NO06") == ()


def test_fires_in_session_time_when_the_stem_starts_late() -> None:
    from dataclasses import replace

    session = scenes.session(RATE_HZ, vocal=syllables(2))
    late = replace(session, stems=(replace(session.stems[0], start_s=7.0),))
    (here,), (there,) = hear(session, "NO06"), hear(late, "NO06")
    assert there.start_s == pytest.approx((here.start_s or 0.0) + 7.0)


def test_fires_alike_upside_down_and_softer() -> None:
    (found,) = heard(vocal=syllables(2))
    (turned,) = heard(vocal=-0.2 * syllables(2))
    assert turned.value == pytest.approx(found.value, abs=0.5)


def test_fires_beside_a_drum_that_strikes_elsewhere() -> None:
    assert len(heard(vocal=syllables(2), kick=kick())) == 1


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_fires_at_every_rate(rate_hz: int) -> None:
    assert len(findings("NO06", rate_hz=rate_hz, vocal=syllables(2, rate_hz=rate_hz))) == 1


def test_fires_on_a_loud_burst_and_not_on_one_far_below_the_voice() -> None:
    assert heard(vocal=syllables(2, pop_db=0.0))
    assert heard(vocal=syllables(2, pop_db=-30.0)) == ()


def test_quiet_on_a_kick_in_the_voices_microphone() -> None:
    late = np.concatenate([np.zeros(60), kick()[:-60]])
    assert heard(vocal=syllables() + 0.15 * late)  # without the kick's own stem it cannot be told apart
    assert heard(vocal=syllables() + 0.15 * late, kick=kick()) == ()


def test_quiet_on_any_stem_that_is_no_voice() -> None:
    assert heard(guitar=syllables(2), kick=kick(), bass=syllables(1)) == ()


def test_quiet_on_silence_a_constant_a_short_stem_and_a_low_drone() -> None:
    at_s = np.arange(4 * RATE_HZ) / RATE_HZ
    for sound in (np.zeros(RATE_HZ), np.full(RATE_HZ, 0.2), np.full(30, 0.5), 0.3 * np.sin(2 * np.pi * 60.0 * at_s)):
        assert heard(vocal=sound) == ()


def test_quiet_on_a_thump_after_which_nobody_sings() -> None:
    sound = syllables(2)
    sound[round(2.45 * RATE_HZ) : 3 * RATE_HZ] *= 0.001
    sound[round(2.30 * RATE_HZ) : round(2.45 * RATE_HZ)] *= np.linspace(1, 0.001, round(0.15 * RATE_HZ))
    loud = np.array(sound)
    loud[round(2.24 * RATE_HZ) : 3 * RATE_HZ] = 0.0
    assert heard(vocal=loud) == ()


def test_the_high_pass_and_the_dip_are_within_their_limits() -> None:
    session = example()[0]
    (card,) = gather(hear(session, "NO06"), session)
    high_pass, dip, leaving = card.suggestion.options
    assert isinstance(high_pass.action, HighPass)
    assert 90.0 <= high_pass.action.corner_hz <= 140.0
    assert high_pass.action.span_s is not None
    assert 0.06 - 1e-9 <= high_pass.action.span_s[1] - high_pass.action.span_s[0] <= 0.15 + 1e-9
    assert isinstance(dip.action, GainCurve)
    assert dip.curve is not None
    assert len(dip.curve) == 8
    assert all(-8.0 <= db <= -4.0 for _, db in dip.curve if db)
    assert isinstance(leaving.action, LeaveIt)


def test_the_options_of_one_finding_end_with_leaving_it() -> None:
    (found,) = heard(vocal=syllables(2))
    assert isinstance(list(suggest(found))[-1].action, LeaveIt)


# --- real recordings ---------------------------------------------------------


def of_file(path: Path) -> tuple[Finding, ...]:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return findings("NO06", rate_hz=rate_hz, vocal=sound.T)


@pytest.mark.real_audio
def test_fires_on_the_bursts_before_words_of_a_singer_close_to_the_microphone(data: Path) -> None:
    found = of_file(data / "voice/vocadito_1.wav")
    assert 3 <= len(found) <= 12
    assert all((one.end_s or 0.0) - (one.start_s or 0.0) <= 0.25 for one in found)
