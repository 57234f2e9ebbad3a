"""How many bits of a file carry sound: the lowest bit that is ever set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.feature import Metered
from earmark.model import Stem

MOST_BITS = 24  # what float32 holds of a sample at full scale
FULL_SCALE = np.float32(2.0 ** (MOST_BITS - 1))
LARGEST_CODE = 2.0**31


@dataclass(frozen=True, kw_only=True)
class EffectiveBits(Metered):
    """The word length that holds every sample of the stem exactly.

    Attributes
    ----------
    effective_bits : int or None
        The smallest number b for which every sample is a whole multiple of 2 ** -(b - 1), full scale 1.0; from 1 to
        24. None where 24 bits do not hold them (floating point that was processed, decoded lossy sound), and where
        the stem is digital silence.
    sounding_samples : int
        Frames with a sample that is not 0, counted until the answer could no longer change; where it is small, the
        number of bits says little.

    Notes
    -----
    The bitwise OR of all codes shows every bit that is ever used; its trailing zeros are padding. The pass gives
    float32, which holds 24-bit codes exactly, and 32-bit codes below a 256th of full scale.
    """

    VERSION: ClassVar[int] = 1
    effective_bits: int | None
    sounding_samples: int

    @classmethod
    def meter(cls, stem: Stem) -> BitMeter:
        """A fresh meter."""
        return BitMeter(cls, stem)


class BitMeter:
    """Collects the bits in use until all that the file has are used; then it rests."""

    def __init__(self, kind: type[EffectiveBits], stem: Stem) -> None:
        self._kind, self._stem = kind, stem
        self._bits = 0
        self._sounding = 0
        self._exact = True
        held = min(stem.known.bits or MOST_BITS, MOST_BITS)
        self._lowest = 1 << (MOST_BITS - held)

    def feed(self, block: np.ndarray) -> None:
        """Take float32 (channels, samples)."""
        if not self._exact or self._bits & self._lowest:
            return
        scaled = block * FULL_SCALE
        if not float(np.abs(scaled).max(initial=0.0)) < LARGEST_CODE:
            self._exact = False
            return
        codes = scaled.astype(np.int32)
        self._exact = bool((codes == scaled).all())
        self._bits |= int(np.bitwise_or.reduce(codes, axis=None)) if codes.size else 0
        self._sounding += int(np.count_nonzero(codes.any(axis=0)))

    def result(self) -> EffectiveBits:
        """The lowest bit that was ever set."""
        padding = (self._bits & -self._bits).bit_length() - 1
        known = self._exact and self._bits != 0
        return self._kind(
            stem=self._stem,
            effective_bits=max(1, MOST_BITS - padding) if known else None,
            sounding_samples=self._sounding,
        )
