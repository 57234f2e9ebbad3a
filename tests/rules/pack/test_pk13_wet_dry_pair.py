"""PK13 needs both: names that say dry and wet, and sound that the two share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from earmark import audio, scenes
from earmark.rules.pack.pk13_wet_dry_pair import dry_and_wet, example, suggest
from earmark.session import find
from hearing import hear

RATE_HZ = 48_000


def plucked(seed: int) -> np.ndarray:
    at_s = np.arange(6 * RATE_HZ) / RATE_HZ
    return 0.3 * np.random.default_rng(seed).standard_normal(at_s.size) * np.exp(-12.0 * (at_s % 0.5))


@pytest.mark.parametrize(
    ("dry", "wet"),
    [
        ("gtr dry", "gtr wet"),
        ("LdVox_dry", "LdVox_FX"),
        ("Bass DI", "Bass Amp"),
        ("Vox", "Vox Verb"),
        ("Gtr L DI", "Gtr L"),
        ("Keys noFX", "Keys"),
        ("Snare", "snare plate"),
        ("Gtr_01_no fx", "Gtr_01_processed"),
    ],
)
def test_names_of_one_part_are_put_in_order(dry: str, wet: str) -> None:
    assert dry_and_wet(dry, wet) == dry_and_wet(wet, dry) == (dry, wet)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("gtr 1", "gtr 2"),
        ("Vox dry", "Gtr wet"),
        ("wet", "dry"),
        ("Vox verb", "Vox delay"),
        ("DI", "Amp"),
        ("kick", "snare"),
    ],
)
def test_names_of_two_parts_or_of_none_are_no_pair(one: str, other: str) -> None:
    assert dry_and_wet(one, other) is None


def test_fires_on_a_part_and_its_echo() -> None:
    (found,) = hear(example()[0], "PK13")
    assert (found.severity, found.stems) == ("note", ("gtr dry", "gtr wet"))
    assert found.value > 0.8


def test_fires_on_an_amplified_di_that_is_upside_down() -> None:
    line = plucked(1)
    amped = -np.tanh(4.0 * line) + 1e-3 * np.random.default_rng(2).standard_normal(line.size)
    (found,) = hear(scenes.session(RATE_HZ, bass_amp=amped, bass_DI=line), "PK13")
    assert found.stems == ("bass DI", "bass amp")
    assert found.evidence["polarity"] == -1


def test_quiet_on_the_same_sound_under_other_names() -> None:
    assert hear(example()[1], "PK13") == ()


def test_quiet_on_the_same_names_with_other_sound() -> None:
    assert hear(scenes.session(RATE_HZ, gtr_dry=plucked(1), gtr_wet=plucked(5)), "PK13") == ()


def test_quiet_on_silence() -> None:
    assert hear(scenes.session(RATE_HZ, gtr_dry=np.zeros(99_000), gtr_wet=plucked(5)), "PK13") == ()


def test_either_may_be_muted_or_both_kept() -> None:
    options = list(suggest(hear(example()[0], "PK13")[0]))
    assert [type(option.action).__name__ for option in options] == ["AskTheBand", "Repair", "Repair", "LeaveIt"]


@pytest.mark.real_audio
def test_a_real_part_dry_and_processed_is_found_by_its_names(data: Path) -> None:
    song = data / "stems" / "Rock"
    dry, wet = (
        audio.probe(find([song / kind / "03 clean electric guitar.flac"])[0]).stems[0] for kind in ("raw", "stems")
    )
    sounds = {name: audio.window(stem, 0, stem.known.frames) for name, stem in (("gtr_dry", dry), ("gtr_wet", wet))}
    (found,) = hear(scenes.session(44_100, **sounds), "PK13")
    assert found.stems == ("gtr dry", "gtr wet")
