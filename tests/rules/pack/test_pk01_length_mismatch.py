"""PK01 finds who ends elsewhere than the others, by the timeline and not by the file alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark import audio, scenes
from earmark.actions import Nudge
from earmark.features.feature import PackHeaders
from earmark.model import Finding, Session
from earmark.rules.pack.pk01_length_mismatch import check, example, suggest
from earmark.session import find
from hearing import hear

RATE_HZ = 1_000


def of_lengths(*lengths_s: float, lossy: bool = False, starts_s: tuple[float, ...] = ()) -> Session:
    sounds = {f"s{number}": np.zeros(round(length * RATE_HZ)) for number, length in enumerate(lengths_s)}
    session = scenes.session(RATE_HZ, **sounds)
    starts = starts_s or (0.0,) * len(lengths_s)
    stems = (
        replace(stem, start_s=start_s, facts=replace(stem.known, lossy=lossy))
        for stem, start_s in zip(session.stems, starts, strict=True)
    )
    return replace(session, stems=tuple(stems))


def heard(session: Session) -> tuple[Finding, ...]:
    return tuple(check(PackHeaders(session=session)))


def test_fires_on_the_one_that_ends_early() -> None:
    (found,) = hear(example()[0], "PK01")
    assert (found.severity, found.stems, found.value, found.unit) == ("note", ("bass",), -0.5, "s")
    assert "ends 0.50 s before the others: 3 of 4 stems end at 2.00 s" in found.message
    assert "trimmed behind its last note" in found.doubt


def test_fires_on_the_one_that_ends_late() -> None:
    (found,) = heard(of_lengths(2.0, 2.0, 2.5))
    assert (found.stems, found.value) == (("s2",), 0.5)


def test_fires_once_for_a_pack_in_which_nothing_ends_together() -> None:
    (found,) = heard(of_lengths(2.0, 2.5, 3.1))
    assert found.stems == ("s0", "s1", "s2")
    assert found.value == pytest.approx(1.1)


def test_fires_just_beyond_a_video_frame_and_not_just_within() -> None:
    assert len(heard(of_lengths(2.0, 2.0, 2.041))) == 1
    assert heard(of_lengths(2.0, 2.0, 2.039)) == ()


def test_quiet_where_all_end_together() -> None:
    assert hear(example()[1], "PK01") == heard(of_lengths(2.0, 2.0)) == heard(of_lengths(2.0)) == ()


def test_quiet_on_the_padding_of_lossy_codecs() -> None:
    assert heard(of_lengths(2.0, 2.0, 2.077, lossy=True)) == ()
    assert len(heard(of_lengths(2.0, 2.0, 2.081, lossy=True))) == 1


def test_quiet_on_stamped_stems_that_end_together() -> None:
    assert heard(of_lengths(4.0, 4.0, 1.5, starts_s=(0.0, 0.0, 2.5))) == ()
    (found,) = heard(of_lengths(4.0, 4.0, 1.0, starts_s=(0.0, 0.0, 2.5)))
    assert found.value == -0.5
    assert "from its time stamp at 2.50 s on" in found.message


def test_quiet_on_the_tracks_of_a_daw_and_on_empty_files() -> None:
    assert heard(replace(of_lengths(2.0, 2.0, 5.0), kind="ardour")) == ()
    assert heard(of_lengths(2.0, 2.0, 0.0)) == ()


def test_quiet_on_the_mix_which_may_ring_on() -> None:
    session = of_lengths(2.0, 2.0)
    assert heard(replace(session, mix=of_lengths(9.0).stems[0])) == ()


@given(st.lists(st.sampled_from([2.0, 2.0, 2.0, 3.0, 3.5]), min_size=2, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_stems_changes_nothing(lengths_s: list[float], order: object) -> None:
    shuffled = list(lengths_s)
    order.shuffle(shuffled)  # type: ignore[attr-defined]
    assert sorted(one.value for one in heard(of_lengths(*lengths_s))) == sorted(
        one.value for one in heard(of_lengths(*shuffled))
    )


def test_a_lost_beginning_is_offered_as_a_move_that_makes_the_ends_meet() -> None:
    options = list(suggest(hear(example()[0], "PK01")[0]))
    assert options[1].action == Nudge("bass", 0.5)
    (late,) = heard(of_lengths(2.0, 2.0, 2.5))
    assert len(list(suggest(late))) == 1


@pytest.mark.real_audio
def test_the_short_bass_of_a_real_song_is_found_and_nothing_else(data: Path) -> None:
    (found,) = heard(audio.probe(find([data / "song-cc0"])[0]))
    assert found.stems == ("bassguitar",)
    assert found.value == pytest.approx(80.30 - 83.25, abs=0.01)


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Rock", "Beatles", "Hendrix", "Punk", "SpeedMetal", "80sRock", "Country1"])
def test_real_multitracks_end_together(data: Path, song: str) -> None:
    assert heard(audio.probe(find([data / "stems" / song / "raw"])[0])) == ()
