"""One region as clips: one per channel, with its gain, envelope and fades as Ardour has written them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from xml.etree.ElementTree import Element

from earmark.model import Clip, Curve
from earmark.session.ardour.clock import Clock
from earmark.session.ardour.numbers import number, yes
from earmark.session.ardour.sources import Source

DEFAULT_FADE_SAMPLES = 64  # Ardour's, of constant power, where a region has no fade of its own
MOST_CHANNELS = 64
STEPS_BETWEEN_POINTS = 32  # of an envelope that is no straight line


class Unheard(ValueError):
    """A region that cannot be followed; says why."""


@dataclass(frozen=True, slots=True)
class Region:
    """One region: its place, and what it plays on each of its channels."""

    clip: Clip  # of its first channel, without `channel`
    sources: tuple[Source, ...]
    layer: int


def region_of(element: Element, clock: Clock, sources: Mapping[str, Source], with_fades: bool) -> Region:
    """Read one region. Raises Unheard or Unplaced where it cannot be told what would be heard."""
    played = sources_of(element, sources)
    length, _, position = (element.get("length") or "").partition("@")
    start, length_samples = clock.span(length, position or element.get("position") or "")
    clip = Clip(
        path=played[0].path,
        start_samples=start,
        offset_samples=clock.samples(element.get("start") or ""),
        length_samples=length_samples,
        gain=number(element.get("scale-amplitude", "1")),
        opaque=yes(element.get("opaque"), otherwise=True),
        envelope=envelope(element, clock),
    )
    if with_fades:
        clip = faded(clip, element, clock)
    layer = element.get("layering-index", "0")
    return Region(clip, played, int(layer[:9]) if layer.isascii() and layer.isdigit() else 0)


def sources_of(element: Element, sources: Mapping[str, Source]) -> tuple[Source, ...]:
    """The region's sources, one per channel."""
    said = element.get("channels", "1")
    channels = int(said[:3]) if said.isascii() and said.isdigit() else 0
    if not 1 <= channels <= MOST_CHANNELS:
        raise Unheard(f"has {said[:20]!r} channels")
    ids = [element.get(f"source-{channel}", "") for channel in range(channels)]
    if missing := [one for one in ids if one not in sources]:
        raise Unheard(f"plays source {missing[0]!r}, which is no sound file (a combined region must be uncombined)")
    return tuple(sources[one] for one in ids)


def on_channels(region: Region, channels: int) -> tuple[Clip, ...]:
    """The clips of one region in a stem of so many channels; a mono region sounds in all of them."""
    if len(region.sources) == 1:
        return (on_source(region.clip, region.sources[0], None),)
    count = len(region.sources)
    return tuple(on_source(region.clip, region.sources[channel % count], channel) for channel in range(channels))


def on_source(clip: Clip, source: Source, channel: int | None) -> Clip:
    """The clip, playing this source on this channel."""
    return replace(clip, path=source.path, source_channel=source.channel, channel=channel, gain=clip.gain * source.gain)


def envelope(element: Element, clock: Clock) -> Curve:
    """The region's gain line where it is switched on."""
    if not yes(element.get("envelope-active")):
        return ()
    found = element.find("Envelope/AutomationList")
    points = curve(found, clock)
    style = found.get("interpolation-style") if found is not None else None
    return bent(points) if style == "Exponential" else points


def faded(clip: Clip, element: Element, clock: Clock) -> Clip:
    """The clip with its fades, as far as they are switched on."""
    if yes(element.get("fade-in-active"), otherwise=True):
        fade, beneath = fade_of(element, "In", clock)
        clip = replace(clip, fade_in=fade, beneath_fade_in=beneath, fade_in_samples=length_of(fade, clip))
    if yes(element.get("fade-out-active"), otherwise=True):
        fade, beneath = fade_of(element, "Out", clock)
        clip = replace(clip, fade_out=fade, beneath_fade_out=beneath, fade_out_samples=length_of(fade, clip))
    return clip


def fade_of(element: Element, way: str, clock: Clock) -> tuple[Curve, Curve]:
    """A fade, and the gain of what lies beneath it meanwhile."""
    fade = curve(element.find(f"Fade{way}/AutomationList"), clock)
    beneath = curve(element.find(f"InverseFade{way}/AutomationList"), clock)
    if fade:
        return fade, beneath
    return (mirrored(beneath) if beneath else default_fade(way)), beneath


def default_fade(way: str) -> Curve:
    """Constant power over 64 samples."""
    rising = [(at, math.sin(math.pi / 2 * at / DEFAULT_FADE_SAMPLES)) for at in range(0, DEFAULT_FADE_SAMPLES + 1, 4)]
    return tuple(rising) if way == "In" else mirrored(tuple(rising))


def mirrored(points: Curve) -> Curve:
    """A fade the other way round in time."""
    end = points[-1][0]
    return tuple((end - at, gain) for at, gain in reversed(points))


def length_of(fade: Curve, clip: Clip) -> int:
    """A fade's length, never longer than its clip."""
    return min(fade[-1][0], clip.length_samples) if fade else 0


def curve(found: Element | None, clock: Clock) -> Curve:
    """The points of an automation list."""
    text = found.findtext("events") if found is not None else None
    points = []
    for line in (text or "").strip().splitlines():
        at, _, gain = line.strip().partition(" ")
        points.append((clock.samples(at), number(gain)))
    return tuple(sorted(points))


def bent(points: Curve) -> Curve:
    """An exponential line as short straight ones: Ardour moves its fader evenly from gain to gain."""
    dense: list[tuple[int, float]] = []
    for (at, gain), (next_at, next_gain) in pairwise(points):
        for step in range(STEPS_BETWEEN_POINTS):
            part = step / STEPS_BETWEEN_POINTS
            travel = fader(gain) * (1 - part) + fader(next_gain) * part
            dense.append((at + round((next_at - at) * part), gain_at(travel)))
    return (*dense, *points[-1:])


def fader(gain: float) -> float:
    """Travel of Ardour's fader at a gain: ((6 log2 g + 192) / 198) ^ 8, 0 at -192 dB and 1 at +6 dB."""
    return max(0.0, (6.0 * math.log2(gain) + 192.0) / 198.0) ** 8 if gain > 0 else 0.0


def gain_at(travel: float) -> float:
    """The gain at a fader's travel."""
    return float(2.0 ** ((travel**0.125 * 198.0 - 192.0) / 6.0)) if travel > 0 else 0.0
