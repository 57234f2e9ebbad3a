"""NO13 hears a room that changes in the middle of a pause, and no note, gate or edit to silence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.actions import LeaveIt
from earmark.model import Finding
from earmark.rules.noise.no13_room_tone_jump import example, in_a_room, suggest
from hearing import findings, hear

RATE_HZ = 16_000


def heard(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("NO13", rate_hz=RATE_HZ, **stems)


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    jumping, one_room = example()
    (found,) = hear(jumping, "NO13")
    assert found.value == pytest.approx(12.0, abs=1.0)
    assert found.evidence["at_s"] == pytest.approx(3.5, abs=0.03)
    assert hear(one_room, "NO13") == ()


@pytest.mark.parametrize("jump_db", [-20.0, -8.0, 8.0, 20.0])
def test_fires_up_and_down_by_what_it_is(jump_db: float) -> None:
    (found,) = heard(vocal=in_a_room(jump_db))
    assert found.value == pytest.approx(abs(jump_db), abs=1.0)
    assert ("up" if jump_db > 0 else "down") in found.message


def test_fires_alike_upside_down() -> None:
    (found,) = heard(vocal=-in_a_room(12.0))
    assert found.value == pytest.approx(12.0, abs=1.0)


def test_fires_just_over_the_threshold_and_not_just_under() -> None:
    assert heard(vocal=in_a_room(7.0))
    assert heard(vocal=in_a_room(5.0)) == ()


def test_quiet_where_one_side_is_digital_silence() -> None:
    sound = in_a_room(0.0)
    sound[round(3.5 * RATE_HZ) : 4 * RATE_HZ] = 0.0
    assert heard(vocal=sound) == ()


def test_quiet_on_a_slow_change_of_the_room() -> None:
    at_s = np.arange(6 * RATE_HZ) / RATE_HZ
    rising = in_a_room(0.0) * 10 ** (np.clip(at_s - 3.0, 0.0, 1.0) * 12 / 20)
    assert heard(vocal=rising) == ()


def test_quiet_on_a_soft_note_in_the_pause() -> None:
    at_s = np.arange(6 * RATE_HZ) / RATE_HZ
    note = 1e-3 * np.sin(2 * np.pi * 330.0 * at_s) * ((at_s > 3.45) & (at_s < 3.98))
    assert heard(vocal=in_a_room(0.0) + note) == ()


def test_quiet_on_silence_a_constant_and_a_short_stem() -> None:
    for sound in (np.zeros(RATE_HZ * 2), np.full(RATE_HZ * 2, 0.3), np.full(100, 0.5)):
        assert heard(vocal=sound) == ()


def test_the_options_end_with_leaving_it() -> None:
    (found,) = hear(example()[0], "NO13")
    assert isinstance(list(suggest(found))[-1].action, LeaveIt)


@pytest.mark.real_audio
def test_fires_where_a_real_horn_section_is_punched_in(data: Path) -> None:
    import soundfile

    sound, rate_hz = soundfile.read(data / "song-cc0/horns.mp3", dtype="float32", always_2d=True)
    found = findings("NO13", rate_hz=rate_hz, horns=sound.T)
    assert [one.evidence["at_s"] for one in found] == pytest.approx([7.62, 20.42], abs=0.1)
