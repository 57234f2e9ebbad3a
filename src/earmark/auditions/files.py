"""Auditions as files, and a player for them where there is one."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from earmark import audio
from earmark.auditions.audition import Audition

PLAYERS: tuple[tuple[str, ...], ...] = (
    ("mpv", "--really-quiet", "--force-window=no"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
    ("pw-play",),
    ("paplay",),
    ("afplay",),
    ("aplay", "-q"),
    ("xdg-open",),
)


def write_files(heard: Audition, folder: Path, name: str) -> Mapping[str, Path]:
    """`name-a.wav` before, `name-b.wav` after and as loud, `name-delta.wav`: float32, so that nothing clips."""
    sounds = {"a": heard.before, "b": heard.matched, "delta": heard.delta}
    files = {}
    for which, sound in sounds.items():
        if sound is not None:
            files[which] = folder / f"{name}-{which}.wav"
            audio.write(files[which], sound, heard.rate_hz)
    return files


def played(file: Path) -> str | None:
    """Start the first player there is, and give its name; None where there is none."""
    for player, *options in PLAYERS:
        if program := shutil.which(player):
            subprocess.Popen(
                [program, *options, str(file.absolute())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            return player
    return None
