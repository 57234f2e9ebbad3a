"""Sony Wave64: RIFF with GUIDs for names and 64-bit sizes that count their own head ("Wave64 File Format", 2003)."""

from __future__ import annotations

import struct
from typing import BinaryIO

from earmark.audio.headers import Claims
from earmark.audio.headers.riff import LINEAR_TAGS, TIME_REFERENCE_AT, time_reference

HEAD_BYTES = 24
MOST_CHUNKS = 10_000


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Frames promised by the data chunk, and the BWF time reference."""
    at, block_bytes, tag = 40, 0, 0
    frames = reference = None
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(HEAD_BYTES)
        if len(head) < HEAD_BYTES:
            break
        name, size = struct.unpack("<4s12xQ", head)
        if name == b"fmt ":
            tag, _, _, _, block_bytes = struct.unpack("<HHIIH", file.read(14))
        elif name == b"bext":
            reference = time_reference(file.read(TIME_REFERENCE_AT + 8))
        elif name == b"data" and tag in LINEAR_TAGS and block_bytes:
            frames = (size - HEAD_BYTES) // block_bytes
        at += max(HEAD_BYTES, size + -size % 8)
        if at >= file_bytes:
            break
    return Claims(frames=frames, time_reference_samples=reference)
