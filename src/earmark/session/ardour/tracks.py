"""The audio tracks of a session as stems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from xml.etree.ElementTree import Element

from earmark.model import Clips, FileFacts, Stem
from earmark.session.ardour.clock import Clock, Unplaced
from earmark.session.ardour.numbers import yes
from earmark.session.ardour.regions import Region, on_channels, region_of
from earmark.session.ardour.sources import Source
from earmark.session.roles import guess_role

MOST_NAMED = 4
LONGEST_NAME = 80


def stems(root: Element, clock: Clock, sources: Mapping[str, Source]) -> tuple[Stem, ...]:
    """One stem per audio track that has regions, in mixer order as the file has it."""
    playlists = {playlist.get("id", ""): playlist for playlist in root.findall("Playlists/Playlist")}
    fades = root.find("Config/Option[@name='use-region-fades']")
    with_fades = yes(fades.get("value") if fades is not None else None, otherwise=True)
    found = []
    for route in audio_tracks(root):
        playlist = playlists.get(route.get("audio-playlist", ""))
        regions = list(playlist.iterfind("Region")) if playlist is not None else []
        if regions := [region for region in regions if not yes(region.get("muted"))]:
            found.append(stem_of(route.get("name", ""), regions, clock, sources, with_fades))
    return tuple(found)


def audio_tracks(root: Element) -> Iterator[Element]:
    """The routes that are audio tracks, switched on and shown."""
    for route in root.findall("Routes/Route"):
        if is_audio_track(route) and yes(route.get("active"), otherwise=True) and "Hidden" not in flags(route):
            yield route


def is_audio_track(route: Element) -> bool:
    """Whether a route plays audio regions: no bus, no master, no monitor."""
    return route.get("default-type") == "audio" and route.get("audio-playlist") is not None


def flags(route: Element) -> list[str]:
    """What the route is shown as."""
    info = route.find("PresentationInfo")
    return info.get("flags", "").split(",") if info is not None else []


def stem_of(
    name: str, elements: Iterable[Element], clock: Clock, sources: Mapping[str, Source], with_fades: bool
) -> Stem:
    """One track. A region that cannot be followed is silent, and the stem's facts say so."""
    regions: list[Region] = []
    unheard: list[str] = []
    for element in elements:
        try:
            regions.append(region_of(element, clock, sources, with_fades))
        except Unplaced as why:
            unheard.append(f"region {element.get('name', '')[:LONGEST_NAME]!r}: its place {why}")
        except ValueError as why:
            unheard.append(f"region {element.get('name', '')[:LONGEST_NAME]!r} {why}")
    channels = max((len(region.sources) for region in regions), default=1)
    layered = sorted(regions, key=lambda region: region.layer)
    clips = tuple(clip for region in layered for clip in on_channels(region, channels))
    first = min((clip.start_samples for clip in clips), default=0)
    return Stem(
        name=name,
        source=Clips(clips, clock.rate_hz, channels),
        role=guess_role(name),
        start_s=first / clock.rate_hz,
        facts=FileFacts(unheard="; ".join(unheard)) if unheard else None,
    )


def unheard_tracks(root: Element) -> Iterator[str]:
    """What a person must know of the tracks that are no stems, or sound here though they are muted."""
    routes = root.findall("Routes/Route")
    tracks = [route for route in routes if is_audio_track(route)]
    off = [route for route in tracks if not yes(route.get("active"), otherwise=True) or "Hidden" in flags(route)]
    yield from said("not listened to, being hidden or switched off", off)
    yield from said("not listened to, being MIDI", [route for route in routes if route.get("default-type") == "midi"])
    muted = [route for route in tracks if route not in off and is_muted(route)]
    yield from said("listened to although muted in the session", muted)


def is_muted(route: Element) -> bool:
    """Whether the track's mute button is on."""
    mute = route.find("Controllable[@name='mute']")
    return mute is not None and mute.get("value", "0") not in ("0", "")


def said(what: str, routes: list[Element]) -> Iterator[str]:
    """One sentence naming the tracks, the first few by name."""
    names = [route.get("name", "") for route in routes]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    if names:
        yield f"{what}: {', '.join(names[:MOST_NAMED])}{more}"
