"""PF05 hears one take give way to another: level and tone, at an edit or a gap, beyond what the stem does anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.actions import GainCurve, LeaveIt
from earmark.model import Clip, Clips, Finding, Session
from earmark.rules.performance.pf05_punch_in_mismatch import example, suggest
from hearing import hear

RATE_HZ = 16_000
BEATS = 10
AT_S = np.arange(round(2.5 * BEATS) * RATE_HZ) / RATE_HZ
PHRASE = (AT_S / 2.5).astype(int)


def take(slope: float, gain_db: float = 0.0) -> np.ndarray:
    """A line of ten phrases; the larger the slope the duller."""
    hz = 200.0 * 2 ** (np.array([0, 2, 4, 5, 4, 2, 0, 4, 5, 2])[PHRASE] / 12)
    phase = 2 * np.pi * np.cumsum(hz) / RATE_HZ
    sound = (AT_S % 2.5 < 1.9) * sum(np.sin(k * phase) / k**slope for k in range(1, 24))
    sound *= 0.05 * 10 ** (gain_db / 20) / np.sqrt(np.mean(np.square(sound)))
    return np.asarray(sound + 1e-5 * np.random.default_rng(1).standard_normal(AT_S.size))


def cut(there: Sequence[int], slope: float = 1.8, gain_db: float = -5.0) -> Session:
    return scenes.session(RATE_HZ, lead_vocal=np.where(np.isin(PHRASE, there), take(slope, gain_db), take(0.6)))


def heard(session: Session) -> tuple[Finding, ...]:
    return hear(session, "PF05")


def test_fires_on_its_own_example_and_not_on_the_other() -> None:
    cut_together, whole = example()
    (found,) = heard(cut_together)
    assert found.evidence["at_s"] == pytest.approx(12.2, abs=0.2)
    assert heard(whole) == ()


def test_fires_on_both_sides_of_a_line_from_another_day_and_levels_that_line_alone() -> None:
    first, second = heard(cut([4, 5, 6]))
    assert (first.severity, second.severity) == ("note", "note")
    assert first.evidence["at_s"] == pytest.approx(9.7, abs=0.2)
    assert first.evidence["until_s"] == second.evidence["at_s"]
    level, *_, leave = suggest(first)
    assert isinstance(level.action, GainCurve)
    assert (level.action.lane, level.action.kind) == ("region", "step")
    assert level.action.wishes[0][2] == pytest.approx(5.0, abs=0.7)
    assert isinstance(leave.action, LeaveIt)


def test_fires_as_a_question_where_a_region_of_the_session_begins(tmp_path: Path) -> None:
    for name, sound in (("old", take(0.6)), ("new", take(1.8, -5.0))):
        audio.write(tmp_path / f"{name}.wav", np.atleast_2d(sound).astype(np.float32), RATE_HZ)
    half = AT_S.size // 2
    clips = Clips((clip(tmp_path / "old.wav", 0, half), clip(tmp_path / "new.wav", half, AT_S.size - half)), RATE_HZ, 1)
    session = scenes.session(RATE_HZ, lead_vocal=take(0.6))
    (found,) = heard(audio.probe(replace(session, stems=(replace(session.stems[0], source=clips, facts=None),))))
    assert found.severity == "question"
    assert found.evidence["at_s"] == pytest.approx(12.5)


def clip(path: Path, start: int, length: int) -> Clip:
    return Clip(path=path, start_samples=start, offset_samples=start, length_samples=length)


@pytest.mark.parametrize(("gain_db", "count"), [(-2.0, 0), (-4.5, 1)])
def test_fires_from_three_decibels_on_and_is_quiet_below(gain_db: float, count: int) -> None:
    assert len(heard(cut([5, 6, 7, 8, 9], gain_db=gain_db))) == count


def test_quiet_on_a_step_of_level_alone_and_on_one_of_tone_alone() -> None:
    assert heard(cut([5, 6, 7, 8, 9], slope=0.6, gain_db=-6.0)) == ()
    assert heard(cut([5, 6, 7, 8, 9], slope=1.8, gain_db=0.0)) == ()


def test_quiet_on_a_stem_that_does_so_at_every_gap() -> None:
    assert heard(cut([1, 3, 5, 7, 9], gain_db=-5.0)) == ()


def test_quiet_on_drums_on_silence_and_on_three_phrases() -> None:
    assert heard(scenes.session(RATE_HZ, snare=np.where(PHRASE < 5, take(0.6), take(1.8, -5.0)))) == ()
    assert heard(scenes.session(RATE_HZ, lead_vocal=np.zeros(RATE_HZ * 10))) == ()
    short = AT_S.size * 3 // 10
    assert heard(scenes.session(RATE_HZ, lead_vocal=np.where(PHRASE < 1, take(0.6), take(1.8, -5.0))[:short])) == ()


@pytest.mark.real_audio
def test_quiet_on_real_takes(data: Path) -> None:
    from earmark.line import Request, walk

    for folder in (data / "stems" / "Beatles" / "raw", data / "stems" / "Country1" / "raw"):
        (report,) = walk(Request(paths=(folder,), select=("PF05",), cached=False, jobs=1))
        assert report.findings == ()
