"""FI06 reads the header against a profile, and leaves lossy files to other rules."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.model import FileFacts, Finding, Session, Stage
from earmark.rules.file.fi06_depth_mismatch import example, of_bits, suggest
from earmark.rules.profile import load
from hearing import hear

TONE = 0.1 * np.sin(np.arange(400))


def heard(session: Session, profile: str = "mix-stems", stage: Stage = "intake") -> tuple[Finding, ...]:
    return hear(session, "FI06", profile=load(profile).at(stage))


def of(bits: int, **stems: np.ndarray) -> Session:
    return of_bits(scenes.session(**(stems or {"vox": TONE, "bass": TONE})), bits)


def test_fires_as_a_fault_on_the_16_bit_stem_of_a_pack() -> None:
    (found,) = heard(example()[0])
    assert (found.severity, found.stems, found.value, found.threshold) == ("fault", ("vox",), 16.0, 24.0)


def test_fires_on_every_stem_where_all_are_too_shallow() -> None:
    assert [found.stems for found in heard(of(16))] == [("vox",), ("bass",)]


def test_fires_on_24_bits_where_a_disc_takes_16_and_offers_dither() -> None:
    (found,) = heard(of(24, master=TONE), "cd", "deliver")
    assert (found.severity, found.threshold) == ("fault", 16.0)
    assert "Who dithers it down?" in str(next(iter(suggest(found))).action)


def test_fires_as_a_note_where_depth_is_only_advised() -> None:
    assert [found.severity for found in heard(of(16, full_mix=TONE), "mastering-mix", "print")] == ["note"]


def test_quiet_at_the_depth_that_is_asked_for_and_above() -> None:
    assert heard(of(24)) == heard(of(32)) == ()
    assert heard(of(16, master=TONE), "cd", "deliver") == ()


def test_quiet_on_lossy_and_on_unreadable_files() -> None:
    session = of(24)
    lossy = replace(session.stems[0], facts=replace(session.stems[0].known, bits=None, lossy=True))
    broken = replace(session.stems[1], facts=FileFacts(trouble="is text"))
    assert heard(replace(session, stems=(lossy, broken))) == ()


def test_quiet_under_a_profile_without_a_depth() -> None:
    assert heard(of(16), "spotify", "deliver") == ()
