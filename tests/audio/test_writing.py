"""A written file is float32, whole, and what was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from audio.files import NOISE, facts_of, read_all, stem_of
from earmark import audio
from earmark.errors import AudioError


def test_what_is_written_is_read_back_to_the_bit(tmp_path: Path) -> None:
    path = tmp_path / "new" / "100% döne.wav"
    audio.write(path, 3 * NOISE, 44_100)
    facts = facts_of(path)
    assert (facts.rate_hz, facts.encoding, facts.channels) == (44_100, "FLOAT", 2)
    assert np.array_equal(read_all(stem_of(path)), 3 * NOISE)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_mono_may_be_one_dimensional(tmp_path: Path) -> None:
    audio.write(tmp_path / "a.wav", NOISE[0], 48_000)
    assert facts_of(tmp_path / "a.wav").channels == 1


def test_where_nothing_can_be_written_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.wav").mkdir()
    with pytest.raises(AudioError, match=r"a\.wav cannot be written .*choose a folder"):
        audio.write(tmp_path / "a.wav", NOISE, 48_000)
    assert [file.name for file in tmp_path.iterdir()] == ["a.wav"]
