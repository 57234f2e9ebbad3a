import base64
import struct
import zlib

import numpy as np

from earmark.reports.png import data_uri, png

PALETTE = np.array([(0, 0, 0, 0), (255, 0, 10, 255)], np.uint8)
PIXELS = np.array([[0, 1, 1], [1, 0, 0]], np.uint8)


def chunks(picture: bytes) -> list[tuple[bytes, bytes]]:
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    at, found = 8, []
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        kind, data = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack(">I", picture[at + 8 + length : at + 12 + length])[0] == zlib.crc32(kind + data)
        found.append((kind, data))
        at += 12 + length
    return found


def test_a_picture_is_read_back_as_it_was_drawn():
    (head, palette, clear, body, end) = chunks(png(PIXELS, PALETTE))
    assert head == (b"IHDR", struct.pack(">IIBBBBB", 3, 2, 8, 3, 0, 0, 0))
    assert palette == (b"PLTE", bytes([0, 0, 0, 255, 0, 10]))
    assert clear == (b"tRNS", bytes([0, 255]))
    assert zlib.decompress(body[1]) == bytes([0, 0, 1, 1, 0, 1, 0, 0])
    assert (body[0], end) == (b"IDAT", (b"IEND", b""))


def test_an_address_holds_the_picture():
    head, _, body = data_uri(PIXELS, PALETTE).partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(body) == png(PIXELS, PALETTE)
