"""Core Audio Format: data size over packet size (Apple, "Core Audio Format Specification 1.0")."""

from __future__ import annotations

import struct
from typing import BinaryIO

from earmark.audio.headers import Claims

MOST_CHUNKS = 10_000
EDIT_COUNT_BYTES = 4  # stands at the head of the data chunk
STREAMED = -1


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Frames promised by the data chunk, where every packet has the same size."""
    at = 8
    packet_bytes = packet_frames = 0
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(12)
        if len(head) < 12:
            break
        name, size = struct.unpack(">4sq", head)
        if name == b"desc":
            packet_bytes, packet_frames = struct.unpack(">16xII", file.read(24))
        if name == b"data" and size != STREAMED and packet_bytes:
            return Claims(frames=(size - EDIT_COUNT_BYTES) // packet_bytes * packet_frames)
        if size < 0 or (at := at + 12 + size) >= file_bytes:
            break
    return Claims()
