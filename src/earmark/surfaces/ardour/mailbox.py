"""The outbox: plain lines in files, written then renamed, from earmark to the resident script and back.

A line is fields parted by tabs; `%`, control characters and nothing else are written `%XX`. There is
never code in it. `letter-N` goes in, `reply-N` comes back; an accepted curve is `ID.apply`.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

Line: TypeAlias = "tuple[str, ...]"

_UNSAFE = re.compile(rb"[%\x00-\x1f\x7f]")
_ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")


def written(lines: Iterable[Sequence[object]]) -> bytes:
    """Lines as they lie in a file; names that are no Unicode keep their bytes."""
    return b"".join(b"\t".join(_escape(str(field)) for field in line) + b"\n" for line in lines)


def read(text: bytes) -> tuple[Line, ...]:
    """The lines of a file; a last one without its end was never finished, and is left out."""
    return tuple(tuple(_plain(field) for field in line.split(b"\t")) for line in text.split(b"\n")[:-1])


def _escape(field: str) -> bytes:
    return _UNSAFE.sub(lambda hit: b"%%%02X" % hit[0][0], field.encode("utf-8", "surrogateescape"))


def _plain(field: bytes) -> str:
    return _ESCAPED.sub(lambda hit: bytes([int(hit[1], 16)]), field).decode("utf-8", "surrogateescape")


def put(path: Path, lines: Iterable[Sequence[object]]) -> None:
    """Write a whole file or none: first beside it, then renamed."""
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.write(written(lines))
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back for a letter: its lines, and how it ended."""

    lines: tuple[Line, ...]
    state: str
    detail: str

    def of_kind(self, word: str) -> tuple[Line, ...]:
        """The lines that begin with this word, without it."""
        return tuple(line[1:] for line in self.lines if line[0] == word)


class Outbox:
    """One connection's mailbox: letters are numbered from 1, each is answered once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last = 0
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*"):
            if old.name.split("-")[0] in ("letter", "reply") or old.suffix in (".part", ".apply"):
                old.unlink(missing_ok=True)

    def post(self, lines: Iterable[Sequence[object]]) -> int:
        """Send one letter; gives its number."""
        self.last += 1
        put(self.folder / f"letter-{self.last}", lines)
        return self.last

    def reply(self, number: int) -> Reply | None:
        """The answer to a letter, once it is there."""
        lines = self.lines(f"reply-{number}")
        if not lines or lines[-1][0] != "end":
            return None
        end = (*lines[-1], "", "")
        return Reply(lines[:-1], end[1], end[2])

    def lines(self, name: str) -> tuple[Line, ...]:
        """The lines of a file in here; none when it is not there."""
        try:
            return read((self.folder / name).read_bytes())
        except FileNotFoundError:
            return ()

    def wait(
        self, number: int, timeout_s: float, meanwhile: Callable[[], object] = lambda: time.sleep(0.01)
    ) -> Reply | None:
        """The answer to a letter, or None when it does not come in time."""
        deadline_s = time.monotonic() + timeout_s
        while (reply := self.reply(number)) is None and time.monotonic() < deadline_s:
            meanwhile()
        return reply

    def list_cards(self, cards: Iterable[Sequence[object]]) -> None:
        """What the script's list window shows: id and title of every open card."""
        put(self.folder / "cards", cards)

    def clear(self, number: int) -> None:
        """A letter that has been answered needs to lie here no longer."""
        for kind in ("letter", "reply"):
            (self.folder / f"{kind}-{number}").unlink(missing_ok=True)
