"""Names as they can be written down. A file name may hold any byte; a terminal and a JSON text may not."""

from __future__ import annotations

import os
import unicodedata

HARMLESS = "\u200c\u200d"  # joiners that scripts and emoji need


def encodable(text: str) -> str:
    """`text` with bytes that are no UTF-8 shown as `\\xe9`; everything else as it was."""
    if text.isascii():
        return text
    try:
        return os.fsencode(text).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:  # a surrogate that never was a byte
        return text.encode("utf-8", "backslashreplace").decode("utf-8")


def printable(text: str) -> str:
    """`text` on one line of a terminal: encodable, and newlines, escapes and other controls spelt out."""
    return "".join(sign if harmless(sign) else spelt(sign) for sign in encodable(text))


def harmless(sign: str) -> bool:
    """Whether a terminal shows this sign and does nothing else."""
    return sign in HARMLESS or unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp")


def spelt(sign: str) -> str:
    """A control sign as it would be typed: a newline is `\\n`."""
    return sign.encode("unicode_escape").decode("ascii")
