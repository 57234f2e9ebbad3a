"""The only room that opens sound files."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from earmark.model import Samples, SoundFile, Stem


def blocks(stem: Stem, block_samples: int) -> Iterator[np.ndarray]:
    """The stem in order, float32 (channels, at most block_samples); the buffer is used again."""
    for start in range(0, stem.known.frames, block_samples):
        yield window(stem, start, min(block_samples, stem.known.frames - start))


def window(stem: Stem, start_samples: int, count: int) -> np.ndarray:
    """Float32 (channels, count) from a sample on; zeros outside the stem."""
    facts = stem.known
    out = np.zeros((facts.channels, count), np.float32)
    first, last = max(0, start_samples), min(facts.frames, start_samples + count)
    if last > first:
        out[:, first - start_samples : last - start_samples] = _read(stem, first, last)
    return out


def _read(stem: Stem, first: int, last: int) -> np.ndarray:
    if isinstance(stem.source, Samples):
        return stem.source.samples[:, first:last]
    assert isinstance(stem.source, SoundFile)
    import soundfile

    with soundfile.SoundFile(stem.source.path) as file:
        file.seek(first)
        return file.read(last - first, dtype="float32", always_2d=True).T
