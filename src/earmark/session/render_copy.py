"""A working copy of a DAW's session, so that the session itself is never opened for writing, not even by its DAW."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from earmark.errors import RenderError

LEFT_BEHIND = frozenset({"peaks", "export", "analysis", "dead", "instant.xml", "history"})
FICLONE = 0x40049409  # linux/fs.h: the copy shares the blocks of the original until one of them is written
CONTROL = re.compile(rb"<ControlProtocols>.*?</ControlProtocols>", re.DOTALL)


def refuse_unsaved(session_file: Path) -> None:
    """Refuse a session of which Ardour keeps edits that were never saved.

    Ardour writes what has not been saved to NAME.pending beside NAME.ardour, at the latest two minutes after an edit
    (its "periodic safety backups"), and removes it when the session is saved or closed.
    """
    pending = session_file.with_suffix(".pending")
    try:
        unsaved = pending.stat().st_mtime >= session_file.stat().st_mtime
    except OSError:
        return
    if unsaved:
        raise RenderError(
            f"{session_file} has edits that are not saved ({pending.name} is newer); open it in Ardour and save it, "
            f"or remove {pending.name}"
        )


def is_open(session_file: Path) -> bool:
    """Whether some program on this machine holds a file of the session open, as far as this user may know."""
    folder = os.path.realpath(session_file.parent) + os.sep
    return any(target.startswith(folder) for target in _open_files())


def _open_files() -> Iterator[str]:
    for process in Path("/proc").glob("[0-9]*") if os.path.isdir("/proc") else ():
        if process.name == str(os.getpid()):
            continue
        try:
            yield from (os.readlink(handle) for handle in (process / "fd").iterdir())
        except OSError:
            continue  # gone meanwhile, or another user's


def copy_session(session_file: Path, folder: Path) -> Path:
    """The session, without its caches and exports and deaf to remote controls, in a new folder; its session file."""
    origin = session_file.parent
    try:
        for root, folders, files in os.walk(origin):
            folders[:] = [name for name in folders if not (Path(root) == origin and name in LEFT_BEHIND)]
            there = folder / Path(root).relative_to(origin)
            there.mkdir(parents=True, exist_ok=True)
            for name in files:
                if _wanted(Path(root) / name, session_file):
                    _clone(Path(root) / name, there / name)
        copied = folder / session_file.name
        copied.write_bytes(CONTROL.sub(b"", copied.read_bytes()))
    except OSError as trouble:
        why = (trouble.strerror or str(trouble)).lower()
        raise RenderError(
            f"{origin} cannot be copied for rendering ({why}); choose a folder with room for a second copy"
        ) from trouble
    return copied


def _wanted(file: Path, session_file: Path) -> bool:
    if file.name in LEFT_BEHIND or not file.is_file():
        return False
    return (
        file.parent != session_file.parent or file.suffix not in (".ardour", ".bak", ".pending") or file == session_file
    )


def _clone(origin: Path, copy: Path) -> None:
    """Share the blocks where the file system can; copy them where it cannot."""
    try:
        import fcntl

        with origin.open("rb") as source, copy.open("wb") as target:
            fcntl.ioctl(target.fileno(), FICLONE, source.fileno())
    except (ImportError, OSError):
        shutil.copyfile(origin, copy)
