"""A session out of sound files: which files belong to it, what they are called, which is the mix."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from earmark.errors import SessionError
from earmark.model import Session, SoundFile, Stem
from earmark.session.roles import guess_role, is_mix

READABLE = re.compile(r"\.(wave?|bwf|rf64|bw64|aiff?|aifc|flac|og[ga]|opus|mp3|w64|caf|au|snd)$", re.IGNORECASE)
# Sound that earmark does not decode is a stem too, so that somebody is asked about it.
UNREADABLE = re.compile(r"\.(m4a|aac|alac|mp4|wma|ape|wv|tta|mpc|dsf|dff|sd2|aax|ac3|amr)$", re.IGNORECASE)
NO_SOUND = re.compile(
    r"\.(midi?|txt|pdf|png|jpe?g|gif|json|xml|html|zip|asd|pkf|reapeaks|avi|webp|toml)$", re.IGNORECASE
)
MAGIC = (b"RIFF", b"RF64", b"BW64", b"FORM", b"fLaC", b"OggS", b"caff", b"riff\x2e\x91\xcf\x11", b"ID3")
FORMS = {b"RIFF": (b"WAVE",), b"RF64": (b"WAVE",), b"BW64": (b"WAVE",), b"FORM": (b"AIFF", b"AIFC")}


def sound_files(folder: Path) -> list[Path]:
    """The sound files directly in a folder, in the order a person counts."""
    try:
        with os.scandir(folder) as entries:
            paths = [Path(entry.path) for entry in entries if not entry.name.startswith(".")]
    except OSError as trouble:
        why = (trouble.strerror or str(trouble)).lower()
        raise SessionError(f"{folder} cannot be listed ({why}); it must be a folder that you may read") from trouble
    return sorted((path for path in paths if is_sound(path)), key=lambda path: (counted(path.stem), path.name))


def is_sound(path: Path) -> bool:
    """Whether the name, or for an unknown ending the first bytes, say that this is sound.

    A text named .wav is taken for sound too: a person will want to know that it is none.
    """
    if READABLE.search(path.name) or UNREADABLE.search(path.name):
        return True
    return not NO_SOUND.search(path.name) and path.is_file() and begins_like_sound(path)


def begins_like_sound(path: Path) -> bool:
    """Whether the first bytes are those of a sound file; only ordinary files are opened, a pipe would wait."""
    try:
        with path.open("rb") as file:
            start = file.read(12)
    except OSError:
        return False
    return start.startswith(MAGIC) and (start[:4] not in FORMS or start[8:12] in FORMS[start[:4]])


def counted(name: str) -> tuple[tuple[int, str], ...]:
    """A key that puts "2 bass" before "10 gtr"."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name.casefold()))


def subfolders(folder: Path) -> list[Path]:
    """The folder and all below it, without hidden ones; links to folders are not followed."""
    found = [folder]
    for below, names, _ in os.walk(folder):
        names[:] = sorted((name for name in names if not name.startswith(".")), key=counted)
        found += [path for path in (Path(below, name) for name in names) if not path.is_symlink()]
    return sorted(found, key=lambda path: tuple(counted(part) for part in path.parts))


def session_of(files: Sequence[Path], path: Path, name: str, mix: Path | None = None) -> Session:
    """A session of these files. `mix` wins over names; several mixes by name: the last, and said."""
    files = list(dict.fromkeys(file for file in files if mix is None or not same(file, mix)))
    mixes = [file for file in files if is_mix(file.stem)]
    if len(mixes) == len(files):
        mixes = []  # a folder of mixes: each is listened to as it is
    named = names_of(files)
    chosen = mix or max(mixes, key=rank, default=None)
    left = [named[file] for file in mixes if file != chosen]
    stems = tuple(stem_of(file, named[file]) for file in files if file not in mixes)
    session = Session(name=name, path=path, stems=stems, mix=mix_stem(chosen, stems) if chosen else None)
    return replace(session, remarks=(left_out(left),)) if left else session


def rank(file: Path) -> tuple[bool, tuple[tuple[int, str], ...]]:
    """The mix before its master (the stems make the one, not the other); then the last version."""
    return "master" not in file.stem.casefold(), counted(file.stem)


def left_out(names: Iterable[str]) -> str:
    """What is said of further mixes."""
    return f"not listened to, for they look like further mixes: {', '.join(names)} (--mix FILE names another)"


def mix_stem(file: Path, stems: Sequence[Stem]) -> Stem:
    """The mix as a stem, under a name that no stem has."""
    taken = {stem.name for stem in stems}
    name = next(name for name in (file.stem, file.name, str(file)) if name not in taken)
    return Stem(name=name, source=SoundFile(file), role="mix")


def stem_of(file: Path, name: str) -> Stem:
    """One file as a stem."""
    return Stem(name=name, source=SoundFile(file), role=guess_role(name))


def names_of(files: Sequence[Path]) -> dict[Path, str]:
    """A name for each file: without its ending; with it where two would be alike; else with its folders."""
    names: dict[Path, str] = {}
    for form in (lambda file: file.stem, lambda file: file.name, str):
        left = [file for file in files if file not in names]
        counts = Counter(form(file) for file in left)
        taken = set(names.values())
        names |= {file: form(file) for file in left if counts[form(file)] == 1 and form(file) not in taken}
    return shortened(names)


def shortened(names: dict[Path, str]) -> dict[Path, str]:
    """Whole paths cut down to what tells them apart: the folders below their common parent."""
    whole = [file for file, name in names.items() if name == str(file)]
    if len(whole) < 2:
        return names
    parent = os.path.commonpath([file.parent for file in whole])
    shorter = {file: os.path.relpath(file, parent) for file in whole}
    return names if set(shorter.values()) & set(names.values()) else names | shorter


def same(one: Path, other: Path) -> bool:
    """Whether two paths are one file."""
    try:
        return one.samefile(other)
    except OSError:
        return one == other
