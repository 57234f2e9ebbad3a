"""Phrases in session time, and what the others do meanwhile, whatever the balance between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.level_moves import LevelMoves, StemMoves
from earmark.model import Section, Session

RATE_HZ = 8_000


def at_s(seconds: float = 12.0) -> np.ndarray:
    return np.arange(round(seconds * RATE_HZ)) / RATE_HZ


def sung(*dbs: float) -> np.ndarray:
    """One phrase of 2 s every 3 s, each with its gain."""
    gains = 10 ** (np.array([*dbs, *dbs])[(at_s() // 3.0).astype(int)] / 20)
    return 0.1 * gains * np.sin(2 * np.pi * 440.0 * at_s()) * (at_s() % 3.0 < 2.0)


def held(freq_hz: float, *dbs: float, gain: float = 0.1) -> np.ndarray:
    gains = 10 ** (np.array(dbs)[(at_s() // 3.0).astype(int)] / 20)
    return gain * gains * np.sin(2 * np.pi * freq_hz * at_s())


def of(session: Session) -> dict[str, StemMoves]:
    moves = measure(session, {LevelMoves}, jobs=1).whole(LevelMoves)
    assert isinstance(moves, LevelMoves)
    return {each.stem.name: each for each in moves.stems}


def test_others_that_move_alike_are_seen_and_their_balance_does_not_matter() -> None:
    steady, swelling = (0.0, 0.0, 0.0, 0.0), (0.0, 0.0, 6.0, 0.0)
    for gain in (0.1, 0.001):
        got = of(
            scenes.session(
                RATE_HZ, vox=sung(*swelling), bass=held(90.0, *swelling, gain=gain), keys=held(300.0, *swelling)
            )
        )["vox"]
        assert [move.others_lu for move in got.moves] == pytest.approx([0.0, 0.0, 6.0, 0.0], abs=0.2)
    got = of(scenes.session(RATE_HZ, vox=sung(*swelling), bass=held(90.0, *steady), keys=held(300.0, *steady)))["vox"]
    assert [move.others_lu for move in got.moves] == pytest.approx([0.0] * 4, abs=0.2)
    assert got.moves[2].loudness_lufs - got.moves[1].loudness_lufs == pytest.approx(6.0, abs=0.1)


def test_one_other_stem_is_not_enough_to_speak_of_the_others() -> None:
    got = of(scenes.session(RATE_HZ, vox=sung(0, 0, 0, 0), bass=held(90.0, 0, 0, 0, 0)))["vox"]
    assert [move.others_lu for move in got.moves] == [None] * 4
    assert [move.others_lu for move in of(scenes.session(RATE_HZ, vox=sung(0, 0, 0, 0)))["vox"].moves] == [None] * 4


def test_phrases_lie_in_session_time_and_know_their_section() -> None:
    session = scenes.session(RATE_HZ, vox=sung(0, 0, 0, 0), keys=np.zeros(RATE_HZ))
    late = replace(
        session,
        stems=(replace(session.stems[0], start_s=10.0), session.stems[1]),
        sections=(Section("Verse", 0.0, 13.0), Section("Chorus", 13.0, 19.0)),
    )
    got = of(late)
    assert [move.start_s for move in got["vox"].moves] == pytest.approx([10.0, 13.0, 16.0, 19.0], abs=0.04)
    assert [move.section for move in got["vox"].moves] == ["Verse", "Chorus", "Chorus", None]
    assert got["keys"].moves == ()
