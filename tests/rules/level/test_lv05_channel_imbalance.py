"""LV05 asks about a fixed gain between different sounds; panning is no imbalance."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.features.channel_balance import ChannelBalance
from earmark.features.engine import measure
from earmark.model import Finding
from earmark.rules.level.lv05_channel_imbalance import example, suggest
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000
TIME_S = np.arange(18 * RATE_HZ) / RATE_HZ
DRAW = np.random.default_rng(5)
BEAT = 0.4 + np.exp(-6.0 * (TIME_S % 0.5))
PAIR = 0.05 * DRAW.standard_normal((2, TIME_S.size)) * BEAT
MONO = 0.05 * DRAW.standard_normal(TIME_S.size) * BEAT


def leaning(sound: np.ndarray, left_db: float) -> np.ndarray:
    return sound * np.array([[10 ** (left_db / 20)], [1.0]])


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV05", rate_hz=RATE_HZ, **stems)


@pytest.mark.parametrize(("left_db", "side"), [(6.0, "left"), (-4.0, "right"), (15.0, "left")])
def test_fires_on_a_pair_at_two_gains(left_db: float, side: str) -> None:
    (found,) = heard(overheads=leaning(PAIR, left_db))
    assert found.severity == "note"
    assert found.value == pytest.approx(abs(left_db), abs=0.2)
    assert f"louder on the {side}" in found.message


def test_fires_on_a_mix_that_leans_though_its_middle_is_shared() -> None:
    mix = MONO + 0.3 * PAIR
    (found,) = heard(full_mix=leaning(mix, 4.0))
    assert float(str(found.evidence["correlation"])) > 0.7
    assert heard(guitars=leaning(mix, 4.0)) == ()


def test_quiet_on_a_mono_sound_that_was_panned_with_or_without_its_room() -> None:
    mono = np.stack([MONO, MONO])
    assert heard(guitar=leaning(mono, 6.0)) == ()
    assert heard(guitar=leaning(mono, 6.0) + 0.3 * PAIR) == ()
    assert heard(full_mix=leaning(mono, 6.0)) == ()


def test_quiet_on_a_pair_at_one_gain_and_just_below_the_threshold() -> None:
    assert heard(overheads=PAIR) == ()
    assert heard(overheads=leaning(PAIR, 2.8)) == ()
    assert heard(overheads=leaning(PAIR, 3.2)) != ()


def test_quiet_on_what_leans_now_here_now_there() -> None:
    moving = PAIR * np.stack([np.where(TIME_S % 6.0 < 3.0, 4.0, 1.0), np.ones(TIME_S.size)])
    assert heard(overheads=moving) == ()


def test_quiet_on_mono_on_silence_on_one_silent_side_and_on_less_than_a_window() -> None:
    silent = np.zeros_like(PAIR)
    assert heard(vox=MONO, room=silent, short=leaning(PAIR, 6.0)[:, :4_000]) == ()
    assert heard(half=np.stack([MONO, np.zeros(TIME_S.size)])) == ()


def test_the_gain_it_offers_levels_the_sides() -> None:
    (found,) = hear(example()[0], "LV05")
    assert "6.0 dB more on the right" in [option.text for option in suggest(found)]


@pytest.mark.real_audio
def test_quiet_on_panned_stems_and_on_finished_music(data: Path) -> None:
    for path in [data / "stems" / "Rock" / "stems", data / "stems" / "Hendrix" / "stems", data / "song-cc0"]:
        (session,) = find([path])
        assert hear(probe(session), "LV05") == (), path.name


@pytest.mark.real_audio
def test_the_lean_of_a_purr_is_measured(data: Path) -> None:
    (session,) = find([data / "formats" / "cat_purrrr.wav"])
    balance = measure(probe(session), {ChannelBalance}, jobs=1).of_kind(ChannelBalance)[0]
    assert balance.median_db == pytest.approx(0.96, abs=0.5)  # +0.96 dB without the K filter
    assert balance.correlation == pytest.approx(0.97, abs=0.01)
