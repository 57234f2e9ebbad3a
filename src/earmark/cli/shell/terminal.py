"""stdout is the report alone; progress and words go to stderr, and only where a person is looking."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

PATIENCE_S = 1.0  # anything shorter needs no bar


def plain_wanted(stream: TextIO) -> bool:
    """Whether this stream gets words without colour: NO_COLOR, a dumb terminal, or none at all."""
    return bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb" or not stream.isatty()


class Progress:
    """A bar on stderr, once something has taken longer than a second. Called by the engine."""

    def __init__(self, quiet: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self.wanted = not quiet and sys.stderr.isatty()
        self.clock = clock
        self.began_s = clock()
        self.bar: Bar | None = None

    def __call__(self, what: str, done: int, total: int) -> None:
        """`done` of `total` of something."""
        if not self.wanted or self.clock() - self.began_s < PATIENCE_S:
            return
        if self.bar is None:
            self.bar = shown()
        task = next((t.id for t in self.bar.tasks if t.description == what), None)
        if task is None:
            task = self.bar.add_task(what, total=total)
        self.bar.update(task, completed=done, total=total)

    def __enter__(self) -> Self:
        """Nothing is shown yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, trouble: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Leave the terminal as it was."""
        if self.bar is not None:
            self.bar.stop()


def shown() -> Bar:
    """An empty bar on stderr that leaves nothing behind."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bar

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    bar = Bar(*columns, console=Console(file=sys.stderr), transient=True)
    bar.start()
    return bar
