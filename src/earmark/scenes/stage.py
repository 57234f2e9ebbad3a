"""Puts arrays on a stage: a session in memory, probed, with roles guessed from the names."""

from __future__ import annotations

import numpy as np

from earmark.model import FileFacts, Samples, Session, Stem
from earmark.session.roles import guess_role


def session(
    rate_hz: int = 48_000, *, mix: np.ndarray | None = None, name: str = "scene", **stems: np.ndarray
) -> Session:
    """A session of these sounds, each (samples,) or (channels, samples), full scale 1.0.

    Underscores in the names become spaces: `kick_in=...` is the stem "kick in". The stems have no
    sections and no path; their roles are guessed and unconfirmed.
    """
    return Session(
        name=name,
        path=None,
        stems=tuple(stem(key.replace("_", " "), sound, rate_hz) for key, sound in stems.items()),
        mix=None if mix is None else stem("mix", mix, rate_hz),
        rate_hz=rate_hz,
        kind="memory",
    )


def stem(name: str, sound: np.ndarray, rate_hz: int) -> Stem:
    """One stem in memory, already probed."""
    samples = np.atleast_2d(np.asarray(sound, dtype=np.float32))
    channels, frames = samples.shape
    facts = FileFacts(rate_hz, channels, frames, container="MEMORY", encoding="FLOAT", bits=32)
    return Stem(name, Samples(samples, rate_hz), role=guess_role(name), facts=facts)
