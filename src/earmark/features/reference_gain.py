"""The gain that most stems of a kind have in a mix, which is what one of them is compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

TOGETHER_DB = 0.5  # two gains closer than this are the same; house default
AT_ONCE_DB = 0.1  # closer to an expected gain than this, it is that gain
HALF_PER_SIDE_DB = -3.0103  # a mono stem in the middle, by constant power
ABSENT_DB = -20.0  # below its reference: not in the mix; house default
NOT_THERE_DB = -40.0  # a stem softer than this has no say in what the gain of its kind is


def reference_gains(gains: Mapping[int, np.ndarray], mono: Mapping[int, bool]) -> tuple[dict[int, float], float]:
    """The reference for each stem, and the share of stems that are at it.

    Parameters
    ----------
    gains : mapping of int to ndarray of float64, shape (channels,)
        Linear gain of each stem in each channel of the mix.
    mono : mapping of int to bool
        Whether the stem has one channel: panned by constant power it is 3 dB softer per side than a stereo stem.

    Returns
    -------
    dict of int to float
        Linear, per stem: the gain around which most stems of its kind lie; 1.0 (0 dB), or -3 dB for mono stems, wins
        a tie. A stem that is the only one of its kind is compared with these or with the other kind's gain.
    float
        Share, 0 to 1, of the stems that are in the mix at all, of those within 0.5 dB of their reference.
    """
    sizes_db = {index: 20.0 * float(np.log10(max(_size(gain), 1e-12))) for index, gain in gains.items()}
    usual: dict[bool, float] = {}
    for kind in sorted({*mono.values()}, key=lambda kind: -sum(mono[i] == kind for i in gains)):
        usual[kind] = _usual_db([sizes_db[i] for i in gains if mono[i] == kind], kind, list(usual.values()))
    off_db = [sizes_db[i] - usual[mono[i]] for i in gains]
    near = [abs(off) <= TOGETHER_DB for off in off_db if off > ABSENT_DB]
    return {i: float(10.0 ** (usual[mono[i]] / 20.0)) for i in gains}, float(np.mean(near)) if near else 0.0


def _size(gains: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(gains))))


def _usual_db(sizes_db: Sequence[float], mono: bool, of_others_db: Sequence[float]) -> float:
    """The gain with most of these around it; the expected ones first, then what the stems themselves have."""
    likely = [0.0, *([HALF_PER_SIDE_DB] if mono else []), *of_others_db]
    likely += [one + HALF_PER_SIDE_DB for one in of_others_db if mono]
    heard = [size for size in sizes_db if size > NOT_THERE_DB]
    support = {one: sum(abs(size - one) <= TOGETHER_DB for size in sizes_db) for one in likely + heard}
    own = max(heard, key=lambda one: support[one], default=0.0)
    best = max(likely, key=lambda one: support[one])
    if support[best] == 0 and support.get(own, 0) <= 1 and len(heard) <= 2:
        return min(likely, key=lambda one: min((abs(size - one) for size in heard), default=abs(one)))
    chosen = best if support[best] >= support.get(own, 0) else own
    middle = float(np.median([size for size in heard if abs(size - chosen) <= TOGETHER_DB] or [chosen]))
    return chosen if chosen == best and abs(middle - best) <= AT_ONCE_DB else middle
