"""VersionSet knows the versions by their names, and measures how they fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.feature import Unheard
from earmark.features.version_set import VersionSet, versions_in
from earmark.model import Session
from earmark.scenes.faults import delayed

RATE_HZ = 16_000
RNG = np.random.default_rng(3)
TIME_S = np.arange(5 * RATE_HZ) / RATE_HZ
GATE = np.exp(-8.0 * (TIME_S % 0.5)) * ((TIME_S > 0.5) & (TIME_S < 4.5))
BAND, VOICE = 0.2 * RNG.standard_normal((2, 5 * RATE_HZ)) * GATE


def versions(session: Session) -> VersionSet:
    found = measure(session, {VersionSet}, jobs=1).whole(VersionSet)
    assert isinstance(found, VersionSet)
    return found


def kinds(*names: str) -> dict[str, str] | None:
    stems = tuple(replace(stem, name=name) for stem, name in zip(numbered(len(names)), names, strict=True))
    found = versions_in(stems, Session("song", None, stems))
    return found and {"main": found[0].name, **{kind: stem.name for kind, stem in found[1].items()}}


def numbered(count: int):
    return scenes.session(8_000, **{f"s{n}": np.zeros(10) for n in range(count)}).stems


@pytest.mark.parametrize(
    ("instrumental", "a_cappella"),
    [
        ("Song (Instrumental)", "Song (A Cappella)"),
        ("song_inst", "song_acapella"),
        ("Song Karaoke", "Song Vocals Only"),
        ("Song no vocals", "SongAccapella acappella"),
    ],
)
def test_versions_are_known_by_their_names(instrumental: str, a_cappella: str) -> None:
    assert kinds("Song Main", instrumental, a_cappella) == {
        "main": "Song Main",
        "instrumental": instrumental,
        "a cappella": a_cappella,
    }


@pytest.mark.parametrize(
    "names",
    [
        ("kick", "snare", "vox"),
        ("Song Main", "Song Master"),
        ("Song Instrumental", "Song Acapella"),
        ("Song Main", "Song Mix", "Song Instrumental"),
        ("Mainstage gtr", "lead vox"),
    ],
)
def test_without_one_main_version_and_another_there_is_no_set(names: tuple[str, ...]) -> None:
    assert kinds(*names) is None


def test_a_session_of_stems_says_why_there_is_none() -> None:
    session = scenes.session(RATE_HZ, kick=BAND, vox=VOICE)
    assert isinstance(measure(session, {VersionSet}, jobs=1).whole(VersionSet), Unheard)


def test_versions_that_sum_leave_nothing() -> None:
    found = versions(scenes.session(RATE_HZ, mix=BAND + VOICE, song_instrumental=BAND, song_acappella=VOICE))
    assert found.residual_db is not None
    assert found.residual_db < -120.0
    assert found.windows >= 8
    for each in (found.instrumental, found.a_cappella):
        assert each is not None
        assert each.longer_s == 0.0
        assert each.late_s == pytest.approx(0.0, abs=1e-5)


@pytest.mark.parametrize("late_samples", [-700, -3, 5, 1_200])
def test_a_late_version_is_found_and_summed_where_it_belongs(late_samples: int) -> None:
    late = delayed(VOICE, late_samples)
    found = versions(scenes.session(RATE_HZ, mix=BAND + VOICE, song_instrumental=BAND, song_acappella=late))
    assert found.a_cappella is not None
    assert found.a_cappella.late_s == pytest.approx(late_samples / RATE_HZ, abs=2e-5)
    assert found.residual_db is not None
    assert found.residual_db < -40.0


def test_levels_that_differ_are_found_as_gains() -> None:
    found = versions(scenes.session(RATE_HZ, mix=BAND + VOICE, song_instrumental=0.5 * BAND, song_acappella=VOICE))
    assert found.gains_db == pytest.approx((6.02, 0.0), abs=0.01)
    assert found.fitted_db is not None
    assert found.residual_db is not None
    assert found.fitted_db < -100.0
    assert -12.0 < found.residual_db < -6.0  # half of one of two equal parts: -6 - 3 dB


def test_another_take_has_no_clear_place() -> None:
    other = 0.2 * np.random.default_rng(8).standard_normal(BAND.size) * GATE
    found = versions(scenes.session(RATE_HZ, mix=BAND + VOICE, song_acappella=other))
    assert found.a_cappella is not None
    assert found.a_cappella.late_s is None
    assert found.residual_db is None


def test_silence_is_compared_with_nothing() -> None:
    found = versions(scenes.session(RATE_HZ, mix=0 * BAND, song_instrumental=0 * BAND, song_acappella=0 * BAND))
    assert found.residual_db is None
