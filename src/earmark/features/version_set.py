"""A song in several versions: the main mix, the instrumental, the a cappella, and how they fit together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from earmark.features.envelope import StemEnvelope
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.places import choose_places
from earmark.features.whitened import Grid, grid_of, mono, peak_of, spectra, whitened
from earmark.model import Session, Stem
from earmark.session.roles import is_mix, words

INSTRUMENTAL = re.compile(r"\b(instrumentals?|instr?|karaoke|(no|minus|without) (vox|vocals?))\b")
A_CAPPELLA = re.compile(r"\b(a ?cc?app?ell?a|acap|acca|(vox|vocals?) only)\b")
MAIN = re.compile(r"\b(main|full|original|master|vocal (version|mix|up))\b")
WINDOW_S = 0.68
EACH, MOST = 8, 16
REACH_S = 0.1
CLEAR_PROMINENCE = 12.0  # as between microphones: unrelated sounds reach 10
BETA = 0.75
NOTHING_DB = -150.0


@dataclass(frozen=True)
class Version:
    """One version beside the main one.

    Attributes
    ----------
    stem : Stem
    longer_s : float
        Its length less that of the main version.
    late_s : float or None
        By how much it lies later than the main version, within 0.1 s; None where that is not clear.
    """

    stem: Stem
    longer_s: float
    late_s: float | None


@dataclass(frozen=True, kw_only=True)
class VersionSet(SessionFeature):
    """The versions of a song that its file names tell apart.

    Attributes
    ----------
    main : Stem
    instrumental, a_cappella : Version or None
    residual_db : float or None
        Power of the main version less the other two, once they lie together, over that of the main version, in up to
        16 windows; -150.0 when nothing is left. None where one of the two is not there.
    fitted_db : float or None
        The same with the best gain for each of the two.
    gains_db : tuple of float or None
        These gains, instrumental and a cappella.
    windows : int
        How many windows were compared.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (StemEnvelope,)
    main: Stem
    instrumental: Version | None
    a_cappella: Version | None
    residual_db: float | None
    fitted_db: float | None
    gains_db: tuple[float, float] | None
    windows: int

    @classmethod
    def measure(cls, desk: Desk) -> VersionSet | Unheard:
        """The set, where the names say that there is one."""
        voices = [*desk.stems, *([desk.mix] if desk.mix else [])]
        found = versions_in(voices, desk.session)
        if found is None:
            return Unheard("no two files are called as versions of one song (main, instrumental, a cappella)")
        main, others = found
        rates = {stem.known.rate_hz for stem in (main, *others.values())}
        if len(rates) > 1:
            return Unheard("the versions of the song run at different sample rates")
        compared = {kind: version(desk, main, stem) for kind, stem in others.items()}
        residual = residual_of(desk, main, compared) if len(compared) == 2 else None
        return cls(
            session=desk.session,
            main=main,
            instrumental=compared.get("instrumental"),
            a_cappella=compared.get("a cappella"),
            residual_db=residual.unity_db if residual else None,
            fitted_db=residual.fitted_db if residual else None,
            gains_db=residual.gains_db if residual else None,
            windows=residual.windows if residual else 0,
        )


def versions_in(voices: Sequence[Stem], session: Session) -> tuple[Stem, dict[str, Stem]] | None:
    """The main version and the others by kind, each found once; None where a main or any other is not there."""
    kinds: dict[str, list[Stem]] = {"instrumental": [], "a cappella": [], "main": []}
    for stem in voices:
        said = words(stem.name)
        if A_CAPPELLA.search(said):
            kinds["a cappella"].append(stem)
        elif INSTRUMENTAL.search(said):
            kinds["instrumental"].append(stem)
        elif stem is session.mix or MAIN.search(said) or is_mix(stem.name):
            kinds["main"].append(stem)
    others = {kind: stems[0] for kind, stems in kinds.items() if kind != "main" and len(stems) == 1}
    if len(kinds["main"]) != 1 or not others:
        return None
    return kinds["main"][0], others


def version(desk: Desk, main: Stem, stem: Stem) -> Version:
    """One version against the main one."""
    grid = grid_of(main.known.rate_hz, WINDOW_S)
    starts_s = windows_of(desk, [main, stem], grid)
    late_s = lag_s(desk, main, stem, starts_s, grid) if len(starts_s) else None
    return Version(stem, stem.known.duration_s - main.known.duration_s, late_s)


def windows_of(desk: Desk, stems: Sequence[Stem], grid: Grid) -> np.ndarray:
    """Where to compare: windows in which these sound together."""
    envelopes = [desk.of(stem, StemEnvelope) for stem in stems]
    wanted = np.ones((len(stems), len(stems)), bool)
    places = choose_places(envelopes, grid.samples / grid.rate_hz, wanted=wanted, each=EACH, most=MOST)
    return places.start_s


def lag_s(desk: Desk, main: Stem, stem: Stem, starts_s: np.ndarray, grid: Grid) -> float | None:
    """By how much the version is later, by the generalised cross-correlation of all windows; None where unclear."""
    one, two = (whitened(spectra(mono(read(desk, each, starts_s, grid)), grid), grid, BETA) for each in (main, stem))
    peak = peak_of(np.einsum("wb,wb->b", two, one.conj()), grid, grid.reach(REACH_S))
    return peak.lag_s if peak.prominence >= CLEAR_PROMINENCE else None


def read(desk: Desk, stem: Stem, starts_s: np.ndarray, grid: Grid) -> np.ndarray:
    """Float32 (windows, channels, samples)."""
    return np.stack([desk.read(stem, float(start_s), grid.samples) for start_s in starts_s])


@dataclass(frozen=True)
class Residual:
    """What is left of the main version, at equal gain and at the best."""

    unity_db: float
    fitted_db: float
    gains_db: tuple[float, float]
    windows: int


def residual_of(desk: Desk, main: Stem, versions: dict[str, Version]) -> Residual | None:
    """The main version less the two others, which are moved by whole samples to lie with it."""
    ordered = [versions["instrumental"], versions["a cappella"]]
    grid = grid_of(main.known.rate_hz, WINDOW_S)
    starts_s = windows_of(desk, [main, *(each.stem for each in ordered)], grid)
    if not len(starts_s):
        return None
    moved = [starts_s + round((each.late_s or 0.0) * grid.rate_hz) / grid.rate_hz for each in ordered]
    sides = [read(desk, main, starts_s, grid)]
    sides += [read(desk, each.stem, at_s, grid) for each, at_s in zip(ordered, moved, strict=True)]
    whole, one, two = (np.ravel(side.mean(axis=1, dtype=np.float64)) for side in sides)
    parts = np.stack([one, two], axis=1)
    power = float(whole @ whole)
    if power == 0.0:
        return None
    gains = np.linalg.lstsq(parts, whole, rcond=None)[0]
    return Residual(
        unity_db=decibels(float(np.sum((whole - one - two) ** 2)) / power),
        fitted_db=decibels(float(np.sum((whole - parts @ gains) ** 2)) / power),
        gains_db=(2.0 * decibels(abs(float(gains[0]))), 2.0 * decibels(abs(float(gains[1])))),
        windows=len(starts_s),
    )


def decibels(ratio: float) -> float:
    """10 log10, never below -150."""
    return float(10.0 * np.log10(max(ratio, 10.0 ** (NOTHING_DB / 10.0))))
