"""Synthetic sessions, for `explain --hear`, for `demo` and for tests; nothing here is measured or judged."""

from __future__ import annotations

from earmark.scenes.stage import session

__all__ = ["session"]
