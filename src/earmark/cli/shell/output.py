"""Where a report goes: stdout, or a file that is whole or not there at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from earmark.errors import RefusedError


def write_whole(path: Path, text: str) -> None:
    """Write beside the target, then rename: whoever reads it finds the old text or the new, never half."""
    try:
        if path.exists() and not path.is_file():  # a pipe or a device is written to, not replaced
            path.write_text(text, encoding="utf-8")
        else:
            replace(path, text)
    except OSError as trouble:
        reason = (trouble.strerror or str(trouble)).lower()
        raise RefusedError(f"the report cannot be written to {path}: {reason}; name another file with -o") from trouble


def replace(path: Path, text: str) -> None:
    """The new file in the old one's place."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".earmark-", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)  # as any file this user makes
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
