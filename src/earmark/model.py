"""What travels along the line: one noun per door, all of them frozen.

Times are seconds on the session's timeline unless a name ends in `_samples`.
A number that does not exist is None here and null outside; NaN never travels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    import numpy as np

    from earmark.actions import Action

Severity = Literal["note", "question", "fault"]
Stage = Literal["intake", "mix", "print", "deliver"]
Need = Literal["balance", "confirmed-role", "mix", "profile", "sections", "bleed-free"]
Balance = Literal["none", "post-fader", "fitted"]
Answer = Literal["accept", "decline", "on-purpose", "later"]
Curve: TypeAlias = tuple[tuple[int, float], ...]  # (samples, gain), joined by straight lines, held outside
Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

SEVERITIES: tuple[Severity, ...] = ("note", "question", "fault")
STAGES: tuple[Stage, ...] = ("intake", "mix", "print", "deliver")


# --- 1 session, 2 audio ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A file on disk, played from its first frame."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Sound already in memory, float32, shape (channels, samples): scenes and tests."""

    samples: np.ndarray
    rate_hz: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A stretch of one file as a DAW has placed it, all in session samples."""

    path: Path
    start_samples: int
    offset_samples: int
    length_samples: int
    gain: float = 1.0
    fade_in_samples: int = 0
    fade_out_samples: int = 0
    source_channel: int | None = None  # one channel of the file, or None for all
    channel: int | None = None  # the stem's channel it sounds in, or None for all
    opaque: bool = True  # hides what lies beneath it; False: is added to it
    fade_in: Curve = ()  # from the clip's start; empty: a straight line over fade_in_samples
    fade_out: Curve = ()  # from fade_out_samples before the clip's end; empty: a straight line
    beneath_fade_in: Curve = ()  # gain of what lies beneath meanwhile; empty: 1 - fade_in
    beneath_fade_out: Curve = ()
    envelope: Curve = ()  # gain over the clip, times `gain`


@dataclass(frozen=True, slots=True)
class Clips:
    """What one DAW track plays before plug-ins and fader; later clips lie on top.

    Its first frame is where its first clip starts.
    """

    clips: tuple[Clip, ...]
    rate_hz: int
    channels: int


Source: TypeAlias = SoundFile | Samples | Clips


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the header says, and what could really be reached.

    `frames` is what can be read; `frames_promised` is what the header claims
    when that is more (a truncated file). `trouble` is one sentence when nothing
    can be read, and then `frames` is 0. `unheard` is one sentence when a part is
    silent here that is not silent in the session (a region whose file is missing).
    """

    rate_hz: int = 0
    channels: int = 0
    frames: int = 0
    container: str = ""  # WAV AIFF FLAC OGG MP3 ... or MEMORY, CLIPS
    encoding: str = ""  # PCM_16 PCM_24 FLOAT ALAW VORBIS ...
    bits: int | None = None  # container bits per sample, None for lossy codecs
    lossy: bool = False
    frames_promised: int | None = None
    time_reference_samples: int | None = None  # BWF bext, since midnight
    trouble: str | None = None
    unheard: str | None = None
    cut_off: bool = False  # it stops before its own end mark; how much is missing is not known

    @property
    def duration_s(self) -> float:
        """Readable length; 0.0 when there is nothing to read."""
        return self.frames / self.rate_hz if self.rate_hz else 0.0


@dataclass(frozen=True, slots=True)
class Stem:
    """One voice of the session: a file in a folder, or a track of a DAW."""

    name: str
    source: Source
    role: str = "unknown"
    role_confirmed: bool = False
    start_s: float = 0.0  # where its first frame lies on the session's timeline
    facts: FileFacts | None = None  # None until the audio room has looked

    @property
    def known(self) -> FileFacts:
        """`facts`, for the rooms after `audio`, where they are always there."""
        if self.facts is None:
            raise LookupError(f"{self.name} has not been through earmark.audio.probe")
        return self.facts


@dataclass(frozen=True, slots=True)
class Section:
    """A named part of the song, from the session's own markers, never guessed."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Marker:
    """A point on the time line that the engineer has named."""

    name: str
    at_s: float


@dataclass(frozen=True, slots=True)
class Session:
    """Everything that is to be heard together."""

    name: str
    path: Path | None
    stems: tuple[Stem, ...]
    mix: Stem | None = None
    rate_hz: int | None = None
    sections: tuple[Section, ...] = ()
    markers: tuple[Marker, ...] = ()
    kind: str = "folder"  # folder, ardour, memory
    balance: Balance = "none"
    remarks: tuple[str, ...] = ()  # what a person must know of how it was read


# --- 4 rules ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """One place to listen: what was measured, where, how sure, and what would make it wrong.

    `start_s` and `end_s` are None for something true of the whole file.
    With `throughout` it is true of the whole stem all the same, and the place is only where it is plainest:
    an answer then speaks of the stem, wherever the plainest place lies after the next bounce.
    `evidence` holds the numbers behind the sentence, JSON only. `aspect` tells apart what one rule may
    say of one place, so that an answer to one ("late") does not silence another ("missing").
    """

    code: str
    name: str
    severity: Severity
    stems: tuple[str, ...]
    value: float
    unit: str
    message: str
    doubt: str
    confidence: float
    threshold: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    band_hz: tuple[float, float] | None = None
    evidence: Mapping[str, Json] = field(default_factory=dict)
    worse_by: float | None = None
    aspect: str = ""
    throughout: bool = False
    id: str = ""
    card: str = ""
    answered: Answer | None = None


@dataclass(frozen=True, slots=True)
class NotListenedFor:
    """A rule that kept silent, and why; never to be read as "all clear"."""

    code: str
    name: str
    because: str


# --- 5 suggestions ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that could be done. `curve` is (time_s, dB relative to now), or None."""

    action: Action
    text: str
    gain_text: str
    cost_text: str
    curve: tuple[tuple[float, float], ...] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The options for one card; the last is always to leave it."""

    id: str
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """One cause on one stem (or kit, or pack), as the human is asked about it."""

    id: str
    title: str
    stems: tuple[str, ...]
    findings: tuple[Finding, ...]
    suggestion: Suggestion

    @property
    def worst(self) -> Finding:
        """The finding that is shown: the gravest, then the surest, then the first."""
        return max(
            self.findings,
            key=lambda f: (SEVERITIES.index(f.severity), f.confidence, -(f.start_s or 0.0)),
        )


# --- 6 surfaces, 7 ledger ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decision:
    """What the human said, before anything has acted on it."""

    finding_id: str
    answer: Answer
    option: int | None = None  # 1-based, of the card's options
    because: str | None = None
    by: str = ""
    surface: str = "terminal"
    curve: tuple[tuple[float, float], ...] | None = None  # as the human left it
