from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.actions import AskTheBand, InvertPolarity, LeaveIt, Nudge, StaticGain
from earmark.features.engine import measure
from earmark.model import Finding, Session, SoundFile, Stem
from earmark.rules.catalogue import judge, rules, wanted
from earmark.rules.pack import pk12_stems_do_not_sum as pk12
from earmark.scenes.faults import delayed
from earmark.scenes.filters import bell, filtered
from earmark.scenes.instruments import bass_line, guitar_part, kick_pattern, snare_pattern, vocal_line
from earmark.scenes.signals import noise
from hearing import findings, hear

RATE_HZ = 16_000
DURATION_S = 12.0


@cache
def band() -> dict[str, np.ndarray]:
    voice = np.zeros(int(DURATION_S * RATE_HZ), np.float32)
    sung = vocal_line((0.0, -3.0, -1.0, 0.0), rate_hz=RATE_HZ, seed=3)[: voice.size]
    voice[: sung.size] = sung
    return {
        "kick": kick_pattern(DURATION_S, rate_hz=RATE_HZ),
        "snare": snare_pattern(DURATION_S, rate_hz=RATE_HZ),
        "bass": bass_line(DURATION_S, rate_hz=RATE_HZ),
        "guitar": guitar_part(DURATION_S, rate_hz=RATE_HZ, seed=4),
        "voice": voice,
    }


def summed(**gains: float) -> np.ndarray:
    return np.asarray(sum(np.float32(gains.get(name, 1.0)) * sound for name, sound in band().items()))


def ask(mix: np.ndarray, **stems: np.ndarray) -> tuple[Finding, ...]:
    return findings("PK12", rate_hz=RATE_HZ, mix=mix, **(stems or band()))


def squeezed(mix: np.ndarray, above_dbfs: float, ratio: float) -> np.ndarray:
    """A compressor on the mix bus: peaks held for 2 ms and let go over 100 ms."""
    peaks = np.abs(mix[: mix.size // 32 * 32]).reshape(-1, 32).max(axis=1)
    held, level = np.empty_like(peaks), 0.0
    for n, peak in enumerate(peaks):
        level = max(float(peak), level * np.exp(-0.002 / 0.1))
        held[n] = level
    gain_db = np.minimum(0.0, (above_dbfs - 20 * np.log10(held + 1e-9)) * (1 - 1 / ratio))
    gain = 10 ** (np.interp(np.arange(mix.size), np.arange(peaks.size) * 32, gain_db) / 20)
    return np.asarray(mix * gain, np.float32)


@pytest.mark.parametrize("name", sorted(band()))
def test_fires_on_a_stem_that_is_missing_from_the_mix(name: str) -> None:
    (found,) = ask(summed(**{name: 0.0}))
    assert (found.stems, found.severity, found.evidence["what"]) == ((name,), "question", "missing")


@pytest.mark.parametrize(("gain", "what"), [(2.0, "doubled"), (1.413, "louder"), (0.447, "softer")])
def test_fires_on_a_stem_at_another_level(gain: float, what: str) -> None:
    (found,) = ask(summed(guitar=gain))
    assert found.stems == ("guitar",)
    assert found.evidence["what"] == what
    assert found.value == pytest.approx(20 * np.log10(gain), abs=0.1)


def test_fires_on_a_stem_upside_down_in_the_mix() -> None:
    (found,) = ask(summed(bass=-1.0))
    assert (found.stems, found.evidence["what"]) == (("bass",), "upside down")


@pytest.mark.parametrize("late_ms", [1.0, 10.0, 50.0, -3.0])
def test_fires_on_a_stem_that_is_late_or_early_in_the_mix(late_ms: float) -> None:
    moved = delayed(band()["voice"], late_ms * RATE_HZ / 1000)
    (found,) = ask(summed(voice=0.0) + moved)
    assert found.stems == ("voice",)
    assert found.unit == "ms"
    assert found.value == pytest.approx(late_ms, abs=0.02)


def test_fires_on_each_of_three_at_once() -> None:
    mix = summed(guitar=0.0, bass=-1.0, snare=0.0) + delayed(band()["snare"], 160)
    assert {found.stems[0]: found.evidence["what"] for found in ask(mix)} == {
        "guitar": "missing",
        "bass": "upside down",
        "snare": "late",
    }


def test_fires_on_a_missing_stem_through_a_compressor_on_the_mix_bus() -> None:
    found = ask(squeezed(summed(voice=0.0), -14.0, 2.0))
    assert [one.stems for one in found if one.severity == "question"] == [("voice",)]


def test_fires_with_both_residuals_in_the_sentence() -> None:
    (found,) = ask(summed(guitar=0.5) + noise(DURATION_S, rms_dbfs=-60.0, rate_hz=RATE_HZ, seed=3))
    assert f"leave {found.evidence['residual_as_sent_db']} dB of the mix as sent" in found.message
    assert f"{found.evidence['residual_fitted_db']} dB fitted" in found.message
    assert found.evidence["residual_as_sent_db"] > found.evidence["residual_fitted_db"] + 10.0


def test_quiet_on_the_plain_sum() -> None:
    assert not ask(summed())


def test_quiet_on_the_sum_with_one_gain_for_all_and_upside_down() -> None:
    assert not ask(-0.3 * summed())


def test_quiet_on_mono_stems_panned_by_constant_power() -> None:
    angle = dict(zip(band(), (0.785, 0.785, 0.785, 0.3, 1.2), strict=True))
    left = sum(np.cos(angle[name]) * sound for name, sound in band().items())
    right = sum(np.sin(angle[name]) * sound for name, sound in band().items())
    assert not ask(np.stack([left, right]))


def test_quiet_on_what_is_left_below_forty_decibels() -> None:
    level_dbfs = 10 * np.log10(np.mean(np.square(summed(), dtype=np.float64)))
    assert not ask(summed() + noise(DURATION_S, rms_dbfs=level_dbfs - 45.0 + 3.01, rate_hz=RATE_HZ, seed=5))


def test_quiet_on_levels_where_the_mix_has_a_balance_of_its_own() -> None:
    gains = dict(zip(band(), (0.5, 1.6, 0.8, 0.25, 1.1), strict=True))
    assert not ask(summed(**gains))


def test_quiet_on_a_lossy_mix_of_nothing_but_the_stems() -> None:
    coded = filtered(summed(), lambda hz: (hz < 5000.0).astype(float), RATE_HZ)
    coded = coded + noise(DURATION_S, rms_dbfs=-42.0, rate_hz=RATE_HZ, seed=8)
    session = scenes.session(RATE_HZ, mix=np.pad(coded, (550, 0)), **band())
    assert session.mix is not None
    lossy = replace(session.mix, facts=replace(session.mix.known, lossy=True, encoding="MPEG_LAYER_III"))
    assert not hear(replace(session, mix=lossy), "PK12")


@pytest.mark.parametrize(
    "bus",
    [
        lambda mix: squeezed(mix, -18.0, 4.0),
        lambda mix: squeezed(mix, -12.0, 2.0),
        lambda mix: filtered(mix, lambda hz: bell(hz, 300, -3.0, 1.5) * bell(hz, 5000, 4.0, 1.5), RATE_HZ),
        lambda mix: np.tanh(2.0 * mix),
    ],
)
def test_processing_on_the_mix_bus_accuses_no_stem_and_is_said(bus) -> None:  # type: ignore[no-untyped-def]
    (found,) = ask(bus(summed()))
    assert found.severity == "note"
    assert "cannot tell: processing on the mix bus" in found.message
    assert found.stems == ("mix",)


def test_a_voice_that_is_in_no_stem_accuses_no_stem() -> None:
    stems = {name: sound for name, sound in band().items() if name != "voice"}
    (found,) = ask(summed(), **stems)
    assert (found.severity, found.stems) == ("note", ("mix",))
    assert "in no stem" in found.message


def test_one_stem_with_an_equaliser_in_the_mix_is_named_in_a_note() -> None:
    bright = filtered(band()["guitar"], lambda hz: bell(hz, 1500, 9.0, 2.0), RATE_HZ)
    found = ask(summed(guitar=0.0) + bright)
    assert {one.stems for one in found} == {("guitar",)}


def test_a_mix_from_another_start_is_a_note_and_the_stems_are_still_compared() -> None:
    found = ask(np.pad(summed(voice=0.0), (3 * RATE_HZ, 0)))
    assert [(one.severity, one.stems, one.evidence["what"]) for one in found] == [
        ("note", ("mix",), "offset"),
        ("question", ("voice",), "missing"),
    ]
    assert found[0].value == pytest.approx(3000.0, abs=0.1)


def test_two_equal_stems_are_left_to_another_rule() -> None:
    assert not ask(summed(), **band(), guitar_copy=band()["guitar"])


def test_without_a_mix_it_is_not_listened_for() -> None:
    chosen = [loaded for loaded in rules() if loaded.rule.code == "PK12"]
    session = scenes.session(RATE_HZ, **band())
    judged = judge(measure(session, wanted(chosen), jobs=1), chosen, {})
    assert not judged.findings
    assert [silent.because for silent in judged.not_listened_for] == ["no mix to compare with; name one with --mix"]


@pytest.mark.parametrize(
    ("gains", "action"),
    [
        ({"bass": -1.0}, InvertPolarity("bass")),
        ({"guitar": 0.5}, StaticGain("guitar", -6.0)),
    ],
)
def test_offers_to_follow_the_mix(gains: dict[str, float], action: object) -> None:
    (found,) = ask(summed(**gains))
    options = [option.action for option in pk12.suggest(found)]
    assert isinstance(options[0], AskTheBand)
    assert options[1] == action
    assert isinstance(options[-1], LeaveIt)


def test_a_missing_stem_is_asked_for_and_a_late_one_can_be_moved() -> None:
    (missing,) = ask(summed(guitar=0.0))
    assert [type(option.action) for option in pk12.suggest(missing)] == [AskTheBand, LeaveIt]
    (late,) = ask(summed(voice=0.0) + delayed(band()["voice"], 160))
    assert Nudge("voice", 0.01) in [option.action for option in pk12.suggest(late)]


def real(data: Path, song: str, kind: str = "stems") -> tuple[Finding, ...]:
    files = sorted((data / "stems" / song / kind).glob("*.flac"))
    stems = tuple(Stem(path.stem, SoundFile(path)) for path in files)
    mix = Stem("mix", SoundFile(data / "stems" / song / "mix.flac"), role="mix")
    return hear(audio.probe(Session(song, None, stems, mix=mix)), "PK12")


@pytest.mark.real_audio
def test_fires_on_the_fourth_stem_of_one_song_at_less_than_half_its_level(data: Path) -> None:
    (found,) = real(data, "Hendrix")
    assert found.stems == ("04 male singer",)
    assert found.severity == "question"
    assert found.value == pytest.approx(-7.0, abs=0.1)
    assert "0.447 of its level" in found.message


@pytest.mark.real_audio
def test_the_processed_stem_of_another_song_is_named_with_the_residual(data: Path) -> None:
    (found,) = real(data, "Rock")
    assert found.stems == ("04 clean electric guitar",)
    assert found.severity == "note"
    assert found.value == pytest.approx(-18.1, abs=0.2)


@pytest.mark.real_audio
@pytest.mark.parametrize("song", ["Hendrix", "Rock"])
def test_raw_tracks_against_a_finished_mix_are_no_question(data: Path, song: str) -> None:
    assert {found.severity for found in real(data, song, "raw")} == {"note"}
