"""What two bounces of a session have to say to each other: the noun that its text and its document are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from earmark.features.rebounce import Rebounce
from earmark.features.stretches import Stretch
from earmark.features.twins import Twin
from earmark.model import FileFacts, Session, Stem
from earmark.printable import printable
from earmark.reports.numbers import clock, counted, rate

BELOW_HEARING_DB = 0.05  # a gain below this is said to be none; the figure in full is in the JSON
BRIEF_S = 1.0
EDGE_S = 0.1  # a stretch is known to a tenth of a second


@dataclass(frozen=True, slots=True)
class Answers:
    """What became of the answers that were given for the old session, counted in findings."""

    given: int = 0
    holding: int = 0
    already: int = 0  # of those that hold, answered in the new one too
    carried: int = 0  # written into the new one's ledger now


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sessions, stem by stem; `answers` is None where none were ever given for the old one."""

    old: Session
    new: Session
    twins: tuple[Twin, ...]
    answers: Answers | None = None
    remarks: tuple[str, ...] = ()

    def differs(self) -> bool:
        """Whether anything is not the same sound in the same place under the same name."""
        return any(differs(twin) for twin in self.twins)


def differs(twin: Twin) -> bool:
    """Whether one stem is not as it was; another container for the same sound is no difference."""
    became = twin.became
    if became is None or twin.renamed or became.sameness not in ("identical", "silent"):
        return True
    return bool(became.moved_samples)


def words(twin: Twin) -> list[str]:
    """What became of a stem, a few words each; `identical` first of all where it is."""
    if twin.old is None:
        return ["added"]
    if twin.new is None:
        return ["missing"]
    named = [f"renamed, was {printable(twin.old.name)}"] if twin.renamed else []
    return [*named, *(sound(twin.became, twin.new) if twin.became else []), *format_of(twin)]


def sound(became: Rebounce, new: Stem) -> Iterator[str]:
    """What became of the sound."""
    if became.sameness in PLAIN:
        yield PLAIN[became.sameness]
        if became.sameness != "identical":
            return
    changes = list(as_a_whole(became, new.known.rate_hz))
    yield from changes
    if became.sameness == "same" and not changes:
        yield "the same but for rounding" if became.left_db is not None else "the same sound, longer or shorter"
    if became.sameness == "processed":
        rest = "" if became.left_db is None else f", {became.left_db:+.0f} dB is left when the old one is taken out"
        yield f"the same take, processed throughout{rest}"
    yield from (stretch(each, new) for each in became.stretches)


PLAIN = {
    "identical": "identical sound",
    "other": "another recording",
    "silent": "silent, as it was",
    "muted": "silent now",
    "woken": "silent before, sounds now",
    "unread": "cannot be compared: one of the two does not open",
}


def as_a_whole(became: Rebounce, rate_hz: int) -> Iterator[str]:
    """What was done to all of it."""
    if became.moved_samples:
        way = "later" if became.moved_samples > 0 else "earlier"
        milliseconds = abs(became.moved_samples) / rate_hz * 1000.0
        if became.exact:
            yield f"moved {counted(abs(became.moved_samples), 'sample')} {way} ({milliseconds:.1f} ms)"
        else:
            yield f"moved about {milliseconds:.0f} ms {way}"
    if abs(became.gain_db) >= BELOW_HEARING_DB:
        yield f"gain {became.gain_db:+.1f} dB" if became.exact else f"about {became.gain_db:+.1f} dB in level"
    if became.upside_down:
        yield "upside down"


def stretch(part: Stretch, new: Stem) -> str:
    """Where it differs, and how."""
    ends_s = new.start_s + new.known.duration_s
    if part.how == "gone" and part.start_s < new.start_s - EDGE_S:
        return f"the first {new.start_s - part.start_s:.1f} s cut off"
    if part.how == "gone" and part.end_s > ends_s + EDGE_S:
        return f"the last {part.end_s - max(part.start_s, ends_s):.1f} s cut off"
    if part.how in ("new", "altered") and part.end_s - part.start_s < BRIEF_S:
        return f"differs at {clock(part.start_s)}"
    place = clock(part.start_s) if part.end_s - part.start_s < BRIEF_S else f"{clock(part.start_s)}-{clock(part.end_s)}"
    if part.how == "moved":
        way = "later" if part.moved_samples > 0 else "earlier"
        return f"{place} moved {counted(abs(part.moved_samples), 'sample')} {way}"
    if part.how == "level":
        return f"{place} {part.gain_db:+.1f} dB"
    return f"{HOW[part.how]} {place}"


HOW = {"new": "new audio", "gone": "silent now", "altered": "altered"}


def format_of(twin: Twin) -> Iterator[str]:
    """What is otherwise about the file; of no consequence for the sound unless it says so itself."""
    if twin.old is None or twin.new is None:
        return
    then, now = twin.old.known, twin.new.known
    if then.rate_hz != now.rate_hz and then.rate_hz and now.rate_hz:
        yield f"now {rate(now.rate_hz)}, was {rate(then.rate_hz)}"
    if then.channels != now.channels and then.channels and now.channels:
        yield f"now {channels(now)}, was {channels(then)}"
    if (then.container, then.encoding) != (now.container, now.encoding) and now.container and then.container:
        yield f"now {kind(now)}, was {kind(then)}"
    if then.rate_hz == now.rate_hz and then.frames != now.frames and then.frames and now.frames:
        longer = now.frames - then.frames
        yield f"{counted(abs(longer), 'sample')} {'longer' if longer > 0 else 'shorter'}"


def channels(facts: FileFacts) -> str:
    """`mono`, `stereo`, `4 channels`."""
    return {1: "mono", 2: "stereo"}.get(facts.channels, f"{facts.channels} channels")


def kind(facts: FileFacts) -> str:
    """`WAV 24 bit`, `WAV float`, `MP3`."""
    if facts.lossy:
        return facts.container
    if facts.encoding in ("FLOAT", "DOUBLE"):
        return f"{facts.container} float" + (" 64" if facts.encoding == "DOUBLE" else "")
    return f"{facts.container} {facts.bits} bit" if facts.bits else f"{facts.container} {facts.encoding}".strip()
