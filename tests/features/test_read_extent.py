"""ReadExtent counts what the pass was really given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from earmark import scenes
from earmark.features.engine import measure
from earmark.features.read_extent import ReadExtent


def test_it_counts_frames_not_samples() -> None:
    session = scenes.session(8_000, mono=np.zeros(12_345), stereo=np.zeros((2, 777)))
    assert [one.frames_read for one in measure(session, {ReadExtent}, jobs=1).of_kind(ReadExtent)] == [12_345, 777]


def test_it_is_not_misled_by_what_the_header_promised() -> None:
    session = scenes.session(8_000, mono=np.zeros(500))
    (stem,) = session.stems
    cut = replace(session, stems=(replace(stem, facts=replace(stem.known, frames_promised=9_000)),))
    assert measure(cut, {ReadExtent}, jobs=1).of_kind(ReadExtent)[0].frames_read == 500


def test_samples_that_are_no_numbers_count() -> None:
    session = scenes.session(8_000, mono=np.full(500, np.nan))
    assert measure(session, {ReadExtent}, jobs=1).of_kind(ReadExtent)[0].frames_read == 500
