"""earmark: a second pair of ears for mixing engineers. It asks; a human decides."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["__version__", "daw_scripts_folder"]
__version__ = "0.1.0"

# Before numpy is imported anywhere: many small products are slower in threads, and several times so on a busy machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def daw_scripts_folder() -> Path:
    """Where `daw_scripts/` lies: inside an installed package, or beside `src/` in a checkout."""
    from pathlib import Path

    package = Path(__file__).resolve().parent
    installed = package / "daw_scripts"
    return installed if installed.is_dir() else package.parents[1] / "daw_scripts"
