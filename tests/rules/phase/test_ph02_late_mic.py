from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio
from earmark.actions import LeaveIt, Nudge
from earmark.model import Session, SoundFile, Stem
from earmark.rules.phase import ph02_late_mic as ph02
from earmark.scenes.faults import delayed
from earmark.scenes.instruments import bass_line, guitar_part
from earmark.scenes.signals import noise
from hearing import findings, hear
from kit_take import session, take

RATE_HZ = 16_000


def guitar(late_samples: float, level: float = 0.8) -> np.ndarray:
    part = guitar_part(8.0, rate_hz=RATE_HZ)
    return np.float32(level) * delayed(part, late_samples) + noise(
        8.0, rms_dbfs=-75, rate_hz=RATE_HZ, seed=int(late_samples) + 1
    )


def late(mic: str, ms: float) -> Session:
    return session({name: delayed(sound, ms * 48) if name == mic else sound for name, sound in take().items()})


def test_fires_on_a_second_microphone_where_the_low_end_cancels() -> None:
    (found,) = findings("PH02", rate_hz=RATE_HZ, guitar_close=guitar(0), guitar_far=guitar(45))
    assert found.severity == "note"
    assert found.evidence["late"] == "guitar far"
    assert found.evidence["late_ms"] == pytest.approx(45 / 16, abs=0.02)
    assert found.value > 2.0
    assert "96 cm" in found.message


@pytest.mark.parametrize("mic", ["kick in", "snare top", "rack tom", "floor tom"])
def test_fires_on_a_close_microphone_behind_a_plug_in_of_64_samples(mic: str) -> None:
    found = [each for each in hear(late(mic, 64 / 48), "PH02") if each.evidence["kind"] == "late"]
    assert [each.evidence["late"] for each in found] == [mic]
    assert found[0].value == pytest.approx(64 / 48, abs=0.4)


def test_fires_on_an_overhead_that_no_stand_could_hold() -> None:
    found = [each for each in hear(late("overhead L", 5.33), "PH02") if each.evidence["kind"] == "far"]
    assert [each.evidence["late"] for each in found] == ["overhead L"]


def test_a_correct_kit_gives_one_note_that_says_space() -> None:
    found = hear(session(take()), "PH02")
    assert [each.severity for each in found] == ["note"]
    assert found[0].evidence["kind"] == "space"


def test_quiet_on_one_distance_on_a_short_one_and_on_a_soft_one() -> None:
    assert not findings("PH02", rate_hz=RATE_HZ, guitar_close=guitar(0), guitar_near=guitar(0.5))
    assert not findings("PH02", rate_hz=RATE_HZ, guitar_close=guitar(0), guitar_far=guitar(45, 0.05))


def test_quiet_on_unrelated_stems_and_on_silence() -> None:
    bass = bass_line(8.0, rate_hz=RATE_HZ)
    assert not findings("PH02", rate_hz=RATE_HZ, bass=bass, guitar=guitar(0), silent=np.zeros(8 * RATE_HZ))


def test_threshold_is_what_aligning_gains() -> None:
    from earmark import scenes

    pair = scenes.session(RATE_HZ, guitar_close=guitar(0), guitar_far=guitar(45))
    (found,) = hear(pair, "PH02")
    assert hear(pair, "PH02", threshold_db=found.value - 0.1)
    assert not hear(pair, "PH02", threshold_db=found.value + 0.1)


def test_offers_the_shift_with_its_cost_and_space() -> None:
    (found,) = findings("PH02", rate_hz=RATE_HZ, guitar_close=guitar(0), guitar_far=guitar(45))
    move, leave = ph02.suggest(found)
    assert isinstance(move.action, Nudge)
    assert move.action.stem == "guitar far"
    assert move.action.shift_s == pytest.approx(-45 / 16_000, abs=2e-5)
    assert "drier" in move.cost_text
    assert isinstance(leave.action, LeaveIt)
    assert "space" in leave.text


@pytest.mark.real_audio
def test_real_spaced_microphones_are_space(data: Path) -> None:
    paths = sorted((data / "microphones" / "spaced-four").glob("*.flac"))
    found = hear(audio.probe(Session("spaced", None, tuple(Stem(p.stem, SoundFile(p)) for p in paths))), "PH02")
    assert all(each.severity == "note" and each.evidence["kind"] == "space" for each in found)
