"""Level and tone on either side of every place where one take may end and another begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.feature import Derived, StemFeature
from earmark.features.phrases import Phrases
from earmark.model import Clips, Stem

SIDE_S, LEAST_S = 4.0, 1.5  # of sound on either side: at most, at least. House defaults
FAR_S = 12.0  # from the border: sound beyond is of another part. House default
COUNTED_DB = 30.0  # bands within this of the louder side's strongest
SMOOTHED = 3  # bands of 0.94 ERB: about a third of an octave and more
MERGED_S = 0.1  # two borders closer than this are one


@dataclass(frozen=True, slots=True)
class Border:
    """One place.

    Attributes
    ----------
    at_s : float
        Seconds from the stem's first frame.
    edit : bool
        Whether a region of a DAW session begins or ends there; else only a phrase does.
    before_s, after_s : float
        From where and until where the sound was compared.
    step_db : float
        Level after it less the level before, over the frames that sound.
    tone_db : float
        Root mean square over the bands of how the spectra differ once they are equally loud.
    band_hz : tuple of float or None
        The widest run of at least two neighbouring bands that differ by 3 dB and more; None where there is none.
    usual_step_db, usual_tone_db : float
        Medians of both, the step without its sign, over all borders of the stem.
    """

    at_s: float
    edit: bool
    before_s: float
    after_s: float
    step_db: float
    tone_db: float
    band_hz: tuple[float, float] | None
    usual_step_db: float
    usual_tone_db: float


@dataclass(frozen=True, kw_only=True)
class TakeBorders(Derived):
    """Every border of a stem that has at least 1.5 s of sound within 12 s on either side.

    Attributes
    ----------
    borders : tuple of Border
        In order of time.

    Notes
    -----
    Borders are the edges of the regions where the stem is a track of a DAW session, and the middles of the gaps
    between phrases in any case: what an ordinary gap of this stem looks like is the measure for all of them. Up to
    4 s of sounding frames (over the gate of `Phrases`) are taken on either side. Different notes and vowels differ in
    tone too; that is what the medians are for.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature], ...]] = (Phrases, BandPowers)
    borders: tuple[Border, ...]

    @classmethod
    def derive(cls, stem: Stem, *needs: StemFeature) -> Self:
        """From the band powers around each place."""
        phrases, bands = needs
        assert isinstance(phrases, Phrases)
        assert isinstance(bands, BandPowers)
        loud = bands.powers.sum(axis=1) > 10 ** (phrases.gate_dbfs / 10)
        times_s = (np.arange(len(loud)) + 1.0) * bands.hop_s
        found = [border for at_s, edit in places(stem, phrases) for border in between(at_s, edit, bands, times_s, loud)]
        return cls(stem=stem, borders=tuple(against_the_usual(found)))


def places(stem: Stem, phrases: Phrases) -> Iterator[tuple[float, bool]]:
    """Edges of regions, then the gaps that hold none, in order of time."""
    edits = sorted(edges_s(stem))
    pairs = zip(phrases.phrases, phrases.phrases[1:], strict=False)
    gaps = [(one.end_s, other.start_s) for one, other in pairs]
    plain = [
        (start_s + end_s) / 2
        for start_s, end_s in gaps
        if not any(start_s - MERGED_S <= edit <= end_s + MERGED_S for edit in edits)
    ]
    yield from sorted([*((at_s, True) for at_s in apart(edits)), *((at_s, False) for at_s in plain)])


def edges_s(stem: Stem) -> list[float]:
    """Where the regions of a track begin and end, from its first frame; none for a file."""
    if not isinstance(stem.source, Clips) or not stem.source.clips:
        return []
    clips = stem.source.clips
    first = min(clip.start_samples for clip in clips)
    ends = {clip.start_samples + clip.length_samples for clip in clips}
    samples = ({clip.start_samples for clip in clips} | ends) - {first, max(ends)}
    return [(sample - first) / stem.source.rate_hz for sample in samples]


def apart(times_s: Sequence[float]) -> Iterator[float]:
    """Those that are not within 0.1 s of the one before."""
    last_s = -1.0
    for time_s in times_s:
        if time_s - last_s > MERGED_S:
            yield time_s
            last_s = time_s


def between(at_s: float, edit: bool, bands: BandPowers, times_s: np.ndarray, loud: np.ndarray) -> Iterator[Border]:
    """The two sides of one place against each other.

    Yields
    ------
    Border
        One, where there is enough sound on both sides; else none.
    """
    most, least = round(SIDE_S / bands.hop_s), round(LEAST_S / bands.hop_s)
    before = np.flatnonzero(loud & (times_s < at_s - bands.frame_s / 2) & (times_s > at_s - FAR_S))[-most:]
    after = np.flatnonzero(loud & (times_s > at_s + bands.frame_s / 2) & (times_s < at_s + FAR_S))[:most]
    if min(len(before), len(after)) < least:
        return
    sides = [bands.powers[side].mean(axis=0, dtype=np.float64) for side in (before, after)]
    step_db = 10 * float(np.log10(sides[1].sum() / sides[0].sum()))
    differs, counted = tone_between(*sides)
    yield Border(
        at_s=at_s,
        edit=edit,
        before_s=float(times_s[before[0]]),
        after_s=float(times_s[after[-1]]),
        step_db=step_db,
        tone_db=float(np.sqrt(np.mean(np.square(differs[counted])))),
        band_hz=widest_run(differs, counted, bands.edges_hz),
        usual_step_db=0.0,
        usual_tone_db=0.0,
    )


def tone_between(before: np.ndarray, after: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much louder each band is afterwards, in dB, levels matched; and which bands count."""
    kernel = np.ones(SMOOTHED) / SMOOTHED
    smooth = [np.convolve(side / side.sum(), kernel, "same") + 1e-12 for side in (before, after)]
    level_db = 10 * np.log10(np.array(smooth))
    counted = level_db.max(axis=0) > level_db.max() - COUNTED_DB
    differs = level_db[1] - level_db[0]
    return differs - np.median(differs[counted]), counted


def widest_run(differs: np.ndarray, counted: np.ndarray, edges_hz: np.ndarray) -> tuple[float, float] | None:
    """The longest run of bands that differ by 3 dB the same way."""
    best = (0, 0)
    for sign in (1.0, -1.0):
        far = counted & (sign * differs >= 3.0)
        edges = np.flatnonzero(np.diff(np.concatenate([[0], far.astype(np.int8), [0]]))).reshape(-1, 2)
        best = max([best, *((int(first), int(end)) for first, end in edges)], key=lambda run: run[1] - run[0])
    first, end = best
    return (float(edges_hz[first]), float(edges_hz[end])) if end - first >= 2 else None


def against_the_usual(found: Sequence[Border]) -> Iterator[Border]:
    """Each with what is usual in its stem."""
    if not found:
        return
    step_db = float(np.median([abs(one.step_db) for one in found]))
    tone_db = float(np.median([one.tone_db for one in found]))
    for one in found:
        yield replace(one, usual_step_db=step_db, usual_tone_db=tone_db)
