from __future__ import annotations

import numpy as np
import pytest

from earmark.features.engine import measure
from earmark.features.own_hits import FAR
from earmark.features.pair_lag import PairLag
from earmark.scenes import live_kit
from earmark.scenes.faults import delayed
from earmark.scenes.filters import filtered
from kit_take import SEEDS, session, take

DRUM_OF = {"kick": "kick", "snare": "snare", "toms rack tom": "rack", "toms floor tom": "floor"}


def pairs(kit: dict[str, np.ndarray]) -> dict[tuple[str, str], PairLag]:
    found = measure(session(kit), [PairLag], jobs=1).of_kind(PairLag)
    return {(pair.stems[0].name, pair.stems[1].name): pair for pair in found}


def close_to_far(found: dict[tuple[str, str], PairLag]) -> list[PairLag]:
    return [pair for pair in found.values() if (pair.stems[0].role in FAR) != (pair.stems[1].role in FAR)]


@pytest.mark.parametrize("seed", SEEDS)
def test_firm_lags_between_drum_and_overheads_are_those_of_the_room(seed: int) -> None:
    found = [pair for pair in close_to_far(pairs(take(seed))) if "overhead" in pair.stems[1].name and pair.firm]
    assert len(found) >= 8
    for pair in found:
        drum = DRUM_OF[pair.struck]
        true_s = live_kit.lag_s(drum, pair.stems[1].name, seed) - live_kit.lag_s(drum, pair.stems[0].name, seed)
        assert pair.lag_s == pytest.approx(true_s, abs=0.0002)
        assert pair.polarity == 1


def test_snare_and_overheads_are_firm_although_bleed_is_everywhere() -> None:
    found = pairs(take())
    for far in ("overhead L", "overhead R"):
        assert found["snare top", far].firm
        assert found["snare top", far].agreement >= 0.9
        assert found["snare top", far].struck == "snare"


def test_microphones_on_two_drums_are_no_pair() -> None:
    found = pairs(take())
    assert ("kick in", "snare top") not in found
    assert ("snare top", "rack tom") not in found
    assert ("kick in", "kick out") in found


@pytest.mark.parametrize("mic", ["kick in", "snare top", "rack tom", "floor tom"])
def test_a_late_microphone_is_late_by_that_much_there_and_back(mic: str) -> None:
    kit = take()
    late = {name: delayed(sound, 64) if name == mic else sound for name, sound in kit.items()}
    assert lateness(late)[mic] - lateness(kit)[mic] == pytest.approx(64 / 48_000, abs=0.0001)


def lateness(kit: dict[str, np.ndarray]) -> dict[str, float]:
    found = pairs(kit).values()
    return {s.name: each for p in found for s, each in zip(p.stems, p.late_s, strict=True) if each is not None}


def test_nobody_is_late_in_a_correct_take() -> None:
    assert all(abs(each) < 0.0005 for name, each in lateness(take()).items() if name != "kick out")


@pytest.mark.parametrize("shift", [0, 48])
def test_the_predicted_sum_is_that_of_the_rendered_sum(shift: int) -> None:
    """On the strokes that were heard, band-limited and added, the power is as predicted within half a decibel."""
    kit = {**take(), "kick out": delayed(take()["kick out"], shift)}
    pair = pairs(kit)["kick in", "kick out"]
    band = pair.bands[0]
    low = {n: filtered(kit[n], lambda hz: ((hz >= 40) & (hz < 250)) * 1.0) for n in ("kick in", "kick out")}
    strokes = [at for at, _, _ in live_kit._hits("kick", 1, 13.0)]
    one, two = (np.concatenate([low[n][int(at * 48e3) : int((at + 0.08) * 48e3)] for at in strokes]) for n in low)
    apart = np.vdot(one, one) + np.vdot(two, two)
    for sign, said in ((1.0, band.sum_db), (-1.0, band.flipped_db)):
        whole = one + np.float32(sign) * two
        assert said == pytest.approx(10 * np.log10(np.vdot(whole, whole) / apart), abs=0.5)
