"""Frames out of one file on disk: in order for the pass, at random for windows.

What the decoders do was measured: WAV, AIFF and FLAC seek exactly; MP3 decodes other samples for up to one
frame behind a seek (the bit reservoir is empty), so it starts ten frames earlier; libsndfile's seek in
Ogg Vorbis lands up to several hundred samples beside the place, so Vorbis windows go through pedalboard,
whose seek is exact.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from earmark.audio.opening import opened
from earmark.model import FileFacts

CHUNK_SAMPLES = 131_072  # of all channels: MP3 takes twice as long in reads of 4096 frames
MOST_OPEN = 24
LEAD_IN_SAMPLES = {"MP3": 11_520, "OPUS": 3_840}  # ten MPEG frames; 80 ms (RFC 7845, section 4.6)


class Windows(Protocol):
    """An open file that is asked for places in any order."""

    def read(self, first: int, out: np.ndarray) -> int:
        """Fill `out` (channels, samples) from frame `first` on; how many frames there were."""

    def close(self) -> None:
        """Let the file go."""


def in_order(path: Path, facts: FileFacts, block_samples: int) -> Iterator[np.ndarray]:
    """Float32 (channels, at most block_samples), always in the same buffer, to the last frame that decodes."""
    per_chunk = max(1, CHUNK_SAMPLES // (facts.channels * block_samples)) * block_samples
    interleaved = np.empty((min(per_chunk, facts.frames), facts.channels), np.float32)
    planar = np.empty((facts.channels, min(block_samples, facts.frames)), np.float32)
    for chunk in chunks(path, interleaved, facts.frames):
        for start in range(0, len(chunk), block_samples):
            part = chunk[start : start + block_samples]
            planar[:, : len(part)] = part.T
            yield planar[:, : len(part)]


def chunks(path: Path, buffer: np.ndarray, frames: int) -> Iterator[np.ndarray]:
    """The file in order, (frames, channels) in `buffer`; what comes before a place that cannot be decoded, too."""
    import soundfile

    done = 0
    with opened(path) as file:
        while done < frames:
            try:
                read = len(file.read(out=buffer[: min(len(buffer), frames - done)]))
            except soundfile.SoundFileError:
                read = salvage(path, done, buffer[: min(len(buffer), frames - done)])
                if read:
                    yield buffer[:read]
                return
            if not read:
                return
            done += read
            yield buffer[:read]


def salvage(path: Path, first: int, out: np.ndarray) -> int:
    """As many frames as decode from `first` on. Only whole-number codecs fail on the way, so NaN marks the unread."""
    import soundfile

    out.fill(np.nan)
    with opened(path) as file, contextlib.suppress(soundfile.SoundFileError):
        file.seek(first)
        file.read(out=out)
    unread = np.flatnonzero(np.isnan(out[:, -1]))
    return int(unread[0]) if unread.size else len(out)


def readable_frames(path: Path, promised: int) -> int:
    """How many frames there are, by a look at the last one and, only where that fails, by decoding all.

    A place in the middle that cannot be decoded is not seen by this; the pass sees it (`ReadExtent`).
    """
    import soundfile

    with opened(path) as file:
        try:
            file.seek(promised - 1)
            if len(file.read(1, dtype="float32")):
                return promised
        except (soundfile.SoundFileError, ValueError, OverflowError):
            pass
        buffer = np.empty((max(1, CHUNK_SAMPLES // file.channels), file.channels), np.float32)
    return sum(len(chunk) for chunk in chunks(path, buffer, promised))


class LibsndfileWindows:
    """Windows by seeking, with a lead-in where the codec needs one."""

    def __init__(self, path: Path, facts: FileFacts) -> None:
        self.file = opened(path)
        self.lead_in = LEAD_IN_SAMPLES.get(facts.container) or LEAD_IN_SAMPLES.get(facts.encoding, 0)
        self.at = 0

    def read(self, first: int, out: np.ndarray) -> int:
        """As `Windows.read`; nothing where the place cannot be decoded."""
        import soundfile

        try:
            self.go_to(first)
            found = self.file.read(out.shape[1], dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            self.at = -1
            return 0
        self.at = first + len(found)
        out[:, : len(found)] = found.T
        return len(found)

    def go_to(self, first: int) -> None:
        """Stand at a frame, with the decoder warm."""
        if first == self.at:
            return
        start = max(0, first - self.lead_in)
        self.file.seek(start)
        if start < first:
            self.file.read(first - start, dtype="float32")

    def close(self) -> None:
        """Let the file go."""
        self.file.close()


class VorbisWindows:
    """Windows by pedalboard's Vorbis decoder."""

    def __init__(self, path: Path, facts: FileFacts) -> None:
        from pedalboard.io import AudioFile

        self.bytes = path.open("rb")  # a name that is no UTF-8 cannot be handed over, an open file can
        self.file: Any = AudioFile(self.bytes)

    def read(self, first: int, out: np.ndarray) -> int:
        """As `Windows.read`."""
        if first >= self.file.frames:
            return 0
        self.file.seek(first)
        found = self.file.read(out.shape[1])
        out[:, : found.shape[1]] = found
        return int(found.shape[1])

    def close(self) -> None:
        """Let the file go."""
        self.file.close()
        self.bytes.close()


Key = tuple[Path, int, int, int]


class OpenFiles(threading.local):
    """The files asked for last, kept open: a decoder may not be shared by threads, nor by forked processes."""

    def __init__(self) -> None:
        self.windows: OrderedDict[Key, Windows] = OrderedDict()

    def of(self, path: Path, facts: FileFacts) -> Windows:
        """The open file; opened now if it was not, or if it has been written anew since."""
        found = path.stat()
        key = (path, found.st_mtime_ns, found.st_size, found.st_ino)
        if key not in self.windows:
            kind = VorbisWindows if facts.encoding == "VORBIS" else LibsndfileWindows
            self.windows[key] = kind(path, facts)
        self.windows.move_to_end(key)
        while len(self.windows) > MOST_OPEN:
            self.windows.popitem(last=False)[1].close()
        return self.windows[key]

    def forget(self) -> None:
        """Open nothing that a parent process had open: the two would share one place in the file."""
        self.windows = OrderedDict()


OPEN_FILES = OpenFiles()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=OPEN_FILES.forget)
