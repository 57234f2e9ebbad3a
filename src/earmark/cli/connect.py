"""Lay the report inside a DAW's open session, hear what is answered there, and keep it.

SESSION is the session's file or folder. At most 12 markers are laid unless --markers says otherwise; the
suggestion in focus is laid beside its track and cannot be heard until you press hear or accept. Ctrl-C leaves.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.reports.report import Report
    from earmark.surfaces.ardour.desk import Desk

PATH = click.Path(path_type=Path)
HELLO_S = 6.0


def limit(context: click.Context, parameter: click.Parameter, given: str) -> int | None:
    """`12` or `all`."""
    if given == "all":
        return None
    if not given.isdecimal() or int(given) < 1:
        raise click.BadParameter(f"{given!r} is neither a number of markers nor `all`")
    return int(given)


@click.command(help=__doc__)
@click.argument("daw", type=click.Choice(["ardour"]))
@click.argument("session", required=False, default=Path(), type=PATH)
@click.option(
    "--markers", default="12", callback=limit, metavar="N|all", help="How many markers are laid. [default: 12]"
)
@click.option("--clean", is_flag=True, help="Remove everything earmark made there, in one undo step, and leave.")
@click.option("--state", type=PATH, metavar="DIR", help="Where earmark remembers this session.")
@click.option("--quiet", is_flag=True, help="No progress while listening.")
def command(daw: str, session: Path, markers: int | None, clean: bool, state: Path | None, quiet: bool) -> None:
    """Listen, then sit at the desk until Ctrl-C."""
    from earmark.cli.shell.terminal import Progress
    from earmark.ledger import Ledger, place_for
    from earmark.line import Request, walk

    file = session_file(session)
    place = place_for(file, state)
    if clean:
        swept(file, place.outbox)
        return
    with Progress(quiet) as progress:
        report = next(walk(Request(paths=(file,), state=state), progress))
    with Ledger.at(place) as ledger:
        sit(file, report, ledger, place.outbox, markers)


def session_file(given: Path) -> Path:
    """The session file that is meant."""
    from earmark.errors import SessionError

    if given.is_file():
        return given.absolute()
    files = sorted(given.glob("*.ardour"))
    own = [file for file in files if file.stem == given.absolute().name]
    if len(files) != 1 and not own:
        found = f"holds {len(files)} session files" if files else "holds no session file"
        raise SessionError(f"{click.format_filename(given.absolute())} {found}; name the .ardour file")
    return (own or files)[0].absolute()


def say(text: str) -> None:
    """One line on stderr; what a track is called never moves the cursor."""
    from earmark.printable import printable

    click.echo(printable(text), err=True)


def sit(file: Path, report: Report, ledger: object, outbox: Path, markers: int | None) -> None:
    """Until Ctrl-C: hear, keep, act."""
    from earmark.surfaces.ardour.marks import Shown

    desk = desk_at(file, outbox, ledger, report, Shown(limit=markers))
    try:
        if not desk.wait(lambda: desk.met, HELLO_S):
            without_scripts(desk)
            return
        while True:
            desk.step(0.2)
    except KeyboardInterrupt:
        say("leaving; markers and curves stay until earmark sweep")
    finally:
        desk.close()


def desk_at(file: Path, outbox: Path, ledger: object, report: Report | None, shown: object) -> Desk:
    """A desk for this session."""
    from typing import cast

    from earmark.ledger.machine import user_name
    from earmark.surfaces.ardour.desk import Desk
    from earmark.surfaces.ardour.marks import Shown
    from earmark.surfaces.surface import Memory

    return Desk(
        file,
        (report.session.rate_hz if report else None) or 48_000,
        cast(Memory, ledger),
        outbox,
        say,
        sections=report.session.sections if report else (),
        short_ids=report.short_ids if report else {},
        shown=cast(Shown, shown),
        by=user_name(),
    )


def without_scripts(desk: Desk) -> None:
    """No script has answered: say what is missing, and lay the markers by stock OSC where that is possible."""
    from earmark.surfaces.ardour import doctor, stock
    from earmark.surfaces.ardour.marks import plan

    say("no script of earmark's has answered from inside Ardour")
    for one in doctor.look(desk.settings, desk.session_file):
        if not one.fine:
            say(f"{one.what}: {one.seen}; {one.mend}")
    marks = plan(desk.stack.cards, desk.rate_hz, desk.shown, short_ids=desk.short_ids, sections=desk.sections)
    sent = stock.lay(marks, doctor.port_of(desk.settings))
    say(f"{sent} markers were sent by stock OSC: unconfirmed, and yours to remove")


def swept(file: Path, outbox: Path) -> None:
    """Remove everything, through the desk that is connected or through one that comes only for this."""
    from earmark.errors import SurfaceError
    from earmark.surfaces.ardour import wishes
    from earmark.surfaces.ardour.link import settings_folder
    from earmark.surfaces.ardour.marks import Shown
    from earmark.surfaces.surface import Nothing

    if wishes.is_connected(wishes.link_of(file, settings_folder())):
        wishes.ask(outbox, ("sweep",))
        say("the earmark that is connected was asked to sweep")
        return
    desk = desk_at(file, outbox, Nothing(), None, Shown(limit=0))
    try:
        if not desk.wait(lambda: desk.met and desk.is_idle, HELLO_S):
            raise SurfaceError(
                f"Ardour did not answer in {HELLO_S:.0f} s; open {file.name} in it, or run earmark doctor ardour"
            )
        desk.sweep()
        desk.wait(lambda: desk.is_idle, HELLO_S)
    finally:
        desk.close()
