"""Reads an Ardour session file (versions 6 to 8) as stems: its audio tracks, as their regions lie.

Region gain, envelopes, fades, layers and muted regions are followed; plug-ins, faders, track mutes and
automation are not. Nothing is ever written to the session's folder.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from earmark.errors import SessionError
from earmark.model import Session
from earmark.session.ardour.clock import clock_of
from earmark.session.ardour.document import document
from earmark.session.ardour.sections import locations, markers, sections
from earmark.session.ardour.sources import sources
from earmark.session.ardour.tracks import stems, unheard_tracks

AS_HEARD = "each track is heard as its regions lie, with their gain and fades, before plug-ins and faders"
OLDEST_VERSION = 6000
RATES_HZ = range(8_000, 768_001)


def read(path: Path) -> Session:
    """The session in one .ardour file."""
    root = document(path)
    clock = clock_of(root, rate_hz(root, path))
    tracks = stems(root, clock, sources(root, path))
    marked = locations(root, clock)
    return Session(
        name=root.get("name") or path.stem,
        path=path,
        stems=tracks,
        rate_hz=clock.rate_hz,
        sections=sections(marked, tracks),
        markers=markers(marked),
        kind="ardour",
        remarks=(AS_HEARD, *unheard_tracks(root)),
    )


def rate_hz(root: Element, path: Path) -> int:
    """The session's rate; refused where the file is no session that can be read."""
    version = root.get("version", "")
    if root.tag != "Session" or not version.isascii() or not version.isdigit():
        raise SessionError(f"{path} is XML but no Ardour session; name the .ardour file that Ardour saved")
    if int(version[:6]) < OLDEST_VERSION:
        raise SessionError(f"{path} was saved by Ardour 5 or older; open it in Ardour 6 or later and save it there")
    said = root.get("sample-rate", "")
    if not said.isascii() or not said.isdigit() or int(said[:9]) not in RATES_HZ:
        raise SessionError(f"{path} gives its sample rate as {said!r}; it must be a number of Hz, such as 48000")
    return int(said)
