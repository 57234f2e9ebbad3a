"""LV01 asks about flat tops with a corner, and leaves alone what only touches the ceiling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.actions import LeaveIt
from earmark.audio import probe
from earmark.features.engine import measure
from earmark.features.extremes import Levels
from earmark.model import Finding
from earmark.rules.level.lv01_clipped import example, suggest
from earmark.session import find
from hearing import findings, hear

RATE_HZ = 8_000


def at(seconds: float) -> np.ndarray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def struck(gain: float, seconds: float = 4.0) -> np.ndarray:
    decay = np.exp(-6.0 * (at(seconds) % 1.0))
    return gain * decay * np.sin(2 * np.pi * 310.0 * at(seconds))


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("LV01", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    clipped, whole = example()
    (found,) = hear(clipped, "LV01")
    assert found.severity == "question"
    assert found.evidence["level_dbfs"] == 0.0
    assert hear(whole, "LV01") == ()


def test_fires_on_a_single_cut_and_says_where_and_how_long() -> None:
    tom = struck(0.5)
    tom[16_100:16_107] = 1.0
    (found,) = heard(tom=tom)
    assert found.value == 7.0
    assert found.start_s == pytest.approx(16_100 / RATE_HZ)
    assert found.end_s == pytest.approx(16_107 / RATE_HZ)


def test_fires_on_the_lower_side_alone_and_below_full_scale() -> None:
    swing = struck(1.5)
    (found,) = heard(trumpet=np.where(swing > 0.0, 0.5 * swing, np.maximum(swing, -0.93)))
    assert found.evidence["level_dbfs"] == pytest.approx(20 * np.log10(0.93), abs=0.01)


def test_fires_in_the_clipped_channel_of_two() -> None:
    (found,) = heard(room=np.stack([struck(0.9), np.clip(struck(1.4), -1, 1)]))
    assert found.evidence["channels"] == [1]


def test_fires_on_a_float_stem_cut_above_full_scale() -> None:
    (found,) = heard(tom=np.clip(struck(3.0), -2.0, 2.0))
    assert found.evidence["level_dbfs"] == pytest.approx(6.02, abs=0.01)


def test_fires_at_the_worst_second() -> None:
    tom = np.clip(struck(1.1, 6.0), -1, 1)
    tom[3 * RATE_HZ : 4 * RATE_HZ] = np.clip(struck(4.0, 1.0), -1, 1)
    (found,) = heard(tom=tom)
    assert found.start_s is not None
    assert found.end_s is not None
    assert 3.0 <= found.start_s < found.end_s <= 4.0


def test_fires_as_a_note_where_the_name_or_the_whole_sound_says_that_it_is_meant() -> None:
    cut = np.clip(struck(1.5), -1, 1)
    assert [found.severity for found in heard(fuzz_bass=cut)] == ["note"]
    square = np.sign(np.sin(2 * np.pi * 110.5 * at(4.0)))
    assert [found.severity for found in heard(lead=square)] == ["note"]
    assert [found.severity for found in heard(lead=cut)] == ["question"]


def test_quiet_on_touches_of_full_scale() -> None:
    assert heard(tom=struck(1.0) / np.abs(struck(1.0)).max()) == ()
    tom = struck(0.5)
    tom[[900, 5_000, 5_001, 9_000]] = 1.0
    assert heard(tom=tom) == ()


@pytest.mark.parametrize("freq_hz", [20.0, 31.0, 50.0, 110.0])
def test_quiet_on_the_round_tops_of_a_full_scale_tone(freq_hz: float) -> None:
    tone = np.sin(2 * np.pi * freq_hz * np.arange(96_000) / 48_000)
    levels = measure(scenes.session(48_000, sub=tone), {Levels}).stem("sub", Levels)
    assert freq_hz > 90.0 or levels.run_count[0] > 10, "the tops do stand within reach of the extreme"
    assert findings("LV01", sub=tone) == ()


def test_quiet_on_sixteen_bit_round_tops() -> None:
    tone = np.round(32_767 * np.sin(2 * np.pi * 40.0 * np.arange(96_000) / 48_000)) / 32_768
    assert findings("LV01", sub=tone) == ()


def test_quiet_on_float_above_full_scale_that_is_not_flat() -> None:
    assert heard(tom=struck(2.5)) == ()


def test_quiet_on_what_was_turned_down_after() -> None:
    assert heard(tom=0.5 * np.clip(struck(1.5), -1, 1)) == ()


def test_quiet_on_silence_and_on_a_constant() -> None:
    assert heard(tom=np.zeros(RATE_HZ), keys=np.full(RATE_HZ, 0.95)) == ()


def test_every_suggestion_names_the_stem_and_leaving_it_comes_last() -> None:
    (found,) = hear(example()[0], "LV01")
    options = list(suggest(found))
    assert isinstance(options[-1].action, LeaveIt)
    assert all("tom" in (option.text + str(option.action)) for option in options[:-1])


@pytest.mark.real_audio
def test_fires_on_the_clipped_drums_and_not_on_those_that_touch(data: Path) -> None:
    def said(song: str) -> list[str]:
        (session,) = find([data / "stems" / song / "raw"])
        return [found.stems[0] for found in hear(probe(session), "LV01")]

    assert said("80sRock") == ["01 drum set"]
    assert said("Hendrix") == []
    assert said("Beatles") == []


@pytest.mark.real_audio
def test_quiet_on_finished_mixes_and_a_note_on_a_fuzz(data: Path) -> None:
    for path in sorted((data / "clean").iterdir()):
        (session,) = find([path])
        assert hear(probe(session), "LV01") == (), path.name
    (session,) = find([data / "formats" / "distorted.wav"])
    assert [found.severity for found in hear(probe(session), "LV01")] == ["note"]
