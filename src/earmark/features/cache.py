"""What was measured before, one file per stem. Never trusted when it does not parse; may be deleted at any time."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from earmark.features.feature import FileHeader, StemFeature
from earmark.features.needs import version_of
from earmark.features.packing import NotPacked, can_be_packed, pack, unpack
from earmark.model import Clips, SoundFile, Stem

if TYPE_CHECKING:
    from earmark.features.stem_pass import Heard
    from earmark.features.workers import Task

ENGINE_VERSION = 1  # goes up when the pass itself changes what meters are fed
MAGIC = b"earmark cache 1\n"
DIGEST_BYTES = 16
MOST_BYTES = 256 << 20


class Entry(NamedTuple):
    """One file of the cache. `prints` are little-endian uint64; `features` are version and bytes by name."""

    key: str
    prints: bytes
    features: Mapping[str, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Found:
    """What the cache has of one stem: perhaps nothing, but the stem is one that can be kept."""

    key: str
    features: Mapping[type, StemFeature]
    prints: np.ndarray | None


class Cache:
    """A folder of results. Trouble with it is said once, in `remarks`, and never stops a run."""

    def __init__(self, folder: Path, *, verify: bool = False) -> None:
        self.folder, self.verify = folder, verify
        self.remarks: list[str] = []

    def look_up(self, stem: Stem, kinds: Collection[type]) -> Found | None:
        """What there is of these kinds; None for a stem that cannot be kept."""
        key = key_of(stem)
        if key is None:
            return None
        entry = self._entry(stem, key)
        if entry is None:
            return Found(key, {}, None)
        found = ((kind, unpacked(entry.features, kind, stem)) for kind in kinds)
        return Found(key, {kind: feature for kind, feature in found if feature}, np.frombuffer(entry.prints, "<u8"))

    def put(self, task: Task, heard: Heard) -> None:
        """Keep what came of a task beside what else there is of that stem, unless the file has changed meanwhile."""
        if task.key is None or heard.trouble is not None or key_of(task.stem) != task.key:
            return
        prints = heard.prints if heard.prints.size else task.known_prints
        body = b"" if prints is None else prints.astype("<u8").tobytes()
        entry = self._entry(task.stem, task.key)
        features = dict(entry.features) if entry and entry.prints == body else {}
        for kind, feature in heard.features.items():
            if kind is not FileHeader and can_be_packed(kind):
                features[name_of(kind)] = (version_of(kind), pack(feature))
        self._write(task.stem, Entry(task.key, body, features))

    def _entry(self, stem: Stem, key: str) -> Entry | None:
        try:
            entry = parsed(read_regular(self._path(stem)))
        except FileNotFoundError:
            return None
        except OSError as trouble:
            self._say("read", trouble)
            return None
        return entry if entry and entry.key == key else None

    def _write(self, stem: Stem, entry: Entry) -> None:
        path = self._path(stem)
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_new(part, entry)
            part.replace(path)
        except OSError as trouble:
            self._say("written to", trouble)
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _path(self, stem: Stem) -> Path:
        return self.folder / f"{blake2b(identity(stem), digest_size=16).hexdigest()}.features"

    def _say(self, what: str, trouble: OSError) -> None:
        if not self.remarks:
            self.remarks.append(
                f"the cache folder {self.folder} cannot be {what} ({trouble.strerror or trouble}); "
                "nothing is lost, but every stem is measured anew each time: give it room and rights, or delete it"
            )


def parsed(stored: bytes) -> Entry | None:
    """The entry in these bytes, or None: what is not whole and exactly as written is as good as not there."""
    import msgspec

    head, body = stored[: len(MAGIC) + DIGEST_BYTES], stored[len(MAGIC) + DIGEST_BYTES :]
    if head != MAGIC + digest(body):
        return None
    try:
        entry = Entry(*msgspec.msgpack.decode(body, type=tuple[str, bytes, dict[str, tuple[str, bytes]]]))
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return entry if len(entry.prints) % 8 == 0 else None


def unpacked(features: Mapping[str, tuple[str, bytes]], kind: type, stem: Stem) -> StemFeature | None:
    """The feature, if it is there, of this version, and whole."""
    version, body = features.get(name_of(kind), ("", b""))
    if version != version_of(kind):
        return None
    try:
        return unpack(kind, body, stem)
    except NotPacked:
        return None


def read_regular(path: Path) -> bytes:
    """The file's bytes; none at all for a pipe, a device, a link or something too large to be ours."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb") as file:
        status = os.fstat(handle)
        return file.read() if stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES else b""


def write_new(path: Path, entry: Entry) -> None:
    """A new file with the entry in it; the path must not exist."""
    import msgspec

    body = msgspec.msgpack.encode(entry)
    with path.open("xb") as file:
        file.writelines((MAGIC, digest(body), body))


def digest(body: bytes) -> bytes:
    """What tells a whole file from a damaged one."""
    return blake2b(body, digest_size=DIGEST_BYTES).digest()


def name_of(kind: type) -> str:
    """The kind as it is called in the file."""
    return f"{kind.__module__}.{kind.__qualname__}"


def identity(stem: Stem) -> bytes:
    """What makes the stem the same stem next time: its file, or its clips as they are placed."""
    if isinstance(stem.source, SoundFile):
        return os.fsencode(stem.source.path.absolute())
    return repr(stem.source).encode(errors="surrogateescape")


def key_of(stem: Stem) -> str | None:
    """What has to be unchanged for results to hold: size, time and header of every file. None: not to be kept."""
    if isinstance(stem.source, SoundFile):
        paths = [stem.source.path]
    elif isinstance(stem.source, Clips):
        paths = sorted({clip.path for clip in stem.source.clips})
    else:
        return None
    try:
        seen = [(status.st_size, status.st_mtime_ns) for status in map(os.stat, paths)]
    except OSError:
        return None
    return repr((ENGINE_VERSION, identity(stem), seen, stem.known))
