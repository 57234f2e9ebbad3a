"""Render every track, bus and return of an Ardour session to a file of its own, through Ardour itself.

SESSION is a .ardour file or the folder it lies in, saved. Ardour plays a copy of it, without a window; the session's
own folder is only read. All files begin at the same sample and are equally long, in 32-bit float. What runs into the
master is summed and held against the session's own export.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from earmark.cli.check import listed

if TYPE_CHECKING:
    from earmark.audio.rendering import Rendered

PATH = click.Path(path_type=Path)
MOMENT = r"(?:(\d+):)?(\d+(?:\.\d+)?)"
SPAN = re.compile(rf"{MOMENT}-{MOMENT}")


def span_s(context: click.Context, parameter: click.Parameter, given: str | None) -> tuple[float, float] | None:
    """`1:02.5-2:00` in seconds."""
    if given is None:
        return None
    found = SPAN.fullmatch(given.strip())
    start_s, end_s = (
        (int(found[1] or 0) * 60 + float(found[2]), int(found[3] or 0) * 60 + float(found[4])) if found else (0.0, 0.0)
    )
    if end_s <= start_s:
        raise click.BadParameter(f"{given} is no range; give two times with a dash, such as 1:02.5-2:00", context)
    return start_s, end_s


@click.command(help=__doc__)
@click.argument("session", metavar="SESSION", type=PATH)
@click.option("-o", "folder", type=PATH, metavar="DIR", required=True, help="Where the files go; made if need be.")
@click.option(
    "--tap",
    type=click.Choice(["source", "post-fader"]),
    default="post-fader",
    show_default=True,
    help="As recorded and edited, before any plug-in; or as it runs into the mix.",
)
@click.option("--tracks", multiple=True, callback=listed, metavar="NAME,...", help="Only these tracks and busses.")
@click.option("--range", "span", callback=span_s, metavar="START-END", help="Only this stretch, such as 1:02.5-2:00.")
def command(session: Path, folder: Path, tap: str, tracks: tuple[str, ...], span: tuple[float, float] | None) -> int:
    """Render, and say what came out."""
    from earmark.audio.rendering import render
    from earmark.errors import UsageError
    from earmark.session import daw_file

    found = daw_file(session)
    if found is None:
        raise UsageError(f"{session} is no Ardour session; name a .ardour file or the folder it lies in")
    done = render(found, folder, tap="source" if tap == "source" else "post-fader", tracks=tracks, span_s=span)
    click.echo("\n".join(told(done)))
    return 0


def told(done: Rendered) -> list[str]:
    """What was rendered, one line each, and what it sums to."""
    from earmark.printable import printable

    width = max((len(file.path.name) for file in done.files), default=0)
    lines = [f"{printable(file.path.name):<{width}}  {file.kind}, {channels(file.channels)}" for file in done.files]
    if done.master is not None:
        lines.append(f"{done.master.name:<{width}}  the session's own export")
    length_s = done.frames / done.rate_hz
    lines += ["", f"{length_s:.3f} s at {done.rate_hz} Hz, from {done.start_samples / done.rate_hz:.3f} s on"]
    return lines + [f"note: {remark}" for remark in done.remarks] + summed(done)


def channels(count: int) -> str:
    """A word for one or two."""
    return {1: "mono", 2: "stereo"}.get(count, f"{count} channels")


def summed(done: Rendered) -> list[str]:
    """Whether what runs into the master is the master."""
    if done.residual_db is None:
        return []
    if done.residual_db == float("-inf"):
        return ["what runs into the master sums to the export to the bit"]
    verdict = "sums to the export" if done.residual_db < -100 else "differs from the export"
    return [f"what runs into the master {verdict}: residual {done.residual_db:.1f} dB"]
