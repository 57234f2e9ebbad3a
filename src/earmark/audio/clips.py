"""What a DAW track plays: clips laid over each other, from the bottom up, with gain, envelope and fades."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from earmark.audio.probing import file_facts
from earmark.audio.sound_file import OPEN_FILES
from earmark.model import Clip, Clips, Curve, FileFacts


def lay(source: Clips, first: int, out: np.ndarray) -> None:
    """Fill `out` (channels, samples) with what the track plays from its own frame `first` on."""
    out[:] = 0.0
    origin = min(clip.start_samples for clip in source.clips)
    for clip in source.clips:
        start = clip.start_samples - origin
        begin, end = max(first, start), min(first + out.shape[1], start + clip.length_samples)
        if begin < end:
            lay_clip(clip, begin - start, out[:, begin - first : end - first])


def lay_clip(clip: Clip, at: int, out: np.ndarray) -> None:
    """Lay one clip over what is already in `out`, from the clip's frame `at` on."""
    rows = out if clip.channel is None else out[clip.channel : clip.channel + 1]
    places = np.arange(at, at + out.shape[1])
    heard = clip_sound(clip, at, out.shape[1]) * gain(clip, places)
    if clip.opaque:
        rows *= beneath(clip, places)
    rows += heard


def clip_sound(clip: Clip, at: int, count: int) -> np.ndarray:
    """The clip's file, (channels, count); silence beyond its ends."""
    facts = known(clip.path, clip.path.stat().st_mtime_ns)
    sound = np.zeros((facts.channels, count), np.float32)
    first = clip.offset_samples + at
    there = max(0, min(count, facts.frames - first))
    if there:
        OPEN_FILES.of(clip.path, facts).read(first, sound[:, :there])
    return sound if clip.source_channel is None else sound[clip.source_channel : clip.source_channel + 1]


def gain(clip: Clip, places: np.ndarray) -> np.ndarray:
    """The clip's own gain at these of its frames, float32 (samples,)."""
    total = np.full(len(places), clip.gain)
    if clip.envelope:
        total *= along(clip.envelope, places)
    fading_in, fading_out = fades(clip, places)
    total[fading_in] *= along(clip.fade_in or ramp(clip.fade_in_samples, 0.0), places[fading_in])
    out_places = places[fading_out] - fade_out_start(clip)
    total[fading_out] *= along(clip.fade_out or ramp(clip.fade_out_samples, 1.0), out_places)
    return total.astype(np.float32)


def beneath(clip: Clip, places: np.ndarray) -> np.ndarray:
    """The gain of what an opaque clip lies on: 0 under its body, the counterpart of its fades under these."""
    total = np.zeros(len(places))
    fading_in, fading_out = fades(clip, places)
    under_in = clip.beneath_fade_in or tuple((at, 1.0 - g) for at, g in clip.fade_in) or ramp(clip.fade_in_samples, 1.0)
    total[fading_in] = along(under_in, places[fading_in])
    under_out = clip.beneath_fade_out or tuple((at, 1.0 - g) for at, g in clip.fade_out)
    out_places = places[fading_out] - fade_out_start(clip)
    total[fading_out] = along(under_out or ramp(clip.fade_out_samples, 0.0), out_places)
    return total.astype(np.float32)


def fades(clip: Clip, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which frames lie in the fade in, and which in the fade out."""
    return places < clip.fade_in_samples, places >= fade_out_start(clip)


def fade_out_start(clip: Clip) -> int:
    """The clip's frame where its fade out starts."""
    return clip.length_samples - clip.fade_out_samples


def ramp(length: int, start: float) -> Curve:
    """A straight line from `start` to its opposite."""
    return ((0, start), (max(1, length), 1.0 - start))


def along(curve: Curve, places: np.ndarray) -> np.ndarray:
    """The curve's gain at these frames."""
    found: np.ndarray = np.interp(places, [at for at, _ in curve], [g for _, g in curve])
    return found


@lru_cache(maxsize=256)
def known(path: Path, written_ns: int) -> FileFacts:
    """The facts of a clip's file as it was written then; a track asks for the same files over and over."""
    return file_facts(path)
