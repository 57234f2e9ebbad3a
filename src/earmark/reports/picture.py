"""A picture of the place a card is about: a spectrogram, or the waveform where the place is short or between two stems.

The only report that reads sound: short windows, at most a dozen seconds of one stem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from earmark import audio
from earmark.errors import AudioError
from earmark.features.envelope import FLOOR_DBFS
from earmark.features.finite import finite
from earmark.features.whitened import mono
from earmark.model import Card, Finding, Stem
from earmark.reports.drawing import PALETTE, WAVES, spectrogram, waves
from earmark.reports.numbers import place
from earmark.reports.png import data_uri
from earmark.reports.report import Report, is_open
from earmark.reports.text import gravity

MOST_S, LEAST_S = 12.0, 2.0  # of a spectrogram
BRIEF_S = 0.1  # shorter places are seen in the waveform alone
WAVE_S = 0.03
AROUND_WAVE = 4.0  # times the place itself
EXAMPLE_S = 6.0  # of a whole file, where it is loudest
LOW_HZ, HIGH_HZ = 30.0, 20_000.0
CLOSE_HZ = 500.0  # below this, lines lie close and a longer window parts them
OF_WAVES = ("samples",)  # a finding counted in these is about single samples: its waveform is drawn at its peak
OF_LENGTHS = ("s",)  # where a stem begins and ends is seen over the song alone
AT_ONCE_S = 1.0  # two stems that meet for less than this are seen against each other
Kind = Literal["spectrogram", "waveform"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn place. `marks` and `band` are shares of its width and height, 0 at the left and at the bottom."""

    uri: str
    kind: Kind
    start_s: float
    end_s: float
    stems: tuple[str, ...]
    marks: tuple[tuple[float, float], ...] = ()
    band: tuple[float, float] | None = None
    hz: tuple[float, float] | None = None


def picture_of(card: Card, report: Report) -> Picture | None:
    """The picture of a card's gravest place; None where there is nothing to see, or it cannot be read any more."""
    waiting = list(filter(is_open, card.findings)) or list(card.findings)
    finding = max(waiting, key=gravity)
    stems = [stem for stem in (named(name, report) for name in finding.stems) if stem is not None]
    if len(stems) not in (1, 2) or len(stems) != len(finding.stems):
        return None
    try:
        return drawn(card, finding, stems, report)
    except AudioError:
        return None


def named(name: str, report: Report) -> Stem | None:
    """The stem of this name, where it holds sound."""
    mix = [report.session.mix] if report.session.mix else []
    for stem in (*report.session.stems, *mix):
        if stem.name == name and stem.known.trouble is None and stem.known.frames:
            return stem
    return None


def drawn(card: Card, finding: Finding, stems: list[Stem], report: Report) -> Picture | None:
    """The kind of picture that shows this finding."""
    span_s = span_of(finding)
    if len(stems) == 2 and (finding.band_hz is None or (span_s and span_s[1] - span_s[0] < AT_ONCE_S)):
        at_s = peak_s(stems[0], span_s) if span_s else loudest_s(stems[0], report, WAVE_S)
        return None if at_s is None else waveform(stems, (at_s, at_s), card)
    if span_s and span_s[1] - span_s[0] < BRIEF_S:
        return waveform(stems[:1], span_s, card)
    if span_s and finding.unit in OF_WAVES:
        at_s = peak_s(stems[0], span_s)
        return waveform(stems[:1], (at_s, at_s), card)
    if span_s is None and finding.unit in OF_LENGTHS:
        return None
    if span_s is None:
        at_s = loudest_s(stems[0], report, EXAMPLE_S)
        return None if at_s is None else spectral(stems[0], (at_s, at_s + EXAMPLE_S), card, finding)
    return spectral(stems[0], around(span_s), card, finding)


def span_of(finding: Finding) -> tuple[float, float] | None:
    """Where it is, or None for the whole file."""
    if finding.start_s is None:
        return None
    return finding.start_s, max(finding.start_s, finding.end_s or finding.start_s)


def around(span_s: tuple[float, float]) -> tuple[float, float]:
    """The place with what is before and after it; of a long one, its beginning."""
    start_s, end_s = span_s
    margin_s = max(1.0, 0.25 * (end_s - start_s), 0.5 * (LEAST_S - (end_s - start_s)))
    return start_s - margin_s, min(end_s + margin_s, start_s - margin_s + MOST_S)


def loudest_s(stem: Stem, report: Report, length_s: float) -> float | None:
    """Where the stem is loudest over this length, in session time; None where it never sounds."""
    envelope = report.envelopes.get(stem.name)
    if envelope is None or envelope.level_dbfs.max(initial=FLOOR_DBFS) <= FLOOR_DBFS:
        return None
    power = 10.0 ** (envelope.level_dbfs.astype(np.float64) / 10.0)
    steps = max(1, min(round(length_s / envelope.step_s), power.size))
    sums = np.convolve(power, np.ones(steps), "valid")
    return stem.start_s + float(np.argmax(sums)) * envelope.step_s


def peak_s(stem: Stem, span_s: tuple[float, float]) -> float:
    """Where the stem reaches furthest out in a span, or in its first dozen seconds."""
    rate_hz = stem.known.rate_hz
    sound = read(stem, span_s[0], max(1, round(min(MOST_S, span_s[1] - span_s[0]) * rate_hz)))
    return span_s[0] + float(np.argmax(np.abs(sound))) / rate_hz


def read(stem: Stem, start_s: float, count: int) -> np.ndarray:
    """One channel, float32 (count,), from a session time on."""
    start = round((start_s - stem.start_s) * stem.known.rate_hz)
    return np.asarray(mono(finite(audio.window(stem, start, count))[np.newaxis])[0])


def spectral(stem: Stem, span_s: tuple[float, float], card: Card, finding: Finding) -> Picture:
    """A spectrogram of one stem."""
    rate_hz = stem.known.rate_hz
    hz = LOW_HZ, min(HIGH_HZ, 0.5 * rate_hz)
    low = finding.band_hz is not None and finding.band_hz[1] < CLOSE_HZ
    size = 1 << round(np.log2(rate_hz * (0.34 if low else 0.09)))
    length_s = span_s[1] - span_s[0]
    sound = read(stem, span_s[0] - 0.5 * size / rate_hz, round(length_s * rate_hz) + size)
    uri = data_uri(spectrogram(sound, size, rate_hz, hz), PALETTE)
    band = finding.band_hz and tuple(share_hz(each, hz) for each in finding.band_hz)
    return Picture(uri, "spectrogram", *span_s, (stem.name,), marks(card, span_s), band, hz)  # type: ignore[arg-type]


def share_hz(frequency_hz: float, hz: tuple[float, float]) -> float:
    """How far up a frequency lies, 0 to 1, on the picture's scale of octaves."""
    return float(np.clip(np.log(max(frequency_hz, 1e-3) / hz[0]) / np.log(hz[1] / hz[0]), 0.0, 1.0))


def waveform(stems: list[Stem], span_s: tuple[float, float], card: Card) -> Picture:
    """The waveform of one stem, or of two above each other."""
    length_s = max(WAVE_S, AROUND_WAVE * (span_s[1] - span_s[0]))
    start_s = 0.5 * (span_s[0] + span_s[1]) - 0.5 * length_s
    sounds = [read(stem, start_s, max(2, round(length_s * stem.known.rate_hz))) for stem in stems]
    shown_s = start_s, start_s + length_s
    names = tuple(stem.name for stem in stems)
    return Picture(data_uri(waves(sounds), WAVES), "waveform", *shown_s, names, marks(card, shown_s))


def marks(card: Card, shown_s: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Every place of the card that the picture shows, as shares of its width."""
    length_s = shown_s[1] - shown_s[0]
    spans = [span for finding in card.findings if (span := span_of(finding))]
    shares = [((start - shown_s[0]) / length_s, (end - shown_s[0]) / length_s) for start, end in spans]
    return tuple((max(0.0, first), min(1.0, last)) for first, last in shares if last >= 0.0 and first <= 1.0)


def told(picture: Picture) -> str:
    """What is to be seen, in words."""
    where = place(picture.start_s, picture.end_s)
    whose = " and ".join(picture.stems)
    if picture.kind == "waveform":
        milliseconds = (picture.end_s - picture.start_s) * 1000.0
        return f"waveform of {whose}, {milliseconds:.0f} ms around {place(0.5 * (picture.start_s + picture.end_s))}"
    assert picture.hz is not None
    return f"spectrogram of {whose}, {where}, {picture.hz[0]:.0f} Hz to {picture.hz[1] / 1000.0:.3g} kHz"
