"""Loudness and peaks of everything that goes out: the stems and the mix, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from earmark.features.extremes import Levels
from earmark.features.feature import Desk, SessionFeature, StemFeature
from earmark.features.loudness import Loudness
from earmark.features.true_peak import TruePeak
from earmark.model import Stem


@dataclass(frozen=True)
class Outgoing:
    """What meters read of one file.

    Attributes
    ----------
    stem : Stem
    integrated_lufs, short_term_max_lufs, momentary_max_lufs, loudness_range_lu : float or None
        As in `Loudness`.
    true_peak_dbtp : float or None
        As in `TruePeak`; None in digital silence.
    true_peak_at_s : float or None
        Where it lies, in seconds of the session.
    sample_peak_dbfs, rms_dbfs : float or None
        As in `Levels`; None in digital silence.
    """

    stem: Stem
    integrated_lufs: float | None
    short_term_max_lufs: float | None
    momentary_max_lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    true_peak_at_s: float | None
    sample_peak_dbfs: float | None
    rms_dbfs: float | None


@dataclass(frozen=True, kw_only=True)
class GoingOut(SessionFeature):
    """The readings of every file that could be read.

    Attributes
    ----------
    files : tuple of Outgoing
        The stems in session order, then the mix, where there is one.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Levels, Loudness, TruePeak)
    files: tuple[Outgoing, ...]

    @classmethod
    def measure(cls, desk: Desk) -> GoingOut:
        """The readings, gathered."""
        voices = (*desk.stems, *([desk.mix] if desk.mix else []))
        return cls(session=desk.session, files=tuple(reading(desk, stem) for stem in voices))


def reading(desk: Desk, stem: Stem) -> Outgoing:
    """The readings of one file."""
    levels, loudness, peak = desk.of(stem, Levels), desk.of(stem, Loudness), desk.of(stem, TruePeak)
    return Outgoing(
        stem=stem,
        integrated_lufs=loudness.integrated_lufs,
        short_term_max_lufs=loudness.short_term_max_lufs,
        momentary_max_lufs=loudness.momentary_max_lufs,
        loudness_range_lu=loudness.loudness_range_lu,
        true_peak_dbtp=peak.true_peak_dbtp,
        true_peak_at_s=None if peak.at_s is None else peak.at_s + stem.start_s,
        sample_peak_dbfs=levels.sample_peak_dbfs,
        rms_dbfs=levels.rms_dbfs,
    )
