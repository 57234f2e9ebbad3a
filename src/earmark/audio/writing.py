"""Writes sound: a WAV file, whole or none."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from earmark.audio.opening import system_path
from earmark.errors import AudioError


def write(path: Path, samples: np.ndarray, rate_hz: int, *, encoding: str = "FLOAT") -> None:
    """Write (channels, samples) as WAV, float32 or PCM_24. The file appears when it is complete."""
    import soundfile

    unfinished = path.with_name(f".{path.name}.unfinished")
    frames = np.ascontiguousarray(np.atleast_2d(samples).T, dtype=np.float32)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(system_path(unfinished), frames, rate_hz, format="WAV", subtype=encoding)
        os.replace(unfinished, path)
    except (OSError, soundfile.SoundFileError) as trouble:
        unfinished.unlink(missing_ok=True)
        raise AudioError(f"{path} cannot be written ({trouble}); choose a folder with room in it") from trouble
