"""RIFF, RF64 and BW64 WAVE chunks.

Sources: Microsoft/IBM "Multimedia Programming Interface" (1991, RIFF), EBU Tech 3306 (RF64, ds64),
ITU-R BS.2088 (BW64), EBU Tech 3285 v2 (bext).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from earmark.audio.headers import Claims

LINEAR_TAGS = (1, 3, 6, 7, 0xFFFE)  # PCM, IEEE float, A-law, mu-law, extensible: a frame is one block
IN_DS64 = 0xFFFFFFFF
# A program that writes to a pipe cannot know the size: ffmpeg writes 0xFFFFFFFF, SoX 0x7FFFF000 and a little.
STREAMED = (range(0xFFFFF000, 0x1_0000_0000), range(0x7FFFF000, 0x8000_0000))
TIME_REFERENCE_AT = 338  # description 256, originator 32 and 32, date 10, time 8 (EBU Tech 3285)
MOST_CHUNKS = 10_000


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Frames promised by the data chunk, and the BWF time reference."""
    wide = file.read(12)[:4] in (b"RF64", b"BW64")
    block_bytes = tag = 0
    frames: int | None = None
    fact = reference = wide_data = None
    unclosed = 0
    for name, size, at in chunks(file, 12, file_bytes):
        if name == b"fmt ":
            tag, _, _, _, block_bytes = struct.unpack("<HHIIH", file.read(14))
        elif name == b"fact":
            (fact,) = struct.unpack("<I", file.read(4))
        elif name == b"ds64":
            _, wide_data, _ = struct.unpack("<QQQ", file.read(24))
        elif name == b"bext":
            reference = time_reference(file.read(TIME_REFERENCE_AT + 8))
        elif name == b"data":
            promised = wide_data if wide and size == IN_DS64 else size
            unclosed = unclosed_bytes(file, at, file_bytes) if promised == 0 else 0
            frames = frames_in(promised, tag, block_bytes, fact, file_bytes - at, wide)
    return Claims(frames=frames, time_reference_samples=reference, unclosed_bytes=unclosed)


def chunks(file: BinaryIO, at: int, file_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """Name, size and place of the contents of each chunk, the file standing there."""
    wide_sizes: dict[bytes, int] = {}
    for _ in range(MOST_CHUNKS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        name, size = struct.unpack("<4sI", head)
        if name == b"ds64":
            wide_sizes[b"data"] = struct.unpack("<8xQ", file.read(16))[0]
            file.seek(at + 8)
        yield name, size, at + 8
        real = wide_sizes.get(name, size) if size == IN_DS64 else size
        at += 8 + real + real % 2
        if at >= file_bytes:
            return


def frames_in(promised: int | None, tag: int, block_bytes: int, fact: int | None, there: int, wide: bool) -> int | None:
    """Frames of a data chunk of this many bytes; of compressed sound only where the data falls short of it."""
    if not promised or (not wide and any(promised in sizes for sizes in STREAMED)):
        return None
    if tag in LINEAR_TAGS:
        return promised // block_bytes if block_bytes else None
    return fact if promised > there else None


def time_reference(bext: bytes) -> int | None:
    """Samples since midnight: low word, then high word."""
    if len(bext) < TIME_REFERENCE_AT + 8:
        return None
    low, high = struct.unpack_from("<II", bext, TIME_REFERENCE_AT)
    return int(high << 32 | low)


def unclosed_bytes(file: BinaryIO, at: int, file_bytes: int) -> int:
    """How much sound follows a data chunk that counts none; 0 where ordinary chunks follow."""
    file.seek(at)
    head = file.read(8)
    if len(head) < 8:
        return 0
    name, size = struct.unpack("<4sI", head)
    if name.isascii() and name.decode("ascii").isprintable() and at + 8 + size <= file_bytes + 1:
        return 0
    return file_bytes - at
