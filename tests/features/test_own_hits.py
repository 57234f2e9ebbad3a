from __future__ import annotations

import numpy as np
import pytest

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.envelope import StemEnvelope
from earmark.features.own_hits import OwnHits, beginnings, family_of, own_hits
from earmark.model import Session
from earmark.scenes import live_kit
from kit_take import session, take

DRUM_OF = {"kick": "kick", "snare": "snare", "toms rack tom": "rack", "toms floor tom": "floor"}


def hits(heard: Session) -> dict[str, OwnHits]:
    measured = measure(heard, [StemEnvelope], jobs=1)
    return {each.stem.name: each for each in own_hits(heard.stems, measured.of_kind(StemEnvelope))}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_own_stroke_of_a_skin_is_one_of_its_drum(seed: int) -> None:
    found = hits(session(take(seed)))
    assert {"kick in", "kick out", "snare top", "snare bottom", "rack tom", "floor tom"} <= set(found)
    for own in (own for own in found.values() if own.family in DRUM_OF):
        played_s = np.array([at for at, _, _ in live_kit._hits(DRUM_OF[own.family], seed, 13.0)])
        assert np.abs(own.at_s[:, None] - played_s[None, :]).min(axis=1).max() < 0.03
        assert len(own.at_s) >= 6


def test_levels_of_the_preamplifiers_do_not_matter() -> None:
    kit = take()
    quiet = {name: sound * np.float32(0.1 if "snare" in name else 1.0) for name, sound in kit.items()}
    assert np.array_equal(hits(session(quiet))["snare top"].at_s, hits(session(kit))["snare top"].at_s)


def test_a_tom_that_is_never_played_silences_no_other_drum() -> None:
    kit = dict(take())
    kit["rack tom"] = 0.2 * kit["snare top"] + 0.05 * kit["kick in"]
    found = hits(session(kit))
    assert len(found["snare top"].at_s) >= 6
    assert "rack tom" not in found


def test_two_sides_of_one_drum_are_one_family_and_two_toms_are_two() -> None:
    names = ("snare top", "snare bottom", "tom 1 top", "tom 1 bottom", "tom 2")
    stems = scenes.session(8000, **{name.replace(" ", "_"): np.zeros(8) for name in names}).stems
    families = [family_of(stem) for stem in stems]
    assert families[0] == families[1]
    assert families[2] == families[3] != families[4]


def test_a_stroke_is_a_rise_and_a_swell_is_none() -> None:
    level = np.full(300, -60.0)
    for at in (50, 150, 250):
        level[at : at + 20] = -0.8 * np.arange(20)
    assert list(beginnings(level)) == [50, 150, 250]
    assert not len(beginnings(np.linspace(-60.0, 0.0, 300)))


def test_silence_and_a_session_without_a_kit_have_no_strokes() -> None:
    assert not hits(scenes.session(8000, vocals=np.ones(8000), kick=np.zeros(8000)))
    assert not hits(scenes.session(8000, vocals=np.ones(8000)))
