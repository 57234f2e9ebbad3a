"""What the bass does while the kick hits: the two against each other on every hit, in the kick's own low bands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from earmark.features.bands import BandPowers
from earmark.features.excitation import spreading
from earmark.features.feature import Desk, SessionFeature, StemFeature, Unheard
from earmark.features.fitted_balance import FittedBalance
from earmark.features.lead_against_rest import GainOf, gains, reach
from earmark.features.masking_map import IMPORTANT_DB, OFFSET_DB
from earmark.model import Stem

LOW_HZ = 200.0
BEFORE_S, AFTER_S = 0.02, 0.08  # of a hit: 100 ms
RISE_DB = 6.0  # over 60 ms: less is a tail. House default
HIT_BELOW_LOUD_DB = 15.0  # of the kick's loud hits. House default
SOUNDING_BELOW_LOUD_DB = 25.0  # of the bass's loud frames, as `Phrases`
NEVER_DBFS = -70.0


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit of the kick during which the bass sounds.

    Attributes
    ----------
    at_s : float
        In session time.
    over_bass_db : float
        The kick's power over the bass's in the kick's bands that count: those below 200 Hz within 12 dB of
        its strongest.
    covered : float
        Share of these bands in which the bass's excitation, less 5.5 dB, lies over the kick's power; 0 to 1.
    """

    at_s: float
    over_bass_db: float
    covered: float


@dataclass(frozen=True, slots=True)
class KickAndBass:
    """One kick and one bass.

    Attributes
    ----------
    kick, bass : Stem
        The kick, or the whole kit where no stem is a kick.
    hits : tuple of Hit
        Only those during which the bass sounds.
    alone : int
        How many hits there are besides.
    band_hz : tuple of float
        The kick's bands that count, over all hits.
    """

    kick: Stem
    bass: Stem
    hits: tuple[Hit, ...]
    alone: int
    band_hz: tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class LowEndHits(SessionFeature):
    """Every kick against every bass, hit by hit, in the balance of the mix.

    Attributes
    ----------
    pairs : tuple of KickAndBass
        In session order.

    Notes
    -----
    Hits, not averages: between hits the bass is alone and may be as loud as it likes. A hit is a local maximum of the
    kick's power below 200 Hz, 6 dB over what it was 60 ms before and within 15 dB of the loud hits; it is measured from
    20 ms before to 80 ms after. Spreading and offset are those of `MaskingMap`. The lowest bands of `BandPowers` are
    30 Hz wide and share bins: two tones less than about 40 Hz apart are not told from each other.
    """

    VERSION: ClassVar[int] = 1
    NEEDS: ClassVar[tuple[type[StemFeature] | type[SessionFeature], ...]] = (BandPowers, FittedBalance)
    pairs: tuple[KickAndBass, ...]

    @classmethod
    def measure(cls, desk: Desk) -> Self | Unheard:
        """Every pair, or why there is none."""
        kicks = [stem for stem in desk.stems if stem.role == "kick"] or [s for s in desk.stems if s.role == "drums"]
        basses = [stem for stem in desk.stems if stem.role == "bass"]
        if not kicks or not basses:
            return Unheard("no kick and bass are known among the stems; earmark roles names them")
        gain_of = gains(desk)
        if isinstance(gain_of, Unheard):
            return gain_of
        pairs = (
            both(desk.of(kick, BandPowers), desk.of(bass, BandPowers), gain_of) for kick in kicks for bass in basses
        )
        return cls(session=desk.session, pairs=tuple(pairs))


def both(kick: BandPowers, bass: BandPowers, gain_of: GainOf) -> KickAndBass:
    """One pair, hit by hit."""
    kick_power, bass_power = (one.powers * power_gain(gain_of(one.stem.name)) for one in (kick, bass))
    low = kick.edges_hz[1:] <= LOW_HZ
    at_frames = hits_in(kick_power[:, low].sum(axis=1), kick.hop_s)
    loud = loud_power(bass_power.sum(axis=1)) * 10 ** (-SOUNDING_BELOW_LOUD_DB / 10)
    spans = [(kick.stem.start_s + frame * kick.hop_s) for frame in at_frames]
    pairs = [(at_s, mean_at(kick, kick_power, at_s), mean_at(bass, bass_power, at_s)) for at_s in spans]
    heard = [(at_s, own, other) for at_s, own, other in pairs if other.sum() > loud]
    total = np.sum([own for _, own, _ in heard], axis=0) if heard else np.zeros(low.size)
    return KickAndBass(
        kick=kick.stem,
        bass=bass.stem,
        hits=tuple(hit(at_s, own, other, low) for at_s, own, other in heard),
        alone=len(pairs) - len(heard),
        band_hz=reach(kick.edges_hz, important(total, low)) if heard else (0.0, LOW_HZ),
    )


def power_gain(gain: tuple[float, float]) -> np.float32:
    """Mean over both sides."""
    return np.float32((gain[0] ** 2 + gain[1] ** 2) / 2)


def loud_power(power: np.ndarray) -> float:
    """The 95th percentile of what sounds at all; infinite where nothing does."""
    heard = power[power > 10 ** (NEVER_DBFS / 10)]
    return float(np.percentile(heard, 95)) if heard.size else float("inf")


def hits_in(power: np.ndarray, hop_s: float) -> list[int]:
    """Frames in which a hit peaks."""
    return list(peaks(power, max(1, round(0.06 / hop_s)), max(1, round(0.1 / hop_s))))


def peaks(power: np.ndarray, back: int, apart: int) -> Iterator[int]:
    """Local maxima over `apart` frames either side that have risen over `back` frames."""
    tops = [
        frame
        for frame in range(len(power))
        if power[frame] > 0.0 and power[frame] >= power[max(0, frame - apart) : frame + apart + 1].max()
    ]
    if not tops:
        return
    least = loud_power(power[tops]) * 10 ** (-HIT_BELOW_LOUD_DB / 10)
    for frame in tops:
        before = float(power[max(0, frame - 2 * back) : max(0, frame - back) + 1].min())
        if power[frame] >= least and (frame < back or power[frame] >= before * 10 ** (RISE_DB / 10)):
            yield frame


def mean_at(bands: BandPowers, power: np.ndarray, at_s: float) -> np.ndarray:
    """Mean power per band over the 100 ms of a hit; zeros where the stem does not reach."""
    first = round((at_s - BEFORE_S - bands.stem.start_s) / bands.hop_s)
    end = round((at_s + AFTER_S - bands.stem.start_s) / bands.hop_s)
    inside = power[max(0, first) : max(0, end)]
    return np.asarray(inside.sum(axis=0, dtype=np.float64) / max(1, end - first))


def important(power: np.ndarray, low: np.ndarray) -> np.ndarray:
    """The low bands within 12 dB of the strongest of them."""
    return np.asarray(low & (power >= power[low].max() * 10 ** (-IMPORTANT_DB / 10)))


def hit(at_s: float, own: np.ndarray, other: np.ndarray, low: np.ndarray) -> Hit:
    """One hit in numbers."""
    counts = important(own, low)
    over_db = 10 * float(np.log10(own[counts].sum() / max(float(other[counts].sum()), 1e-30)))
    covers = (other @ spreading())[counts] * 10 ** (-OFFSET_DB / 10) > own[counts]
    return Hit(at_s, min(over_db, 120.0), float(np.mean(covers)))
