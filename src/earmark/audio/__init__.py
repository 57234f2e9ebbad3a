"""The only room that opens sound files: facts, blocks, windows, and the writing of new files."""

from __future__ import annotations

from earmark.audio.probing import probe
from earmark.audio.reading import blocks, window
from earmark.audio.writing import write

__all__ = ["blocks", "probe", "window", "write"]
