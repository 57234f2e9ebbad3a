"""Who does the listening: this process, or, where there is enough to do, several more."""

from __future__ import annotations

import os
import signal
from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, get_all_start_methods, get_context
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any

import numpy as np

from earmark.errors import AudioError
from earmark.features.feature import CloserLook, FileHeader, Metered, StemFeature
from earmark.features.stem_pass import Heard, hold_the_heap, listen
from earmark.model import Samples, Stem

WORTH_WORKERS_S = 1.0  # below this the workers' start costs more than they save
DECODING_S = 0.4e-3  # per second of one channel at 48 kHz; FLAC, measured
MEASURING_S = 0.25e-3  # the same, per kind of feature that is fed or looks closer
FAREWELL_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """One stem to listen to.

    `kinds` are to be measured, `everything` is what there will be then, `given` is what the cache had. When
    `prints` are asked for and differ from `known_prints`, the file has changed under the cache and everything
    is measured anew. Only `keep` is handed back.
    """

    index: int
    stem: Stem
    kinds: Sequence[type]
    everything: Sequence[type]
    keep: Collection[type]
    given: Mapping[type, StemFeature]
    key: str | None = None
    prints: bool = False
    known_prints: np.ndarray | None = None

    @property
    def to_do(self) -> bool:
        """Whether anything is left to do."""
        return bool(self.kinds) or self.prints

    @property
    def seconds(self) -> float:
        """About how long it takes."""
        facts = self.stem.known
        looking = sum(issubclass(kind, Metered | CloserLook) for kind in self.kinds)
        return facts.frames * facts.channels / 48_000 * (DECODING_S + looking * MEASURING_S)


@dataclass(frozen=True, slots=True)
class Broken:
    """A worker's last word on a stem: what it broke down with."""

    words: str


def heard_in_turn(tasks: Sequence[Task], jobs: int | None) -> Generator[tuple[Task, Heard], None, None]:
    """Every task and what came of it, as they are finished. The results are the same for any number of jobs."""
    size = workers_for(tasks, jobs)
    at_home = [task for task in tasks if size < 2 or isinstance(task.stem.source, Samples)]
    for task in at_home:
        yield task, heard_here(task)
    away = [task for task in tasks if task not in at_home]
    if away:
        with Crew(min(size, len(away))) as crew:
            yield from crew.hear(sorted(away, key=lambda task: -task.seconds))


def workers_for(tasks: Sequence[Task], jobs: int | None) -> int:
    """How many processes to start; below 2 there are none."""
    if jobs is None and sum(task.seconds for task in tasks) < WORTH_WORKERS_S:
        return 1
    return min(jobs or processors(), len(tasks))


def processors() -> int:
    """Those this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def hear(task: Task) -> Heard:
    """Do one task."""
    try:
        heard = listen(task.stem, task.kinds, task.given, prints=task.prints)
    except Exception:
        if not task.given:
            raise
        heard = listen(task.stem, task.everything, prints=task.key is not None)  # what the cache gave fits nothing
    known = task.known_prints
    if known is not None and heard.trouble is None and task.prints and not np.array_equal(known, heard.prints):
        heard = listen(task.stem, task.everything, prints=True)
    kept = {kind: feature for kind, feature in heard.features.items() if kind in task.keep or kind is FileHeader}
    return Heard(kept, heard.prints, heard.trouble)


def heard_here(task: Task) -> Heard:
    """Do one task in this process."""
    try:
        return hear(task)
    except Exception as error:
        raise broken(task, spoken(error)) from error


def spoken(error: Exception) -> str:
    """An exception in one line."""
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def broken(task: Task, words: str) -> AudioError:
    """What is said when measuring a stem broke down."""
    return AudioError(
        f"{task.stem.name} could not be measured ({words}); the file itself may be sound, this is a defect of earmark: "
        "please report it, and leave the stem out or --ignore the rule meanwhile"
    )


def died(task: Task, exit_code: int | None) -> AudioError:
    """What is said when a worker is no more."""
    how = f"signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"exit code {exit_code}"
    return AudioError(
        f"{task.stem.name} could not be measured: the process that listened to it ended ({how}), "
        "as it does when memory runs out; run again with --jobs 1, or leave the stem out"
    )


class Crew:
    """Worker processes, each with a pipe. Leaving the `with` block ends them all, whatever happened inside."""

    def __init__(self, size: int) -> None:
        self._context = start_context()
        self._workers: dict[connection.Connection, BaseProcess] = {}
        self._size = size

    def __enter__(self) -> Crew:
        try:
            for _ in range(self._size):
                self._hire()
        except BaseException:
            self._dismiss()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._dismiss()

    def hear(self, tasks: Sequence[Task]) -> Generator[tuple[Task, Heard], None, None]:
        """Hand out the tasks in this order, each to whoever is free."""
        waiting = list(tasks)
        busy: dict[connection.Connection, Task] = {}
        for pipe in self._workers:
            self._hand_out(pipe, waiting, busy)
        while busy:
            for pipe in self._answering(busy):
                task = busy.pop(pipe)
                heard = self._received(pipe, task)
                self._hand_out(pipe, waiting, busy)
                yield task, heard

    def _answering(self, busy: Collection[connection.Connection]) -> list[connection.Connection]:
        """Those who have an answer, or have died."""
        ready = connection.wait(list(busy))
        return [pipe for pipe in busy if pipe in ready]

    def _hand_out(
        self, pipe: connection.Connection, waiting: list[Task], busy: dict[connection.Connection, Task]
    ) -> None:
        if waiting:
            busy[pipe] = waiting.pop(0)
            with suppress(BrokenPipeError):  # a dead worker is noticed when its answer is missing
                pipe.send(busy[pipe])

    def _received(self, pipe: connection.Connection, task: Task) -> Heard:
        try:
            answer: Any = pipe.recv()
        except (EOFError, ConnectionResetError):
            self._workers[pipe].join(FAREWELL_S)
            raise died(task, self._workers[pipe].exitcode) from None
        if isinstance(answer, Broken):
            raise broken(task, answer.words)
        assert isinstance(answer, Heard)
        return answer

    def _hire(self) -> None:
        ours, theirs = self._context.Pipe()
        worker = self._context.Process(target=serve, args=(theirs,), daemon=True, name="earmark listener")
        self._workers[ours] = worker
        worker.start()
        theirs.close()  # so that the pipe ends when the worker does

    def _dismiss(self) -> None:
        for worker in self._workers.values():
            if worker.pid is not None:
                worker.terminate()
        for pipe, worker in self._workers.items():
            pipe.close()
            if worker.pid is not None:
                worker.join(FAREWELL_S)
                worker.kill()


def start_context() -> ForkServerContext | SpawnContext:
    """A fork of a process that has imported all this and holds no threads; a fresh one where there are no forks."""
    if "forkserver" not in get_all_start_methods():
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["earmark.features.workers"])
    return context


def serve(pipe: connection.Connection) -> None:
    """A worker's life: do tasks until the other end of the pipe is gone. Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    hold_the_heap()
    while True:
        try:
            task = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            answer: Heard | Broken = hear(task)
        except Exception as error:
            answer = Broken(spoken(error))
        pipe.send(answer)
