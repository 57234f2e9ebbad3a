"""What kind of disk a folder lies on, as far as SQLite's write-ahead log cares.

The log needs shared memory between all who write, which no network file system gives, and a program that
copies files one by one to a cloud tears ledger and log apart. There the older rollback journal is used.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

Journal = Literal["wal", "delete"]

LOCAL = {"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "jfs", "reiserfs", "bcachefs", "nilfs2", "ufs", "udf"}
LOCAL |= {"tmpfs", "ramfs", "overlay", "vfat", "exfat", "msdos", "ntfs", "ntfs3", "apfs", "hfs", "hfsplus"}
SYNCED_NAMES = (
    "dropbox",
    "onedrive",
    "google drive",
    "googledrive",
    "my drive",
    "mobile documents",
    "com~apple~clouddocs",
    "icloud",
    "nextcloud",
    "owncloud",
    "pcloud",
    "syncthing",
    "seafile",
    "resilio",
    "megasync",
)
SYNCED_MARKS = (".stfolder", ".dropbox", ".dropbox.cache", ".sync", ".owncloudsync.log", ".nextcloudsync.log")


def journal_for(folder: Path) -> Journal:
    """`wal` where the folder is surely on a local disk and no program syncs it, else `delete`."""
    return "wal" if _is_local(folder) and not is_synced(folder) else "delete"


def is_synced(folder: Path) -> bool:
    """Whether a known sync program keeps this folder, by its name or by the mark it leaves."""
    whole = folder.resolve()
    if any(part.lower().startswith(SYNCED_NAMES) for part in whole.parts):
        return True
    return any((above / mark).exists() for above in (whole, *whole.parents) for mark in SYNCED_MARKS)


def _is_local(folder: Path) -> bool:
    if sys.platform.startswith("linux"):
        return file_system(folder, _mounts()) in LOCAL
    whole = str(folder.resolve())
    return not whole.startswith(("\\\\", "//", "/Volumes/", "/net/"))


def file_system(folder: Path, mounts: str) -> str:
    """The type of the file system that holds `folder`, from the text of /proc/self/mountinfo; "" when unknown."""
    whole = folder.resolve()
    kind, deepest = "", -1
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split()
        if len(fields) < 5 or not right:
            continue
        mounted = Path(_unescaped(fields[4]))
        depth = len(mounted.parts)
        if depth >= deepest and whole.is_relative_to(mounted):
            kind, deepest = right.split()[0], depth
    return kind


def _mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _unescaped(mounted: str) -> str:
    """Mount points carry spaces and the like as octal: `\\040`."""
    for octal, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        mounted = mounted.replace(octal, character)
    return mounted
