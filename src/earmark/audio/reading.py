"""The sound of a stem, whatever it comes from: in order for the pass, in windows for closer looks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark.audio.clips import lay
from earmark.audio.sound_file import OPEN_FILES, in_order
from earmark.errors import AudioError
from earmark.model import Clips, Samples, SoundFile, Stem


def blocks(stem: Stem, block_samples: int) -> Iterator[np.ndarray]:
    """The stem in order, float32 (channels, at most block_samples), NaN and Inf kept.

    Every block is the same buffer again. A stem that stops decoding ends after its last good frame,
    which may be before `facts.frames`.
    """
    if not stem.known.frames:
        return iter(())
    if isinstance(stem.source, SoundFile):
        return in_order(stem.source.path, stem.known, block_samples)
    return by_windows(stem, block_samples)


def by_windows(stem: Stem, block_samples: int) -> Iterator[np.ndarray]:
    """The stem in order, one window after the other in one buffer."""
    frames = stem.known.frames
    buffer = np.empty((stem.known.channels, min(block_samples, frames)), np.float32)
    for start in range(0, frames, block_samples):
        part = buffer[:, : min(block_samples, frames - start)]
        fill(stem, start, part)
        yield part


def window(stem: Stem, start_samples: int, count: int) -> np.ndarray:
    """Float32 (channels, count) from a frame of the stem on; zeros outside it."""
    facts = stem.known
    out = np.zeros((facts.channels, max(0, count)), np.float32)
    first, last = max(0, start_samples), min(facts.frames, start_samples + count)
    if first < last:
        fill(stem, first, out[:, first - start_samples : last - start_samples])
    return out


def fill(stem: Stem, first: int, out: np.ndarray) -> None:
    """Fill `out` with frames that exist."""
    source = stem.source
    if isinstance(source, Samples):
        out[:] = source.samples[:, first : first + out.shape[1]]
        return
    try:
        if isinstance(source, Clips):
            lay(source, first, out)
        else:
            OPEN_FILES.of(source.path, stem.known).read(first, out)
    except OSError as trouble:
        raise AudioError(
            f"{stem.name} cannot be read any more ({(trouble.strerror or str(trouble)).lower()}); "
            "its file must stay while earmark listens: check again"
        ) from trouble
