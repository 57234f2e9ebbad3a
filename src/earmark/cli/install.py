"""Put earmark's scripts into a DAW; its own list of scripts is changed only if you agree, and a copy is kept."""

from __future__ import annotations

import sys

import click


@click.command(help=__doc__)
@click.argument("daw", type=click.Choice(["ardour"]))
@click.option("--yes", is_flag=True, help="Put the actions into free slots without asking.")
def command(daw: str, yes: bool) -> None:
    """Copy, then ask, then put into slots."""
    from earmark.surfaces.ardour import installing
    from earmark.surfaces.ardour.link import settings_folder

    settings = settings_folder()
    changed = installing.copy_scripts(settings)
    click.echo(f"{len(changed)} scripts were new or different; they are in {settings / 'scripts'}")
    if not (yes or agreed()):
        click.echo("slots and hook were left alone; Ardour's Script Manager can assign the scripts too")
        return
    put = installing.put_in_slots(settings, installing.ardour_version() or "")
    for name, slot in put.slots.items():
        click.echo(f"  slot {slot:2}  {name}")
    told(put)


def agreed() -> bool:
    """Whether a person at a terminal says yes."""
    if not sys.stdin.isatty():
        return False
    return click.confirm(
        "Put the actions into free slots of Ardour, and the resident script into a hook?", default=True
    )


def told(put: object) -> None:
    """What was left, and where the old list is."""
    from earmark.surfaces.ardour.installing import Put

    assert isinstance(put, Put)
    if put.without_a_slot:
        click.echo(f"no slot was free for {', '.join(put.without_a_slot)}; free one in the Script Manager")
    if not put.hooked:
        click.echo("this version of Ardour was not tried; add the hook `earmark resident` in the Script Manager")
    if put.backup is not None:
        click.echo(f"the list as it was: {put.backup}")
