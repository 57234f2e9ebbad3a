"""PK06 notes one sound on two sides, and tells it from a panned one, an upside-down one and a narrow one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.rules.pack.pk06_dual_mono import example
from earmark.session import find
from hearing import findings, hear

NOISES = 0.1 * np.random.default_rng(11).standard_normal((2, 48_000))
LEFT, RIGHT = NOISES


def both(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    return np.stack([left, right])


def test_fires_on_one_noise_twice_and_not_on_two() -> None:
    same, different = example()
    (found,) = hear(same, "PK06")
    assert found.severity == "note"
    assert found.evidence["identical"] is True
    assert hear(different, "PK06") == ()


def test_fires_through_the_rest_that_a_lossy_codec_leaves() -> None:
    (found,) = findings("PK06", bass=both(LEFT, LEFT + 1e-3 * RIGHT))
    assert found.evidence["residual_db"] == pytest.approx(-60.0, abs=0.5)
    assert found.evidence["identical"] is False


def test_fires_though_most_of_the_stem_is_silence() -> None:
    part = np.concatenate([np.zeros(480_000), LEFT, np.zeros(4_321)])
    assert len(findings("PK06", bass=both(part, part))) == 1


def test_quiet_on_a_mono_file() -> None:
    assert findings("PK06", bass=LEFT) == ()


@pytest.mark.parametrize("gain_db", [0.2, -0.2, 4.4, -20.0])
def test_quiet_on_a_panned_mono_sound(gain_db: float) -> None:
    assert findings("PK06", guitar=both(LEFT, 10 ** (gain_db / 20) * LEFT)) == ()


def test_quiet_on_one_side_upside_down() -> None:
    assert findings("PK06", bass=both(LEFT, -LEFT)) == ()


def test_quiet_on_a_trace_of_width() -> None:
    assert findings("PK06", pad=both(LEFT, LEFT + 0.01 * RIGHT)) == ()


def test_quiet_on_one_silent_side_and_on_two() -> None:
    assert findings("PK06", pad=both(LEFT, 0 * LEFT), keys=both(0 * LEFT, 0 * LEFT)) == ()


def test_quiet_where_the_sides_part_for_a_while() -> None:
    parting = LEFT.copy()
    parting[30_000:40_000] = RIGHT[30_000:40_000]
    assert findings("PK06", pad=both(LEFT, parting)) == ()


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Rock", "Hendrix"])
def test_fires_on_the_bass_and_not_on_the_panned_guitar(data: Path, song: str) -> None:
    (session,) = find([data / "stems" / song / "stems"])
    assert [found.stems for found in hear(probe(session), "PK06")] == [("02 electric bass",)]


@pytest.mark.real_audio
def test_fires_on_a_lossy_bass(data: Path) -> None:
    (session,) = find([data / "song-cc0"])
    assert [found.stems for found in hear(probe(session), "PK06")] == [("bassguitar",)]
