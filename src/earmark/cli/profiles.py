"""Delivery profiles: what each destination asks for, every number with who says so and when that was read.

Without NAME, one line each. Rules are what its publisher can refuse a file for; all else is advice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from earmark.rules.profile import Limit, Profile, Source, Wish


@click.command(help=__doc__)
@click.argument("name", metavar="[NAME]", required=False)
def command(name: str | None) -> None:
    """All profiles, or all of one."""
    from earmark.rules.profile import load, named, names

    if name is not None:
        show(named(name))
        return
    width = max(len(each) for each in names())
    for each in names():
        click.echo(f"{each:<{width}}  {load(each).about}")


def show(profile: Profile) -> None:
    """Every number and every wish, each with its source."""
    click.echo(f"{profile.name}: {profile.title}\n{profile.about}")
    for hard, heading in ((True, "Rules"), (False, "Advice")):
        lines = [limit_line(limit) for limit in profile.limits if limit.hard is hard]
        lines += [wish_line(wish) for wish in profile.wishes if wish.hard is hard]
        if lines:
            click.echo(f"\n{heading}\n" + "\n".join(lines))


def limit_line(limit: Limit) -> str:
    """One number: what it is about, when, and by whom."""
    from earmark.model import STAGES
    from earmark.rules.profile import HEARD

    facts = [
        f"of each {limit.of}" if limit.of != "programme" else "of the whole",
        "at " + " or ".join(stage for stage in STAGES if stage in limit.stages),
        "what inspectors flag" if limit.by == "qc" else "",
        f"where louder than {limit.louder_than_lufs:.1f} LUFS" if limit.louder_than_lufs is not None else "",
        f"met where any number under “{limit.either}” is" if limit.either else "",
        f"not all agree (“{limit.conflict}”)" if limit.conflict else "",
        limit.note,
        "" if limit.what in HEARD else "earmark does not measure it",
    ]
    return f"  {limit.what}  {limit.text}\n      {'; '.join(filter(None, facts))}\n{source_line(limit.source)}"


def wish_line(wish: Wish) -> str:
    """One wish, and who listens for it."""
    heard = f"\n      {', '.join(wish.rules)} listens for it" if wish.rules else ""
    return f"  {wish.text}{heard}\n{source_line(wish.source)}"


def source_line(source: Source) -> str:
    """Who says it, where, and when that was read."""
    hand = "" if source.first_hand else ", second-hand"
    return f"      {source.body}, “{source.page}”, {source.at}, read {source.read.isoformat()}{hand}"
