"""Ogg pages: a whole file ends in a page that says so (RFC 3533, section 6: header type flag 0x04)."""

from __future__ import annotations

from typing import BinaryIO

from earmark.audio.headers import Claims

LONGEST_PAGE_BYTES = 65_307
END_OF_STREAM = 0x04
PAGE_HEAD_BYTES = 27


def read(file: BinaryIO, file_bytes: int) -> Claims:
    """Whether the last page is there, and whole."""
    start = max(0, file_bytes - LONGEST_PAGE_BYTES)
    file.seek(start)
    tail = file.read()
    last = tail.rfind(b"OggS")
    return Claims(cut_off=last < 0 or not closes(tail[last:]))


def closes(page: bytes) -> bool:
    """Whether this is a complete page with the end mark."""
    if len(page) < PAGE_HEAD_BYTES or not page[5] & END_OF_STREAM:
        return False
    segments = page[26]
    sizes = page[PAGE_HEAD_BYTES : PAGE_HEAD_BYTES + segments]
    return len(sizes) == segments and len(page) >= PAGE_HEAD_BYTES + segments + sum(sizes)
