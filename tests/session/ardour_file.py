"""Writes .ardour files as Ardour 7 lays them out, with as little in them as a test needs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import quoteattr

import numpy as np

from earmark import audio

RATE_HZ = 48_000
PER_SAMPLE = 282_240_000 // RATE_HZ


def a(samples: int) -> str:
    """Session samples as Ardour writes them."""
    return f"a{samples * PER_SAMPLE}"


def attributes(**values: object) -> str:
    return " ".join(f"{key.replace('_', '-')}={quoteattr(str(value))}" for key, value in values.items())


def region(name: str, sources: Iterable[str], at: int, start: int, samples: int, body: str = "", **more: object) -> str:
    ids = list(sources)
    played = {f"source-{n}": one for n, one in enumerate(ids)}
    values = {"start": a(start), "length": f"{a(samples)}@{a(at)}", "opaque": 1, "muted": 0, "channels": len(ids)}
    values |= {"fade_in_active": 0, "fade_out_active": 0} | played | more
    return f"<Region name={quoteattr(name)} type='audio' {attributes(**values)}>{body}</Region>"


def source(number: str, name: str, **more: object) -> str:
    values: dict[str, object] = {"id": number, "name": name, "origin": name, "type": "audio", "channel": 0, "gain": 1}
    return f"<Source {attributes(**(values | more))}/>"


def track(
    number: int, name: str, regions: Iterable[str], flags: str = "AudioTrack,OrderSet", **more: object
) -> tuple[str, str]:
    values: dict[str, object] = {"name": name, "default_type": "audio", "active": 1, "audio_playlist": f"p{number}"}
    mute = more.pop("mute", 0)
    route = (
        f"<Route {attributes(**(values | more))}><PresentationInfo flags='{flags}'/>"
        f"<Controllable name='mute' value='{mute}'/></Route>"
    )
    return route, f"<Playlist id='p{number}' name={quoteattr(name)}>{''.join(regions)}</Playlist>"


def curve(tag: str, points: Iterable[tuple[int, float]], style: str = "Linear") -> str:
    events = "\n".join(f"{a(at)} {gain}" for at, gain in points)
    return f"<{tag}><AutomationList interpolation-style='{style}'><events>{events}\n</events></AutomationList></{tag}>"


def document(
    tracks: Iterable[tuple[str, str]], sources: Iterable[str] = (), rest: str = "", tempos: str = "", **more: object
) -> str:
    both = list(tracks)
    values: dict[str, object] = {"version": 7002, "name": "song", "sample_rate": RATE_HZ}
    master = "<Route name='Master' default-type='audio'><PresentationInfo flags='MasterOut'/></Route>"
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><Session {attributes(**(values | more))}>"
        f"<Sources>{''.join(sources)}</Sources>{rest}<Routes>{master}{''.join(route for route, _ in both)}</Routes>"
        f"<Playlists>{''.join(playlist for _, playlist in both)}</Playlists>"
        f"<TempoMap superclocks-per-second='282240000'><Tempos>{tempos}</Tempos></TempoMap></Session>"
    )


def put(folder: Path, text: str, **sounds: np.ndarray) -> Path:
    """The session file, with its sounds in the interchange folder; `kick_wav=...` becomes kick.wav."""
    for name, sound in sounds.items():
        audio.write(folder / "interchange" / "song" / "audiofiles" / name.replace("_wav", ".wav"), sound, RATE_HZ)
    path = folder / "song.ardour"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
