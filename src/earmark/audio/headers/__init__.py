"""What a file's own header claims, read with a few small reads: the decoder says only what it could make of it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO


@dataclass(frozen=True, slots=True)
class Claims:
    """What a header promises. None means that it does not say."""

    frames: int | None = None  # promised
    frames_found: int | None = None  # counted in the file itself, where the decoder only estimates (MP3)
    time_reference_samples: int | None = None  # BWF bext, since midnight
    unclosed_bytes: int = 0  # bytes of sound behind a header that counts none: the recorder never closed the file
    cut_off: bool = False  # ends before its own end mark


Reader = Callable[[BinaryIO, int], Claims]


def claims(path: Path) -> Claims:
    """The claims of one file; empty where the container is not known or its header makes no sense."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
            reader = reader_for(start)
            if reader is None:
                return Claims()
            file.seek(0)
            return reader(file, path.stat().st_size)
    except (OSError, struct.error, IndexError, ValueError):
        return Claims()


def reader_for(start: bytes) -> Reader | None:
    """The parser for a file that begins like this."""
    from earmark.audio.headers import aiff, caf, mpeg, ogg, riff, w64

    if start[:4] in (b"RIFF", b"RF64", b"BW64") and start[8:12] == b"WAVE":
        return riff.read
    if start[:4] == b"FORM" and start[8:12] in (b"AIFF", b"AIFC"):
        return aiff.read
    if start[:3] == b"ID3" or (start[:1] == b"\xff" and len(start) > 1 and start[1] & 0xE0 == 0xE0):
        return mpeg.read
    by_magic: dict[bytes, Reader] = {b"caff": caf.read, b"OggS": ogg.read, b"riff": w64.read}
    return by_magic.get(start[:4])
