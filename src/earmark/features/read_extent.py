"""How much of a stem can really be decoded: told only by decoding it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.model import Stem


@dataclass(frozen=True, kw_only=True)
class ReadExtent(Metered):
    """The frames that the pass was given.

    Attributes
    ----------
    frames_read : int
        Samples per channel that were decoded, from the first to the last good one; 0 when the decoder gave none.
        `stem.known.frames_promised`, or `frames` where that is None, is what there was to be.
    """

    VERSION: ClassVar[int] = 1
    HEARS_NOT_FINITE: ClassVar[bool] = True
    frames_read: int

    @classmethod
    def meter(cls, stem: Stem) -> ExtentMeter:
        """A fresh meter."""
        return ExtentMeter(cls, stem)


class ExtentMeter:
    """Counts."""

    def __init__(self, kind: type[ReadExtent], stem: Stem) -> None:
        self._kind, self._stem, self._frames = kind, stem, 0

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        self._frames += block.shape[1]

    def result(self) -> ReadExtent:
        """What was counted."""
        return self._kind(stem=self._stem, frames_read=self._frames)
