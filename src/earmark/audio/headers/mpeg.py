"""MPEG audio frames, counted one by one: without a Xing header a decoder guesses the length from the bit rate.

Sources: ISO/IEC 11172-3 and 13818-3 (frame headers); Xing and LAME tags as LAME writes them.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from earmark.audio.headers import Claims

RATES_KBPS = {  # by (MPEG 1, layer)
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
SAMPLE_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
DECODER_DELAY_SAMPLES = 529  # of every layer III decoder
RESYNC_BYTES = 65_536  # how far to look for the next frame behind something that is none


@dataclass(frozen=True, slots=True)
class Frame:
    """What four bytes of frame header say."""

    length_bytes: int
    samples: int


@dataclass(frozen=True, slots=True)
class Tag:
    """The Xing or Info frame: how many frames follow, and what to take off at both ends."""

    frames: int
    delay_samples: int
    padding_samples: int


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Frames counted, and frames promised where a Xing header says more."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        frames = list(walk(data, file_bytes))
        if not frames:
            return Claims()
        tag = xing(data, *frames[0])
        samples = frames[0][1].samples
    if tag is None:
        return Claims(frames_found=len(frames) * samples)
    there = len(frames) - 1
    if there >= tag.frames:
        return Claims()
    skipped = tag.delay_samples + DECODER_DELAY_SAMPLES
    promised = tag.frames * samples - max(skipped, tag.delay_samples + tag.padding_samples)
    return Claims(frames=promised, frames_found=max(0, min(promised, there * samples - skipped)))


def walk(data: mmap.mmap, file_bytes: int) -> Iterator[tuple[int, Frame]]:
    """Place and header of every frame that is complete."""
    known: dict[bytes, Frame | None] = {}
    at = after_id3(data)
    while at + 4 <= file_bytes:
        head = data[at : at + 4]
        frame = known[head] if head in known else known.setdefault(head, parsed(head))
        if frame is None:
            at = resync(data, at + 1, file_bytes)
            continue
        if at + frame.length_bytes > file_bytes:
            return
        yield at, frame
        at += frame.length_bytes


def parsed(head: bytes) -> Frame | None:
    """The frame that these four bytes announce, or None."""
    if head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    version, layer = head[1] >> 3 & 3, 4 - (head[1] >> 1 & 3)
    rate, step, padding = head[2] >> 4, head[2] >> 2 & 3, head[2] >> 1 & 1
    if version == 1 or layer == 4 or rate in (0, 15) or step == 3:
        return None
    bits_per_s = RATES_KBPS[version == 3, layer][rate] * 1000
    sample_rate = SAMPLE_RATES_HZ[version][step]
    if layer == 1:
        return Frame((12 * bits_per_s // sample_rate + padding) * 4, 384)
    samples = 576 if layer == 3 and version != 3 else 1152
    return Frame(samples // 8 * bits_per_s // sample_rate + padding, samples)


def after_id3(data: mmap.mmap) -> int:
    """Where the sound starts behind ID3v2 tags; their size is in four bytes of seven bits."""
    at = 0
    while data[at : at + 3] == b"ID3":
        size = data[at + 6 : at + 10]
        if len(size) < 4:
            break
        at += 10 + (size[0] << 21 | size[1] << 14 | size[2] << 7 | size[3])
    return at


def resync(data: mmap.mmap, at: int, file_bytes: int) -> int:
    """The next place where two frames follow each other; the end of the file where there is none near."""
    for place in range(at, min(at + RESYNC_BYTES, file_bytes - 4)):
        if data[place] == 0xFF and (frame := parsed(data[place : place + 4])):
            behind = place + frame.length_bytes
            if behind + 4 <= file_bytes and parsed(data[behind : behind + 4]):
                return place
    return file_bytes


def xing(data: mmap.mmap, at: int, frame: Frame) -> Tag | None:
    """The Xing or Info tag in the first frame, which then holds no sound."""
    body = data[at : at + frame.length_bytes]
    where = max(body.find(b"Xing", 0, 64), body.find(b"Info", 0, 64))
    if where < 0 or len(body) < where + 12:
        return None
    flags, frames = struct.unpack_from(">II", body, where + 4)
    if not flags & 1:
        return None
    lame = where + 8 + 4 * (flags & 1) + 4 * (flags >> 1 & 1) + 100 * (flags >> 2 & 1) + 4 * (flags >> 3 & 1)
    ends = body[lame + 21 : lame + 24]
    if len(ends) < 3:
        return Tag(frames, 0, 0)
    return Tag(frames, ends[0] << 4 | ends[1] >> 4, (ends[1] & 0x0F) << 8 | ends[2])
