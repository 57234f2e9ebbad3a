"""PK14 asks about versions that differ in length, start or sum."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.actions import Nudge, StaticGain
from earmark.model import Finding
from earmark.rules.pack.pk14_version_set import example, suggest
from earmark.scenes.faults import delayed
from earmark.session import find
from hearing import hear

RATE_HZ = 16_000
TIME_S = np.arange(5 * RATE_HZ) / RATE_HZ
GATE = np.exp(-8.0 * (TIME_S % 0.5)) * ((TIME_S > 0.5) & (TIME_S < 4.5))
BAND, VOICE = 0.2 * np.random.default_rng(3).standard_normal((2, TIME_S.size)) * GATE


def heard(main: np.ndarray, **versions: np.ndarray) -> tuple[Finding, ...]:
    return hear(scenes.session(RATE_HZ, mix=main, **versions), "PK14")


def test_fires_on_a_version_that_starts_late() -> None:
    (found,) = hear(example()[0], "PK14")
    assert (found.severity, found.stems, found.unit) == ("question", ("song acappella",), "ms")
    assert found.value == pytest.approx(5.0, abs=0.02)
    assert list(suggest(found))[1].action == Nudge("song acappella", pytest.approx(-0.005, abs=2e-5))


def test_fires_on_a_version_of_another_length() -> None:
    (found,) = heard(BAND + VOICE, song_instrumental=BAND, song_acappella=VOICE[: int(4.6 * RATE_HZ)])
    assert (found.stems, found.unit) == (("song acappella",), "s")
    assert found.value == pytest.approx(-0.4, abs=0.001)


def test_fires_on_a_sum_in_which_a_part_is_missing() -> None:
    extra = 0.2 * np.random.default_rng(6).standard_normal(TIME_S.size) * GATE
    (found,) = heard(BAND + VOICE + extra, song_instrumental=BAND, song_acappella=VOICE)
    assert (found.severity, found.unit) == ("question", "dB")
    assert found.value == pytest.approx(-4.8, abs=1.0)  # one of three equal parts


def test_fires_as_a_note_on_versions_that_only_differ_in_level() -> None:
    (found,) = heard(BAND + VOICE, song_instrumental=0.8 * BAND, song_acappella=VOICE)
    assert found.severity == "note"
    assert "the instrumental at +1.9 dB" in found.message
    action = list(suggest(found))[1].action
    assert isinstance(action, StaticGain)
    assert action.gain_db == pytest.approx(1.94, abs=0.02)


def test_fires_as_a_note_on_a_main_mix_that_was_limited() -> None:
    both = BAND + VOICE
    (found,) = heard(np.clip(both, -0.5, 0.5), song_instrumental=BAND, song_acappella=VOICE)
    assert found.severity == "note"
    assert -40.0 < found.value < -20.0


def test_quiet_on_a_set_in_order() -> None:
    assert hear(example()[1], "PK14") == heard(BAND + VOICE, song_instrumental=BAND) == ()


def test_quiet_on_stems_and_on_silence() -> None:
    assert hear(scenes.session(RATE_HZ, kick=BAND, vox=VOICE), "PK14") == ()
    assert heard(0 * BAND, song_instrumental=0 * BAND, song_acappella=0 * BAND) == ()


def test_quiet_just_within_a_video_frame_and_two_samples() -> None:
    assert heard(BAND + VOICE, song_instrumental=BAND[: BAND.size - 600]) == ()
    assert heard(BAND + VOICE, song_acappella=delayed(VOICE, 0.5)) == ()


@pytest.mark.real_audio
def test_a_set_made_of_a_real_song(data: Path) -> None:
    stems = audio.probe(find([data / "stems" / "Rock" / "stems"])[0]).stems
    sounds = [audio.window(stem, 0, stem.known.frames) for stem in stems]
    voice = next(sound for stem, sound in zip(stems, sounds, strict=True) if stem.name.startswith("05"))
    band = np.sum(sounds, axis=0) - voice
    in_order = scenes.session(44_100, mix=band + voice, song_instrumental=band, song_acapella=voice)
    assert hear(in_order, "PK14") == ()
    late = scenes.session(44_100, mix=band + voice, song_instrumental=band, song_acapella=delayed(voice, 1105))
    (found,) = hear(late, "PK14")
    assert found.value == pytest.approx(1105 / 44.1, abs=0.05)
