"""LV03 looks between the samples, under a profile, of what goes out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from earmark import scenes
from earmark.audio import probe
from earmark.model import Finding, Session
from earmark.rules.level.lv03_true_peak_over import RULE, example, suggest
from earmark.rules.profile import load
from earmark.session import find
from hearing import hear


def tone(peak_dbtp: float) -> np.ndarray:
    """A quarter-rate sine at 45 degrees: its samples lie 3.01 dB below its true peak (EBU Tech 3341, test 16)."""
    at = np.arange(48_000)
    faded = np.minimum(1.0, np.minimum(at, at[::-1]) / 480)
    return 10 ** (peak_dbtp / 20) * faded * np.sin(2 * np.pi * at / 4 + np.pi / 4)


def heard(session: Session, profile: str) -> tuple[Finding, ...]:
    return hear(session, "LV03", profile=load(profile).at("deliver"))


def test_fires_between_samples_that_stay_below_the_ceiling() -> None:
    (found,) = heard(scenes.session(master=tone(0.0)), "ebu-r128")
    assert (found.severity, found.threshold) == ("fault", -1.0)
    assert found.value == pytest.approx(0.0, abs=0.1)
    assert float(str(found.evidence["sample_peak_dbfs"])) < -2.9


def test_fires_at_the_place_in_session_time() -> None:
    sound = np.concatenate([np.zeros(48_000), tone(0.0)])
    (found,) = heard(scenes.session(master=sound), "ebu-r128")
    late = scenes.session(master=sound)
    late = replace(late, stems=(replace(late.stems[0], start_s=10.0),))
    (later,) = heard(late, "ebu-r128")
    assert found.start_s is not None
    assert later.start_s is not None
    assert found.start_s > 0.9
    assert later.start_s - found.start_s == pytest.approx(10.0, abs=0.01)


def test_fires_as_a_question_between_specification_and_inspection_and_as_a_fault_beyond_both() -> None:
    (between,) = heard(scenes.session(master=tone(-1.5)), "netflix")
    assert between.severity == "question"
    assert "at most -1.0 dBTP, Netflix (what its inspectors flag)" in between.doubt
    (beyond,) = heard(scenes.session(master=tone(-0.5)), "netflix")
    assert beyond.severity == "fault"


def test_fires_as_a_note_above_an_advised_ceiling_and_sooner_on_a_loud_master() -> None:
    assert [found.severity for found in heard(scenes.session(master=tone(-0.5)), "spotify")] == ["note"]
    assert heard(scenes.session(master=tone(-1.5)), "amazon")[0].threshold == -2.0
    loud, soft = (np.stack([tone(-1.5)] * 2), np.stack([tone(-30.0)] * 2))
    soft[:, 20_000:21_000] += 10 ** (-1.6 / 20) * np.hanning(1_000) * np.sin(2 * np.pi * np.arange(1_000) / 4)
    assert [found.threshold for found in heard(scenes.session(master=loud), "spotify")] == [-2.0]
    assert heard(scenes.session(master=soft), "spotify") == ()


def test_quiet_below_the_ceiling_and_on_silence() -> None:
    assert heard(scenes.session(master=tone(-1.2)), "ebu-r128") == ()
    assert heard(scenes.session(master=np.zeros(48_000)), "ebu-r128") == ()


def test_quiet_on_what_a_meter_would_show_as_the_ceiling() -> None:
    assert heard(scenes.session(master=tone(-0.97)), "ebu-r128") == ()


def test_quiet_on_float_stems_above_full_scale_beside_a_mix_that_is_not() -> None:
    session = scenes.session(bass=tone(6.0), vox=tone(3.0), mix=tone(-3.0))
    assert heard(session, "ebu-r128") == ()


def test_raw_stems_are_never_asked_about_their_peaks() -> None:
    assert not {"intake", "mix"} & RULE.stages


def test_both_ways_out_come_to_the_ceiling() -> None:
    (found,) = hear(example()[0], "LV03")
    texts = [option.text for option in suggest(found)]
    assert "a limiter ceiling of -1.0 dBTP" in texts


@pytest.mark.real_audio
def test_fires_on_what_a_codec_added_to_a_loop(data: Path) -> None:
    def said(name: str) -> list[tuple[str, float]]:
        (session,) = find([data / "formats" / name])
        return [(found.severity, found.value) for found in heard(probe(session), "ebu-r128")]

    assert said("dubstep.ogg")[0][0] == "fault"
    assert said("dubstep.ogg")[0][1] >= 2.1
    assert said("dubstep.mp3")[0][1] >= 0.37
