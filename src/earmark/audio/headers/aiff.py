"""AIFF and AIFC: the COMM chunk counts the frames (Apple, "Audio Interchange File Format 1.3", 1989)."""

from __future__ import annotations

import struct
from typing import BinaryIO

from earmark.audio.headers import Claims

MOST_CHUNKS = 10_000


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Frames promised by COMM."""
    at = 12
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            break
        name, size = struct.unpack(">4sI", head)
        if name == b"COMM":
            return Claims(frames=struct.unpack(">hI", file.read(6))[1])
        at += 8 + size + size % 2
        if at >= file_bytes:
            break
    return Claims()
