"""Which machine writes: a short name that stays the same and gives nothing away."""

from __future__ import annotations

import getpass
import hashlib
import platform
from pathlib import Path


def machine_id() -> str:
    """12 hex digits for this machine: a hash of what the system calls it, never that itself."""
    return hashlib.sha256(f"earmark ledger {_own_name()}".encode("utf-8", "surrogateescape")).hexdigest()[:12]


def user_name() -> str:
    """Who is logged in, or nothing where the system has no name for them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""


def _own_name() -> str:
    """The systemd machine id where there is one, else the host's name."""
    try:
        named = Path("/etc/machine-id").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        named = ""
    return named or platform.node()
