"""Where the files of a session lie: in its own interchange folders, or outside, by absolute path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from earmark.session.ardour.numbers import number

LONGEST_PATH = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """One channel of one file. `path` is where it must lie, whether or not it is there."""

    path: Path
    channel: int
    gain: float


def sources(root: Element, session_file: Path) -> dict[str, Source]:
    """The audio sources by id; what is made of other regions has no file and is not among them."""
    folders = audio_folders(session_file, root.get("name", ""))
    found: dict[str, Source] = {}
    for element in root.findall("Sources/Source"):
        if element.get("type", "audio") == "audio" and not element.get("playlist"):
            try:
                found[element.get("id", "")] = source_of(element, folders)
            except ValueError:
                continue  # a region that plays it says so
    return found


def source_of(element: Element, folders: Sequence[Path]) -> Source:
    """One source. Raises ValueError where its name or numbers make no sense."""
    name = element.get("name", "")
    origin = element.get("origin") or name
    if not 0 < len(origin) <= LONGEST_PATH or len(name) > LONGEST_PATH:
        raise ValueError("has no name that a file could have")
    channel = number(element.get("channel", "0"))
    return Source(located(origin, name, folders), int(channel), number(element.get("gain", "1")))


def audio_folders(session_file: Path, name: str) -> list[Path]:
    """The interchange folders; the one named like the session first."""
    interchange = session_file.parent / "interchange"
    try:
        folders = sorted(folder / "audiofiles" for folder in interchange.iterdir() if folder.is_dir())
    except OSError:
        folders = []
    return sorted(folders, key=lambda folder: folder.parent.name != name) or [interchange / name / "audiofiles"]


def located(origin: str, name: str, folders: Sequence[Path]) -> Path:
    """Where a source lies. `origin` is an absolute path for a file outside, else a name within the session.

    After an import `origin` may still be the path that was imported, while `name` is the file within.
    """
    within = [folder / Path(said).name for said in (name, origin) for folder in folders if said]
    candidates = [Path(origin), *within] if Path(origin).is_absolute() else within
    return next((path for path in candidates if os.path.isfile(path)), candidates[0])
