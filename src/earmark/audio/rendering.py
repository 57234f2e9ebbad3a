"""A session rendered by its DAW: one file per track, bus and return, aligned, equally long; and their sum."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from earmark.audio.opening import system_path
from earmark.errors import RenderError, UsageError
from earmark.model import Session, SoundFile, Stem
from earmark.session import find
from earmark.session.render import Taken, Tap, TapRow, names_in, take
from earmark.session.roles import guess_role

BLOCK = 1 << 16
HEARD = "each track is heard after plug-ins and faders, as the DAW rendered it"


@dataclass(frozen=True, slots=True)
class RenderedFile:
    """One track, bus or return as a file."""

    name: str
    kind: str  # track, bus, return
    path: Path
    channels: int


@dataclass(frozen=True, slots=True)
class Rendered:
    """All that was rendered, `frames` long each, from `start_samples` of the session on.

    `residual_db` is the level of (master - sum of what runs into it) against the master: -inf where they agree to
    the bit, None where nothing was summed (a selection, the source tap, a silent master).
    """

    files: tuple[RenderedFile, ...]
    master: Path | None
    rate_hz: int
    start_samples: int
    frames: int
    residual_db: float | None
    remarks: tuple[str, ...]


def render(
    session_file: Path,
    out_dir: Path,
    *,
    tap: Tap = "post-fader",
    tracks: Sequence[str] = (),
    span_s: tuple[float, float] | None = None,
) -> Rendered:
    """Render a saved session into `out_dir`. The session's own folder is only read.

    Raises `RenderError` for what the DAW or the disk refuses; then no file was added to `out_dir`.
    """
    refuse_inside(session_file, out_dir)
    refuse_overwriting(out_dir, [file_name(name) for name in tracks or names_in(session_file)])
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=".earmark-render-", dir=out_dir))
    except OSError as trouble:
        why = (trouble.strerror or str(trouble)).lower()
        raise RenderError(f"{out_dir} cannot be written to ({why}); name another folder") from trouble
    try:
        taken = take(session_file, work.absolute(), tap=tap, tracks=tracks, span_s=span_s)
        return deal(taken, work / "dealt", out_dir, whole=not tracks)
    except OSError as trouble:
        why = (trouble.strerror or str(trouble)).lower()
        raise RenderError(
            f"the render of {session_file} cannot be kept in {out_dir} ({why}); free some room"
        ) from trouble
    finally:
        shutil.rmtree(work, ignore_errors=True)


def refuse_inside(session_file: Path, out_dir: Path) -> None:
    """The session's own folder is not ours to write to."""
    folder, out = session_file.resolve().parent, out_dir.resolve()
    if out == folder or folder in out.parents:
        raise RenderError(
            f"{out_dir} lies in the session's own folder, which earmark never writes to; name another with -o"
        )


def deal(taken: Taken, dealt: Path, out_dir: Path, *, whole: bool) -> Rendered:
    """Cut what the DAW wrote into one file per row, first aside, then into place."""
    dealt.mkdir()
    names = file_names(taken.rows, taken.master)
    refuse_overwriting(out_dir, list(names.values()))
    total = Sum(taken, dealt / ".sum") if whole and taken.master else None
    files = []
    for row in taken.rows:
        channels = write_row(row, taken.frames, taken.rate_hz, dealt / names[row.name], total)
        files.append(RenderedFile(row.name, row.kind, out_dir / names[row.name], channels))
    if taken.master:
        os.replace(taken.master, dealt / names[""])
    for name in names.values():
        os.replace(dealt / name, out_dir / name)
    return Rendered(
        files=tuple(files),
        master=out_dir / names[""] if taken.master else None,
        rate_hz=taken.rate_hz,
        start_samples=taken.start_samples,
        frames=taken.frames,
        residual_db=total.residual_db(out_dir / names[""]) if total else None,
        remarks=(*taken.remarks, *(missing_start(row) for row in taken.rows if row.early_samples > 0)),
    )


def missing_start(row: TapRow) -> str:
    """What is said of a row that runs into something late: the DAW plays it early, and cannot before the start."""
    return f"the first {row.early_samples} samples of {row.name} are not in the render: what it runs into is that late"


def file_names(rows: Sequence[TapRow], master: Path | None) -> dict[str, str]:
    """A file name for each row, and for the master under ""; no two alike, not even without their case."""
    taken: set[str] = set()
    names = {}
    for name in [*([""] if master else []), *(row.name for row in rows)]:
        own, count = file_name(name or "master"), 2
        while own.casefold() in taken:
            own, count = file_name(f"{name} {count}"), count + 1
        taken.add(own.casefold())
        names[name] = own
    return names


def file_name(name: str) -> str:
    """The file that a track's name gives, where no other is like it."""
    return (name.replace("/", "_").replace("\0", "_").strip(".") or "_") + ".wav"


def refuse_overwriting(out_dir: Path, names: Sequence[str]) -> None:
    """What is there already may be somebody's."""
    there = [name for name in names if (out_dir / name).exists()]
    if there:
        raise RenderError(f"{out_dir} holds {there[0]} already; name an empty folder with -o")


def write_row(row: TapRow, frames: int, rate_hz: int, path: Path, total: Sum | None) -> int:
    """One row as float32 WAV, `frames` long, at its place; gives its channels."""
    import soundfile

    channels = row.channels or sum(soundfile.info(system_path(file)).channels for file in row.files)
    with soundfile.SoundFile(system_path(path), "w", rate_hz, channels, subtype="FLOAT", format="WAV") as out:
        at = 0
        for block in aligned(row, frames):
            out.write(block)
            if total is not None:
                total.add(row, at, block)
            at += len(block)
    return channels


def aligned(row: TapRow, frames: int) -> Iterator[np.ndarray]:
    """(n, channels) blocks of one row, `frames` in all, moved later by what it came too early."""
    import soundfile

    with ExitStack() as open_files:
        sounds = [open_files.enter_context(soundfile.SoundFile(system_path(file))) for file in row.files]
        given = 0
        while given < frames:
            count = min(BLOCK, frames - given, row.early_samples - given if given < row.early_samples else BLOCK)
            if given < row.early_samples:
                yield np.zeros((count, row.channels or sum(sound.channels for sound in sounds)), np.float32)
            else:
                yield side_by_side(sounds, row, count)
            given += count


def side_by_side(sounds: Sequence[Any], row: TapRow, count: int) -> np.ndarray:
    """The next `count` frames of a row's channels; zeros where a file has ended."""
    parts = [sound.read(count, dtype="float32", always_2d=True, fill_value=0) for sound in sounds]
    together = np.concatenate(parts, axis=1)
    return together[:, row.first_channel : row.first_channel + row.channels] if row.channels else together


class Sum:
    """What runs into the master, added up as it goes by; kept on disk, since a session may be long."""

    def __init__(self, taken: Taken, path: Path) -> None:
        import soundfile

        assert taken.master is not None
        channels = soundfile.info(system_path(taken.master)).channels
        self.total = np.memmap(path, np.float64, "w+", shape=(taken.frames, channels))

    def add(self, row: TapRow, at: int, block: np.ndarray) -> None:
        """One block of one row, where its channels run into the master's."""
        for own, mains in row.to_master:
            if mains < self.total.shape[1]:
                self.total[at : at + len(block), mains] += block[:, own]

    def residual_db(self, master: Path) -> float | None:
        """Master minus sum, against the master, in decibels."""
        import soundfile

        left, whole, at = 0.0, 0.0, 0
        with soundfile.SoundFile(system_path(master)) as sound:
            for block in sound.blocks(BLOCK, dtype="float64", always_2d=True):
                part = block[: len(self.total) - at]
                left += float(np.sum((part - self.total[at : at + len(part)]) ** 2))
                whole += float(np.sum(part**2))
                at += len(part)
        if whole == 0.0:
            return None
        return float(10 * np.log10(left / whole)) if left else float("-inf")


def heard_after_faders(session_file: Path, rendered: Rendered) -> Session:
    """The rendered session as one to listen to: its tracks, after their faders; busses would be those tracks again."""
    (session,) = find([session_file])
    known = {stem.name: stem for stem in session.stems}
    start_s = rendered.start_samples / rendered.rate_hz
    stems = tuple(
        replace(
            known.get(file.name, Stem(file.name, SoundFile(file.path), role=guess_role(file.name))),
            source=SoundFile(file.path),
            start_s=start_s,
        )
        for file in rendered.files
        if file.kind == "track"
    )
    remarks = tuple(remark for remark in session.remarks if "before plug-ins" not in remark)
    return replace(session, stems=stems, mix=None, balance="post-fader", remarks=(HEARD, *rendered.remarks, *remarks))


def rendered_session(session: Session, folder: Path) -> Session:
    """A DAW's session as its tracks sound after plug-ins and faders, rendered into `folder`, which is ours to empty."""
    if session.kind in ("folder", "file", "memory") or session.path is None:
        raise UsageError(f"{session.path or session.name} is no DAW session; --render listens to what a DAW plays")
    shutil.rmtree(folder, ignore_errors=True)
    return heard_after_faders(session.path, render(session.path, folder))
