"""Finds the music: paths in, sessions out; one file (or folder) here per kind of source. No sound is opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from earmark.errors import SessionError
from earmark.model import Session, SoundFile
from earmark.session.folder import mix_stem, session_of, sound_files, stem_of, subfolders

DAW_ENDING = ".ardour"


def find(paths: Sequence[Path], *, mix: Path | None = None, recursive: bool = False) -> list[Session]:
    """The sessions that these paths hold.

    A folder is one session of the sound files directly in it; with `recursive` every folder below that holds
    sound is a session of its own. Several paths are one session at their common parent. A single file is a
    session of one. A DAW's session file, or the folder it lies in, is a session of the DAW's tracks.
    """
    for path in (*paths, *([mix] if mix else [])):
        if not os.path.lexists(path):
            raise SessionError(f"{path} does not exist; name a folder of stems, a sound file or a DAW session")
    daws = [path for path in paths if daw_file(path)]
    plain = [path for path in paths if path not in daws]
    sessions = [read_daw(path) for path in daws]
    sessions += every_folder(plain, mix) if recursive else together(plain, mix)
    if mix is not None and len(sessions) > 1:
        raise SessionError(f"--mix {mix} belongs to one session, and these are {len(sessions)}; name one of them")
    return [with_mix(session, mix) for session in sessions]


def daw_file(path: Path) -> Path | None:
    """The DAW session file that a path means, or None."""
    if path.suffix == DAW_ENDING and not path.is_dir():
        return path
    if not path.is_dir():
        return None
    snapshots = snapshots_in(path)
    if len(snapshots) < 2:
        return snapshots[0] if snapshots else None
    for snapshot in snapshots:
        if snapshot.stem == path.resolve().name:
            return snapshot
    names = ", ".join(snapshot.name for snapshot in snapshots)
    raise SessionError(f"{path} holds several session files ({names}), none named like the folder; name one of them")


def snapshots_in(folder: Path) -> list[Path]:
    """The DAW session files directly in a folder."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix == DAW_ENDING and not file.name.startswith("."))
    except OSError:
        return []  # what is the matter is said when its sound is looked for


def read_daw(path: Path) -> Session:
    """A DAW's session; that one of several snapshots was chosen is said."""
    from earmark.session.ardour import read

    chosen = daw_file(path) or path
    session = read(chosen)
    others = [file.name for file in snapshots_in(chosen.parent) if file != chosen] if path != chosen else []
    if not others:
        return session
    return replace(session, remarks=(*session.remarks, f"read from {chosen.name}, not from {', '.join(others)}"))


def every_folder(paths: Sequence[Path], mix: Path | None) -> list[Session]:
    """One session per folder that holds sound, at and below these paths; single files make one together."""
    files = [path for path in paths if not path.is_dir()]
    sessions = together(files, mix)
    for path in paths:
        for folder in subfolders(path) if path.is_dir() else []:
            if daw_file(folder):
                sessions.append(read_daw(folder))
            elif found := sound_files(folder):
                sessions.append(session_of(found, folder, named(folder), mix))
    if not sessions:
        raise SessionError(nothing_in(paths))
    return sessions


def together(paths: Sequence[Path], mix: Path | None) -> list[Session]:
    """All these paths as one session; none where there are no paths."""
    if not paths:
        return []
    if len(paths) == 1 and not paths[0].is_dir():
        return [alone(paths[0])]
    files = [file for path in paths for file in (sound_files(path) if path.is_dir() else [path])]
    if not files:
        raise SessionError(nothing_in(paths))
    folders = [path.absolute() if path.is_dir() else path.absolute().parent for path in paths]
    parent = paths[0] if len(paths) == 1 else Path(os.path.commonpath(folders))
    return [session_of(files, parent, named(parent), mix)]


def alone(file: Path) -> Session:
    """One file as a session of one, whatever it is called."""
    return Session(name=file.stem, path=file, stems=(stem_of(file, file.stem),))


def with_mix(session: Session, mix: Path | None) -> Session:
    """The session with the mix that was named."""
    if mix is None or (session.mix and session.mix.source == SoundFile(mix)):
        return session
    return replace(session, mix=mix_stem(mix, session.stems))


def named(folder: Path) -> str:
    """A folder's own name, also when it is given as `.`."""
    return folder.resolve().name or str(folder.resolve())


def nothing_in(paths: Sequence[Path]) -> str:
    """What is said where there is no sound."""
    where = ", ".join(map(str, paths))
    below = "; --recursive looks into the folders below" if len(paths) == 1 else ""
    return f"{where} holds no sound files; earmark reads WAV, AIFF, FLAC, OGG, MP3 and more{below}"
