"""What a rule hears, why it matters, when it is fine, what it misses and what to try.

RULE is a code, such as NO01, or a name, such as hum. With --hear, two sounds are written: wrong.wav, in which
the rule has something to ask, and right.wav, in which it has not.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import numpy as np

    from earmark.model import Session
    from earmark.rules.catalogue import LoadedRule


@click.command(help=__doc__)
@click.argument("rule", metavar="RULE")
@click.option("--hear", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write the sounds here.")
def command(rule: str, hear: Path | None) -> None:
    """Print the rule's own text."""
    from earmark.rules.catalogue import called

    meant = called(rule)
    for loaded in meant:
        explain(loaded)
        if hear is not None:
            make_heard(loaded, hear if len(meant) == 1 else hear / loaded.code.lower())


def explain(loaded: LoadedRule) -> None:
    """The text, and the options that earmark.toml may set."""
    click.echo(f"{loaded.code} {loaded.name}: {loaded.summary()}\n")
    for heading, text in loaded.text().items():
        click.echo(f"{heading}\n{indented(text)}\n")
    if loaded.settings():
        click.echo(f"Settings, in earmark.toml under [rules.{loaded.code}]")
    for name, default in loaded.settings().items():
        click.echo(f"    {name} = {default!r}")


def indented(text: str) -> str:
    """Four spaces before every line that has something on it."""
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())


def make_heard(loaded: LoadedRule, folder: Path) -> None:
    """Write the rule's example, all its stems together, as sound."""
    from earmark.audio import write

    for name, session in zip(("wrong.wav", "right.wav"), loaded.example(), strict=True):
        sound = together(session)
        if sound is None:
            click.echo(f"{loaded.code} is about the file, not about its sound; {name} would hold nothing", err=True)
        else:
            write(folder / name, sound, session.rate_hz or 48_000)
            click.echo(f"{folder / name}", err=True)


def together(session: Session) -> np.ndarray | None:
    """All stems at once as they lie on the time line, in stereo; None where there is no sound."""
    import numpy as np

    from earmark.audio import window

    rate_hz = session.rate_hz or 48_000
    readable = [stem for stem in session.stems if stem.known.frames and stem.known.rate_hz == rate_hz]
    if not readable:
        return None
    starts = [round(stem.start_s * rate_hz) for stem in readable]
    first = min(starts)
    last = max(start + stem.known.frames for start, stem in zip(starts, readable, strict=True))
    sound = np.zeros((2, last - first), np.float32)
    for start, stem in zip(starts, readable, strict=True):
        sound += window(stem, first - start, last - first)[:2]  # a single channel goes to both sides
    return sound
