"""How far the lead lies above all the others, phrase by phrase, in the bands that carry it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.fitted_balance import FittedBalance
from earmark.features.kweighting import k_filter
from earmark.features.phrases import Phrases
from earmark.model import Stem

LEAD_ROLE = "lead-vocal"
IMPORTANT_DB = 12.0  # under the lead's strongest band of the phrase
SHORTEST_S = 0.5
REST_FLOOR = 1e-12  # what the rest is taken for where it is silent: -120 dB
GainOf = Callable[[str], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class LeadPhrase:
    """One phrase of a lead, in session time.

    `over_rest_db` is the lead's power over that of all others in the lead's own bands, K-weighted, in this balance.
    `culprit` is the stem with the largest part of the others' power there, `culprit_share` that part, 0 to 1.
    """

    start_s: float
    end_s: float
    over_rest_db: float
    band_hz: tuple[float, float]
    culprit: str
    culprit_share: float


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead and its phrases of at least half a second during which something else sounds."""

    stem: Stem
    phrases: tuple[LeadPhrase, ...]


@dataclass(frozen=True, kw_only=True)
class LeadAgainstRest(SessionFeature):
    """Every lead vocal against the sum of the stems that are no lead, in the balance of the mix.

    Attributes
    ----------
    leads : tuple of Lead
        In session order; a second voice of the lead does not count among what it has to stand against.
    balance : str
        `post-fader` or `fitted`: where the balance comes from.

    Notes
    -----
    Energy, K-weighted, in the 42 bands of `BandPowers`, and only in the lead's important bands: those
    within 12 dB of its strongest band of the phrase. Not a masking model: listeners preferred mixes made by
    the plain energy model to those of a psychoacoustic one [1]_, and partial loudness is known to be off
    in absolute terms for music [2]_; only the lead's own phrases are ever compared with each other here,
    where a constant bias cancels.

    References
    ----------
    .. [1] G. Wichern et al., "Comparison of loudness features for automatic level adjustment in mixing",
       139th AES Convention, 2015.
    .. [2] Z. Ma, J. D. Reiss and D. A. A. Black, "Partial loudness in multitrack mixing", AES 53rd
       International Conference, 2014.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (Phrases, BandPowers, FittedBalance)
    leads: tuple[Lead, ...]
    balance: str

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Each lead's phrases, or why they cannot be compared."""
        singers = [stem for stem in desk.stems if stem.role == LEAD_ROLE]
        others = [stem for stem in desk.stems if stem.role != LEAD_ROLE]
        if not singers or not others:
            return Unheard("no stem is known as the lead vocal; earmark roles names it")
        gain_of = gains(desk)
        if isinstance(gain_of, Unheard):
            return gain_of
        rest = {stem.name: Bands.of(desk.of(stem, BandPowers), gain_of(stem.name)) for stem in others}
        leads = (
            Lead(
                stem, phrases_of(desk.of(stem, Phrases), Bands.of(desk.of(stem, BandPowers), gain_of(stem.name)), rest)
            )
            for stem in singers
        )
        source = "post-fader" if desk.session.balance == "post-fader" else "fitted"
        return cls(session=desk.session, leads=tuple(leads), balance=source)


def gains(desk: Desk) -> GainOf | Unheard:
    """Left and right gain by stem name: unity after the faders, else what fits the mix, else none."""
    if desk.session.balance == "post-fader":
        return lambda name: (1.0, 1.0)
    fitted = desk.whole(FittedBalance)
    if isinstance(fitted, Unheard):
        return fitted
    if not fitted.trusted:
        return Unheard("the stems do not explain the mix closely enough to take their balance from it")
    return fitted.gain_of


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """K-weighted band powers of one stem as it sounds in the mix."""

    start_s: float
    hop_s: float
    edges_hz: np.ndarray
    powers: np.ndarray  # (frames, bands)

    @classmethod
    def of(cls, bands: BandPowers, gain: tuple[float, float]) -> Bands:
        """The stem's band powers at its gain, mean over both sides."""
        power = (gain[0] ** 2 + gain[1] ** 2) / 2
        weights = (k_weights(bands.edges_hz) * power).astype(np.float32)
        return cls(bands.stem.start_s, bands.hop_s, bands.edges_hz, bands.powers * weights)

    def inside(self, start_s: float, end_s: float) -> np.ndarray:
        """Mean power per band over a span of session time; zeros where the stem does not reach."""
        first, end = (max(0, round((at_s - self.start_s) / self.hop_s)) for at_s in (start_s, end_s))
        frames = self.powers[first:end]
        return np.asarray(frames.sum(axis=0, dtype=np.float64) / max(1.0, (end_s - start_s) / self.hop_s))


def k_weights(edges_hz: np.ndarray) -> np.ndarray:
    """Power gain of the K curve of BS.1770 in the middle of each band."""
    rate_hz = 192_000  # far above the bands, so that the curve is the analogue one
    z = np.exp(-2j * np.pi * np.sqrt(edges_hz[:-1] * edges_hz[1:]) / rate_hz)
    gain = np.ones(z.shape, complex)
    for b0, b1, b2, a1, a2 in k_filter(rate_hz):
        gain *= (b0 + b1 * z + b2 * z * z) / (1.0 + a1 * z + a2 * z * z)
    return np.asarray(np.abs(gain) ** 2)


def phrases_of(phrases: Phrases, lead: Bands, rest: Mapping[str, Bands]) -> tuple[LeadPhrase, ...]:
    """The phrases of one lead in session time, against the rest."""
    late_s = phrases.stem.start_s
    spans = [(phrase.start_s + late_s, phrase.end_s + late_s) for phrase in phrases.phrases]
    found = [against(span, lead, rest) for span in spans if span[1] - span[0] >= SHORTEST_S]
    return tuple(phrase for phrase in found if phrase is not None)


def against(span: tuple[float, float], lead: Bands, rest: Mapping[str, Bands]) -> LeadPhrase | None:
    """One phrase, or None where the lead stands alone or is not in the mix."""
    own = lead.inside(*span)
    important = own >= own.max() * 10 ** (-IMPORTANT_DB / 10)
    parts = {name: float(bands.inside(*span)[important].sum()) for name, bands in rest.items()}
    total = sum(parts.values())
    if own.max() <= 0.0 or total <= REST_FLOOR:
        return None
    culprit = max(parts, key=lambda name: parts[name])
    over_db = 10 * float(np.log10(own[important].sum() / total))
    return LeadPhrase(*span, over_db, reach(lead.edges_hz, important), culprit, parts[culprit] / total)


def reach(edges_hz: np.ndarray, important: Sequence[bool] | np.ndarray) -> tuple[float, float]:
    """From the lowest to the highest of the important bands."""
    where = np.flatnonzero(important)
    return float(edges_hz[where[0]]), float(edges_hz[where[-1] + 1])
