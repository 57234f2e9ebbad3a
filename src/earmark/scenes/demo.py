"""The demo on disk: stems, their mix, and the truth about what was planted. The same bytes for the same seed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from earmark import audio
from earmark.errors import UsageError
from earmark.scenes import kit, song
from earmark.scenes.band import perform
from earmark.scenes.filters import RATE_HZ
from earmark.scenes.planted import PUSHED_DOWN_DB, Planted, Takes, plant
from earmark.scenes.signals import amplitude
from earmark.scenes.studio import treat

TRUTH = "truth.json"
SCHEMA = "earmark/truth/1"
MIX = "mix"
FADERS_DB = -7.0  # every fader of the mix, so that its sum stays below full scale


def write_demo(folder: Path, *, seed: int = 1, progress: Callable[[str, int, int], None] | None = None) -> Path:
    """Write the session into a new or empty folder, or over one that this function wrote; gives its truth file."""
    _refuse_what_is_not_ours(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stems, planted = plant(played(seed))
    sounds = {**stems, MIX: mixed(stems, gains_db(stems))}
    truth = folder / TRUTH  # first: an interrupted demo is still known as one
    truth.write_text(json.dumps(_told(seed, sounds, planted), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    for done, (name, sound) in enumerate(sounds.items()):
        if progress:
            progress("writing", done, len(sounds))
        audio.write(folder / f"{name}.wav", sound, RATE_HZ, encoding="PCM_24")
    return truth


def _refuse_what_is_not_ours(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; earmark demo needs the name of a new folder")
    if folder.is_dir() and any(folder.iterdir()) and not is_demo(folder):
        raise UsageError(f"{folder} holds files that earmark demo did not make; name a new or empty folder")


def is_demo(folder: Path) -> bool:
    """Whether `write_demo` made this folder."""
    try:
        told = json.loads((folder / TRUTH).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(told, dict) and told.get("schema") == SCHEMA


def played(seed: int = 1) -> Takes:
    """The stems before anything is planted, (channels, samples) each."""
    return treat({**kit.drums(seed), "tambourine": kit.shakes(seed), **perform(seed)})


def gains_db(stems: Takes) -> dict[str, float]:
    """Where each fader of the demo's mix stands."""
    return {name: FADERS_DB + (PUSHED_DOWN_DB if name == "guitar right" else 0.0) for name in stems}


def mixed(stems: Takes, faders_db: Mapping[str, float]) -> np.ndarray:
    """The sum of the stems at these faders, mono in the middle at full level: (2, samples)."""
    out = np.zeros((2, round(song.DURATION_S * RATE_HZ)), np.float32)
    for name, fader_db in faders_db.items():
        out[:, : stems[name].shape[1]] += np.float32(amplitude(fader_db)) * stems[name]
    return out


def _told(seed: int, sounds: Takes, planted: tuple[Planted, ...]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "seed": seed,
        "rate_hz": RATE_HZ,
        "sections": [{"name": part.name, "start_s": part.span_s[0], "end_s": part.span_s[1]} for part in song.FORM],
        "files": [f"{name}.wav" for name in sounds],
        "faders_db": gains_db({name: sound for name, sound in sounds.items() if name != MIX}),
        "planted": [_line(one) for one in planted],
    }


def _line(planted: Planted) -> dict[str, object]:
    start_s, end_s = planted.span_s or (None, None)
    return {
        "code": planted.code,
        "stem": planted.stem,
        "start_s": start_s and round(start_s, 3),
        "end_s": end_s and round(end_s, 3),
        "what": planted.what,
    }
