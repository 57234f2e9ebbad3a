"""PK03 asks about stems of nothing, and keeps quiet on whispers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark.audio import probe
from earmark.rules.pack.pk03_silent_stem import example, suggest
from earmark.session import find
from hearing import findings, hear

SECOND = 8_000


def tone(peak_dbfs: float) -> np.ndarray:
    return 10 ** (peak_dbfs / 20) * np.sin(2 * np.pi * 440.0 * np.arange(SECOND) / SECOND)


def test_fires_on_zeros_and_not_on_a_whisper() -> None:
    silent, whisper = example()
    (found,) = hear(silent, "PK03")
    assert found.severity == "question"
    assert found.stems == ("fx return",)
    assert hear(whisper, "PK03") == ()


def test_fires_on_what_only_dither_could_be() -> None:
    (found,) = findings("PK03", pad=tone(-91.0))
    assert found.value == pytest.approx(-91.0, abs=0.1)
    assert found.unit == "dBFS"


def test_fires_on_the_silent_one_of_several() -> None:
    (found,) = findings("PK03", kick=tone(-6.0), snare=0 * tone(-6.0), bass=tone(-20.0))
    assert found.stems == ("snare",)


def test_fires_on_a_stem_of_nothing_but_no_numbers_and_says_so() -> None:
    (found,) = findings("PK03", pad=np.full(SECOND, np.nan))
    assert f"{SECOND} samples" in found.message


def test_quiet_on_either_side_of_the_threshold() -> None:
    assert findings("PK03", pad=tone(-89.0)) == ()


def test_quiet_on_one_sounding_sample() -> None:
    click = np.zeros(SECOND)
    click[17] = 0.01
    assert findings("PK03", pad=click) == ()


def test_quiet_on_one_silent_side() -> None:
    assert findings("PK03", pad=np.stack([tone(-20.0), 0 * tone(-20.0)])) == ()


def test_a_suggestion_asks_for_the_stem_by_name() -> None:
    (found,) = hear(example()[0], "PK03")
    assert "fx return" in next(suggest(found)).text


@pytest.mark.real_audio
def test_quiet_on_voices_that_are_half_digital_silence(data: Path) -> None:
    (session,) = find([data / "stems" / "Beatles" / "raw"])
    assert hear(probe(session), "PK03") == ()
