"""NO07 points at esses that jump out of a voice, and leaves hi-hats, breaths and even voices alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import GainCurve, LeaveIt, Repair
from earmark.model import Finding, Session
from earmark.rules.noise.no07_sibilance import example, suggest, syllables
from earmark.suggestions import gather
from hearing import findings, hear


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO07", **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    louder, alike = example()
    (found,) = hear(louder, "NO07")
    assert found.value == pytest.approx(10.0, abs=1.0)
    assert found.start_s == pytest.approx(3.16, abs=0.04)
    assert found.end_s == pytest.approx(3.28, abs=0.04)
    assert hear(alike, "NO07") == ()


def test_fires_alike_upside_down_and_softer() -> None:
    (found,) = heard(vocal=syllables((3, 10.0)))
    (turned,) = heard(vocal=-0.25 * syllables((3, 10.0)))
    assert turned.value == pytest.approx(found.value, abs=0.2)


def test_fires_on_every_ess_of_a_voice_whose_esses_are_louder_than_its_vowels() -> None:
    found = heard(vocal=syllables(*((place, 24.0) for place in range(8))))
    assert len(found) == 8
    assert all("vowels" in one.message for one in found)
    assert not any(isinstance(option.action, GainCurve) for one in found for option in suggest(one))


@pytest.mark.parametrize("rate_hz", [44_100, 96_000])
def test_fires_at_every_rate(rate_hz: int) -> None:
    assert len(findings("NO07", rate_hz=rate_hz, vocal=syllables((2, 12.0), rate_hz=rate_hz))) == 1


def test_fires_just_over_six_decibels_and_not_just_under() -> None:
    assert len(heard(vocal=syllables((3, 7.5)))) == 1
    assert heard(vocal=syllables((3, 4.5))) == ()


def test_quiet_on_a_hi_hat_and_on_any_stem_that_is_no_voice() -> None:
    assert heard(hihat=syllables((3, 10.0)), guitar=syllables((3, 10.0)), synth=syllables((3, 10.0))) == ()


def test_quiet_on_silence_a_constant_a_click_and_few_esses() -> None:
    click = np.zeros(48_000)
    click[24_000] = 1.0
    for sound in (np.zeros(48_000), np.full(48_000, 0.25), click, np.full(20, 0.5), syllables((1, 12.0), count=4)):
        assert heard(vocal=sound) == ()


def test_quiet_on_a_hi_hat_in_the_gaps_of_a_voice() -> None:
    at_s = np.arange(8 * 48_000) / 48_000
    hat = 0.02 * np.random.default_rng(3).standard_normal(at_s.size) * np.exp(-60.0 * (at_s % 0.5))
    hat = np.diff(hat, prepend=0.0) * (at_s % 1 > 0.85)
    assert heard(vocal=syllables() + hat) == ()


def test_a_dip_is_half_of_what_jumps_out_and_lies_over_the_ess() -> None:
    (card,) = gather(heard(vocal=syllables((3, 8.0))), example()[0])
    option = card.suggestion.options[0]
    assert option.curve is not None
    times_s, levels_db = zip(*option.curve, strict=True)
    assert min(levels_db) == -4.0
    assert 0.04 <= times_s[-1] - times_s[0] <= 0.18
    assert times_s[0] <= 3.2 <= times_s[-1]


def test_the_options_are_dips_a_de_esser_with_its_numbers_and_leaving_it() -> None:
    (found,) = heard(vocal=syllables((3, 10.0)))
    dip, de_esser, leaving = suggest(found)
    assert isinstance(dip.action, GainCurve)
    assert isinstance(de_esser.action, Repair)
    assert "about 5 dB on 1 ess" in de_esser.text
    assert isinstance(leaving.action, LeaveIt)


# --- real recordings ---------------------------------------------------------


def as_voice(path: Path) -> Session:
    import soundfile

    sound, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return scenes.session(rate_hz, vocal=sound.T)


@pytest.mark.real_audio
def test_fires_where_one_ess_of_a_real_singer_is_made_louder(data: Path) -> None:
    session = as_voice(data / "stems/Country1/raw/05 male singer.flac")
    (stem,) = session.stems
    sound, rate_hz = np.array(stem.source.samples), stem.source.rate_hz  # type: ignore[union-attr]
    from earmark.features.engine import measure
    from earmark.features.esses import Esses

    esses = measure(session, {Esses}, jobs=1).stem("vocal", Esses)
    ess = min(esses.esses, key=lambda ess: abs(ess.level_dbfs - (esses.habit_dbfs or 0.0)))
    here = slice(round((ess.start_s - 0.03) * rate_hz), round((ess.end_s + 0.03) * rate_hz))
    sound[:, here] *= 10 ** (9.0 / 20)
    planted = replace(session, stems=(replace(stem, source=replace(stem.source, samples=sound)),))  # type: ignore[type-var]
    (found,) = hear(planted, "NO07")
    assert found.start_s == pytest.approx(ess.start_s, abs=0.05)
    assert found.value == pytest.approx(9.0, abs=1.5)
