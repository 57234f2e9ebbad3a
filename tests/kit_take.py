"""The live kit's takes, made once for all tests that hear them."""

from __future__ import annotations

from functools import cache

import numpy as np

from earmark import scenes
from earmark.model import Session
from earmark.scenes import live_kit

SEEDS = (1, 2)


@cache
def take(seed: int = 1, *, as_miked: bool = False) -> dict[str, np.ndarray]:
    """A correct take; its arrays are shared, so they are not to be written to."""
    return live_kit.record(seed=seed, as_miked=as_miked)


def session(microphones: dict[str, np.ndarray]) -> Session:
    """The microphones as a session."""
    return scenes.session(48_000, **{name.replace(" ", "_"): sound for name, sound in microphones.items()})
