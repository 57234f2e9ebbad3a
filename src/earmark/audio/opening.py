"""Opens a sound file, and says in one sentence why it cannot be opened."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.errors import AudioError

if TYPE_CHECKING:
    from soundfile import SoundFile

KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
CONTENTS = (  # first bytes of things that people send with the ending .wav
    (b"PK\x03\x04", "a zip archive"),
    (b"Rar!", "a rar archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"%PDF", "a PDF"),
    (b"MThd", "a MIDI file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x00\x05\x16\x07", "a macOS shadow file (the sound is in the file without ._)"),
    (b"wvpk", "WavPack"),
    (b"MAC ", "Monkey's Audio"),
    (b"DSD ", "DSD"),
    (b"FRM8", "DSD"),
    (b"\x30\x26\xb2\x75", "Windows Media"),
    (b"\x1aE\xdf\xa3", "a Matroska film"),
)
SOUND = (b"RIFF", b"RF64", b"BW64", b"FORM", b"fLaC", b"OggS", b"caff", b"riff", b"ID3")


def system_path(path: Path) -> bytes | str:
    """The path as the decoder takes it: bytes where a name may be any bytes."""
    return os.fsencode(path) if os.name == "posix" else str(path)


def why_not_a_file(path: Path) -> str | None:
    """Why there is nothing to open here, or None; nothing is opened, a pipe would wait for ever."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return "is a link that leads nowhere" if path.is_symlink() else "is missing"
    except OSError as trouble:
        return f"cannot be reached ({(trouble.strerror or str(trouble)).lower()})"
    for is_kind, kind in KINDS:
        if is_kind(found.st_mode):
            return f"is {kind}, not a sound file"
    if found.st_size == 0:
        return "is an empty file of 0 bytes"
    return None if os.access(path, os.R_OK) else "may not be read by you (permission denied)"


def why_not_sound(path: Path, said: str) -> str:
    """Why the decoder refused, from the file's first bytes."""
    try:
        with path.open("rb") as file:
            start = file.read(512)
    except OSError as trouble:
        return f"cannot be read ({(trouble.strerror or str(trouble)).lower()})"
    if start[4:8] == b"ftyp":
        return "is MPEG-4 (AAC or ALAC), which earmark does not decode"
    for magic, kind in CONTENTS:
        if start.startswith(magic):
            return f"is {kind}, not a sound file that earmark decodes"
    if start.startswith(SOUND):
        return f"begins like a sound file, but its header cannot be followed ({said})"
    if is_text(start):
        return f"holds text, not sound (it begins {start[:24].decode('utf-8', 'replace')!r})"
    return f"begins like no sound file that earmark knows (first bytes {start[:4].hex(' ')})"


def is_text(start: bytes) -> bool:
    """Whether these bytes are something to be read."""
    return bool(start) and all(byte in b"\t\n\r\f" or byte >= 0x20 for byte in start) and start.isascii()


def said_by(trouble: Exception) -> str:
    """What the decoder said, without the path in it."""
    words = str(getattr(trouble, "error_string", "") or "").strip(" .")
    words = words.removeprefix("Error").lstrip(" :")
    return words[:1].lower() + words[1:] or "the decoder gives no reason"


def opened(path: Path) -> SoundFile:
    """The file, open. Raises AudioError where a stem that was there is there no more."""
    import soundfile

    try:
        return soundfile.SoundFile(system_path(path))
    except (soundfile.SoundFileError, OSError, TypeError) as trouble:
        why = why_not_a_file(path) or why_not_sound(path, said_by(trouble))
        raise AudioError(f"{path.name} {why}; it must stay as it was while earmark listens: check again") from trouble
