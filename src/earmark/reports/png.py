"""PNG (ISO/IEC 15948): pictures of at most 256 colours, some of them see-through; all that a report needs."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
INDEXED = 3


def png(pixels: np.ndarray, palette: np.ndarray) -> bytes:
    """A picture.

    Parameters
    ----------
    pixels : ndarray of uint8, shape (rows, columns)
        Which colour each has; the first row is the top one.
    palette : ndarray of uint8, shape (colours, 4)
        Red, green, blue, opacity.
    """
    rows, columns = pixels.shape
    head = struct.pack(">IIBBBBB", columns, rows, 8, INDEXED, 0, 0, 0)
    lines = np.zeros((rows, columns + 1), np.uint8)  # the first of each line: no filter
    lines[:, 1:] = pixels
    body = zlib.compress(lines.tobytes(), 9)
    chunks = (b"IHDR", head), (b"PLTE", palette[:, :3].tobytes()), (b"tRNS", palette[:, 3].tobytes()), (b"IDAT", body)
    return SIGNATURE + b"".join(chunk(kind, data) for kind, data in (*chunks, (b"IEND", b"")))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Length, kind, data, and a checksum of the last two."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def data_uri(pixels: np.ndarray, palette: np.ndarray) -> str:
    """The picture as an address that holds it."""
    return f"data:image/png;base64,{base64.b64encode(png(pixels, palette)).decode('ascii')}"
