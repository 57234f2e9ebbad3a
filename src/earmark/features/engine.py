"""Computes exactly the features that are asked for: the pass, then what is derived, closer looks, pairs, session."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from earmark.features.cache import Cache
from earmark.features.feature import FileHeader, Metered, PairFeature, SessionFeature, StemFeature
from earmark.features.measurements import MeasuredDesk, Measurements
from earmark.features.needs import in_order, kept
from earmark.features.stem_pass import hold_the_heap, measure_stem
from earmark.features.workers import Task, heard_in_turn
from earmark.model import Session, Stem

__all__ = ["Measurements", "in_order", "measure", "measure_stem", "readable"]

LISTENING, COMPARING = "listening", "comparing"
Row: TypeAlias = Mapping[type, StemFeature]
Progress = Callable[[str, int, int], None]  # what, done, of how many


def measure(
    session: Session,
    wanted: Collection[type],
    *,
    jobs: int | None = None,
    cache: Path | None = None,
    verify: bool = False,
    progress: Progress | None = None,
) -> Measurements:
    """Measure a probed session. Unreadable stems get their `FileHeader` and nothing else.

    Parameters
    ----------
    session : Session
        Probed: every stem has its facts.
    wanted : collection of feature classes
        What the rules are fed. Only these, and what pair and session features need, are kept.
    jobs : int, optional
        Worker processes. 1 measures in this process; None chooses by the work there is.
    cache : Path, optional
        Folder for results. None: nothing is read from disk but sound, and nothing is written.
    verify : bool
        Read all the sound again and trust the cache only where it is the same to the last bit.
    progress : callable, optional
        Told what is done, how many, of how many.
    """
    hold_the_heap()
    shelf = Cache(cache, verify=verify) if cache else None
    voices = [*session.stems, *([session.mix] if session.mix else [])]
    rows = listen_to_all(voices, kept(wanted), jobs, shelf, progress or silent)
    measured = placed(session, rows)
    compare(measured, wanted, progress or silent)
    if shelf:
        measured.remarks += shelf.remarks
    return measured


def listen_to_all(
    voices: Sequence[Stem], kinds: Collection[type], jobs: int | None, shelf: Cache | None, progress: Progress
) -> list[Row]:
    """The kept features of every voice, in order; from the cache where it has them."""
    rows: list[Row] = [{FileHeader: FileHeader(stem=stem)} for stem in voices]
    tasks = []
    for index, stem in enumerate(voices):
        if readable(stem):
            task = task_for(index, stem, kinds, shelf)
            rows[index] = only(kinds, task.given, rows[index])
            tasks += [task] if task.to_do else []
    done = len(voices) - len(tasks)
    progress(LISTENING, done, len(voices))
    with closing(heard_in_turn(tasks, jobs)) as results:
        for task, heard in results:
            rows[task.index] = only(kinds, heard.features)
            if shelf:
                shelf.put(task, heard)
            done += 1
            progress(LISTENING, done, len(voices))
    return rows


def task_for(index: int, stem: Stem, kinds: Collection[type], shelf: Cache | None) -> Task:
    """What is left to measure of one stem."""
    everything = [kind for kind in in_order(kinds) if kind is not FileHeader]
    found = shelf.look_up(stem, everything) if shelf else None
    given = found.features if found else {}
    missing = in_order([kind for kind in everything if kind in kinds], without={FileHeader, *given})
    reads = any(issubclass(kind, Metered) for kind in missing)
    return Task(
        index=index,
        stem=stem,
        kinds=missing,
        everything=everything,
        keep=everything if found else list(kinds),
        given=given,
        key=found.key if found else None,
        prints=bool(found) and (reads or bool(shelf and shelf.verify)),
        known_prints=found.prints if found else None,
    )


def only(kinds: Collection[type], *rows: Row) -> Row:
    """Of these features, the ones that are kept; the header always."""
    return {kind: feature for row in rows for kind, feature in row.items() if kind in kinds or kind is FileHeader}


def placed(session: Session, rows: Sequence[Row]) -> Measurements:
    """The features at their stems, and the session with its stems as they turned out to be."""
    stems = tuple(row[FileHeader].stem for row in rows[: len(session.stems)])
    of_mix = rows[len(session.stems)] if session.mix else {}
    mix = of_mix[FileHeader].stem if session.mix else None
    of_stems = {stem.name: row for stem, row in zip(stems, rows, strict=False)}
    return Measurements(replace(session, stems=stems, mix=mix), of_stems=of_stems, of_mix=of_mix)


def compare(measured: Measurements, wanted: Collection[type], progress: Progress) -> None:
    """What lies between stems, and what is true of the session as a whole."""
    session = measured.session
    mix = session.mix if readable(session.mix) else None
    desk = MeasuredDesk(session, tuple(stem for stem in session.stems if readable(stem)), mix, measured)
    kinds = [kind for kind in in_order(wanted) if issubclass(kind, PairFeature | SessionFeature)]
    for done, kind in enumerate(kinds):
        progress(COMPARING, done, len(kinds))
        if issubclass(kind, PairFeature):
            measured.of_pairs[kind] = tuple(kind.measure(desk))
        elif issubclass(kind, SessionFeature):
            measured.of_session[kind] = kind.measure(desk)
    if kinds:
        progress(COMPARING, len(kinds), len(kinds))


def readable(stem: Stem | None) -> bool:
    """Whether there is any sound to measure."""
    return stem is not None and stem.known.trouble is None and stem.known.frames > 0


def silent(what: str, done: int, of: int) -> None:
    """Nobody wants to know."""
