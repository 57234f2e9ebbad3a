from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import kit_take
from earmark import audio
from earmark.actions import InvertPolarity, LeaveIt, Nudge
from earmark.features.band_sum import BandSum
from earmark.features.pair_lag import PairLag
from earmark.model import Finding, Session, SoundFile, Stem
from earmark.rules.phase import ph01_polarity_flip as ph01
from earmark.scenes import live_kit
from earmark.scenes.faults import delayed
from earmark.scenes.filters import filtered, low_pass
from earmark.scenes.instruments import bass_line, guitar_part, kick_pattern, snare_pattern
from earmark.scenes.kit import drums
from earmark.scenes.signals import noise
from hearing import findings, hear

RATE_HZ = 16_000


def kick(mic: str) -> np.ndarray:
    return kick_pattern(8.0, mic=mic, rate_hz=RATE_HZ) + noise(8.0, rms_dbfs=-70, rate_hz=RATE_HZ, seed=len(mic))


def ask(**stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("PH01", rate_hz=RATE_HZ, **stems)


def test_fires_on_the_outside_of_a_kick_upside_down() -> None:
    (found,) = ask(kick_in=kick("in"), kick_out=-kick("out"))
    assert found.severity == "question"
    assert found.evidence["flip"] == "kick out"
    assert found.value > 6.0
    assert found.start_s is not None
    assert "by nature" in found.doubt


def test_fires_on_the_bottom_of_a_snare_and_flips_the_bottom() -> None:
    top = snare_pattern(8.0, rate_hz=RATE_HZ)
    bottom = -0.9 * delayed(top, 5) + noise(8.0, rms_dbfs=-50, rate_hz=RATE_HZ, seed=2)
    (found,) = ask(snare_bottom=bottom, snare_top=top)
    assert found.severity == "question"
    assert found.evidence["flip"] == "snare bottom"


def test_fires_once_in_a_whole_kit_with_one_microphone_upside_down() -> None:
    kit = {name.replace(" ", "_"): sound for name, sound in drums().items()}
    (found,) = findings("PH01", **{**kit, "kick_out": -kit["kick_out"]})
    assert found.stems == ("kick in", "kick out")


def test_fires_whatever_the_levels_and_says_both_gains() -> None:
    (found,) = ask(di=bass(), amp=np.float32(-0.05) * bass_through_air())
    assert found.severity == "question"
    assert found.value > 10.0
    assert "at the levels sent" in found.message


def test_names_the_one_that_disagrees_with_most_others() -> None:
    part = guitar_part(8.0, rate_hz=RATE_HZ)
    mics = {f"mic_{n}": delayed(part, 3 * n) + noise(8.0, rms_dbfs=-70, rate_hz=RATE_HZ, seed=n) for n in range(3)}
    found = ask(loud=-2.0 * part, **mics)
    assert len(found) == 3
    assert {one.evidence["flip"] for one in found} == {"loud"}


def test_quiet_on_the_same_pair_upright() -> None:
    assert not ask(kick_in=kick("in"), kick_out=kick("out"))


def test_quiet_on_a_whole_kit_as_it_was_miked() -> None:
    assert not findings("PH01", **{name.replace(" ", "_"): sound for name, sound in drums().items()})


def test_quiet_on_unrelated_stems() -> None:
    assert not ask(kick=kick("in"), bass=bass(), guitar=guitar_part(8.0, rate_hz=RATE_HZ))


def test_quiet_on_silence_and_on_a_pair_that_plays_once() -> None:
    once = np.zeros(8 * RATE_HZ, np.float32)
    once[:4000] = kick("in")[:4000]
    assert not ask(one=once, two=-once, silent=np.zeros(8 * RATE_HZ, np.float32))


def test_a_band_that_disagrees_makes_it_a_note() -> None:
    (found,) = tuple(ph01.check(pair(low=-0.9, middle=0.9)))
    assert found.severity == "note"
    assert "250-1000 Hz" in found.doubt


def test_quiet_when_the_peak_is_upside_down_and_the_low_end_is_not() -> None:
    assert not tuple(ph01.check(pair(low=0.9, middle=-0.9)))


@pytest.mark.parametrize(("shared", "severity"), [(0.52, "question"), (0.48, "note"), (0.27, "note")])
def test_how_much_is_shared_decides_how_it_is_put(shared: float, severity: str) -> None:
    (found,) = tuple(ph01.check(pair(low=-np.sqrt(shared), middle=-0.9)))
    assert found.severity == severity


def test_quiet_when_less_than_a_quarter_is_shared_or_the_pair_is_not_firm() -> None:
    assert not tuple(ph01.check(pair(low=-np.sqrt(0.23), middle=-0.9)))
    assert not tuple(ph01.check(replace(pair(low=-0.9, middle=-0.9), firm=False)))


def test_the_band_above_decides_where_there_is_no_low_end() -> None:
    hats = pair(low=0.3, middle=-0.9)
    hats = replace(hats, bands=(replace(hats.bands[0], share_db=-45.0), *hats.bands[1:]))
    (found,) = tuple(ph01.check(hats))
    assert found.band_hz == (250.0, 1000.0)


def test_offers_the_flip_the_shift_and_to_leave_it() -> None:
    (found,) = ask(kick_in=kick("in"), kick_out=-kick("out"))
    options = list(ph01.suggest(found))
    assert options[0].action == InvertPolarity("kick out")
    assert isinstance(options[1].action, Nudge)
    assert options[1].action.stem == "kick out"
    assert options[1].action.shift_s == pytest.approx(-0.0013, abs=0.0003)
    assert isinstance(options[-1].action, LeaveIt)


@pytest.mark.real_audio
def test_quiet_on_microphones_of_one_polarity(data: Path) -> None:
    folder = data / "microphones" / "spaced-four"
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in sorted(folder.glob("*.flac")))
    assert not hear(audio.probe(Session("spaced", None, stems)), "PH01")


@pytest.mark.real_audio
def test_fires_on_one_real_microphone_turned_upside_down(data: Path) -> None:
    take = str(data / "microphones" / "choir" / "DCS_LI_QuartetB_Take04_A2_")
    session = audio.probe(
        Session("alto", None, tuple(Stem(n, SoundFile(Path(f"{take}{n}.wav"))) for n in ("DYN", "HSM")))
    )
    dynamic, headset = (audio.window(stem, 0, stem.known.frames)[0] for stem in session.stems)
    assert not findings("PH01", rate_hz=22_050, dynamic=dynamic, headset=headset)
    (found,) = findings("PH01", rate_hz=22_050, dynamic=dynamic, headset=-headset)
    assert found.severity == "question"


def bass() -> np.ndarray:
    return bass_line(8.0, rate_hz=RATE_HZ) + noise(8.0, rms_dbfs=-75, rate_hz=RATE_HZ, seed=6)


def bass_through_air() -> np.ndarray:
    return filtered(delayed(bass_line(8.0, rate_hz=RATE_HZ), 8), lambda hz: low_pass(hz, 2500), RATE_HZ) + noise(
        8.0, rms_dbfs=-75, rate_hz=RATE_HZ, seed=7
    )


def band(low_hz: float, high_hz: float, likeness: float) -> BandSum:
    down, up = 10 * np.log10(1 + likeness), 10 * np.log10(1 - likeness)
    return BandSum(low_hz, high_hz, likeness, -6.0, float(down), float(up), float(down), float(up))


def pair(low: float, middle: float) -> PairLag:
    return PairLag(
        stems=(Stem("di", SoundFile(Path("di.wav"))), Stem("amp", SoundFile(Path("amp.wav")))),
        lag_s=0.0,
        other_lag_s=0.0,
        polarity=-1,
        prominence=80.0,
        agreement=0.9,
        voting=12,
        windows=16,
        firm=True,
        likeness=middle,
        gain_db=-3.0,
        bands=(band(40.0, 250.0, low), band(250.0, 1000.0, middle), band(1000.0, 4000.0, 0.1)),
        place_s=(1.0, 1.35),
    )


@pytest.mark.parametrize("seed", kit_take.SEEDS)
def test_quiet_on_a_live_kit_wired_as_it_is_meant(seed: int) -> None:
    assert not hear(kit_take.session(kit_take.take(seed)), "PH01")


@pytest.mark.parametrize("seed", kit_take.SEEDS)
@pytest.mark.parametrize("mic", [mic for mic in live_kit.MICROPHONES if mic != "hat"])
def test_fires_in_a_live_kit_and_names_the_one_microphone_that_was_turned(seed: int, mic: str) -> None:
    kit = kit_take.take(seed)
    found = hear(kit_take.session({**kit, mic: -kit[mic]}), "PH01")
    assert found
    assert {each.evidence["flip"] for each in found} == {mic}
    assert {each.severity for each in found} == {"question"}


def test_fires_on_a_snare_bottom_nobody_turned_and_says_that_it_is_nature() -> None:
    found = hear(kit_take.session(kit_take.take(as_miked=True)), "PH01")
    assert [(each.stems, each.evidence["flip"]) for each in found] == [(("snare top", "snare bottom"), "snare bottom")]
    assert "by nature" in found[0].doubt


def test_names_the_snare_top_in_a_kit_whose_overheads_are_one_stereo_stem() -> None:
    kit = kit_take.take()
    sides = {n: np.stack([kit[f"{m} L"], kit[f"{m} R"]]) for n, m in (("overheads", "overhead"), ("room", "room"))}
    close = {name: sound for name, sound in kit.items() if not name.startswith(("overhead", "room"))}
    found = hear(kit_take.session({**close, **sides, "snare top": -kit["snare top"]}), "PH01")
    assert found
    assert {each.evidence["flip"] for each in found} == {"snare top"}
